"""How much of the time each disk is busy.

Item        the disk
State       WARN or CRIT from `busy_percent`: the time in which at least one operation was in progress
Why         a turning disk that is busy all the time has no room left: everything that comes on top waits
What to do  iostat -xz 5 2; pidstat -d 5 1 (who); move backups and batches to other hours, add memory for the page
            cache, or faster disks. Flash and arrays do many operations at once: there look at disk_latency first
Manual      2.1.6 latency; form 8.2
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import (
    Check,
    Layer,
    Measurement,
    NotYet,
    Percent,
    Result,
    Section,
    Text,
    Unit,
    UpperLevels,
    format_bytes,
    format_percent,
)
from checks.contract.threshold import crossed_percent, measured_ratio
from checks.disk_choice import DiskParams
from collectors import disk_activity
from collectors.disk_activity import DiskActivity
from collectors.disk_counters import Activity


class DiskUtilisationParams(DiskParams):
    """A warning only, and not before a quarter of an hour: a backup may well keep a disk busy."""

    busy_percent: UpperLevels[Percent] = Field(
        UpperLevels[Percent](warn=95, crit=None), description="time in which an operation was in progress, percent"
    )
    retries: int = Field(
        15, ge=1, le=100, description="how many rounds in a row must agree before a problem, or its end, is reported"
    )


def evaluate(activity: DiskActivity, params: DiskUtilisationParams) -> Iterator[Result]:
    """One result for each disk that was there in both looks. Raises `NotYet` on the first."""
    if activity.elapsed_seconds is None:
        raise NotYet
    for disk in activity.disks:
        if disk.activity is not None and params.is_chosen(disk):
            yield _result(disk.name, disk.activity, params.busy_percent)


def _result(name: str, activity: Activity, levels: UpperLevels[Percent]) -> Result:
    state = levels.judge(activity.busy_ratio * 100)
    busy, level = format_percent(activity.busy_ratio), crossed_percent(levels, state)
    read, written = format_bytes(activity.bytes_read), format_bytes(activity.bytes_written)
    per_second = activity.reads + activity.writes
    return Result(
        item=name,
        state=state,
        summary=Text(
            en=f"{busy} busy, {per_second:.3g} operations per second, {read}/s read, {written}/s written{level.en}",
            zh=f"繁忙 {busy},每秒 {per_second:.3g} 次操作,读 {read}/s,写 {written}/s{level.zh}",
        ),
        measurements=(
            measured_ratio("busy", activity.busy_ratio, levels),
            Measurement("bytes_read", activity.bytes_read, Unit.PER_SECOND),
            Measurement("bytes_written", activity.bytes_written, Unit.PER_SECOND),
        ),
    )


CHECK = Check(
    reads=disk_activity.COLLECTOR,
    params=DiskUtilisationParams,
    evaluate=evaluate,
    title=Text(en="Disk utilisation", zh="磁盘利用率"),
    layer=Layer.HARDWARE,
    section=Section.STORAGE,
)
