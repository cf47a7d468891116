"""How long each disk takes to answer, and whether it answers at all.

Item        the disk
State       WARN or CRIT from `read` and `write`, the mean time of an operation, while there are `at_least_per_second`;
            and from `stuck`, the time in which operations wait and none ends
Why         a slow or dying disk, a saturated array or a lost path makes the whole server slow, long before it fails
What to do  iostat -xz 5 2; pidstat -d 5 1 (who); smartctl -a DISK; journalctl -k | grep DISK; multipath -ll; look at
            the array, its cache battery and whether it rebuilds; move backups and batches to other hours
Manual      2.1.6 latency; form 8.2
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import (
    Check,
    Duration,
    Layer,
    Measurement,
    NotYet,
    Result,
    Section,
    State,
    Text,
    Unit,
    UpperLevels,
    duration_text,
)
from checks.contract.threshold import crossed
from checks.disk_choice import DiskParams
from collectors import disk_activity
from collectors.disk_activity import Disk, DiskActivity
from collectors.disk_counters import Activity

_Levels = UpperLevels[Duration]


class DiskLatencyParams(DiskParams):
    """Levels for any disk: /proc/diskstats does not tell a turning one, which takes 5 to 50 ms, from flash, below 5 ms.

    Where all disks are flash or on a SAN `{warn: 20ms, crit: 100ms}` finds trouble earlier. Writes may take longer than
    reads: mostly nobody waits for them, and a backup fills a turning disk's queue with what takes it half a second.
    """

    read: _Levels = Field(_Levels(warn=0.1, crit=0.5), description="mean time of a read")
    write: _Levels = Field(_Levels(warn=0.5, crit=2), description="mean time of a write")
    at_least_per_second: float = Field(
        1.0,
        ge=0,
        description="fewer reads or writes per second are not judged: one that waits for a sleeping disk is slow",
    )
    stuck: _Levels = Field(
        _Levels(warn=30, crit=120),
        description="operations wait, and for so long none has ended, neither read nor write",
    )
    retries: int = Field(
        5, ge=1, le=100, description="how many rounds in a row must agree before a problem, or its end, is reported"
    )


def evaluate(activity: DiskActivity, params: DiskLatencyParams) -> Iterator[Result]:
    """One result for each disk that was there in both looks. Raises `NotYet` on the first."""
    if activity.elapsed_seconds is None:
        raise NotYet
    for disk in activity.disks:
        if disk.activity is not None and params.is_chosen(disk):
            yield _result(disk, disk.activity, params)


_Finding = tuple[State, Text]


def _result(disk: Disk, activity: Activity, params: DiskLatencyParams) -> Result:
    findings: list[_Finding] = []
    measurements: list[Measurement] = []
    for name, seconds, per_second, levels, words in (
        ("read", activity.read_seconds, activity.reads, params.read, Text(en="reads", zh="读")),
        ("write", activity.write_seconds, activity.writes, params.write, Text(en="writes", zh="写")),
    ):
        measurements.append(Measurement(f"{name}s", per_second, Unit.PER_SECOND))
        if seconds is not None:
            measurements.append(Measurement(f"{name}_latency", seconds, Unit.SECONDS, levels.warn, levels.crit))
            state = levels.judge(seconds) if per_second >= params.at_least_per_second else State.OK
            findings.append(_finding(words, seconds, per_second, state, levels))
    measurements.append(Measurement("queue", activity.queue))
    if disk.stuck_seconds is not None:
        findings = [_stuck(disk, disk.stuck_seconds, params.stuck)]
        levels = params.stuck
        measurements.append(Measurement("stuck", disk.stuck_seconds, Unit.SECONDS, levels.warn, levels.crit))
    findings = findings or [(State.OK, Text(en="idle", zh="空闲"))]
    summary = Text(en=", ".join(text.en for _, text in findings), zh=",".join(text.zh for _, text in findings))
    return Result(disk.name, max(state for state, _ in findings), summary, tuple(measurements))


def _finding(words: Text, seconds: float, per_second: float, state: State, levels: _Levels) -> _Finding:
    level, took = crossed(levels, state, _latency), _latency(seconds)
    return state, Text(
        en=f"{words.en} {took.en} ({per_second:.3g}/s){level.en}",
        zh=f"{words.zh} {took.zh}(每秒 {per_second:.3g} 次){level.zh}",
    )


def _stuck(disk: Disk, seconds: float, levels: _Levels) -> _Finding:
    state, waited, count = levels.judge(seconds), duration_text(seconds), disk.counters.in_progress
    level = crossed(levels, state, duration_text)
    return state, Text(
        en=f"no answer for {waited.en}, {count} operation{'' if count == 1 else 's'} waiting{level.en}",
        zh=f"{waited.zh}无应答,{count} 个操作等待中{level.zh}",
    )


def _latency(seconds: float) -> Text:
    if seconds >= 0.9995:
        return duration_text(seconds)
    return Text(en=f"{seconds * 1000:.3g} ms", zh=f"{seconds * 1000:.3g} 毫秒")


CHECK = Check(
    reads=disk_activity.COLLECTOR,
    params=DiskLatencyParams,
    evaluate=evaluate,
    title=Text(en="Disk latency", zh="磁盘延迟"),
    layer=Layer.HARDWARE,
    section=Section.STORAGE,
)
