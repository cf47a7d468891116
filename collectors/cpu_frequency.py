"""How fast each processor is clocked, and how often heat slowed it down.

cpu0/cpufreq/cpuinfo_max_freq:3600000
cpu0/cpufreq/scaling_cur_freq:1200117
cpu0/thermal_throttle/core_throttle_count:0
cpu0/thermal_throttle/package_throttle_count:0
cpu0/topology/core_id:0
cpu0/topology/physical_package_id:0
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from collectors.bare_metal import TELL_VIRTUAL, absent
from collectors.contract import Collector, Sample, SampleType, UnreadableOutput
from collectors.contract.reading import whole_number

_HERTZ: Mapping[str, tuple[str, str]] = {
    "cpuinfo_cur_freq": ("frequency", "Current cpu"),
    "cpuinfo_min_freq": ("frequency_min", "Minimum cpu"),
    "cpuinfo_max_freq": ("frequency_max", "Maximum cpu"),
    "scaling_cur_freq": ("scaling_frequency", "Current scaled CPU"),
    "scaling_min_freq": ("scaling_frequency_min", "Minimum scaled CPU"),
    "scaling_max_freq": ("scaling_frequency_max", "Maximum scaled CPU"),
}

_THROTTLED = ("thermal_throttle/core_throttle_count", "thermal_throttle/package_throttle_count")
_FILES = (*(f"cpufreq/{name}" for name in _HERTZ), *_THROTTLED, "topology/core_id", "topology/physical_package_id")

# One fork. cpuinfo_cur_freq asks the hardware, which is left to root; a processor that is offline has no cpufreq.
PROBE = f"""\
cd /sys/devices/system/cpu 2>/dev/null && for one in cpu[0-9]*/cpufreq cpu[0-9]*/thermal_throttle; do
  [ ! -d "$one" ] || {{ grep -s . /dev/null {" ".join(f"cpu[0-9]*/{file}" for file in _FILES)}; return 0; }}
done 2>/dev/null
{TELL_VIRTUAL}
return 0
"""

_FILE = re.compile(r"cpu([0-9]{1,5})/(?:cpufreq|thermal_throttle|topology)/([a-z_]{1,40}):(.*)")


@dataclass(frozen=True, slots=True)
class Frequency:
    """What one file of cpufreq says of one processor, in hertz."""

    processor: int
    file: str
    hertz: int


@dataclass(frozen=True, slots=True)
class Throttled:
    """How often since the start a core was slowed down since it, or all of its package, was too hot."""

    package: str
    core: str
    of_core: int
    of_package: int


@dataclass(frozen=True, slots=True)
class CpuFrequency:
    """Each core once, by whichever of its processors comes first."""

    frequencies: tuple[Frequency, ...]
    throttled: tuple[Throttled, ...]


def parse(output: str) -> CpuFrequency:
    """Raises `UnreadableOutput`, `NotApplicable` (the kernel does not tell, as in most virtual machines)."""
    files: dict[int, dict[str, str]] = {}
    for line in output.split("\n"):
        if (found := _FILE.fullmatch(line)) is not None:
            files.setdefault(int(found[1]), {})[found[2]] = found[3].strip()
        elif line.strip() and line != "== virtual":
            raise UnreadableOutput("a file of /sys/devices/system/cpu and its content", line)
    if not files:
        raise absent("no cpufreq in /sys/devices/system/cpu", "no driver scales the processors here", output)
    frequencies = (
        Frequency(number, file, whole_number(files[number][file]) * 1000)
        for number in sorted(files)
        for file in _HERTZ
        # A driver that does not know says <unknown>.
        if not files[number].get(file, "<").startswith("<")
    )
    return CpuFrequency(tuple(frequencies), tuple(_throttled(files)))


def _throttled(files: Mapping[int, Mapping[str, str]]) -> Iterator[Throttled]:
    seen: set[tuple[str, str]] = set()
    names = ("physical_package_id", "core_id", "core_throttle_count", "package_throttle_count")
    for number in sorted(files):
        told = [files[number][name] for name in names if name in files[number]]
        if len(told) == len(names) and (told[0], told[1]) not in seen:
            seen.add((told[0], told[1]))
            package, core, of_core, of_package = (whole_number(word) for word in told)
            yield Throttled(str(package), str(core), of_core, of_package)


def samples(facts: CpuFrequency) -> Iterator[Sample]:
    """As node_exporter's collectors `cpufreq` and `cpu` name them."""
    for found in facts.frequencies:
        name, words = _HERTZ[found.file]
        cpu = (("cpu", str(found.processor)),)
        yield Sample(f"node_cpu_{name}_hertz", found.hertz, cpu, f"{words} thread frequency in hertz.")
    packages: set[str] = set()
    for core in facts.throttled:
        labels = (("core", core.core), ("package", core.package))
        text = "Number of times this CPU core has been throttled."
        yield Sample("node_cpu_core_throttles_total", core.of_core, labels, text, SampleType.COUNTER)
        if core.package not in packages:
            packages.add(core.package)
            text = "Number of times this CPU package has been throttled."
            yield Sample("node_cpu_package_throttles_total", core.of_package, labels[1:], text, SampleType.COUNTER)


# More often than the five minutes over which rates are mostly asked for.
COLLECTOR = Collector(probe=PROBE, parse=parse, every_seconds=120, timeout_seconds=20, samples=samples)
