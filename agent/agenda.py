"""What is due on a host, and on which of its two beats."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.catalogue import Catalogue
from checks.contract import Params
from exporters.contract import Lane


@dataclass(frozen=True, slots=True)
class Agenda:
    """How often each collector is asked on one host, in seconds, split into the two lanes.

    A collector runs when an enabled check reads it, or when it has samples for Prometheus or tells of the inventory. It
    runs as often as the most impatient of its checks wants, but never more often than the rounds.
    """

    every: Mapping[str, float]
    round_seconds: float

    @classmethod
    def of(cls, params: Mapping[str, Params], catalogue: Catalogue, round_seconds: float) -> "Agenda":
        """The agenda that a host's checks make."""
        every: dict[str, float] = {}
        # Those without a limit of their own come first: a section that hangs costs only what comes after it.
        in_order = sorted(catalogue.collectors.items(), key=lambda each: each[1].collector.timeout_seconds or 0.0)
        for name, plugin in in_order:
            usual = plugin.collector.every_seconds or round_seconds
            wishes = [
                params[check].every or usual
                for check, c in catalogue.checks.items()
                if c.collector == name and check in params
            ]
            if not wishes and plugin.collector.samples is None and plugin.collector.inventory is None:
                continue
            every[name] = max(round_seconds, min(wishes, default=usual))
        return cls(every, round_seconds)

    def collectors(self, lane: Lane) -> tuple[str, ...]:
        """The collectors of a lane, in the order they are to be asked."""
        return tuple(name for name, every in self.every.items() if self.lane(name) is lane)

    def lane(self, collector: str) -> Lane:
        """The lane a collector belongs to. The fast one is never empty: it is what finds a host up or down."""
        quickest = max(self.round_seconds, min(self.every.values()))
        return Lane.FAST if self.every[collector] <= quickest else Lane.SLOW

    def beat(self, lane: Lane) -> float | None:
        """Seconds between two rounds of a lane; None when nothing is in it."""
        return min((self.every[name] for name in self.collectors(lane)), default=None)

    def due(self, lane: Lane, last: Mapping[str, float], now: float) -> tuple[str, ...]:
        """The collectors of a lane whose time has come; `last` and `now` on one monotonic clock.

        Half a beat of grace: a timer that rings a moment early must not cost a collector a whole turn.
        """
        beat = self.beat(lane) or 0.0
        return tuple(
            name
            for name in self.collectors(lane)
            if name not in last or now - last[name] >= self.every[name] - beat / 2
        )
