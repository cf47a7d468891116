"""File systems whose future is known: what each held at every hour, and when it was full."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from checks.contract import Span

GIB = 1024.0**3
HOUR, DAY = 3600, 86400
BEGIN = 1_767_225_600.0
"""2026-01-01 00:00 UTC, a Thursday: when the agent first looked."""

HOURS_KEPT_DAYS, DAYS_KEPT = 7, 28
"""What a check is shown of its past: hours of the last week, days before that."""

_LENGTH_DAYS = 150


@dataclass(frozen=True, slots=True)
class History:
    """A file system, hour by hour from `BEGIN`, in bytes. `seen` is false while the agent was down.

    At the hour `turn` something happens that nobody could know before; `meant` is how it would have gone on without.
    """

    name: str
    used: tuple[float, ...]
    size: tuple[float, ...]
    seen: tuple[bool, ...]
    meant: tuple[float, ...]
    turn: int

    def seconds_to_full(self, hour: int) -> float | None:
        """The truth, as far as it was there to be known: how long from `hour` until it is full; None: never."""
        course = self.used if hour >= self.turn else self.meant
        for later in range(hour, len(course)):
            if course[later] >= self.size[hour]:
                return float(later - hour) * HOUR
        return None

    def past(self, hour: int, values: Sequence[float | None] | None = None) -> tuple[Span, ...]:
        """What the history of the agent holds at `hour`, of `values` (by hour) instead of what was used, if given."""
        known = self.used if values is None else values
        today = hour // 24
        first_by_hour = max(0, today - HOURS_KEPT_DAYS) * 24
        spans: list[Span] = []
        for day in range(max(0, today - DAYS_KEPT), max(0, today - HOURS_KEPT_DAYS)):
            found = [value for h in range(day * 24, day * 24 + 24) if (value := self._at(known, h)) is not None]
            if found:
                spans.append(Span(BEGIN + day * DAY, DAY, min(found), sum(found) / len(found), max(found)))
        for h in range(first_by_hour, hour):
            if (value := self._at(known, h)) is not None:
                spans.append(Span(BEGIN + h * HOUR, HOUR, value, value, value))
        return tuple(spans)

    def _at(self, values: Sequence[float | None], hour: int) -> float | None:
        return values[hour] if hour < len(values) and self.seen[hour] else None


def moment(hour: int) -> float:
    """Epoch seconds of the round in an hour: it does not begin on the hour."""
    return BEGIN + hour * HOUR + 1200


_Course = Callable[[float], float]


def _history(
    name: str,
    used_gib: _Course,
    *,
    noise_gib: float = 0.0,
    meant_gib: tuple[float, _Course] | None = None,
    size_gib: _Course = lambda _day: 1000.0,
    unseen_days: tuple[float, float] = (0.0, 0.0),
) -> History:
    """From functions of the day since the first look; `meant_gib` was how it went until a day."""
    turn, meant = meant_gib or (0.0, used_gib)
    chance = random.Random(name)
    days = [hour / 24 for hour in range(_LENGTH_DAYS * 24)]
    noise = [chance.gauss(0.0, noise_gib) for _ in days]
    size = tuple(size_gib(day) * GIB for day in days)

    def course(level: _Course) -> tuple[float, ...]:
        return tuple(max(0.0, level(day) + off) * GIB for day, off in zip(days, noise, strict=True))

    return History(
        name,
        tuple(min(u, s) for u, s in zip(course(used_gib), size, strict=True)),
        size,
        tuple(not unseen_days[0] <= day < unseen_days[1] for day in days),
        course(meant),
        round(turn * 24),
    )


def _weekdays(day: float) -> float:
    """How many working days have passed: the first day is a Thursday."""
    whole, part = divmod(day + 3, 7)
    return whole * 5 + min(part, 5.0) - 3


def _pulse(day: float, begin: float, hours: float) -> bool:
    return begin <= day < begin + hours / 24


def _ramp(day: float, begin: float, hours: float) -> float:
    """0 before `begin`, 1 when `hours` have passed."""
    return min(max((day - begin) * 24 / hours, 0.0), 1.0)


def _temporary_files() -> _Course:
    """A build server: files come and go, and the level wanders about 500 GiB."""
    chance, level, levels = random.Random(7), 0.0, []
    for _ in range(_LENGTH_DAYS * 24):
        level = 0.9 * level + chance.gauss(0.0, 20.0)
        levels.append(500.0 + level)
    return lambda day: levels[round(day * 24)]


def _jobs(base_gib: float) -> _Course:
    """Jobs of hours to days at any time, each with up to 250 GiB that it removes at its end."""
    chance, levels = random.Random(11), [base_gib] * (_LENGTH_DAYS * 24)
    for _ in range(_LENGTH_DAYS):
        begin, hours, gib = chance.randrange(_LENGTH_DAYS * 24), chance.randrange(2, 40), chance.uniform(20, 250)
        for hour in range(begin, min(begin + hours, len(levels))):
            levels[hour] += gib * min(1.0, (hour - begin + 1) / (0.6 * hours))
    return lambda day: levels[round(day * 24)]


def histories() -> Iterator[History]:
    """Every kind of growth there is a rule for, and some that have none. Sizes in GiB, of 1000."""
    yield _history("slow growth", lambda d: 600 + 10 * d, noise_gib=0.5)
    yield _history("fast growth", lambda d: 400 + 25 * d, noise_gib=1)
    yield _history("very fast growth", lambda d: 100 + 100 * d, noise_gib=1)
    yield _history("daily rotation", lambda d: 600 + 60 * (d % 1), noise_gib=0.5)
    yield _history("daily rotation, nearly full", lambda d: 820 + 150 * (d % 1), noise_gib=0.5)
    yield _history("daily rotation and growth", lambda d: 500 + 60 * (d % 1) + 12 * d, noise_gib=0.5)
    yield _history("weekly rotation", lambda d: 350 + 40 * ((d + 2) % 7), noise_gib=0.5)
    yield _history("weekly rotation, nearly full", lambda d: 300 + 90 * ((d + 2) % 7), noise_gib=0.5)
    yield _history("weekly rotation and growth", lambda d: 400 + 40 * ((d + 2) % 7) + 6 * d, noise_gib=0.5)
    yield _history(
        "rotation stops",
        lambda d: 500 + 60 * (d % 1 if d < 20 else d - 20),
        noise_gib=0.5,
        meant_gib=(20, lambda d: 500 + 60 * (d % 1)),
    )
    yield _history("dump each night, then removed", lambda d: 600 + 300 * _pulse(d % 1, 2 / 24, 3), noise_gib=0.5)
    yield _history(
        "one clean-up",
        lambda d: 400 + 20 * d - 300 * _ramp(d, 20.3, 2),
        noise_gib=0.5,
        meant_gib=(20.3, lambda d: 400 + 20 * d),
    )
    yield _history(
        "burst that stays",
        lambda d: 400 + 2 * d + 200 * _ramp(d, 15.3, 5),
        noise_gib=0.5,
        meant_gib=(15.3, lambda d: 400 + 2 * d),
    )
    yield _history("burst that is removed", lambda d: 500 + 300 * _pulse(d, 15.3, 20), noise_gib=0.5)
    yield _history(
        "runaway", lambda d: 500 + max(0.0, d - 15.3) * 24 * 12, noise_gib=0.5, meant_gib=(15.3, lambda _: 500)
    )
    yield _history(
        "growth ends", lambda d: 400 + 25 * min(d, 18.0), noise_gib=0.5, meant_gib=(18, lambda d: 400 + 25 * d)
    )
    yield _history("noise", lambda _: 600.0, noise_gib=40)
    yield _history("noise and growth", lambda d: 400 + 15 * d, noise_gib=30)
    yield _history("temporary files", _temporary_files())
    yield _history("jobs at any time", _jobs(450), noise_gib=0.5)
    yield _history("busy weekdays", lambda d: 400 + 25 * _weekdays(d), noise_gib=0.5)
    yield _history("ever faster", lambda d: 400 + 20 * 2 ** (d / 7), noise_gib=0.5)
    yield _history("gap in the history", lambda d: 400 + 20 * d, noise_gib=0.5, unseen_days=(12.0, 18.0))
    yield _history("resized", lambda d: 600 + 18 * d, noise_gib=0.5, size_gib=lambda d: 1000 if d < 19 else 1500)
    yield _history("database in 64 GiB steps", lambda d: 400 + 64 * (d // 4), noise_gib=0.2)
