"""How a threshold that applied is told: in the words of a summary, and beside a measurement."""

from collections.abc import Callable

from checks.contract.levels import LowerLevels, N, UpperLevels
from checks.contract.quantities import duration_text
from checks.contract.result import Measurement, State, Unit
from checks.contract.text import Text


def _plain(level: float) -> str:
    return f"{level:g}"


def _percent(level: float) -> str:
    return f"{level:g} %"


def crossed(
    levels: UpperLevels[N] | LowerLevels[N], state: State, show: Callable[[float], str | Text] = _plain
) -> Text:
    """` (crit at 90 %)` / `(严重阈值 90 %)` for the end of a summary; empty while the state is OK.

    `show` writes a level: the same for both languages, or as a `Text`.
    """
    level = levels.crit if state is State.CRIT else levels.warn
    if state not in (State.WARN, State.CRIT) or level is None:
        return Text(en="", zh="")
    word, shown = "严重" if state is State.CRIT else "警告", show(level)
    words = shown if isinstance(shown, Text) else Text(en=shown, zh=shown)
    return Text(en=f" ({state.name.lower()} at {words.en})", zh=f"({word}阈值 {words.zh})")


def crossed_percent(levels: UpperLevels[float] | LowerLevels[float], state: State) -> Text:
    """As `crossed`, for levels in percent."""
    return crossed(levels, state, _percent)


def crossed_duration(levels: UpperLevels[float] | LowerLevels[float], state: State) -> Text:
    """As `crossed`, for levels in seconds."""
    return crossed(levels, state, duration_text)


def measured_ratio(name: str, ratio: float, levels: UpperLevels[float] | LowerLevels[float]) -> Measurement:
    """A ratio of 0..1 with the levels, which people write in percent, that applied to it."""
    return Measurement(
        name,
        ratio,
        Unit.RATIO,
        warn=None if levels.warn is None else levels.warn / 100,
        crit=None if levels.crit is None else levels.crit / 100,
    )
