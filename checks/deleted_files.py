"""Whether deleted files still take space because a process holds them open.

Item        `deleted files`
State       WARN or CRIT from the space they take together
Why         the space comes back only when the last process lets go: a disk fills up although du finds nothing on it
What to do  lsof +L1, or ls -l /proc/PID/fd | grep deleted; restart the process named here or have it open its log anew
            (logrotate's postrotate); in need: truncate -s 0 /proc/PID/fd/N
Manual      2.1 disks; form 8.2
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import (
    Check,
    Layer,
    Measurement,
    Params,
    Result,
    Section,
    Size,
    Text,
    Unit,
    UpperLevels,
    format_bytes,
)
from checks.contract.threshold import crossed
from collectors import deleted_files
from collectors.deleted_files import DeletedFiles

_SHOWN = 2
_GIB = 1024**3


class DeletedFilesParams(Params):
    """Parameters of deleted_files."""

    used: UpperLevels[Size] = Field(
        UpperLevels[Size](warn=_GIB, crit=10 * _GIB), description="space that deleted files in use take together"
    )
    retries: int = Field(
        2,
        ge=1,
        le=100,
        description="how many looks in a row must agree; two, since programs use nameless files in passing",
    )


def evaluate(facts: DeletedFiles, params: DeletedFilesParams) -> Iterator[Result]:
    """One result."""
    state = params.used.judge(facts.used_bytes)
    level = crossed(params.used, state, format_bytes)
    size = format_bytes(facts.used_bytes)
    biggest = "; ".join(
        f"{format_bytes(file.used_bytes)} {file.path} ({', '.join(file.processes[:_SHOWN])})"
        for file in facts.files[:_SHOWN]
    )
    if not facts.count:
        summary = Text(en="none in use", zh="无被占用的已删除文件")
    else:
        plural = "s" if facts.count > 1 else ""
        summary = Text(
            en=f"{size} in {facts.count} file{plural}{level.en}{biggest and f': {biggest}'}",
            zh=f"{facts.count} 个文件占用 {size}{level.zh}{biggest and f':{biggest}'}",
        )
    used = Measurement("used", facts.used_bytes, Unit.BYTES, warn=params.used.warn, crit=params.used.crit)
    yield Result("deleted files", state, summary, (used, Measurement("files", facts.count)))


CHECK = Check(
    reads=deleted_files.COLLECTOR,
    params=DeletedFilesParams,
    evaluate=evaluate,
    title=Text(en="Deleted files in use", zh="已删除仍被占用的文件"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SERVERS,
)
