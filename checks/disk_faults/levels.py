"""The thresholds that hold for a disk, and what they make of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from checks.contract import Measurement, Text, Unit, UpperLevels
from checks.contract.threshold import crossed, crossed_percent, measured_ratio
from checks.disk_faults.faults import ON_THE_WAY, Fault
from collectors.smartctl import Counters, DiskHealth


@dataclass(frozen=True, slots=True)
class DiskLevels:
    """Levels of temperature in °C, and of wear in percent."""

    temperature: UpperLevels[float]
    worn: UpperLevels[float]

    def too_hot(self, health: DiskHealth) -> Iterator[Fault]:
        """At most one fault."""
        degrees = health.temperature_celsius
        if degrees is not None and (state := self.temperature.judge(degrees)):
            mark = crossed(self.temperature, state)
            yield Fault(state, Text(en=f"{degrees} °C{mark.en}", zh=f"{degrees} °C{mark.zh}"))

    def too_worn(self, health: DiskHealth) -> Iterator[Fault]:
        """At most one fault."""
        used = health.used_percent
        if used is not None and (state := self.worn.judge(used)):
            mark = crossed_percent(self.worn, state)
            yield Fault(state, Text(en=f"{used} % worn{mark.en}", zh=f"磨损 {used} %{mark.zh}"))

    def measured(self, health: DiskHealth, baseline: Counters | None) -> Iterator[Measurement]:
        """The numbers judged; a counter's level is one above its baseline."""
        if health.temperature_celsius is not None:
            levels = self.temperature
            yield Measurement("temperature", health.temperature_celsius, Unit.CELSIUS, levels.warn, levels.crit)
        if health.used_percent is not None:
            yield measured_ratio("worn", health.used_percent / 100, self.worn)
        if health.spare_percent is not None:
            crit = None if health.spare_threshold_percent is None else health.spare_threshold_percent / 100
            yield Measurement("spare", health.spare_percent / 100, Unit.RATIO, crit=crit, lower=True)
        lowest = baseline.by_name() if baseline else {}
        for name, count in health.counters.by_name().items():
            level = lowest.get(name, count) + 1
            if name in ON_THE_WAY:
                yield Measurement(name, count, warn=level)
            else:
                yield Measurement(name, count, crit=level)
