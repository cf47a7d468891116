"""What most people alert on: Prometheus' `predict_linear`, a line by least squares through the last hours or days."""

from dataclasses import dataclass

from benchmarks.synthetic_histories import HOUR, History


@dataclass(frozen=True, slots=True)
class PredictLinear:
    """`predict_linear(node_filesystem_avail_bytes[RANGE], ...)`, over samples an hour apart."""

    name: str
    range_hours: int

    def full_in(self, history: History, hour: int) -> float | None:
        """Seconds until the line reaches the size; None where it never does, or where there are not two samples."""
        hours = [h for h in range(max(0, hour - self.range_hours), hour + 1) if history.seen[h]]
        if len(hours) < 2:
            return None
        times = [(h - hour) * float(HOUR) for h in hours]
        levels = [history.used[h] for h in hours]
        middle, mean = sum(times) / len(times), sum(levels) / len(levels)
        spread = sum((time - middle) ** 2 for time in times)
        rate = sum((time - middle) * (level - mean) for time, level in zip(times, levels, strict=True)) / spread
        now = mean - rate * middle
        return max((history.size[hour] - now) / rate, 0.0) if rate > 0 else None


PEERS = (PredictLinear("6 h", 6), PredictLinear("24 h", 24), PredictLinear("7 d", 168))
