"""Days as the history makes them: a busy one, one when all was well, one that is incomplete."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from checks.contract import Layer, Measurement, Section, State, Text, Unit
from collectors.contract import Kind, Reason
from exporters.contract import Change, CheckCard, DayRecord, HostCard, HostChanges, HostLine, Incident, ItemLine

ZONE = "Asia/Shanghai"


def at(day: int, hour: int, minute: int = 0) -> float:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo(ZONE)).timestamp()


def card(name: str, en: str, zh: str, section: Section = Section.SERVERS) -> CheckCard:
    return CheckCard(name, Text(en, zh), Layer.BASE_SOFTWARE, section)


CPU = card("cpu", "Processor", "CPU 使用率")
MEMORY = card("memory", "Memory", "内存使用率")
SWAP = card("swap", "Swap", "交换区")
DISK = card("disk_usage", "Disk usage", "磁盘使用率")
INODES = card("inode_usage", "Inodes", "inode 使用率")
LOAD = card("load", "Load per core", "每核负载")
SERVICES = card("services", "Services", "关键服务")
CLOCK = card("clock", "Clock", "时钟同步")
UPTIME = card("uptime", "Uptime", "运行时长")
BACKUP = card("backup_freshness", "Backup", "备份", Section.STORAGE)
UPDATES = card("pending_updates", "Pending updates", "待装更新", Section.PATCHES)
REBOOT = card("reboot_required", "Reboot required", "需要重启", Section.PATCHES)

HOSTS = (
    HostCard(
        "web-01",
        "192.0.2.11",
        role="门户 Web",
        owner="值班一组",
        location="机房 A-3",
        project="portal",
        groups=("web",),
    ),
    HostCard(
        "web-02",
        "192.0.2.12",
        role="门户 Web",
        owner="值班一组",
        location="机房 A-3",
        project="portal",
        groups=("web",),
    ),
    HostCard("app-01", "192.0.2.21", role="业务应用", owner="李敏", location="机房 A-4", project="portal"),
    HostCard("db-01", "192.0.2.31", role="主数据库", owner="数据库组", location="机房 B-1", project="portal"),
    HostCard("db-02", "192.0.2.32", role="备数据库", owner="数据库组", location="机房 B-1", project="portal"),
    HostCard("file-01", "192.0.2.41", role="文件服务", owner="值班二组", location="机房 B-2"),
    HostCard("mail-01", "192.0.2.51", role="邮件", owner="值班二组", location="机房 B-2"),
    HostCard("jump-01", "192.0.2.61", role="堡垒机", location="机房 A-1"),
)

SHARES = {  # processor, memory, swap, inodes of /, load per core; then the disks
    "web-01": (0.31, 0.62, 0.02, 0.11, 0.42, {"/": 0.48, "/var": 0.66}),
    "web-02": (0.28, 0.58, 0.01, 0.12, 0.38, {"/": 0.51, "/var": 0.71}),
    "app-01": (0.874, 0.79, 0.22, 0.08, 3.1, {"/": 0.44, "/data": 0.62}),
    "db-01": (0.52, 0.74, 0.05, 0.05, 0.9, {"/": 0.39, "/var/lib/postgresql": 0.932}),
    "db-02": (0.11, 0.71, 0.04, 0.05, 0.2, {"/": 0.39, "/var/lib/postgresql": 0.781}),
    "file-01": (0.07, 0.35, 0.0, 0.41, 0.1, {"/": 0.33, "/srv": 0.846}),
    "mail-01": (0.16, 0.52, 0.0, 0.22, 0.3, {"/": 0.57, "/var/mail": 0.74}),
    "jump-01": (0.03, 0.21, 0.0, 0.09, 0.05, {"/": 0.27}),
}


def share(host: str, check: CheckCard, item: str, ratio: float, warn: float = 0.8, crit: float = 0.9) -> ItemLine:
    state = State.CRIT if ratio >= crit else State.WARN if ratio >= warn else State.OK
    return ItemLine(
        host, check, item, state, Text(f"{ratio:.1%} used", f"已用 {ratio:.1%}"), worst=state,
        since=at(20, 22, 40) if state else None, checked_at=at(21, 7, 59),
        measurements=(Measurement("used", ratio, Unit.RATIO, warn, crit),),
        day_before=(Measurement("used", max(0.0, ratio - 0.013), Unit.RATIO, warn, crit),),
    )  # fmt: skip


def line(host: str, check: CheckCard, item: str, state: State, en: str, zh: str, *measured: Measurement) -> ItemLine:
    since = at(20, 14, 5) if state else None
    return ItemLine(host, check, item, state, Text(en, zh), None, state, since, at(21, 7, 59), measured)


def same(words: str) -> Text:
    return Text(words, words)


def backup(host: str, item: str, hours: float, copies: int, state: State = State.OK) -> ItemLine:
    age = Measurement("newest_age", hours * 3600, Unit.SECONDS, None, 26 * 3600)
    en, zh = f"newest {hours:g} h old, {copies} copies", f"最新备份距今 {hours:g} 小时,保留 {copies} 份"
    return line(host, BACKUP, item, state, en, zh, age)


def items_of(host: str) -> list[ItemLine]:
    cpu, memory, swap, inodes, load, disks = SHARES[host]
    busy, load15 = State.WARN if load >= 2 else State.OK, Measurement("load15", load, warn=2, crit=5)
    return [
        share(host, CPU, "cpu", cpu),
        share(host, MEMORY, "memory", memory),
        share(host, SWAP, "swap", swap, 0.5, 0.8),
        *(share(host, DISK, mount, ratio) for mount, ratio in disks.items()),
        share(host, INODES, "/", inodes, 0.9, 0.95),
        line(host, LOAD, "load", busy, f"{load:.2f} per core", f"每核 {load:.2f}", load15),
        line(host, CLOCK, "clock", State.OK, "0.002 s off, synchronised", "偏差 0.002 秒,已同步"),
        line(host, UPTIME, "uptime", State.OK, "41 d 3 h", "41 天 3 小时"),
        line(host, UPDATES, "security", State.OK, "none pending", "无待装安全更新"),
        ItemLine(host, REBOOT, "", None, Text("not applicable", "不适用"), Reason.NOT_APPLICABLE),
    ]  # fmt: skip


def host_line(host: HostCard, items: list[ItemLine]) -> HostLine:
    worst = max((i.state for i in items if i.host == host.name and i.state is not None), default=None)
    return HostLine(host, True, worst, rounds=1440, rounds_failed=0, checked_at=at(21, 7, 59))


def all_well() -> DayRecord:
    calm = ("web-01", "web-02", "db-02", "mail-01", "jump-01")
    items = [i for host in calm for i in items_of(host)] + [
        backup("db-02", "db", 5.5, 7),
        backup("mail-01", "mailboxes", 6, 8),
    ]
    return DayRecord(
        number="RPT-20261121-001",
        system="门户平台 Portal",
        date=date(2026, 11, 21),
        timezone=ZONE,
        begins_at=at(20, 8),
        ends_at=at(21, 8),
        made_at=at(21, 8, 0) + 4,
        agent_version="0.1.0",
        hosts=tuple(host_line(host, items) for host in HOSTS if host.name in calm),
        items=tuple(items),
        person_on_duty="王芳",
    )


def incomplete() -> DayRecord:
    """Nothing was found, and one server was not looked at."""
    day = all_well()
    dead = HostCard("file-01", "192.0.2.41", role="文件服务", owner="值班二组", location="机房 B-2")
    unasked = tuple(
        ItemLine("file-01", check, "", None, same("no route to host"), Reason.UNREACHABLE)
        for check in (CPU, MEMORY, DISK, LOAD, BACKUP)
    )
    missed = HostLine(dead, False, None, 1440, 1440, Reason.UNREACHABLE, "no route to host")
    return replace(day, hosts=(*day.hosts, missed), items=(*day.items, *unasked))


def busy() -> DayRecord:
    """Findings of every kind, servers and sections that were not checked, incidents, a gap of the agent."""
    reached = [host for host in HOSTS if host.name not in ("file-01", "jump-01")]
    items = [i for host in reached for i in items_of(host.name)]
    items = [i for i in items if not (i.host == "web-02" and i.check == UPDATES)]
    pending = Measurement("security_updates", 4, warn=1)
    items += [
        line("web-01", SERVICES, "nginx", State.OK, "running", "运行中"),
        line("web-02", SERVICES, "nginx", State.CRIT, "not running since 06:12", "06:12 起未运行"),
        line("app-01", SERVICES, "portal-worker", State.OK, "running", "运行中"),
        line("web-02", UPDATES, "security", State.WARN, "4 pending for 3 d", "4 个安全更新待装 3 天", pending),
        ItemLine("mail-01", SERVICES, "", None, same("sudo: a password is required"), Reason.NO_PERMISSION),
        ItemLine("db-02", CLOCK, "source", State.UNKNOWN, Text("no time source answers", "时间源均无应答")),
        backup("db-01", "db", 31.5, 7, State.CRIT),
        backup("db-02", "db", 5.5, 7),
        backup("mail-01", "mailboxes", 6, 8),
        backup("app-01", "config", 7, 14),
    ]  # fmt: skip
    for name, reason in (("file-01", Reason.UNREACHABLE), ("jump-01", Reason.HOST_KEY_CHANGED)):
        items += [
            ItemLine(name, check, "", None, same(reason.value), reason)
            for check in (CPU, MEMORY, SWAP, DISK, INODES, LOAD, UPDATES)
        ]
    hosts = [host_line(host, items) for host in reached]
    hosts[2] = replace(hosts[2], rounds_failed=3)
    hosts += [
        HostLine(
            HOSTS[5], False, None, 1440, 1440, Reason.UNREACHABLE, "connect to 192.0.2.41 port 22: timed out after 5 s"
        ),
        HostLine(
            HOSTS[7], False, None, 1440, 1440, Reason.HOST_KEY_CHANGED, "the key offered is not the one in known_hosts"
        ),
    ]
    incidents = (
        Incident(
            "db-01", DISK, "/var/lib/postgresql", State.CRIT, Text("93.2% used", "已用 93.2%"), at(18, 22, 40), None
        ),
        Incident(
            "db-01", BACKUP, "db", State.CRIT, Text("newest 31.5 h old", "最新备份距今 31.5 小时"), at(21, 2, 30), None
        ),
        Incident("web-02", SERVICES, "nginx", State.CRIT, Text("not running", "未运行"), at(21, 6, 12), None),
        Incident("web-02", UPDATES, "security", State.WARN, Text("4 pending", "4 个待装"), at(18, 3, 0), None),
        Incident("app-01", CPU, "cpu", State.WARN, Text("87.4% busy", "占用 87.4%"), at(20, 16, 5), at(20, 17, 50)),
        Incident(
            "mail-01", MEMORY, "memory", State.WARN, Text("82.1% used", "已用 82.1%"), at(20, 11, 20), at(20, 11, 47)
        ),
    )
    nginx = Change("web-02", Kind.PACKAGE, "nginx", "1.22.1-9", "1.22.1-9+deb12u3", at(21, 5, 20), at(21, 6, 20))
    port = Change("web-02", Kind.PORT, "tcp 0.0.0.0:8080", None, "java", at(21, 6, 20), at(21, 7, 20))
    eve = Change("db-01", Kind.ACCOUNT, "eve", None, "uid 0, shell /bin/bash", at(20, 14, 0), at(20, 14, 15))
    upgraded = [
        Change("app-01", Kind.PACKAGE, f"lib{n:02d}", "1.0", "1.1" if n % 7 else None, at(20, 10), at(20, 11))
        for n in range(42)
    ]
    changes = (
        HostChanges("web-01", 0, ()),
        HostChanges("web-02", 2, (nginx, port)),
        HostChanges("app-01", 640, tuple(upgraded)),
        HostChanges("db-01", 1, (eve,)),
    )
    incidents = tuple(
        replace(one, changes_before=(nginx,), changes_before_total=1) if one.check == SERVICES else one
        for one in incidents
    )
    return replace(
        all_well(),
        changes=changes,
        hosts=tuple(hosts),
        items=tuple(items),
        incidents=incidents,
        out_of_service=(
            HostCard("old-web", "192.0.2.13", in_service=False),
            HostCard("test-01", "192.0.2.99", in_service=False),
        ),
        gaps=((at(20, 13, 2), at(20, 13, 31)),),
    )
