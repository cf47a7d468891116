"""The faults of a disk, each with its state and its words."""

from collections.abc import Iterator
from dataclasses import dataclass

from checks.contract import State, Text
from collectors.smartctl import Counters, DiskHealth

COUNTED = {
    "reallocated": Text(en="reallocated sectors", zh="重映射扇区"),
    "pending": Text(en="pending sectors", zh="待处理扇区"),
    "offline_uncorrectable": Text(en="sectors uncorrectable offline", zh="离线不可校正扇区"),
    "reported_uncorrectable": Text(en="reported uncorrectable errors", zh="已上报的不可校正错误"),
    "command_timeouts": Text(en="command timeouts", zh="命令超时"),
    "crc_errors": Text(en="CRC errors", zh="接口 CRC 错误"),
    "grown_defects": Text(en="grown defects", zh="增长缺陷"),
    "uncorrected_errors": Text(en="uncorrected errors", zh="未校正错误"),
    "media_errors": Text(en="media errors", zh="介质错误"),
}
"""What is counted, in words."""

# These two come of the way to the disk as well: a cable, a backplane, a controller that resets.
ON_THE_WAY = ("command_timeouts", "crc_errors")
"""The counters whose growth is no more than a warning."""

_WARNINGS = (
    (0x01, Text(en="spare blocks nearly used up", zh="备用块即将耗尽")),
    (0x02, Text(en="temperature beyond its own limit", zh="温度超出其自身限值")),
    (0x04, Text(en="reliability degraded", zh="可靠性下降")),
    (0x08, Text(en="gone read-only", zh="已变为只读")),
    (0x10, Text(en="backup of its volatile memory failed", zh="易失性缓存备份失效")),
    (0x20, Text(en="persistent memory region unreliable", zh="持久内存区不可靠")),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong."""

    state: State
    words: Text


def faults(health: DiskHealth, baseline: Counters | None) -> Iterator[Fault]:
    """What is wrong whatever the thresholds: the disk's own verdict, and counters above the baseline."""
    if not health.smart_enabled:
        yield Fault(State.WARN, Text(en="SMART is switched off (smartctl -s on)", zh="SMART 已关闭(smartctl -s on)"))
    if health.passed is False:
        yield Fault(State.CRIT, Text(en="says that it is failing", zh="自检结论为即将失效"))
    for name in health.failing:
        yield Fault(State.CRIT, Text(en=f"{name} below its threshold", zh=f"{name} 低于厂商阈值"))
    warnings = health.critical_warning or 0
    for bit, words in _WARNINGS:
        if warnings & bit:
            yield Fault(State.CRIT, words)
    if not warnings & 0x01 and _spare_is_low(health):
        yield Fault(
            State.CRIT, Text(en=f"only {health.spare_percent} % spare", zh=f"备用块仅剩 {health.spare_percent} %")
        )
    if health.self_test_passed is False:
        yield Fault(State.CRIT, Text(en=f"self-test: {health.self_test}", zh=f"自检失败:{health.self_test}"))
    yield from _counters_above(health.counters.by_name(), baseline.by_name() if baseline else {})


def _spare_is_low(health: DiskHealth) -> bool:
    if health.spare_percent is None or health.spare_threshold_percent is None:
        return False
    return health.spare_percent < health.spare_threshold_percent


def _counters_above(counts: dict[str, int], baseline: dict[str, int]) -> Iterator[Fault]:
    for name, count in counts.items():
        before = baseline.get(name, count)
        if count > before:
            words = COUNTED[name]
            yield Fault(
                State.WARN if name in ON_THE_WAY else State.CRIT,
                Text(en=f"{count} {words.en} (baseline {before})", zh=f"{words.zh} {count}(基线 {before})"),
            )
