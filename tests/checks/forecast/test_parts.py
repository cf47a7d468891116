import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.contract import Span
from checks.forecast import Memory, Outlook, Present, grade, look_ahead
from checks.forecast.envelope import envelope, reach_back
from checks.forecast.rises import greatest_rise
from checks.forecast.run import run
from checks.forecast.series import DAY, HOUR, Point, points, seen_seconds
from checks.forecast.slope import line
from checks.forecast.steps import falls, joined

BEGIN = 1_767_225_600.0


def hours(*values: float, first: int = 0) -> tuple[Span, ...]:
    return tuple(Span(BEGIN + (first + i) * HOUR, HOUR, v, v, v) for i, v in enumerate(values))


def series(*values: float) -> tuple[Point, ...]:
    return tuple(Point(BEGIN + i * HOUR, v, v, HOUR) for i, v in enumerate(values))


def test_points_of_hours_days_and_now() -> None:
    days = (Span(BEGIN, DAY, 1.0, 2.0, 3.0),)
    found = points((*hours(5.0, 6.0, first=24), *days), BEGIN + 26 * HOUR, 7.0)
    assert [(point.at - BEGIN, point.high, point.low) for point in found] == [
        (DAY, 3.0, 1.0),
        (24.5 * HOUR, 5.0, 5.0),
        (25.5 * HOUR, 6.0, 6.0),
        (26 * HOUR, 7.0, 7.0),
    ]


@pytest.mark.parametrize(
    "span",
    [
        Span(BEGIN + HOUR, HOUR, 1, 1, 1),  # within the day that was told already
        Span(BEGIN + 10 * DAY, HOUR, 1, 1, 1),  # to come
        Span(BEGIN + 30 * HOUR, HOUR, math.nan, 1, 1),
        Span(BEGIN + 30 * HOUR, HOUR, 1, 1, math.inf),
        Span(BEGIN + 30 * HOUR, 0, 1, 1, 1),
        Span(math.nan, HOUR, 1, 1, 1),
    ],
)
def test_points_that_cannot_be_are_left_out(span: Span) -> None:
    day = Span(BEGIN, DAY, 1.0, 2.0, 3.0)
    assert len(points((day, span), BEGIN + 3 * DAY, 7.0)) == 2


def test_time_the_agent_was_down_is_not_seen() -> None:
    found = points((*hours(*[1.0] * 24), *hours(*[1.0] * 24, first=240)), BEGIN + 264 * HOUR, 1.0)
    assert seen_seconds(found) == pytest.approx(23 * HOUR + 6 * HOUR + 23.5 * HOUR)
    whole_days = tuple(Span(BEGIN + day * DAY, DAY, 1, 1, 1) for day in range(5))
    assert seen_seconds(points(whole_days, BEGIN + 5 * DAY + 60, 1.0)) == pytest.approx(4 * DAY + 60)


def test_a_line_is_not_moved_by_wild_points() -> None:
    dots = [(float(x), 3.0 * x + 1) for x in range(30)]
    for wild in (3, 9, 17, 22, 28):
        dots[wild] = (float(wild), 1000.0)
    found = line(dots)
    assert found is not None
    assert found.rate == pytest.approx(3.0)
    assert found.value(40.0) == pytest.approx(121.0)
    assert found.slow <= found.rate <= found.fast
    assert line(dots[:2]) is None


def test_a_change_that_happened_once_is_taken_out() -> None:
    cleaned = series(*[100.0 + i / 10 for i in range(300)], *[50.0 + i / 10 for i in range(300, 400)])
    flat = joined(cleaned, 5.0)
    assert flat[-1] == cleaned[-1], "the present stays"
    assert flat[0].high == pytest.approx(cleaned[0].high - 50.0, abs=0.2)
    assert falls(flat, 5.0) == []
    burst = joined(series(*[100.0] * 50, *[180.0] * 50), 5.0)
    assert {point.high for point in burst} == {180.0}


def test_a_fall_is_no_clean_up_before_ten_days() -> None:
    young = series(*[float(i) for i in range(72)], *[float(i) for i in range(24)])
    assert joined(young, 5.0) == young
    (fall,) = falls(young, 5.0)
    assert fall.by == pytest.approx(-71.0)
    assert reach_back([fall]) is None
    assert envelope(young, None)[-1][1] == 71.0, "only what goes beyond the peak will count"


def test_what_comes_again_is_a_habit() -> None:
    teeth = series(*[float(i % 24) for i in range(240)])
    assert joined(teeth, 5.0) == teeth
    habit = falls(teeth, 5.0)
    assert len(habit) == 9
    back = reach_back(habit)
    assert back == pytest.approx(2.25 * DAY)
    assert {most for _, most in envelope(teeth, back)} == {23.0}
    assert greatest_rise(teeth, 12 * HOUR) == 12.0
    assert run(teeth, 10.0) is None, "the flank is nothing new"


def test_growth_through_a_gap_is_no_burst() -> None:
    before, after = [10.0 * i for i in range(100)], [10.0 * i for i in range(250, 350)]
    gap = (*hours(*before), *hours(*after, first=250))
    kept = points(gap, BEGIN + 350 * HOUR, 3500.0)
    assert joined(kept, 50.0) == kept


def test_a_run_must_be_new_steady_and_going_on() -> None:
    calm = [100.0 + i % 2 for i in range(100)]
    rising = [100.0 + 10.0 * i for i in range(1, 13)]
    found = run(series(*calm, *rising), 100.0)
    assert found is not None
    assert found.rate * HOUR == pytest.approx(10.0)
    assert run(series(*calm, *rising), 1000.0) is None, "it has not lasted long enough for so much"
    assert run(series(*calm, *rising, *[220.0] * 4), 100.0) is None, "it has ended"
    assert run(series(*calm, *[220.0] * 12), 100.0) is None, "a step is no run"
    assert run(series(*calm, *rising, *calm, *rising), 100.0) is None, "it was so before, and ended"


PRESENT = Present(BEGIN + 100 * HOUR, 500.0, 500.0, 1000.0)


def expectations(grown: float) -> tuple[Span, ...]:
    return hours(*[500.0 + grown] * 100)


def test_forecasts_that_promised_too_much_are_wrong() -> None:
    flat = Memory.of(hours(*[500.0] * 100), PRESENT)
    bad = grade(flat, expectations(100.0))
    assert (bad.graded, bad.wrong, bad.foretold, bad.came) == (77, 77, 7700.0, 0.0)
    assert bad.are_bad
    assert grade(flat, expectations(1.0)).graded == 0, "nothing to be proud of"
    assert grade(flat, ()).graded == 0
    assert not grade(Memory.of(hours(*[500.0] * 40), PRESENT), expectations(100.0)[:40]).are_bad, "too few to say so"


def test_forecasts_that_came_true_are_right() -> None:
    grown = tuple(100.0 + 4.0 * hour for hour in range(100))
    memory = Memory.of(hours(*grown), PRESENT)
    assert grade(memory, hours(*(used + 96.0 for used in grown))).wrong == 0
    assert grade(memory, hours(*(used + 60.0 for used in grown))).wrong == 0, "too little is no false alarm"
    assert grade(memory, hours(*(used + 300.0 for used in grown))).are_bad


def test_a_clean_up_is_no_wrong_forecast() -> None:
    grown = tuple(200.0 + hour - (150.0 if hour >= 300 else 0.0) for hour in range(350))
    now = Present(BEGIN + 350 * HOUR, grown[-1], 100.0, 1000.0)
    grades = grade(Memory.of(hours(*grown), now), hours(*(used + 24.0 for used in grown)))
    assert grades.graded > 100
    assert grades.wrong == 0


def test_steps_far_apart_are_graded_by_their_sum() -> None:
    """Four days of nothing and then 64: most hours saw nothing come, and yet the rate was right."""
    stepped = tuple(300.0 + 64.0 * (hour // 96) for hour in range(400))
    now = Present(BEGIN + 400 * HOUR, stepped[-1], 100.0, 1000.0)
    grades = grade(Memory.of(hours(*stepped), now), hours(*(used + 16.0 for used in stepped)))
    assert grades.wrong * 2 > grades.graded > 0
    assert not grades.are_bad


def test_nothing_is_foretold_of_what_was_never_seen() -> None:
    assert look_ahead(Memory.of((), Present(0.0, 10.0, 10.0, 20.0))) == Outlook(0.0)


bytes_ = st.one_of(st.floats(0, 2.0**63), st.floats(0, 1e12), st.sampled_from([0.0, 1.0, math.nan, math.inf, 1e308]))
spans = st.lists(
    st.builds(
        lambda begin, seconds, value, more: Span(BEGIN + begin * HOUR, seconds, value, value + more / 2, value + more),
        st.one_of(st.integers(-100, 800), st.floats(-1e9, 1e9)),
        st.sampled_from([HOUR, DAY, 0.0, 61.0]),
        bytes_,
        st.one_of(st.just(0.0), st.floats(0, 1e12)),
    ),
    max_size=250,
)


def finite(outlook: Outlook) -> bool:
    told = [outlook.seen_seconds, outlook.full_in, outlook.earliest, outlook.latest]
    if outlook.growth:
        told += [outlook.growth.rate, outlook.growth.slow, outlook.growth.fast, outlook.growth.confidence]
    return all(math.isfinite(number) for number in told if number is not None)


@settings(max_examples=150, deadline=None)
@given(spans, spans, st.floats(0, 2.0**63), st.floats(0, 2.0**63))
def test_any_history_is_survived(used: list[Span], expected: list[Span], now_used: float, available: float) -> None:
    present = Present(BEGIN + 600 * HOUR, now_used, available, now_used + available)
    memory = Memory.of(used, present)
    outlook = look_ahead(memory)
    assert finite(outlook)
    assert 0 <= outlook.expected(present, DAY) <= present.full
    grades = grade(memory, expected)
    assert 0 <= grades.wrong <= grades.graded


walks = st.tuples(
    st.floats(0, 800),
    st.lists(st.one_of(st.floats(-30, 30), st.sampled_from([0.0, 0.0, 5.0, -300.0, 300.0])), min_size=48, max_size=600),
)


@settings(max_examples=150, deadline=None)
@given(walks)
def test_any_course_is_survived(walk: tuple[float, list[float]]) -> None:
    """Hour after hour up and down: what is foretold is finite, in order, and never in the past."""
    level, steps = walk
    levels = [level := min(max(level + step, 0.0), 1000.0) for step in steps]
    present = Present(BEGIN + len(levels) * HOUR, levels[-1], 1000.0 - levels[-1], 1000.0)
    outlook = look_ahead(Memory.of(hours(*levels), present))
    assert finite(outlook)
    if outlook.full_in is not None:
        assert outlook.growth is not None
        assert outlook.growth.slow > 0
        assert outlook.full_in >= 0
        assert outlook.earliest is not None
        assert outlook.earliest <= outlook.full_in <= (outlook.latest or math.inf)
