"""A state is left only when the value is clearly back: not while it hovers just below the level it crossed."""

from checks.contract import Measurement, Result, State, Unit

MARGIN = 0.02
"""The share of its level by which a value must be away from it."""

Crossed = tuple[tuple[str, State], ...]
"""Names of measurements with the worst state whose level each has crossed and not clearly left."""


def settle(result: Result, crossed: Crossed, margin: float) -> tuple[State, Crossed]:
    """The state to hold, and what is crossed now.

    `crossed` is what the previous observation returned. A measurement that had crossed a level holds that level's state
    while it is within `margin` (a share of the level, 0.02 is 2 %) of it.
    """
    if result.state is State.UNKNOWN:
        return State.UNKNOWN, crossed
    before, now = dict(crossed), {}
    for measurement in result.measurements:
        held = min(_beyond(measurement), result.state)
        for state in (State.CRIT, State.WARN):
            if before.get(measurement.name, State.OK) >= state and _near(measurement, state, margin):
                held = max(held, state)
        if held is not State.OK:
            now[measurement.name] = held
    return max((result.state, *now.values())), tuple(now.items())


def presumed(state: State, measurements: tuple[Measurement, ...], margin: float) -> Crossed:
    """What was probably crossed when `state` was held, for a state that comes from memory."""
    if state is State.UNKNOWN:
        return ()
    found = {}
    for measurement in measurements:
        near = (level for level in (State.CRIT, State.WARN) if _near(measurement, level, margin))
        held = min(max((_beyond(measurement), *near)), state)
        if held is not State.OK:
            found[measurement.name] = held
    return tuple(found.items())


def _beyond(measurement: Measurement) -> State:
    """The worst level the value is beyond."""
    for state in (State.CRIT, State.WARN):
        level = _level(measurement, state)
        if level is not None and _is_beyond(measurement, level):
            return state
    return State.OK


def _near(measurement: Measurement, state: State, margin: float) -> bool:
    """Whether the value is on the good side of the level of `state`, but not clearly."""
    level = _level(measurement, state)
    if level is None or measurement.unit is Unit.TIMESTAMP:  # 2 % of an epoch is a year
        return False
    # Seven of seven are enough, and stay seven; 10 Gbit/s of 10 are all there is.
    if measurement.lower and (measurement.unit is Unit.COUNT or measurement.value == level):
        return False
    return not _is_beyond(measurement, level) and abs(measurement.value - level) < margin * abs(level)


def _level(measurement: Measurement, state: State) -> float | None:
    return measurement.crit if state is State.CRIT else measurement.warn


def _is_beyond(measurement: Measurement, level: float) -> bool:
    return measurement.value < level if measurement.lower else measurement.value >= level
