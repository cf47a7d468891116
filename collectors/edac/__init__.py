"""What the kernel's EDAC counts, by controller, row of chips and memory module."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from collectors.contract import UnreadableOutput
from collectors.contract.reading import whole_number
from collectors.growth import Growth


@dataclass(frozen=True, slots=True)
class Errors:
    """Errors of one part: a module, a row of chips (`csrow`), or what a controller cannot place (`unknown`)."""

    controller: str
    part: str
    corrected: int
    uncorrected: int


@dataclass(frozen=True, slots=True)
class Module:
    """A memory module, or, under the controller's name, what cannot be placed; what was counted, and seen to grow."""

    item: str
    errors: Errors
    seconds_since_reset: int
    corrected: tuple[Growth, ...] = ()
    uncorrected: tuple[Growth, ...] = ()


Parts = Mapping[tuple[str, str], Mapping[str, str]]
"""The files of one controller, by folder: ("dimm", "0"), ("csrow", "0"), or ("", "") for its own; then by name."""


def counts(parts: Parts, kind: str = "", number: str = "", prefix: str = "", suffix: str = "") -> tuple[int, int]:
    """What was corrected, and could not be, by the counters of one folder. Raises `UnreadableOutput`."""
    files = parts.get((kind, number), {})
    names = (f"{prefix}ce{suffix}_count", f"{prefix}ue{suffix}_count")
    for name in names:
        if name not in files:
            raise UnreadableOutput(f"a file {name}", f"{kind}{number}")
    return whole_number(files[names[0]]), whole_number(files[names[1]])


def rows(controller: str, parts: Parts) -> Iterator[Errors]:
    """Each row of chips of a controller, and `unknown`."""
    yield Errors(controller, "unknown", *counts(parts, suffix="_noinfo"))
    for kind, number in parts:
        if kind == "csrow":
            yield Errors(controller, number, *counts(parts, kind, number))


def modules(controller: str, parts: Parts) -> Iterator[Module]:
    """Each module of a controller, such as mc0, and what the controller cannot place."""
    age = whole_number(parts.get(("", ""), {}).get("seconds_since_reset", "0"))
    number = controller.removeprefix("mc")
    labels: set[str] = set()
    placed = [0, 0]
    for kind, place in parts:
        if kind in ("dimm", "rank"):
            errors = counts(parts, kind, place, "dimm_")
            placed = [placed[0] + errors[0], placed[1] + errors[1]]
            label = parts[kind, place].get("dimm_label") or f"{kind}{place}"
            label = label if label not in labels else f"{label} {kind}{place}"
            labels.add(label)
            yield Module(f"{controller} {label}", Errors(number, label, *errors), age)
    total = counts(parts)
    rest = [max(0, count - known) for count, known in zip(total, placed, strict=True)]
    yield Module(controller, Errors(number, "", rest[0], rest[1]), age)
