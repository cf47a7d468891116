"""When each mounted file system will be full, if it goes on filling as it did.

Item        the mount point
State       WARN or CRIT from `full_within`, when the growth has been seen for as long as it would have to go on.
            What rotation takes back again and again, a clean-up and a burst are no growth. OK while there is less
            than `history`; OK too while most of the last week's forecasts have proved wrong. Those that do not
            answer, and those in memory (tmpfs), are left to disk_usage. The two go together: disk_usage speaks when
            little space is left, however slowly it goes; this one when little time is left, however much space that
            is, so that a large disk at 95 % with 50 GiB free is a problem only while something fills it
Why         a disk that fills up over a weekend stops what is on it, and was to be seen on Friday
What to do  du -xh MOUNT | sort -h | tail; find MOUNT -xdev -mtime -1 -size +100M: what is new; rotate, move or
            delete it, or grow the volume
Manual      2.1 disks; 2.1.6 capacity; form 8.2
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import (
    Check,
    Duration,
    Layer,
    LowerLevels,
    Measurement,
    NotYet,
    Past,
    Recall,
    Result,
    Section,
    State,
    Text,
    Unit,
)
from checks.contract.threshold import crossed_duration
from checks.filesystem_choice import FilesystemParams
from checks.forecast import Grades, Memory, Outlook, Present, grade, look_ahead
from checks.forecast.words import badly_graded, beyond_reach, course, too_little
from collectors import filesystem_growth
from collectors.filesystem_space import Filesystem, Filesystems

DAY = 86400.0


_IN_MEMORY = frozenset({"tmpfs", "ramfs", "devtmpfs"})
"""They begin empty at each start: weeks of history tell nothing of them."""


class DiskForecastParams(FilesystemParams):
    """Parameters of disk_forecast."""

    full_within: LowerLevels[Duration] = Field(
        LowerLevels[Duration](warn=7 * DAY, crit=DAY), description="time until an ordinary user can write no more"
    )
    history: Duration = Field(
        3 * DAY, ge=3 * DAY, le=28 * DAY, description="how long a file system must have been seen before it is foretold"
    )
    grading: bool = Field(
        True, description="a file system most of whose forecasts of the last week were wrong does not alert"
    )
    retries: int = Field(
        1, ge=1, le=100, description="how many rounds in a row must agree before a problem, or its end, is reported"
    )


def evaluate(facts: Filesystems, params: DiskForecastParams, past: Past) -> Iterator[Result]:
    """One result for each file system on disk that can be written to; the first ones only begin its history.

    Raises `NotYet` where no history could be asked: what was foretold before is not withdrawn for that.
    """
    if not past.now:
        raise NotYet("a history is needed, and none answers")
    for filesystem in facts.known:
        if params.is_chosen(filesystem) and not filesystem.read_only and filesystem.fstype not in _IN_MEMORY:
            yield _judge(filesystem, params, past)


def _judge(filesystem: Filesystem, params: DiskForecastParams, past: Past) -> Result:
    used = filesystem.size_bytes - filesystem.free_bytes
    present = Present(past.now, used, filesystem.available_bytes, filesystem.size_bytes)
    memory = Memory.of(past.of(filesystem.mount, "used"), present)
    outlook = look_ahead(memory)
    if outlook.seen_seconds < params.history:
        summary = too_little(outlook.seen_seconds, params.history)
        return Result(filesystem.mount, State.OK, summary, tuple(_recorded(present, present.used)))
    grades = grade(memory, past.of(filesystem.mount, "expected")) if params.grading else Grades()
    levels = params.full_within
    due = State.OK if outlook.full_in is None else levels.judge(outlook.full_in)
    state, words, why = State.OK, course(outlook), Text(en="", zh="")
    if due is not State.OK and not outlook.is_within_reach:
        why, levels = beyond_reach(outlook), LowerLevels[Duration]()
    elif due is not State.OK and grades.are_bad:
        why, levels = badly_graded(grades), LowerLevels[Duration]()
    else:
        state, why = due, crossed_duration(levels, due)
    return Result(
        item=filesystem.mount,
        state=state,
        summary=Text(en=words.en + why.en, zh=words.zh + why.zh),
        measurements=(
            *_recorded(present, outlook.expected(present, DAY)),
            *_foretold(outlook, levels),
            *_graded(grades),
        ),
    )


def _recorded(present: Present, expected: float) -> Iterator[Measurement]:
    """What the next rounds look back on."""
    yield Measurement("used", present.used, Unit.BYTES)
    yield Measurement("size", present.size, Unit.BYTES)
    yield Measurement("expected", expected, Unit.BYTES)


def _foretold(outlook: Outlook, levels: LowerLevels[Duration]) -> Iterator[Measurement]:
    if outlook.growth is None:
        return
    yield Measurement("growth_bytes", outlook.growth.rate, Unit.PER_SECOND)
    if outlook.full_in is not None:
        yield Measurement("confidence", outlook.growth.confidence, Unit.RATIO)
        yield Measurement("full_in", outlook.full_in, Unit.SECONDS, levels.warn, levels.crit, lower=True)


def _graded(grades: Grades) -> Iterator[Measurement]:
    if grades.graded:
        yield Measurement("wrong_forecasts", grades.wrong / grades.graded, Unit.RATIO)


CHECK = Check(
    reads=filesystem_growth.COLLECTOR,
    params=DiskForecastParams,
    evaluate=evaluate,
    title=Text(en="Disk forecast", zh="磁盘空间预测"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.STORAGE,
    recalls=Recall(names=("used", "expected"), days=28),
)
