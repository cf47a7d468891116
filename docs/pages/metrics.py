"""Every metric the agent exposes: what is declared, what checks measure, and what a host's page shows."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from agent.catalogue import catalogue
from checks.contract import Unit
from docs.pages.markdown import code, joined, table
from docs.pages.measurements import measurements
from docs.pages.replay import samples
from exporters.exposition import Family
from exporters.exposition.heads import UNITS
from exporters.exposition.labels import CLOSED, OF_THEIR_OWN, OPEN
from exporters.exposition.vocabulary import FAMILIES

_HEAD = ("Metric", "Type", "Unit", "Labels", "Help", "Stability")
_POLICY = "../explanation/metrics.md"


def pages() -> Mapping[Path, str]:
    """One page."""
    of_hosts = [family for family in FAMILIES if "host" in family.labels]
    rest = [family for family in FAMILIES if family not in of_hosts]
    parts = [
        "# Metrics\n",
        "At `/metrics`, as text or OpenMetrics. What is not known any more is absent, never stale: a host that cannot\n"
        "be reached has `rounds_host_up` 0 and no states; one whose rounds ceased to come has neither.\n"
        f"[What may be built on these names]({_POLICY}), and what may change about them, is written down.\n",
        "## Of each host and check\n",
        table(_HEAD, map(_row, of_hosts)),
        "## Measurements of checks\n",
        "Gauges named `rounds_<check>_<name>[_<unit>]`, in base units, with the labels `host` and `item`. They are as\n"
        "stable as the check: one is renamed only as the policy says.\n",
        table(("Metric", "Unit", "Check"), _measured()),
        "## Of the agent itself\n",
        table(_HEAD, map(_row, rest)),
        "Beside these stand `process_*` and `python_*`, as prometheus_client has them.\n",
        "## Labels\n",
        table(("Label", "Values"), _labels()),
        "## Of one host, as node_exporter\n",
        "At `/hosts/NAME/metrics`; 503 while the host cannot be reached, or had no round for three beats.\n",
        table(("Metric", "Type", "Collector"), _node()),
    ]
    return {Path("metrics.md"): joined(parts)}


def _row(family: Family) -> tuple[str, str, str, str, str, str]:
    labels = ", ".join(map(code, family.labels))
    return code(family.name), _type(family), unit_of(family.name), labels, family.help, family.stability


def _type(family: Family) -> str:
    return "info" if family.name.endswith("_info") else family.type.value


def unit_of(name: str) -> str:
    """The unit that a name ends in; empty: it is a count, a state or a yes or no."""
    base = name.removesuffix("_total")
    if base.endswith("_timestamp_seconds"):
        return "seconds since 1970"
    if base.endswith("_per_second"):
        return "per second"
    unit = base.rpartition("_")[2]
    return unit if unit in UNITS else ""


def _measured() -> Iterator[tuple[str, str, str]]:
    for check, metrics in measurements().items():
        for metric, unit in metrics.items():
            yield code(metric), unit_of(metric) if unit is not Unit.COUNT else "", f"[{check}](checks/{check}.md)"


def _labels() -> Iterator[tuple[str, str]]:
    for label in sorted((*CLOSED, *OPEN)):
        yield code(label), _listed(CLOSED[label]) if label in CLOSED else OPEN[label]
    for (family, label), values in OF_THEIR_OWN.items():
        yield f"{code(label)} of {code(family)}", _listed(values)


def _listed(values: Iterable[str]) -> str:
    return ", ".join(map(code, values))


def _node() -> Iterator[tuple[str, str, str]]:
    for name in catalogue().collectors:
        for sample in samples(name):
            yield code(sample.name), sample.type.value, f"[{name}](collectors/{name}.md)"
