"""Holds the forecasts of disk_forecast, and those of Prometheus' predict_linear, against histories with a known end.

python -m benchmarks.forecasts [--write]
"""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from benchmarks.forecast_scores import FORECASTERS, LEVELS, OURS, Moment, Score, score
from benchmarks.predict_linear import PEERS
from benchmarks.synthetic_histories import DAY, histories

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "forecasts.md"
_FRAME = re.compile(r"(<!-- results -->\n).*(<!-- /results -->)", re.DOTALL)
_DAYS = (7, 14, 21, 28, 35)

GOAL_FALSE_SHARE = 0.01
"""Of all hours, over all histories, with an alert at either level that was false."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forecasts", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/explanation/forecasts.md")
    asked = parser.parse_args()
    scores = [score(history) for history in histories()]
    tables = "\n".join(as_markdown(scores))
    print(tables)
    if asked.write:
        page = PAGE.read_text("utf-8")
        PAGE.write_text(_FRAME.sub(lambda frame: f"{frame[1]}{tables}\n{frame[2]}", page), "utf-8")
    return 0 if false_share(scores) <= GOAL_FALSE_SHARE else 1


def false_share(scores: Sequence[Score]) -> float:
    """How many of all hours had a false alert of ours."""
    false = sum(max(one.alerts[level, OURS].false for level in LEVELS) for one in scores)
    return false / sum(len(one.moments) for one in scores)


def as_markdown(scores: Sequence[Score]) -> Iterator[str]:
    """All tables, line by line."""
    yield from _times(scores)
    for level in LEVELS:
        yield ""
        yield from _alerts(scores, level)


def _times(scores: Sequence[Score]) -> Iterator[str]:
    yield "Days until full: what was true, and what was foretold. A dash: never, or not that anybody can say."
    yield ""
    yield f"| history | {' | '.join(f'day {day}' for day in _DAYS)} | median error | within the range |"
    yield f"| --- | {' | '.join('---:' for _ in _DAYS)} | ---: | ---: |"
    for one in scores:
        cells = [_pair(one.at_day(day)) for day in _DAYS]
        errors = one.errors()
        error = f"{median(errors) * 100:.0f} %" if errors else ""
        held = f"{sum(one.in_range)} of {len(one.in_range)}" if one.in_range else ""
        yield f"| {one.history.name} | {' | '.join(cells)} | {error} | {held} |"


def _pair(at: Moment | None) -> str:
    return "" if at is None else f"{_days(at.true)} → {_days(at.foretold)}"


def _days(seconds: float | None) -> str:
    return "–" if seconds is None or seconds > 99.5 * DAY else f"{seconds / DAY:.1f}"


def _alerts(scores: Sequence[Score], level: str) -> Iterator[str]:
    names = [OURS, *(f"predict_linear, {peer.name}" for peer in PEERS)]
    yield f"Hours with an alert “full within {level}”: right / **false** / missed."
    yield ""
    yield f"| history | {' | '.join(names)} |"
    yield f"| --- | {' | '.join('---:' for _ in names)} |"
    for one in scores:
        counts = [one.alerts[level, who] for who in FORECASTERS]
        yield _row(one.history.name, [(each.right, each.false, each.missed) for each in counts])
    sums = []
    for who in FORECASTERS:
        counts = [one.alerts[level, who] for one in scores]
        sums.append((sum(c.right for c in counts), sum(c.false for c in counts), sum(c.missed for c in counts)))
    yield _row("**all**", sums)


def _row(name: str, counts: Sequence[tuple[int, int, int]]) -> str:
    cells = [f"{right} / {f'**{false}**' if false else 0} / {missed}" for right, false, missed in counts]
    return f"| {name} | {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
