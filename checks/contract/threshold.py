"""How a threshold that applied is told: in the words of a summary, and beside a measurement."""

from collections.abc import Callable

from checks.contract.levels import LowerLevels, UpperLevels
from checks.contract.result import Measurement, State, Unit
from checks.contract.text import Text


def _plain(level: float) -> str:
    return f"{level:g}"


def _percent(level: float) -> str:
    return f"{level:g} %"


def crossed(
    levels: UpperLevels[float] | LowerLevels[float], state: State, show: Callable[[float], str] = _plain
) -> Text:
    """` (crit at 90 %)` / `(严重阈值 90 %)` for the end of a summary; empty while the state is OK."""
    level = levels.crit if state is State.CRIT else levels.warn
    if state not in (State.WARN, State.CRIT) or level is None:
        return Text(en="", zh="")
    word = "严重" if state is State.CRIT else "警告"
    return Text(en=f" ({state.name.lower()} at {show(level)})", zh=f"({word}阈值 {show(level)})")


def crossed_percent(levels: UpperLevels[float] | LowerLevels[float], state: State) -> Text:
    """As `crossed`, for levels in percent."""
    return crossed(levels, state, _percent)


def measured_ratio(name: str, ratio: float, levels: UpperLevels[float] | LowerLevels[float]) -> Measurement:
    """A ratio of 0..1 with the levels, which people write in percent, that applied to it."""
    return Measurement(
        name,
        ratio,
        Unit.RATIO,
        warn=None if levels.warn is None else levels.warn / 100,
        crit=None if levels.crit is None else levels.crit / 100,
    )
