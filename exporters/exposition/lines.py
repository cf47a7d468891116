"""Lines of samples: names and labels made safe, numbers written so that Go reads them back.

They are the same in both formats, see `heads`.
"""

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache

from collectors.contract import Sample, SampleType
from exporters.exposition.family import Family, family_of

LABEL_LIMIT = 200
"""Characters of a label value that leave the agent; a longer one ends in a digest, so that two stay two."""

# What would end the value, or what a terminal or a log would obey: C0, DEL, C1, bidi controls, lone surrogates.
_SPECIAL = re.compile('[\\\\"\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]')
_ROUND = 1e15  # from here on as a float, with an exponent
_NO_NUMBERS = {"nan": "NaN", "inf": "+Inf", "-inf": "-Inf"}
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n"}
_NOT_IN_A_NAME = re.compile(r"[^a-zA-Z0-9_:]")
_NOT_IN_A_LABEL = re.compile(r"[^a-zA-Z0-9_]")


class Lines:
    """Rendered lines by family, on their way into a block."""

    __slots__ = ("families", "lines")

    def __init__(self) -> None:
        self.families: dict[str, Family] = {}
        self.lines: dict[str, list[str]] = {}

    def add(self, family: Family, labels: str, value: float) -> None:
        """One sample; `labels` is what `series_name` or the caller made, without braces."""
        of_family = self.lines.get(family.name) or self.begin(family)
        braces = f"{{{labels}}}" if labels else ""
        of_family.append(f"{family.name}{braces} {number(value)}\n")

    def begin(self, family: Family) -> list[str]:
        """The lines of a family that comes for the first time."""
        self.families[family.name] = family
        of_family = self.lines[family.name] = []
        return of_family

    def blocks(self) -> dict[str, bytes]:
        """One block of bytes per family."""
        return {name: "".join(lines).encode("utf-8", "replace") for name, lines in self.lines.items()}


def rendered(samples: Iterable[Sample]) -> Lines:
    """The samples as lines. Of two with the same name and labels the later one counts.

    A counter that is negative or no number is none, and left out.
    """
    unique = {_series(sample[0], sample[2]): sample for sample in samples}  # by position: it is done for hundreds
    lines = Lines()
    found = lines.lines
    for (name, series), (_, value, _, help_text, kind) in unique.items():
        if kind is SampleType.COUNTER and not value >= 0:
            continue
        of_family = found.get(name)
        if of_family is None:
            of_family = lines.begin(family_of(name, help_text, kind))
        of_family.append(f"{series} {number(value)}\n")
    return lines


# The same come in every round, and most of them from every host: kept they cost a tenth. Some 300 bytes each.
@lru_cache(maxsize=32768)
def _series(name: str, labels: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    """The name as it may stand in a page, and with its labels. Some names are made of what a host answered."""
    name = lawful_name(name)
    named = {lawful_label(label): value for label, value in reversed(labels)}
    # In order, so that one series is one however its labels came.
    return name, f"{name}{{{series_name(sorted(named.items()))}}}" if labels else name


def lawful_name(name: str) -> str:
    """`name` with underscores for all that the name of a metric may not have."""
    name = _NOT_IN_A_NAME.sub("_", name)
    return name if name and not name[0].isdigit() else f"_{name}"


def lawful_label(name: str) -> str:
    """`name` with underscores for all that the name of a label may not have; two at its begin are Prometheus' own."""
    name = _NOT_IN_A_LABEL.sub("_", name)
    return f"label_{name}" if not name or name[0].isdigit() or name.startswith("__") else name


def series_name(labels: Iterable[tuple[str, str]]) -> str:
    """`device="sda",mode="idle"`."""
    return ",".join([f'{name}="{label_value(value)}"' for name, value in labels])


def label_value(text: str) -> str:
    """`text` as it may stand between the quotes of a label, whatever a host wrote into it."""
    if len(text) > LABEL_LIMIT:
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        text = f"{text[: LABEL_LIMIT - 15]}...{digest}"
    return _SPECIAL.sub(_escape, text) if _SPECIAL.search(text) else text


def number(value: float) -> str:
    """A float as Go's parser knows it."""
    if type(value) is float:
        text = repr(value)
        if text.endswith(".0"):
            return text[:-2]
        return text if "n" not in text else _NO_NUMBERS[text]
    if isinstance(value, int) and abs(value) < _ROUND:
        return str(int(value))
    return number(float(value))


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    # A backslash of ours is doubled: the format knows only \\, \" and \n, and readers then see \u001b.
    return _ESCAPES.get(character) or f"\\\\u{ord(character):04x}"
