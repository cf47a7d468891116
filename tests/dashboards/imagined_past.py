"""An imagined past for the series that a Prometheus has now, and imagined copies of its hosts, for pictures only.

python -m tests.dashboards.imagined_past --prometheus URL --out FOLDER [--hours 12] [--step 30] [--copies 1]

Every name, label and present value is what the given Prometheus has scraped of a real agent. What it was an hour ago is
made up: counters have grown with the time of day, shares and sizes went up and down, some of the problems are new.
FOLDER becomes the storage of a Prometheus, made by promtool.
"""

import argparse
import json
import math
import random
import re
import shutil
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DAY = 86_400.0
_HOST_LABELS = ("host", "instance")
_NUMBERED = re.compile(r"(.*-)(\d+)")
_COURSES = 12  # enough that two lines of a chart rarely go the same way
_RECENT = 3600.0  # a younger time stamp is of something that happens again and again
_COUNTER = re.compile(r"_(total|count|sum|bucket)$")


@dataclass(frozen=True, slots=True)
class Series:
    """A series as it is now."""

    labels: Mapping[str, str]
    value: float

    @property
    def name(self) -> str:
        return self.labels["__name__"]


@dataclass(frozen=True, slots=True)
class Course:
    """How busy it was at each moment, 1 being usual, and what that adds up to since the first, in usual seconds."""

    busy: Sequence[float]
    spent: Sequence[float]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.dashboards.imagined_past", description=__doc__)
    parser.add_argument("--prometheus", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--hours", type=float, default=12.0)
    parser.add_argument("--step", type=int, default=30, help="seconds between two scrapes")
    parser.add_argument("--copies", type=int, default=1, help="of each host, itself included")
    parser.add_argument("--only", default=".+", help="the names of the series that are taken")
    asked = parser.parse_args()
    now = int(time.time())
    times = range(now - int(asked.hours * 3600), now + 1, asked.step)
    found = _series(asked.prometheus, asked.only)
    text = asked.out.with_suffix(".openmetrics")
    with text.open("w", encoding="utf-8") as file:
        for one in found:
            for copy in copies(one, asked.copies):
                file.writelines(_lines(copy, times))
        file.write("# EOF\n")
    shutil.rmtree(asked.out, ignore_errors=True)
    command = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet", str(text), str(asked.out)]
    ended = subprocess.run(command, check=False)
    text.unlink()
    print(f"{len(found)} series, {asked.copies} times the hosts, {len(times)} moments", file=sys.stderr)
    return ended.returncode


def _series(prometheus: str, only: str) -> list[Series]:
    """What was scraped: neither recorded by rules nor alerts, which a rule makes anew."""
    query = urllib.parse.urlencode({"query": f'{{__name__=~"{only}",__name__!~".*:.*|ALERTS.*|up_never"}}'})
    with urllib.request.urlopen(f"{prometheus}/api/v1/query?{query}", timeout=120) as answer:
        result = json.load(answer)["data"]["result"]
    found = [Series(one["metric"], float(one["value"][1])) for one in result]
    return sorted(found, key=lambda one: one.name)


def copies(series: Series, count: int) -> Iterator[Series]:
    """The same of other hosts: web-01 becomes web-101, web-201 and so on. What is of no host is there once."""
    yield series
    named = {name: _NUMBERED.fullmatch(series.labels.get(name, "")) for name in _HOST_LABELS}
    for copy in range(1, count):
        others = {name: f"{match[1]}{copy * 100 + int(match[2])}" for name, match in named.items() if match}
        if others:
            yield Series({**series.labels, **others}, series.value)


def _lines(series: Series, times: range) -> Iterator[str]:
    labels = [f'{name}="{_escaped(value)}"' for name, value in series.labels.items() if name != "__name__"]
    head = f"{series.name}{{{','.join(labels)}}}"
    dice = random.Random(head)
    for moment, value in zip(times, past(series, times, course(dice.randrange(_COURSES), times)), strict=True):
        if value is not None:
            yield f"{head} {value!r} {moment}\n"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def past(series: Series, times: range, course: Course) -> Iterator[float | None]:
    """The value at each time; None before there was one."""
    name, value, now = series.name, series.value, times[-1]
    if name == "rounds_problem_start_timestamp_seconds":
        began = now - _age_of_problem(series.labels, times)
        return (float(began) if moment >= began else None for moment in times)
    if name == "rounds_check_state" and value > 0:
        began = now - _age_of_problem(series.labels, times)
        return (value if moment >= began else 0.0 for moment in times)
    if name.endswith("_timestamp_seconds") and 0 < now - value < _RECENT:
        return (value - (now - moment) for moment in times)
    if _COUNTER.search(name) and math.isfinite(value):
        rate = value / (20 * _DAY)
        return (max(0.0, value - rate * (course.spent[-1] - spent)) for spent in course.spent)
    swing = _swing(name, value)
    return (value + swing * (busy - course.busy[-1]) for busy in course.busy) if swing else (value for _ in times)


def _swing(name: str, value: float) -> float:
    """How far a gauge goes up and down with the load: what is whole, a state or a moment stands still."""
    if not math.isfinite(value) or name.endswith("_timestamp_seconds") or (value == int(value) and abs(value) < 1000):
        return 0.0
    if name.endswith("_ratio"):
        return 0.5 * min(value, 1 - value) if 0 <= value <= 1 else 0.0
    return value * (0.01 if "size" in name or "filesystem" in name else 0.12)


def _age_of_problem(labels: Mapping[str, str], times: range) -> int:
    """How many seconds ago a problem began: the same for all series that speak of it."""
    which = "/".join(labels.get(name, "") for name in ("host", "check", "item"))
    dice = random.Random(which)
    return int(dice.uniform(300, len(times) * times.step)) if dice.random() < 0.35 else 3 * len(times) * times.step


@cache
def course(number: int, times: range) -> Course:
    """One of a dozen days: a wave with its height in the afternoon, and a load that wanders."""
    dice = random.Random(number)
    busy, spent, wander = [], [0.0], 0.0
    for moment in times:
        wander = 0.97 * wander + dice.gauss(0, 0.05)
        wave = 0.4 * math.sin(2 * math.pi * (moment / _DAY - 0.375) + number / 8)
        busy.append(min(1.9, max(0.1, 1 + wave + wander)))
    for one in busy[1:]:
        spent.append(spent[-1] + one * times.step)
    return Course(busy, spent)


if __name__ == "__main__":
    sys.exit(main())
