"""Whether a small server is on mains, and how its battery is, where the kernel knows them.

Item        `mains`; each battery under the kernel's name, such as `BAT0`
State       `mains` WARN while no adapter has power, CRIT when its batteries besides are below the critical `charge`; a
            battery WARN from `charge`, and when it reports bad health
Why         a laptop or mini computer that serves goes on by battery when its plug is pulled, and then goes out
What to do  look at plug and adapter; grep . /sys/class/power_supply/*/{online,status,capacity}; replace the battery
Manual      2.6 power supply; form 8.6
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import Check, Layer, LowerLevels, Measurement, Params, Percent, Result, Section, State, Text, Unit
from checks.contract.threshold import crossed_percent
from collectors import power_sources
from collectors.power_sources import PowerSource

_BAD_HEALTH = frozenset({"Overheat", "Dead", "Over voltage", "Unspecified failure", "Cold", "Hot", "No battery"})


class MainsPowerParams(Params):
    """Parameters of mains_power."""

    retries: int = Field(
        1, ge=1, le=100, description="how many looks in a row must agree; one, since looks are 5 min apart"
    )
    charge: LowerLevels[Percent] = Field(LowerLevels[Percent](warn=50, crit=20), description="charge of a battery")


def evaluate(sources: tuple[PowerSource, ...], params: MainsPowerParams) -> Iterator[Result]:
    """One result for the mains, where that can be told, and one per battery."""
    adapters = [source for source in sources if source.kind != "Battery" and source.is_online is not None]
    batteries = [source for source in sources if source.kind == "Battery"]
    # Without a battery it has power, or it would not run: what is offline then is a USB port that could take some.
    if adapters and (batteries or any(adapter.is_online for adapter in adapters)):
        yield _mains(adapters, batteries, params)
    for battery in batteries:
        yield _battery(battery, params)


def _mains(adapters: list[PowerSource], batteries: list[PowerSource], params: MainsPowerParams) -> Result:
    online = [adapter.name for adapter in adapters if adapter.is_online]
    measured = (Measurement("online", float(bool(online))),)
    if online:
        shown = ", ".join(online)
        return Result("mains", State.OK, Text(en=f"on mains ({shown})", zh=f"市电供电({shown})"), measured)
    charges = [battery.charge_ratio for battery in batteries if battery.charge_ratio is not None]
    low = bool(charges) and params.charge.judge(max(charges) * 100) is State.CRIT
    state = State.CRIT if low else State.WARN
    left = f"{max(charges) * 100:.0f} %" if charges else "?"
    return Result("mains", state, Text(en=f"on battery, {left} left", zh=f"电池供电,剩余 {left}"), measured)


def _battery(battery: PowerSource, params: MainsPowerParams) -> Result:
    status = battery.status or "?"
    state, en, zh, measured = State.OK, status, status, []
    if battery.charge_ratio is not None:
        state = min(State.WARN, params.charge.judge(battery.charge_ratio * 100))
        level, shown = crossed_percent(params.charge, state), f"{battery.charge_ratio * 100:.0f} %"
        en, zh = f"{shown}{level.en}, {status}", f"{shown}{level.zh},{status}"
        warn = None if params.charge.warn is None else params.charge.warn / 100
        measured.append(Measurement("charge", battery.charge_ratio, Unit.RATIO, warn=warn, lower=True))
    if battery.health in _BAD_HEALTH:
        state, en, zh = State.WARN, f"{en}; health: {battery.health}", f"{zh};健康状态:{battery.health}"
    return Result(battery.name, state, Text(en=en, zh=zh), tuple(measured))


CHECK = Check(
    reads=power_sources.COLLECTOR,
    params=MainsPowerParams,
    evaluate=evaluate,
    title=Text(en="Mains and batteries", zh="市电与电池"),
    layer=Layer.HARDWARE,
    section=Section.HARDWARE,
)
