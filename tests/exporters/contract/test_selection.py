"""A record of some hosts is the same day as if there were no others: nothing of another host is left in it."""

from dataclasses import fields, replace
from typing import Any

from checks.contract import State, Unit
from collectors.contract import Entry, Kind
from exporters.contract import CalendarRow, DayRecord, Evidence, HostEntries, HostFacts, Point, Series
from exporters.contract.selection import hosts_of, only
from tests.exporters.sample_day import DISK, busy

OF_THE_WHOLE = {"number", "date", "timezone", "begins_at", "ends_at", "made_at", "agent_version", "gaps", "reviews",
                "person_on_duty", "previous_sha256", "began_at"}  # fmt: skip


def full() -> DayRecord:
    """A day in which every field that speaks of hosts has something of each of them."""
    day = busy()
    names = [line.host.name for line in day.hosts]
    return replace(
        day,
        entries=tuple(HostEntries(name, (Entry(Kind.PACKAGE, "a", "1"),)) for name in names),
        facts=tuple(HostFacts(name, "packages", 1.0, {}) for name in names),
        series=tuple(Series(name, DISK, "/", "used", Unit.RATIO, (Point(0, 1, 1, 1),)) for name in names),
        calendar=tuple(CalendarRow("backup", name, "", (State.OK,)) for name in names),
        evidence=tuple(Evidence(name, "load", 1.0, "a", "b") for name in names),
    )


def names_in(line: Any) -> str:
    card = getattr(line, "host", line)
    return str(getattr(card, "name", card))


def test_hosts_by_project_and_by_group() -> None:
    day = busy()
    assert hosts_of(day, projects=["portal"]) == {"web-01", "web-02", "app-01", "db-01", "db-02"}
    assert hosts_of(day, groups=["web"]) == {"web-01", "web-02"}
    assert hosts_of(day, projects=["nothing"]) == frozenset()
    assert hosts_of(day) == frozenset()


def test_every_field_that_speaks_of_hosts_speaks_of_these_only() -> None:
    day = only(full(), {"web-01", "web-02"}, "portal")
    assert day.system == "门户平台 Portal · portal"
    for field in fields(DayRecord):
        whole, part = getattr(full(), field.name), getattr(day, field.name)
        if field.name in OF_THE_WHOLE:
            assert part == whole
        elif field.name != "system":
            assert {names_in(line) for line in part} <= {"web-01", "web-02"}, field.name
            assert part == tuple(line for line in whole if names_in(line) in {"web-01", "web-02"})


def test_its_numbers_add_up() -> None:
    whole = full()
    names = [line.host.name for line in whole.hosts]
    parts = [only(whole, {name}) for name in names]
    assert sum(part.hosts_due for part in parts) == whole.hosts_due
    for counted in ("items_due", "items_done", "abnormal", "unchecked", "resolved", "open"):
        assert sum(len(getattr(part, counted)) for part in parts) == len(getattr(whole, counted))
