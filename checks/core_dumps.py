"""Programs that crashed and left a core dump, and the space that dumps take.

Item        each program that dumped core within `shown_for`, by its name; `core dumps` for all that are kept
State       WARN or CRIT for a program from `new_dumps`, for all from `total_size`
Why         a program that crashes is started again and nobody hears of it, and its dumps fill the disk
What to do  coredumpctl list; coredumpctl info PROGRAM; report it with its backtrace; delete what is not needed
Manual      2.1 error log; 2.1 processes; form 8.2
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import (
    Check,
    Duration,
    Layer,
    Measurement,
    Params,
    Result,
    Section,
    Size,
    Text,
    Unit,
    UpperLevels,
    duration_text,
    format_bytes,
)
from checks.contract.threshold import crossed
from collectors import core_dumps
from collectors.core_dumps import CoreDump, CoreDumps

_ALL = "core dumps"


class CoreDumpsParams(Params):
    """Only dumps are counted that lie where kernel.core_pattern says, or where systemd, apport or abrt put them."""

    new_dumps: UpperLevels[int] = Field(
        UpperLevels[int](warn=1, crit=10), description="dumps of one program within shown_for"
    )
    total_size: UpperLevels[Size] = Field(
        UpperLevels[Size](warn=10 * 1024**3, crit=None), description="size of all dumps together"
    )
    shown_for: Duration = Field(86400.0, gt=0, description="how long a dump is new")
    ignore: tuple[str, ...] = Field((), description="programs whose dumps do not matter, such as [chromium]")
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree; one, since states are held")


def evaluate(facts: CoreDumps, params: CoreDumpsParams) -> Iterator[Result]:
    """All dumps, then each program with new ones."""
    yield _total(facts, params)
    new: dict[str, list[CoreDump]] = {}
    for dump in facts.latest:
        if facts.now - dump.at < params.shown_for and dump.program not in params.ignore:
            new.setdefault(dump.program if dump.program not in ("", _ALL) else "unknown program", []).append(dump)
    for program, dumps in new.items():
        yield _program(program, dumps, facts.now, params)


def _total(facts: CoreDumps, params: CoreDumpsParams) -> Result:
    levels = params.total_size
    state = levels.judge(facts.total_bytes)
    level, size = crossed(levels, state, format_bytes), format_bytes(facts.total_bytes)
    if not facts.count:
        words = Text(en=f"none in {facts.folder}", zh=f"{facts.folder} 中无")
    else:
        words = Text(
            en=f"{facts.count} in {facts.folder}, {size}{level.en}",
            zh=f"{facts.folder} 中 {facts.count} 个,{size}{level.zh}",
        )
    measurements = (
        Measurement("dumps", facts.count),
        Measurement("total_size", facts.total_bytes, Unit.BYTES, levels.warn, levels.crit),
    )
    return Result(_ALL, state, words, measurements)


def _program(program: str, dumps: list[CoreDump], now: int, params: CoreDumpsParams) -> Result:
    levels = params.new_dumps
    state = levels.judge(len(dumps))
    level, span = crossed(levels, state), duration_text(params.shown_for)
    age, size = duration_text(max(0, now - dumps[0].at)), format_bytes(dumps[0].size_bytes)
    times = "once" if len(dumps) == 1 else f"{len(dumps)} times"
    words = Text(
        en=f"crashed {times} in {span.en}{level.en}, last {age.en} ago, {size}",
        zh=f"{span.zh}内崩溃 {len(dumps)} 次{level.zh},最近一次在 {age.zh}前,{size}",
    )
    return Result(program, state, words, (Measurement("new_dumps", len(dumps), Unit.COUNT, levels.warn, levels.crit),))


CHECK = Check(
    reads=core_dumps.COLLECTOR,
    params=CoreDumpsParams,
    evaluate=evaluate,
    title=Text(en="Core dumps", zh="核心转储"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SERVERS,
)
