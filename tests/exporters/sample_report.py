"""Reports of rounds, as the runner makes them."""

from collections.abc import Sequence

from checks.contract import Layer, Measurement, Result, Section, State, Text, Unit
from collectors.contract import Reason, Sample, SampleType
from exporters.contract import CheckCard, CheckOutcome, HostCard, HostFailure, HostReport, Lane, SectionTiming

DISK = CheckCard("disk_usage", Text("Disk usage", "磁盘使用率"), Layer.BASE_SOFTWARE, Section.SERVERS)
MEMORY = CheckCard("memory", Text("Memory", "内存"), Layer.BASE_SOFTWARE, Section.SERVERS)
UPDATES = CheckCard("pending_updates", Text("Pending updates", "待装更新"), Layer.BASE_SOFTWARE, Section.PATCHES)


def host(name: str = "web-01") -> HostCard:
    return HostCard(
        name,
        "192.0.2.10",
        role='门户 "Web"',
        owner="值班一组",
        location="机房 A-3",
        project="portal",
        groups=("web", "dmz"),
    )


def result(item: str, ratio: float, state: State = State.OK) -> Result:
    words = Text(f"{ratio:.1%} used", f"已用 {ratio:.1%}")
    return Result(item, state, words, (Measurement("used", ratio, Unit.RATIO, 0.8, 0.9),))


def fast(
    name: str = "web-01", *, at: float = 1000.0, mounts: Sequence[tuple[str, float]] = (("/", 0.5),)
) -> HostReport:
    return HostReport(
        host(name),
        Lane.FAST,
        at - 0.25,
        at,
        outcomes=(
            CheckOutcome(
                DISK, tuple(result(mount, ratio, State.CRIT if ratio >= 0.9 else State.OK) for mount, ratio in mounts)
            ),
            CheckOutcome(MEMORY, (result("memory", 0.4),)),
        ),
        sections=(SectionTiming("filesystems", 0.004), SectionTiming("memory", 0.001)),
        samples=(
            *(Sample("node_filesystem_size_bytes", 1e10, (("mountpoint", mount),), "Size.") for mount, _ in mounts),
            Sample("node_cpu_seconds_total", 12.5, (("cpu", "0"), ("mode", "idle")), "CPU.", SampleType.COUNTER),
        ),
    )


def slow(name: str = "web-01", *, at: float = 1000.0) -> HostReport:
    return HostReport(
        host(name),
        Lane.SLOW,
        at - 2,
        at,
        outcomes=(
            CheckOutcome(
                UPDATES,
                (Result("security", State.WARN, Text("3", "3"), (Measurement("security_updates", 3, warn=1),)),),
            ),
        ),
        sections=(SectionTiming("packages", 1.5),),
        samples=(Sample("apt_upgrades_pending", 3, (("arch", "amd64"),), "Pending."),),
    )


def down(name: str = "web-01", *, at: float = 1060.0, reason: Reason = Reason.UNREACHABLE) -> HostReport:
    return HostReport(
        host(name),
        Lane.FAST,
        at - 3,
        at,
        outcomes=(CheckOutcome(DISK, reason=reason), CheckOutcome(MEMORY, reason=reason)),
        failure=HostFailure(reason, "no route to host"),
    )
