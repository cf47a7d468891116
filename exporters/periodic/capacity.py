"""How file systems fill over the days of a period."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from exporters.contract import CapacityLine, DayRecord, ItemLine
from exporters.periodic.straight_line import StraightLine

CHECK, USED, SIZE = "disk_usage", "used", "size"
"""The check that looks at file systems, and what it calls their shares and sizes."""

DRAWN = 20
"""File systems whose course is kept day by day."""

DAY = 86400.0
FARTHEST = 730 * DAY
"""Seconds ahead. What will be full later than in two years is nobody's plan."""

RESIZED = 0.01
"""A size that differs by more than this share is another size."""


@dataclass(slots=True)
class _FileSystem:
    """One file system so far. `values` has one entry for each day of the period."""

    first_on: date
    last_on: date
    size: float | None
    values: list[float | None]
    last_at: float = 0.0
    line: StraightLine = field(default_factory=StraightLine)


class Capacity:
    """Follows every file system through the days; `begin` is that of the period, in epoch seconds."""

    def __init__(self, days: int, begin: float) -> None:
        self._days = days
        self._begin = begin
        self._found: dict[tuple[str, str], _FileSystem] = {}

    def add(self, position: int, day: DayRecord) -> None:
        """The next day, the `position`-th of the period (from 0)."""
        for line in day.items:
            if line.check.name == CHECK and line.state is not None:
                self._add(position, day, line)

    def _add(self, position: int, day: DayRecord, line: ItemLine) -> None:
        measured = {m.name: m.value for m in line.measurements}
        used, size = measured.get(USED), measured.get(SIZE)
        if used is None:
            return
        found = self._found.get((line.host, line.item))
        if found is None:
            found = _FileSystem(day.date, day.date, size, [None] * self._days)
            self._found[line.host, line.item] = found
        elif size is not None and found.size is not None and abs(size - found.size) > RESIZED * found.size:
            found.line = StraightLine()
        found.size = size if size is not None else found.size
        found.values[position] = used
        found.last_on, found.last_at = day.date, day.ends_at
        found.line.add((day.ends_at - self._begin) / DAY, used)

    def lines(self) -> tuple[CapacityLine, ...]:
        """All of them: what is full soonest first, then the fullest."""
        ordered = sorted((_line(key, found) for key, found in self._found.items()), key=_urgency)
        values = {key: tuple(found.values) for key, found in self._found.items()}
        return tuple(
            replace(line, course=values[line.host, line.item]) if rank < DRAWN else line
            for rank, line in enumerate(ordered)
        )


def _line(key: tuple[str, str], found: _FileSystem) -> CapacityLine:
    known = [value for value in found.values if value is not None]
    slope = found.line.slope
    return CapacityLine(
        host=key[0],
        item=key[1],
        first=known[0],
        last=known[-1],
        days=len(known),
        first_on=found.first_on,
        last_on=found.last_on,
        size_bytes=found.size,
        per_day=slope,
        full_at=_full_at(found, known[-1], slope),
    )


def _full_at(found: _FileSystem, last: float, slope: float | None) -> float | None:
    if last >= 1:
        return found.last_at
    if slope is None or slope <= 0 or not found.line.is_steady:
        return None
    ahead = (1 - last) / slope * DAY
    return found.last_at + ahead if ahead <= FARTHEST else None


def _urgency(line: CapacityLine) -> tuple[bool, float, float, str, str]:
    return line.full_at is None, line.full_at or 0.0, -line.last, line.host, line.item


def filling(lines: Iterable[CapacityLine]) -> tuple[CapacityLine, ...]:
    """Those that will be full, the soonest first."""
    return tuple(line for line in lines if line.full_at is not None)
