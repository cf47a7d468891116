"""The evidence of a day, numbered: what a form's row calls `12–15` is written out once, at the end."""

from collections.abc import Iterable
from dataclasses import dataclass

from exporters.contract import DayRecord, Evidence
from exporters.forms.filled import FilledForm, FilledRow


@dataclass(frozen=True, slots=True)
class Numbering:
    """Every answer of the day in the order of its number, which begins with 1: by host, collector and time.

    The numbers are the same in each language and each format of one edition.
    """

    entries: tuple[Evidence, ...]
    numbers: dict[Evidence, int]

    @classmethod
    def of(cls, day: DayRecord, forms: Iterable[FilledForm]) -> "Numbering":
        """Number the day's evidence, and what the forms rest on besides."""
        found = {*day.evidence, *(evidence for form in forms for row in form.rows for evidence in row.evidence)}
        entries = tuple(sorted(found, key=lambda e: (e.host, e.collector, e.at, e.answer_sha256, e.command_sha256)))
        return cls(entries, {evidence: number for number, evidence in enumerate(entries, 1)})

    def of_row(self, row: FilledRow) -> list[int]:
        """The numbers that a row rests on, ascending."""
        return sorted({self.numbers[evidence] for evidence in row.evidence})

    def told(self, row: FilledRow) -> str:
        """The same as a reader wants them: `3, 12–15`."""
        return ", ".join(f"{first}–{last}" if last > first else str(first) for first, last in _runs(self.of_row(row)))


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
