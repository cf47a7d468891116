"""What a test of a copy ended with."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from collectors.backup_sources.copies import Obstruction
from collectors.backup_sources.told import told_by_lines
from collectors.contract import UnreadableOutput

_LONGEST = 200  # characters of a tool's own words


class Outcome(StrEnum):
    """How a test ended. The values are the words that the probe prints."""

    WHOLE = "whole"
    DAMAGED = "damaged"
    LATE = "late"  # not finished within the budget
    UNTESTABLE = "untestable"  # there is no way to tell
    UNSEEN = "unseen"  # what stood in the way is said beside


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the test of a source's newest copy ended.

    asked         the whole argument that the source was asked by
    copy          the name of what was tested; empty where there is none
    outcome       how it ended
    said          by which test, and for a damaged copy the tool's own words
    seconds       how long it took; None where that is not known
    last_whole    when a test last found a copy whole, in epoch seconds by the host's clock; None: never yet
    whole_copy    which copy that was
    obstructions  what could not be seen
    newer         a newer copy that was not tested, since it is still being written; empty where there is none
    """

    asked: str
    copy: str
    outcome: Outcome
    said: str = ""
    seconds: int | None = None
    last_whole: int | None = None
    whole_copy: str = ""
    obstructions: tuple[Obstruction, ...] = ()
    newer: str = ""


def verdict_of(asked: str, lines: Sequence[str], now: int, seconds: int | None = None) -> Verdict:
    """The verdict that a tool's lines tell; the last one counts. `now` is when it ended, by the host's clock."""
    obstructions, others = told_by_lines(lines)
    copy, newer, outcome, said = "", "", Outcome.UNSEEN, ""
    for line in others:
        word, _, rest = line.partition(" ")
        if word == "tested":
            copy = rest
        elif word == "newer":
            newer = rest
        elif word in (Outcome.WHOLE, Outcome.DAMAGED, Outcome.LATE, Outcome.UNTESTABLE):
            outcome, said = Outcome(word), rest.strip()[:_LONGEST]
        else:
            raise UnreadableOutput("tested, newer, whole, damaged, late or untestable", line)
    if outcome is Outcome.UNSEEN and not obstructions:
        raise UnreadableOutput("how the test ended", asked)
    is_whole = outcome is Outcome.WHOLE
    return Verdict(
        asked, copy, outcome, said, seconds, now if is_whole else None, copy if is_whole else "", obstructions, newer
    )
