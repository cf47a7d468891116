"""Memory errors that the memory controllers corrected, or could not.

Item        the memory module, under its label; the controller, such as `mc0`, for errors that it cannot place
State       CRIT for `shown_for` after an error that could not be corrected; WARN or CRIT from `corrected_per_day`
Why         corrected errors come before those that cannot be, which stop the system or spoil data silently
What to do  grep . /sys/devices/system/edac/mc/mc*/dimm*/dimm_*; ipmitool sel elist; ras-mc-ctl --errors; replace the
            module; rounds relearn HOST memory_errors when that is done
Manual      2.6 memory ECC; form 8.6
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import Check, Duration, Layer, Measurement, Params, Result, Section, State, Text, UpperLevels
from checks.contract.threshold import crossed
from collectors import memory_errors
from collectors.edac import Module
from collectors.growth import grown_within
from collectors.memory_errors import KEPT_SECONDS, MemoryErrors

DAY = 86400.0


class EccErrorsParams(Params):
    """Parameters of ecc_errors."""

    retries: int = Field(
        1, ge=1, le=100, description="how many looks in a row must agree; one, since what was counted stays so"
    )
    corrected_per_day: UpperLevels[int] = Field(
        UpperLevels[int](warn=10, crit=100), description="errors of one module that were corrected in the last 24 h"
    )
    shown_for: Duration = Field(
        7 * DAY,
        gt=0,
        le=KEPT_SECONDS,
        description="how long an error that could not be corrected stays a problem after it was seen, up to 31d",
    )


def evaluate(facts: MemoryErrors, params: EccErrorsParams) -> Iterator[Result]:
    """One result per memory module and per controller."""
    for module in facts.modules:
        yield _judge(module, facts.clock_seconds, params)


def _judge(module: Module, now: float, params: EccErrorsParams) -> Result:
    corrected = grown_within(module.corrected, now, DAY)
    uncorrected = grown_within(module.uncorrected, now, params.shown_for)
    state = params.corrected_per_day.judge(corrected)
    level = crossed(params.corrected_per_day, state)
    en, zh = f"{corrected} corrected in 24 h{level.en}", f"24 小时内纠正 {corrected} 次{level.zh}"
    if uncorrected:
        state = State.CRIT
        en, zh = f"{uncorrected} uncorrectable lately, {en}", f"近期不可纠正错误 {uncorrected} 次,{zh}"
    elif not corrected and not (module.errors.corrected or module.errors.uncorrected):
        en, zh = "no errors", "无错误"
    return Result(
        item=module.item,
        state=state,
        summary=Text(en=en, zh=zh),
        measurements=(
            Measurement(
                "corrected_per_day", corrected, warn=params.corrected_per_day.warn, crit=params.corrected_per_day.crit
            ),
            Measurement("uncorrected", uncorrected, crit=1),
        ),
    )


CHECK = Check(
    reads=memory_errors.COLLECTOR,
    params=EccErrorsParams,
    evaluate=evaluate,
    title=Text(en="Memory errors (ECC)", zh="内存 ECC 错误"),
    layer=Layer.HARDWARE,
    section=Section.HARDWARE,
)
