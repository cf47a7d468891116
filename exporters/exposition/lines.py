"""Lines of the text format: names and labels made safe, numbers written so that Go reads them back."""

import hashlib
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from collectors.contract import Sample, SampleType

LABEL_LIMIT = 200
"""Characters of a label value that leave the agent; a longer one ends in a digest, so that two stay two."""

# What would end the value, or what a terminal or a log would obey: C0, DEL, C1, bidi controls, lone surrogates.
_SPECIAL = re.compile('[\\\\"\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]')
_ROUND = 1e15  # from here on as a float, with an exponent
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n"}


class Stability(StrEnum):
    """What may be built on a family, see docs/explanation/metrics.md."""

    STABLE = "stable"
    EXPERIMENTAL = "experimental"


@dataclass(frozen=True, slots=True)
class Family:
    """The head of a metric family, and the names of its labels where it is declared."""

    name: str
    help: str
    type: SampleType = SampleType.GAUGE
    labels: tuple[str, ...] = ()
    stability: Stability = Stability.STABLE

    def sample(self, value: float, **labels: str) -> Sample:
        """A sample with all labels of the family, in their order. Raises KeyError where one is missing."""
        return Sample(self.name, value, tuple((name, labels[name]) for name in self.labels), self.help, self.type)

    def header(self) -> bytes:
        """HELP and TYPE, each with its line end."""
        return _header(self.name, self.help, self.type)


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
    """The samples as lines. Of two with the same name and labels the later one counts."""
    unique = {_series(sample.name, sample.labels): sample for sample in samples}
    lines = Lines()
    for series, sample in unique.items():
        of_family = lines.lines.get(sample.name)
        if of_family is None:
            of_family = lines.begin(Family(sample.name, sample.help, sample.type))
        of_family.append(f"{series} {number(sample.value)}\n")
    return lines


# The same come in every round, and most of them from every host: kept they cost a tenth. Some 300 bytes each.
@lru_cache(maxsize=32768)
def _series(name: str, labels: tuple[tuple[str, str], ...]) -> str:
    return f"{name}{{{series_name(labels)}}}" if labels else name


@lru_cache(maxsize=4096)
def _header(name: str, help_text: str, kind: SampleType) -> bytes:
    text = " ".join(help_text.split()).replace("\\", "\\\\") or "No help."
    return f"# HELP {name} {text}\n# TYPE {name} {kind}\n".encode("utf-8", "replace")


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
    if type(value) is int and abs(value) < _ROUND:  # nearly all of them
        return str(value)
    if math.isfinite(value):
        return str(int(value)) if value == int(value) and abs(value) < _ROUND else repr(float(value))
    return "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    # A backslash of ours is doubled: the format knows only \\, \" and \n, and readers then see \u001b.
    return _ESCAPES.get(character) or f"\\\\u{ord(character):04x}"
