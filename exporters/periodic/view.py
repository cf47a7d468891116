"""A period seen by a reader of one language: the record, and the way to word it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from checks.contract import State, Text
from checks.contract.text import Language
from exporters.contract import CheckCard, PeriodKind, PeriodRecord
from exporters.daily.document import Cell, Tone, tone_of
from exporters.daily.quantities import clock, lasting, moment
from exporters.daily.reasons import UNREACHABLE, is_of_reach
from exporters.daily.words import STATES, chinese, item_words
from exporters.periodic.service import Reached, reached

T = TypeVar("T")

MOST_DATES = 12

PERIODS = {PeriodKind.WEEK: Text("week", "周"), PeriodKind.MONTH: Text("month", "月")}


@dataclass(frozen=True)
class PeriodView:
    """One period in one language. `whole`: tables have all their rows, as a workbook takes them."""

    period: PeriodRecord
    language: Language
    whole: bool = False

    @cached_property
    def reached(self) -> Reached:
        """The service level, and what became of it."""
        return reached(self.period)

    @property
    def noun(self) -> Text:
        """Week or month."""
        return PERIODS[self.period.kind]

    def say(self, en: str, zh: str) -> str:
        """One of two wordings."""
        return chinese(zh) if self.language == "zh" else en

    def word(self, text: Text) -> str:
        """The words in this reader's language."""
        return text.in_language(self.language)

    def first(self, lines: Sequence[T], most: int) -> Sequence[T]:
        """As many lines as there is room for."""
        return lines if self.whole else lines[:most]

    def moment(self, at: float) -> str:
        """A moment with its year."""
        return moment(at, self.period.timezone)

    def clock(self, at: float) -> str:
        """A moment of the period, without its year."""
        return clock(at, self.period.timezone)

    def lasting(self, seconds: float | None) -> str:
        """A duration; a dash where there is none."""
        return "–" if seconds is None else self.word(lasting(seconds))

    def state(self, state: State) -> Cell:
        """A state, by word and colour."""
        return Cell(self.word(STATES[state]), tone_of(state), tag=True)

    def subject(self, check: CheckCard, item: str) -> Cell:
        """The check, and under it the item it speaks of."""
        return Cell(self.word(UNREACHABLE if is_of_reach(check) else check.title), note=item_words(check, item))

    def names(self, names: tuple[str, ...], most: int = 8) -> str:
        """Some names, and how many more there are."""
        more = len(names) - most
        said = self.say(", ", "、").join(names[:most])
        return said if more <= 0 else said + self.say(f" and {more} more", f" 等 {len(names)} 项")

    def dates(self, days: tuple[date, ...]) -> str:
        """Days by their dates, as far as there is room."""
        more = len(days) - MOST_DATES
        said = self.say(", ", "、").join(f"{day:%m-%d}" for day in days[:MOST_DATES])
        return said if more <= 0 else said + self.say(f" and {more} more", f" 等 {len(days)} 日")


def share(ratio: float | None) -> str:
    """`99.87 %`: cut, not rounded, so that only all reads as all; a dash where there is none."""
    if ratio is None:
        return "–"
    return "100 %" if ratio >= 1 else f"{math.floor(ratio * 1e4 + 1e-9) / 100:.2f} %"


def of(part: int, whole: int) -> str:
    """`83/84`; a dash of nothing."""
    return f"{part}/{whole}" if whole else "–"


def verdict(view: PeriodView, is_kept: bool | None) -> Cell:
    """Reached, missed, or not to be told."""
    if is_kept is None:
        return Cell(view.say("not measured", "无法评定"), Tone.UNCHECKED, tag=True)
    if is_kept:
        return Cell(view.say("reached", "达标"), Tone.GOOD, tag=True)
    return Cell(view.say("missed", "未达标"), Tone.CRITICAL, tag=True)
