"""Weeks and months of days as the history makes them."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from checks.contract import Layer, Measurement, Section, State, Text, Unit
from exporters.contract import (
    CheckCard,
    DayRecord,
    Incident,
    IncidentNote,
    ItemLine,
    PeriodKind,
    PeriodRecord,
    Review,
    ServiceLevel,
)
from exporters.periodic import Fold, Frame, days_of
from tests.exporters import sample_day

ZONE = "Europe/Berlin"
MONTH = date(2026, 11, 1)
"""On which the October ends that has a night of 25 hours."""

REACHABLE = CheckCard("reachable", Text("Host reachable", "主机可达"), Layer.NETWORK, Section.SERVERS)
UPDATES = CheckCard("pending_updates", Text("Pending updates", "待装更新"), Layer.BASE_SOFTWARE, Section.PATCHES)


def at(day: date, hour: int = 8) -> float:
    return datetime.combine(day, time(hour), ZoneInfo(ZONE)).timestamp()


def frame(kind: PeriodKind, ends_on: date, level: ServiceLevel | None = None) -> Frame:
    days = tuple((day, at(day - timedelta(days=1)), at(day)) for day in days_of(kind, ends_on))
    return Frame(kind, "门户平台 Portal", ZONE, days, "0.1.0", level or ServiceLevel(), "王芳")


def quiet(day: date) -> DayRecord:
    """A day on which all was well."""
    begin, end = at(day - timedelta(days=1)), at(day)
    return replace(
        sample_day.all_well(), number=f"{day:%Y%m%d}-01", date=day, begins_at=begin, ends_at=end, made_at=end + 4,
        timezone=ZONE,
    )  # fmt: skip


def busy(day: date, place: int) -> DayRecord:
    """A day with findings, the `place`-th of its period: disks that fill, a set that fails now and then, incidents."""
    begin, end = at(day - timedelta(days=1)), at(day)
    base = sample_day.busy()
    shift = begin - base.begins_at
    items = [_of_the_day(line, place) for line in base.items]
    items += [_updates(line.host.name, (place + n) % 7 == 0) for n, line in enumerate(base.hosts) if line.checked]
    incidents = [
        replace(one, began_at=one.began_at + shift, ended_at=one.ended_at + shift)
        if one.ended_at
        else replace(one, began_at=at(day - timedelta(days=place + 1)) + 600 * number)  # the same on every day
        for number, one in enumerate(base.incidents)
    ]
    if place == 20:
        note = IncidentNote("", "王芳", begin + 4800, cause="交换机端口故障", measure="更换光模块")
        words = Text("no route to host", "主机不可达")
        incidents.append(
            Incident("file-01", REACHABLE, "", State.UNKNOWN, words, begin + 3600, begin + 7 * 3600, notes=(note,))
        )
    return replace(
        base, number=f"{day:%Y%m%d}-01", date=day, begins_at=begin, ends_at=end, made_at=end + 4, timezone=ZONE,
        items=tuple(items), incidents=tuple(incidents), gaps=(),
        reviews=(Review("x", "李敏", end),) if place % 3 else (),
    )  # fmt: skip


def down(day: date) -> DayRecord:
    """A day on which the agent did not run."""
    record = quiet(day)
    hosts = tuple(replace(line, checked=False, rounds=0, rounds_failed=0) for line in record.hosts)
    return replace(record, hosts=hosts, items=(), gaps=((record.begins_at, record.ends_at),))


def period(
    kind: PeriodKind, ends_on: date, before: PeriodRecord | None = None, missing: Collection[int] = ()
) -> PeriodRecord:
    """A busy one; the agent was down on its twelfth day, and `missing` places have no record."""
    fold = Fold(frame(kind, ends_on))
    for place, day in enumerate(days_of(kind, ends_on)):
        if place not in missing:
            fold.add(down(day) if place == 11 else busy(day, place))
    return fold.record("2026-M10-01", at(ends_on) + 60, before)


def _of_the_day(line: ItemLine, place: int) -> ItemLine:
    if line.check.name == "disk_usage" and line.measurements:
        share = min(1.0, line.measurements[0].value * (0.8 + 0.006 * place))
        size = Measurement("size", 2e10, Unit.BYTES)
        return replace(line, measurements=(replace(line.measurements[0], value=share), size))
    if line.check.name == "backup_freshness" and place % 9 == 4:
        return replace(line, state=State.CRIT)
    return line


def _updates(host: str, waiting: bool) -> ItemLine:
    state = State.WARN if waiting else State.OK
    pending = (Measurement("pending", 3 if waiting else 0),)
    return ItemLine(host, UPDATES, "security updates", state, Text("", ""), measurements=pending)
