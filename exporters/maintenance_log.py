"""The daily maintenance log: one folder per day, as Markdown, HTML and JSON, in Chinese and English.

`<folder>/2026-11-21/maintenance-log-2026-11-21.zh.html` and its kin: one document per language, because
the one who signs reads one, and one JSON record with every item. A day that is made again with another content
is added as `2026-11-21.2`; what was written stays as it was.
"""

import json
import tempfile
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, field_validator

from checks.contract.text import Language
from exporters.contract import DayRecord, Export, Exporter
from exporters.daily import archive, render
from exporters.forms import FormsSettings, needs

FORMATS: tuple[Literal["md", "html"], ...] = ("md", "html")


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
    """Where the log is written, when, and in which languages."""

    folder: Path = Field(Path("state/log"), description="one folder per day is made in it")
    at: TimeOfDay = Field(
        time(8), description="when a maintenance day ends and its log is made, in the configuration's time zone"
    )
    languages: tuple[Language, ...] = Field(("zh", "en"), min_length=1, description="one document is made for each")

    @field_validator("languages")
    @classmethod
    def _each_once(cls, languages: tuple[Language, ...]) -> tuple[Language, ...]:
        return tuple(dict.fromkeys(languages))


class MaintenanceLogExport(Export):
    """Writes the days' logs."""

    def __init__(self, settings: MaintenanceLogSettings) -> None:
        self._folder = settings.folder
        self._languages = settings.languages

    def publish(self, day: DayRecord) -> tuple[Path, ...]:
        """Write the day, whole or not at all. A day that stands there already is not written twice. Raises OSError."""
        existing = archive.editions(self._folder, day.date)
        if existing and _is_same(existing[-1], self._files(day, len(existing)), day.date):
            return tuple(sorted(existing[-1].iterdir()))
        return archive.add(self._folder, day.date, lambda edition: self._files(day, edition))

    def _files(self, day: DayRecord, edition: int) -> Mapping[str, str]:
        files = {
            _name(day.date, f"{language}.{form}"): render(day, form, (language,), edition=edition)
            for language in self._languages
            for form in FORMATS
        }
        return files | {_name(day.date, "json"): render(day, "json", edition=edition)}


def _name(day: date, ending: str) -> str:
    return f"maintenance-log-{day.isoformat()}.{ending}"


def _is_same(folder: Path, files: Mapping[str, str], day: date) -> bool:
    """Whether an edition says what `files` say, but for the moment it was made."""
    if {path.name for path in folder.iterdir()} != set(files):
        return False
    name = _name(day, "json")
    written: object = _content((folder / name).read_text(encoding="utf-8"))
    return written == _content(files[name])


def _content(text: str) -> object:
    try:
        record = json.loads(text)
    except ValueError:
        return text  # somebody wrote over it: it is not the same, and stays as it is
    return {key: value for key, value in record.items() if key != "made_at"} if isinstance(record, dict) else record


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
