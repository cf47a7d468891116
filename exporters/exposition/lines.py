"""Lines of the text format: names and labels made safe, numbers written so that Go reads them back."""

import hashlib
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from collectors.contract import Sample, SampleType

LABEL_LIMIT = 200
"""Characters of a label value that leave the agent; a longer one ends in a digest, so that two stay two."""

# What would end the value, or what a terminal or a log would obey: C0, DEL, C1, bidi controls, lone surrogates.
_SPECIAL = re.compile('[\\\\"\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]')
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n"}


@dataclass(frozen=True, slots=True)
class Family:
    """The head of a metric family."""

    name: str
    help: str
    type: SampleType = SampleType.GAUGE

    def header(self) -> bytes:
        """HELP and TYPE, each with its line end."""
        text = " ".join(self.help.split()).replace("\\", "\\\\") or "No help."
        return f"# HELP {self.name} {text}\n# TYPE {self.name} {self.type}\n".encode("utf-8", "replace")


class Lines:
    """Rendered lines by family, on their way into a block."""

    __slots__ = ("families", "lines")

    def __init__(self) -> None:
        self.families: dict[str, Family] = {}
        self.lines: dict[str, list[str]] = {}

    def add(self, family: Family, labels: str, value: float) -> None:
        """One sample; `labels` is what `series_name` or the caller made, without braces."""
        of_family = self.lines.get(family.name)
        if of_family is None:
            self.families[family.name] = family
            of_family = self.lines[family.name] = []
        braces = f"{{{labels}}}" if labels else ""
        of_family.append(f"{family.name}{braces} {number(value)}\n")

    def blocks(self) -> dict[str, bytes]:
        """One block of bytes per family."""
        return {name: "".join(lines).encode("utf-8", "replace") for name, lines in self.lines.items()}


def rendered(samples: Iterable[Sample]) -> Lines:
    """The samples as lines. Of two with the same name and labels the later one counts."""
    unique = {(sample.name, sample.labels): sample for sample in samples}
    lines = Lines()
    for sample in unique.values():
        lines.add(Family(sample.name, sample.help, sample.type), series_name(sample.labels), sample.value)
    return lines


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
    if math.isfinite(value):
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))
    return "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    # A backslash of ours is doubled: the format knows only \\, \" and \n, and readers then see \u001b.
    return _ESCAPES.get(character) or f"\\\\u{ord(character):04x}"
