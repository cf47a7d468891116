"""The daily maintenance log: one folder per day, with the log and the record forms, in Chinese and English.

`<folder>/2026-11-21/maintenance-log-2026-11-21.zh.html`, `record-forms-2026-11-21.zh.xlsx` and their kin: one document
per language, because the one who signs reads one, and one JSON record with every item. A day that is made again with
another content is added as `2026-11-21.2`; what was written stays as it was.
"""

import tempfile
from collections.abc import Iterator
from datetime import time
from functools import partial
from pathlib import Path
from typing import Annotated

import structlog
from pydantic import BeforeValidator, Field, WithJsonSchema, field_validator

from checks.contract.text import Language
from exporters.contract import DayRecord, Export, Exporter, Fault, Known, PeriodKind, PeriodRecord
from exporters.daily import archive
from exporters.forms import FormsSettings, needs
from exporters.paper.edition import Edition, FileFormat, is_in, names, write
from exporters.paper.pdf import HOW_TO_INSTALL, is_installed
from exporters.paper.unmade import holds, unmade
from exporters.periodic.edition import PeriodEdition, is_period_in, period_names, write_period
from exporters.press import press

log = structlog.get_logger()


def _time_of_day(value: object) -> object:
    """YAML 1.1 reads `18:30` without quotes as the number 1110, counted in sixties; it means the time of day."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 24 * 60:
        return time(value // 60, value % 60)
    if isinstance(value, time):
        return value
    if not isinstance(value, str):
        raise ValueError('expected a time of day such as "08:00"')  # noqa: TRY004 (pydantic takes ValueError)
    try:
        hour, minute = value.split(":")
        return time(int(hour), int(minute))
    except ValueError:
        raise ValueError(f'expected a time of day such as "08:00", not {value!r}') from None


TimeOfDay = Annotated[
    time,
    BeforeValidator(_time_of_day),
    WithJsonSchema({"type": "string", "pattern": r"^([01]?\d|2[0-3]):[0-5]\d$", "examples": ["08:00"]}),
]


class MaintenanceLogSettings(FormsSettings):
    """Where the log is written, when, in which languages and formats, and which forms go with it."""

    folder: Path = Field(Path("state/log"), description="one folder per day is made in it")
    at: TimeOfDay = Field(
        time(8), description="when a maintenance day ends and its log is made, in the configuration's time zone"
    )
    languages: tuple[Language, ...] = Field(("zh", "en"), min_length=1, description="one document is made for each")
    weekly: bool = Field(True, description="a folder for each week too, such as 2026-W47")
    monthly: bool = Field(True, description="a folder for each month too, such as 2026-11")
    formats: tuple[FileFormat, ...] = Field(
        (FileFormat.HTML, FileFormat.MARKDOWN, FileFormat.JSON, FileFormat.XLSX),
        min_length=1,
        description="how the log and the forms are written; pdf needs an extra, and the JSON record is always made",
    )

    @field_validator("languages", "formats")
    @classmethod
    def _each_once(cls, entries: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(dict.fromkeys(entries))

    def faults(self, known: Known) -> Iterator[Fault]:
        """What is wrong with the forms, and what cannot be made on this machine."""
        if FileFormat.PDF in self.formats and not is_installed():
            yield Fault(("formats",), HOW_TO_INSTALL)
        yield from super().faults(known)


class MaintenanceLogExport(Export):
    """Writes the days' logs."""

    def __init__(self, settings: MaintenanceLogSettings) -> None:
        self._settings = settings

    @property
    def settings(self) -> MaintenanceLogSettings:
        """Where the days, weeks and months are written (see `exporters.daily.archive`), when, in which languages."""
        return self._settings

    def publish(self, day: DayRecord) -> tuple[Path, ...]:
        """Write the day, whole or not at all. A day that stands there already is not written twice. Raises OSError."""
        settings, folder = self._settings, self._settings.folder
        existing = archive.editions(folder, day.date)
        if existing and self._is_in(existing[-1], Edition(day, settings, len(existing))):
            return tuple(sorted(existing[-1].iterdir()))
        return _told_of(archive.add(folder, day.date, partial(self._fill, day)))

    def publish_period(self, period: PeriodRecord) -> tuple[Path, ...]:
        """Write the week or month in the same way, if it is wanted. Raises OSError."""
        settings, folder = self._settings, self._settings.folder
        if not (settings.weekly if period.kind is PeriodKind.WEEK else settings.monthly):
            return ()
        existing = archive.editions(folder, period.name)
        if existing and self._is_period_in(existing[-1], PeriodEdition(period, len(existing))):
            return tuple(sorted(existing[-1].iterdir()))
        return _told_of(archive.add(folder, period.name, partial(self._fill_period, period)))

    def _fill_period(self, period: PeriodRecord, number: int, folder: Path) -> None:
        settings = self._settings
        press(write_period, PeriodEdition(period, number), settings.formats, settings.languages, folder)

    def _is_period_in(self, folder: Path, edition: PeriodEdition) -> bool:
        expected = period_names(edition.period, self._settings.formats, self._settings.languages)
        return holds(folder, expected) and press(is_period_in, edition, folder)

    def _fill(self, day: DayRecord, number: int, folder: Path) -> None:
        settings = self._settings
        press(write, Edition(day, settings, number), settings.formats, settings.languages, folder)

    def _is_in(self, folder: Path, edition: Edition) -> bool:
        expected = names(edition.day.date, self._settings.formats, self._settings.languages)
        return holds(folder, expected) and press(is_in, edition, folder)


def _told_of(written: tuple[Path, ...]) -> tuple[Path, ...]:
    for name in unmade(written):
        log.error("daily_log_file_not_made", name=name, folder=str(written[0].parent))
    return written


def _start(settings: MaintenanceLogSettings) -> MaintenanceLogExport:
    """Make the folder and try to write in it, so that it is told now and not when the first day is over."""
    try:
        settings.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.folder):
            pass
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(settings.folder)) from error
    return MaintenanceLogExport(settings)


EXPORTER = Exporter(settings=MaintenanceLogSettings, start=_start, needs=needs, faults=MaintenanceLogSettings.faults)
