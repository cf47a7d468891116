"""Which metric families node_exporter has, recorded from real ones, and why some of them are not here.

`families/VERSION.txt` holds, for one version, a line for each of its collectors (`collector NAME enabled|disabled`, as
its own help says) and one for each family that a collector showed on the host where it was recorded
(`family NAME TYPE COLLECTOR`). `without.yaml` holds the reasons.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml
from prometheus_client.parser import text_string_to_metric_families

from docs.pages.replay import replayed
from exporters.prometheus import PrometheusExport

FOLDER = Path(__file__).with_name("families")
_REASONS = Path(__file__).with_name("without.yaml")

ITSELF = "itself"
"""What stands for a collector where a family tells of the exporter and not of the host."""

OF_ITSELF = ("node_exporter_build_info", "node_scrape_collector_duration_seconds", "node_scrape_collector_success")

UNSEEN = MappingProxyType({
    "bonding": "node_bonding_*",
    "btrfs": "node_btrfs_*",
    "cpufreq": "node_cpu_*frequency*",
    "dmi": "node_dmi_info",
    "edac": "node_edac_*",
    "fibrechannel": "node_fibrechannel_*",
    "hwmon": "node_hwmon_*",
    "mdadm": "node_md_*",
    "nvme": "node_nvme_*",
    "powersupplyclass": "node_power_supply_*",
    "schedstat": "node_schedstat_*",
    "thermal_zone": "node_thermal_zone_*",
})  # fmt: skip
"""Collectors whose hardware no recorded host has, or its kernel hides; and what of theirs is here nevertheless."""

_ENABLE = re.compile(r"--(?:\[no-\])?collector\.(\w+)\s+Enable the \w+\s+collector\s+\(default:\s+(\w+)\)")


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one version of node_exporter has."""

    version: str
    collectors: Mapping[str, bool]
    """Whether it is enabled when nobody says anything."""
    families: Mapping[str, str]
    """The collector of each family."""


@dataclass(frozen=True, slots=True)
class Without:
    """Why families of a collector, or some of them, are not here. `families` are patterns as those of file names."""

    collector: str
    families: Sequence[str]
    reason: str

    def names(self, family: str) -> bool:
        """Whether it speaks of this family."""
        return any(fnmatchcase(family, pattern) for pattern in self.families)


@cache
def recorded() -> tuple[Recorded, ...]:
    """Every recorded version, the oldest first."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.txt"), key=lambda path: _order(path.stem)))


@cache
def reasons() -> tuple[Without, ...]:
    """Every reason, by collector."""
    told = yaml.safe_load(_REASONS.read_text(encoding="utf-8"))
    return tuple(
        Without(collector, tuple(entry["families"]), entry["reason"])
        for collector, entries in told.items()
        for entry in entries
    )


@cache
def here() -> Collection[str]:
    """Every family that a host's page has, from the recordings of all collectors."""
    export = PrometheusExport()
    names = set()
    for report in replayed():
        export.observe(report)
        page = export.render_host(report.host.name) or b""
        names |= {sample.name for family in text_string_to_metric_families(page.decode()) for sample in family.samples}
        export.forget(report.host.name)
    return frozenset(names)


def unexplained() -> Collection[str]:
    """Families that some node_exporter has, that are not here, and that no reason speaks of."""
    every = {family for version in recorded() for family in version.families}
    return sorted(family for family in every - set(here()) if not any(reason.names(family) for reason in reasons()))


def overtaken() -> Collection[str]:
    """Families that a reason says are not here, and that are."""
    return sorted(family for family in here() if any(reason.names(family) for reason in reasons()))


def collectors_of(help_text: str) -> Mapping[str, bool]:
    """The collectors that `--help` lists, and which are enabled."""
    return {name: default == "enabled" for name, default in _ENABLE.findall(help_text)}


def lines(heading: str, collectors: Mapping[str, bool], pages: Mapping[str, str]) -> Iterator[str]:
    """A recording: of the collectors, and of the page that each of them makes alone."""
    yield f"# {heading}"
    for name, enabled in sorted(collectors.items()):
        yield f"collector {name} {'enabled' if enabled else 'disabled'}"
    for collector, page in sorted(pages.items()):
        for family in text_string_to_metric_families(page):
            if family.name.startswith("node_") and not family.name.startswith(OF_ITSELF):
                name = f"{family.name}_total" if family.type == "counter" else family.name
                yield f"family {name} {family.type} {collector}"
    yield from (f"family {name} gauge {ITSELF}" for name in OF_ITSELF)


def _read(path: Path) -> Recorded:
    collectors, families = {}, {}
    for line in path.read_text(encoding="utf-8").splitlines():
        match line.split():
            case ["collector", name, default]:
                collectors[name] = default == "enabled"
            case ["family", name, _, collector]:
                families[name] = collector
    return Recorded(path.stem, collectors, families)


def _order(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
