"""How many file handles are in use, of all that the kernel gives out.

Item        files
State       WARN or CRIT from `used_percent` of fs.file-max
Why         when they are used up no program can open a file or accept a connection any more, not even a login
What to do  cat /proc/sys/fs/file-nr; for p in /proc/[0-9]*; do echo $(ls $p/fd | wc -l) $p; done | sort -n | tail
            shows who holds them; end or repair what leaks; sysctl -w fs.file-max=MORE gives time
Manual      2.1 processes; form 8.2
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import (
    Check,
    Layer,
    Measurement,
    Params,
    Percent,
    Result,
    Section,
    Text,
    UpperLevels,
    format_percent,
)
from checks.contract.threshold import crossed_percent, measured_ratio
from collectors import file_handles
from collectors.file_handles import FileHandles

_NO_LIMIT = 2**62


class FileHandlesParams(Params):
    """Levels as the Prometheus node mixin has them."""

    used_percent: UpperLevels[Percent] = Field(
        UpperLevels[Percent](warn=70, crit=90), description="file handles in use, percent of fs.file-max"
    )


def evaluate(handles: FileHandles, params: FileHandlesParams) -> Iterator[Result]:
    """One result for the host."""
    used, ratio = handles.allocated - handles.unused, handles.used_ratio
    state = params.used_percent.judge(ratio * 100)
    crossed, percent = crossed_percent(params.used_percent, state), format_percent(ratio)
    if handles.maximum >= _NO_LIMIT:
        words = Text(en=f"{used} in use, no limit set", zh=f"已用 {used} 个,未设上限")
    else:
        words = Text(
            en=f"{percent} used, {used} of {handles.maximum}{crossed.en}",
            zh=f"已用 {percent}({used} / {handles.maximum}){crossed.zh}",
        )
    measured = (measured_ratio("used", ratio, params.used_percent), Measurement("allocated", used))
    yield Result("files", state, words, measured)


CHECK = Check(
    reads=file_handles.COLLECTOR,
    params=FileHandlesParams,
    evaluate=evaluate,
    title=Text(en="File handles", zh="文件句柄"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SERVERS,
)
