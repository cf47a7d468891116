"""A small day and forms declared in a few lines, for tests of how the one fills the other."""

from dataclasses import replace
from typing import Any

from checks.contract import Layer, Measurement, Section, State, Text, Unit
from checks.contract.text import Language
from collectors.contract import Entry, Kind, Reason
from exporters.contract import (
    Change,
    CheckCard,
    DayRecord,
    Evidence,
    HostCard,
    HostChanges,
    HostEntries,
    HostFacts,
    HostLine,
    ItemLine,
)
from exporters.forms.declaration import Form
from exporters.forms.filled import FilledCell, FilledForm
from exporters.forms.filling import fill
from exporters.forms.index import DayIndex
from tests.exporters.sample_day import all_well, at

DISK = CheckCard(
    "disk_usage", Text("Disk usage", "磁盘使用率"), Layer.BASE_SOFTWARE, Section.SERVERS, True, "filesystems"
)
CPU = CheckCard("cpu_usage", Text("CPU", "CPU"), Layer.BASE_SOFTWARE, Section.SERVERS, True, "cpu")
BACKUP = CheckCard("backup_freshness", Text("Backups", "备份"), Layer.APPLICATION, Section.STORAGE, False, "backups")
WEB, DB = HostCard("web-01", "192.0.2.1", role="门户", groups=("web", "prod")), HostCard("db-01", "192.0.2.2")
END = at(21, 7, 59)


def used(item: str, ratio: float, host: str = "web-01", check: CheckCard = DISK, **others: Any) -> ItemLine:
    state = State.CRIT if ratio >= 0.9 else State.WARN if ratio >= 0.8 else State.OK
    measured = (Measurement("used", ratio, Unit.RATIO, 0.8, 0.9), Measurement("size", 2**40, Unit.BYTES))
    words = Text(f"{ratio:.0%} used", f"已用 {ratio:.0%}")
    line = ItemLine(host, check, item, state, words, None, state, None, END, measured)
    return replace(line, **others)


def unmade(reason: Reason, host: str = "web-01", check: CheckCard = DISK, detail: str = "") -> ItemLine:
    words = f"{reason.value} ({detail})" if detail else reason.value
    return ItemLine(host, check, "", None, Text(f"not checked: {words}", f"未检查：{words}"), reason)


def day_of(*lines: ItemLine, hosts: tuple[HostCard, ...] = (WEB,), **others: Any) -> DayRecord:
    checked = tuple(HostLine(host, True, State.OK, 1440, 0, checked_at=END) for host in hosts)
    return replace(all_well(), **{"items": lines, "hosts": checked, **others})


def evidence(collector: str, host: str = "web-01") -> Evidence:
    return Evidence(host, collector, END, "a" * 64, "b" * 64, 0, 0.1)


def form(*columns: dict[str, Any], **others: Any) -> Form:
    named = [{"name": f"c{n}", "title": f"C{n}", **column} for n, column in enumerate(columns)]
    written = {"name": "mine", "title": "Mine", "rows": "host", "tail": False, "columns": named}
    return Form.model_validate({**written, **others})


def filled(day: DayRecord, *columns: dict[str, Any], language: Language = "en", **others: Any) -> FilledForm:
    return fill(form(*columns, **others), DayIndex(day, language))


def cell(day: DayRecord, column: dict[str, Any], language: Language = "en", **others: Any) -> FilledCell:
    """The one cell of a form of one column."""
    (row,) = filled(day, column, language=language, **others).rows
    (found,) = row.cells
    return found


def texts(form: FilledForm) -> list[list[str]]:
    return [[one.text for one in row.cells] for row in form.rows]


def end(day: DayRecord, *columns: dict[str, Any], language: Language = "en", **others: Any) -> dict[str, FilledCell]:
    """How the one row ends: result, finding, action, remarks."""
    form = filled(day, *columns, language=language, **{"tail": True, **others})
    (row,) = form.rows
    return {column.name: one for column, one in zip(form.columns, row.cells, strict=True)}


DAY_OF_ALL_KINDS = day_of(
    used("/", 0.5),
    used("/var", 0.93),
    unmade(Reason.NO_PERMISSION, check=CPU),
    unmade(Reason.NOT_APPLICABLE, "db-01"),
    hosts=(WEB, DB),
    entries=(HostEntries("web-01", (Entry(Kind.PORT, "tcp 80", "nginx"),)),),
    facts=(HostFacts("web-01", "packages", END, {"pending": [{"name": "nginx"}, {"name": 3}, None, "x"]}),),
    changes=(HostChanges("web-01", 1, (Change("web-01", Kind.PORT, "tcp 80", None, "nginx", END, END),)),),
)
"""Something of everything, and some of it missing."""


def fill_in(day: DayRecord, columns: list[dict[str, Any]], rows: Any, language: Language) -> FilledForm:
    """A form of these sources; a column of the row's end is titled after what it tells."""
    titled = [{"title": str(column.get("tail", "C")), **column} for column in columns]
    return filled(day, *titled, rows=rows, language=language)
