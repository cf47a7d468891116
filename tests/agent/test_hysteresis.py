import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.hysteresis import MARGIN, presumed, settle
from checks.contract import LowerLevels, Measurement, Result, State, Text, Unit, UpperLevels

WORDS = Text("", "")
OK, WARN, UNKNOWN, CRIT = State.OK, State.WARN, State.UNKNOWN, State.CRIT


def walk(levels, values, unit=Unit.RATIO):
    """The states held along a series of values."""
    crossed, states = (), []
    for value in values:
        lower = isinstance(levels, LowerLevels)
        measurement = Measurement("it", value, unit, levels.warn, levels.crit, lower)
        state, crossed = settle(Result("x", levels.judge(value), WORDS, (measurement,)), crossed, MARGIN)
        states.append(state)
    return states


@pytest.mark.parametrize(
    ("levels", "values", "states"),
    [
        # 2 % of 0.8 is 0.016, of 0.9 it is 0.018
        (UpperLevels(0.8, 0.9), [0.79, 0.80, 0.79, 0.785, 0.783], [OK, WARN, WARN, WARN, OK]),
        (UpperLevels(0.8, 0.9), [0.91, 0.89, 0.881], [CRIT, CRIT, WARN]),
        (UpperLevels(0.8, 0.9), [0.91, 0.79, 0.70], [CRIT, WARN, OK]),
        (UpperLevels(0.8, 0.9), [0.91, 0.10], [CRIT, OK]),
        (UpperLevels(0.8, 0.9), [0.81, 0.89], [WARN, WARN]),
        (LowerLevels(30.0, 7.0), [31, 29, 30.2, 30.59, 30.61], [OK, WARN, WARN, WARN, OK]),
        (LowerLevels(30.0, 7.0), [6.9, 7.1, 7.2], [CRIT, CRIT, WARN]),
        (LowerLevels(10.0, None), [9, 9.9, 10], [WARN, WARN, OK]),  # all there is
        (UpperLevels(80.0, None), [81, 79, 78], [WARN, WARN, OK]),
        (LowerLevels(None, 7.0), [6, 7.1, 8], [CRIT, CRIT, OK]),
        (UpperLevels(1, 5), [1, 0], [WARN, OK]),
        (UpperLevels(0.0, None), [0, -1], [WARN, OK]),
    ],
)
def test_a_state_is_left_only_when_the_value_is_clearly_back(levels, values, states):
    assert walk(levels, values) == states


def test_as_many_as_wanted_are_clearly_enough():
    assert walk(LowerLevels(7, None), [6, 7], Unit.COUNT) == [WARN, OK]
    assert walk(LowerLevels(100, None), [99, 100], Unit.COUNT) == [WARN, OK]


def test_a_moment_in_time_has_no_margin():
    assert walk(UpperLevels(1.7e9, 1.8e9), [1.75e9, 1.69e9], Unit.TIMESTAMP) == [WARN, OK]


def test_only_the_measurement_that_crossed_its_level_holds_the_state():
    space, inodes = Measurement("space", 0.89, Unit.RATIO, 0.8, 0.9), Measurement("inodes", 0.99, Unit.RATIO, 0.8, 0.9)
    state, crossed = settle(Result("/", CRIT, WORDS, (space, inodes)), (), MARGIN)
    assert state is CRIT
    calm = Measurement("inodes", 0.10, Unit.RATIO, 0.8, 0.9)
    assert settle(Result("/", WARN, WORDS, (space, calm)), crossed, MARGIN)[0] is WARN


def test_a_level_that_never_made_the_state_worse_does_not_hold_it():
    """A large disk 95 % full is OK while enough is free; that it fell to 89.9 % makes it no problem."""
    crossed = ()
    for value in (0.95, 0.899, 0.79):
        measurement = Measurement("used", value, Unit.RATIO, 0.8, 0.9)
        state, crossed = settle(Result("/", OK, WORDS, (measurement,)), crossed, MARGIN)
        assert state is OK


def test_unknown_neither_holds_nor_clears():
    levels = UpperLevels(0.8, 0.9)
    high = Result("/", CRIT, WORDS, (Measurement("used", 0.91, Unit.RATIO, 0.8, 0.9),))
    _, crossed = settle(high, (), MARGIN)
    state, crossed = settle(Result("/", UNKNOWN, WORDS), crossed, MARGIN)
    assert state is UNKNOWN
    just_below = Result("/", levels.judge(0.89), WORDS, (Measurement("used", 0.89, Unit.RATIO, 0.8, 0.9),))
    assert settle(just_below, crossed, MARGIN)[0] is CRIT


def test_what_memory_presumes_is_what_was_held():
    value = (Measurement("used", 0.89, Unit.RATIO, 0.8, 0.9), Measurement("inodes", 0.1, Unit.RATIO, 0.8, 0.9))
    assert presumed(CRIT, value, MARGIN) == (("used", CRIT),)
    assert presumed(WARN, value, MARGIN) == (("used", WARN),)
    assert presumed(UNKNOWN, value, MARGIN) == presumed(OK, value, MARGIN) == ()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_the_held_state_is_never_better_than_the_judged_and_margin_bounds_it(values):
    levels = UpperLevels(0.8, 0.9)
    for value, held in zip(values, walk(levels, values), strict=True):
        assert held >= levels.judge(value)
        assert held <= levels.judge(value * (1 + 2 * MARGIN))
