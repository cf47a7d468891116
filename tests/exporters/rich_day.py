"""Days with all that a record can hold: courses, calendars, dates to come, notes, reviews; and one without any data."""

import math
from dataclasses import replace
from datetime import date

from checks.contract import Measurement, Section, State, Text, Unit
from collectors.contract import Reason
from exporters.contract import (
    CalendarRow,
    CheckCard,
    DayRecord,
    Evidence,
    HostLine,
    IncidentNote,
    ItemLine,
    Point,
    Review,
    Series,
)
from tests.exporters.sample_day import (
    BACKUP,
    CPU,
    DISK,
    HOSTS,
    MEMORY,
    SHARES,
    UPDATES,
    all_well,
    at,
    busy,
    card,
    line,
    share,
)

DAY = 86400.0

FORECAST = card("disk_forecast", "Disk forecast", "磁盘空间预测", Section.STORAGE)
END_OF_LIFE = card("end_of_life", "End of life", "发行版终止支持", Section.PATCHES)
PENDING = card("pending_updates", "Pending updates", "待装更新", Section.PATCHES)
CERTIFICATES = card("web_certificates", "Certificates", "证书", Section.PLATFORM)


def vital(check: CheckCard) -> CheckCard:
    return replace(check, vital=True)


def course(host: str, check: CheckCard, item: str, now: float, gaps: tuple[int, ...] = ()) -> Series:
    """A day's course that ends near `now`."""

    def point(hour: int) -> Point:
        mean = max(0.0, min(1.0, now - 0.004 * (23 - hour) + 0.05 * math.sin(hour / 3 + len(host))))
        return Point(int(at(20, 8)) + hour * 3600, mean, max(0.0, mean - 0.04), min(1.0, mean + 0.05))

    points = tuple(point(hour) for hour in range(24) if hour not in gaps)
    return Series(host, vital(check), item, "used", Unit.RATIO, points, 0.8, 0.9)


def courses() -> tuple[Series, ...]:
    disks = [("db-01", "/var/lib/postgresql"), ("file-01", "/srv"), ("db-02", "/var/lib/postgresql")]
    disks += [("mail-01", "/var/mail"), ("web-02", "/var")]
    busiest = ("app-01", "db-01", "web-01", "web-02", "mail-01")
    return (
        *(course(host, CPU, "cpu", SHARES[host][0], (5, 6) if host == "web-02" else ()) for host in busiest),
        *(course(host, DISK, mount, SHARES[host][5][mount]) for host, mount in disks),
        *(course(host, MEMORY, "memory", SHARES[host][1], (12,)) for host in busiest),
    )


def weeks(subject: str, host: str, item: str, *odd: tuple[int, State | None]) -> CalendarRow:
    """Four weeks that were well but for some days, counted back from today."""
    states: list[State | None] = [State.OK] * 28
    for back, state in odd:
        states[27 - back] = state
    return CalendarRow(subject, host, item, tuple(states))


def calendar() -> tuple[CalendarRow, ...]:
    new = tuple((back, None) for back in range(20, 28))
    return (
        weeks("backup", "db-01", "db", (0, State.CRIT), (9, State.WARN), (10, State.CRIT)),
        weeks("backup", "db-02", "db", (4, State.UNKNOWN)),
        weeks("backup", "mail-01", "mailboxes"),
        weeks("backup", "app-01", "config", *new),
        weeks("patches", "web-02", "", *((back, State.WARN) for back in range(3))),
        weeks("patches", "file-01", "", (0, State.UNKNOWN)),
        *(weeks("patches", host, "") for host in ("web-01", "app-01", "db-01", "db-02", "mail-01")),
    )


def dates() -> tuple[ItemLine, ...]:
    """What falls due in the coming days."""

    def left(days: float, warn: float | None = None, crit: float | None = None) -> Measurement:
        return Measurement("remaining", days * DAY, Unit.SECONDS, warn, crit, lower=True)

    full = Measurement("full_in", 5.2 * DAY, Unit.SECONDS, 7 * DAY, DAY, lower=True)
    waits = Measurement("longest_pending", 12.5 * DAY, Unit.SECONDS, None, 14 * DAY)
    soon = left(21, 30 * DAY, 7 * DAY)
    return (
        line("file-01", FORECAST, "/srv", State.WARN, "full in 5 d", "5 天后写满", full),
        line("web-01", CERTIFICATES, "portal.example.org", State.WARN, "21 d left", "剩余 21 天", soon),
        line("mail-01", END_OF_LIFE, "distribution", State.OK, "until 2027-04-30", "至 2027-04-30", left(160)),
        line("db-02", END_OF_LIFE, "distribution", State.OK, "until 2030-06-30", "至 2030-06-30", left(1300)),
        line("db-01", PENDING, "security updates", State.WARN, "3 pending for 12 d", "3 个待装 12 天", waits),
    )


def rich() -> DayRecord:
    """A busy day with everything."""
    day = busy()
    note = IncidentNote(
        "",
        "王芳",
        at(21, 7, 10),
        "门户首页打不开约两小时",
        "升级后配置文件语法错误",
        "回退到 1.22.1-9",
        due="2026-11-22",
    )
    older = IncidentNote(
        "", "李敏", at(19, 9), cause="归档日志未清理", owner="李敏", due="2026-11-20", comment="扩容申请已提交"
    )
    noted = {("web-02", "services"): note, ("db-01", "disk_usage"): older}
    incidents = tuple(
        replace(one, notes=(replace(noted[one.host, one.check.name], incident=one.id),))
        if (one.host, one.check.name) in noted
        else one
        for one in day.incidents
    )
    ratios = {CPU.name, MEMORY.name, DISK.name, "swap", "inode_usage", "load"}
    items = tuple(replace(one, check=vital(one.check)) if one.check.name in ratios else one for one in day.items)
    return replace(
        day,
        items=(*items, *dates()),
        incidents=incidents,
        series=courses(),
        calendar=calendar(),
        evidence=(Evidence("db-01", "filesystems", at(21, 7, 59), "0" * 64, "f" * 64, 0, 0.02),),
        reviews=(Review(day.number, "张伟", at(21, 9, 30), "已阅,请数据库组今日内处理磁盘。", "zhangwei"),),
        previous_sha256="9f2c1d0e" * 8,
    )


def without_data() -> DayRecord:
    """The agent did not run at all."""
    day = all_well()
    hosts = tuple(HostLine(one.host, False, None, 0, 0, Reason.NOT_ASKED, "the agent did not run") for one in day.hosts)
    words = Text("not checked: never asked (the agent did not run)", "未检查:时段内未检查")
    lines = {(one.host, one.check): one for one in day.items}
    items = tuple(
        ItemLine(host, check, "", None, words, Reason.NOT_ASKED)
        for host, check in lines
        if lines[host, check].reason is None
    )
    return replace(day, hosts=hosts, items=items, gaps=((day.begins_at, day.ends_at),))


def large(number: int) -> DayRecord:
    """Very many servers: every tenth has a full disk, every fiftieth was not reached."""
    day, hosts, items, rows = rich(), [], [], []
    for n in range(number):
        host = replace(HOSTS[n % len(HOSTS)], name=f"host-{n:04d}", address=f"192.0.2.{n % 250}")
        if n % 50 == 49:
            hosts.append(HostLine(host, False, None, 9, 9, Reason.UNREACHABLE, "no route to host"))
            items += [
                ItemLine(host.name, check, "", None, Text("x", "x"), Reason.UNREACHABLE)
                for check in (CPU, DISK, BACKUP)
            ]
            continue
        hosts.append(HostLine(host, True, State.OK, 1440, 0, checked_at=at(21, 7, 59)))
        full = 0.93 if n % 10 == 0 else 0.5 + n % 7 / 30
        items += [
            share(host.name, vital(CPU), "cpu", n % 60 / 100),
            share(host.name, vital(DISK), "/", full),
            share(host.name, vital(MEMORY), "memory", 0.4 + n % 30 / 100),
            line(host.name, UPDATES, "security updates", State.OK, "none pending", "无待装更新"),
            line(host.name, BACKUP, "db", State.OK, "newest 5 h old", "最新 5 小时"),
        ]
        rows.append(weeks("backup", host.name, "db", *([(3, State.CRIT)] if n % 40 == 0 else [])))
    return replace(day, hosts=tuple(hosts), items=tuple(items), calendar=tuple(rows), date=date(2026, 11, 21))
