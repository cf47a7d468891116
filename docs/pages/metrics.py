"""Every metric the agent exposes, from a page it really renders."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from agent.catalogue import catalogue
from agent.web.application import application
from collectors.contract import Reason
from docs.pages.agent_at_rest import agent_at_rest
from docs.pages.markdown import code, joined, table
from docs.pages.measurements import measurements
from docs.pages.replay import replayed, samples
from exporters.contract import HostCard, HostFailure, HostReport, Lane
from exporters.prometheus import PrometheusExport

_HEAD = ("Metric", "Type", "Labels", "Help")
_OF_LIBRARIES = ("process_", "python_")


def pages() -> Mapping[Path, str]:
    """One page."""
    measured = {metric for metrics in measurements().values() for metric in metrics}
    own = [f for f in _families() if f.name not in measured and not f.name.startswith(_OF_LIBRARIES)]
    of_hosts = [f for f in own if any("host" in s.labels for s in f.samples)]
    parts = [
        "# Metrics\n",
        "At `/metrics`. What is not known any more is absent, never stale: a host that cannot be reached has\n"
        "`rounds_host_up` 0 and no states.\n",
        "## Of each host and check\n",
        table(_HEAD, map(_row, of_hosts)),
        "## Measurements of checks\n",
        "Named `rounds_<check>_<name>[_<unit>]`, in base units, with the labels `host` and `item`.\n",
        table(("Metric", "Check"), _measured()),
        "## Of the agent itself\n",
        table(_HEAD, (_row(family) for family in own if family not in of_hosts)),
        "Beside these stand `process_*` and `python_*`, as prometheus_client has them.\n",
        "## Of one host, as node_exporter\n",
        "At `/hosts/NAME/metrics`; 503 while the host cannot be reached.\n",
        table(("Metric", "Type", "Collector"), _node()),
    ]
    return {Path("metrics.md"): joined(parts)}


def _families() -> list[Metric]:
    """What `/metrics` shows after rounds of every recording, and one of a host that did not answer."""
    with agent_at_rest() as daemon:
        application(daemon)  # it adds the agent's own numbers to the page
        export = next(e for e in daemon.conductor.exports.values() if isinstance(e, PrometheusExport))
        for number, report in enumerate(replayed()):
            card = HostCard(f"host-{number}", "192.0.2.10")
            export.observe(HostReport(card, Lane.FAST, 0.0, 0.0, report.outcomes, report.sections))
        failure = HostFailure(Reason.UNREACHABLE, "it does not answer")
        export.observe(HostReport(HostCard("gone", "192.0.2.11"), Lane.FAST, 0.0, 0.0, failure=failure))
        families = text_string_to_metric_families(export.render().decode())
        return sorted(families, key=lambda family: family.name)


def _row(family: Metric) -> tuple[str, str, str, str]:
    labels = dict.fromkeys(label for sample in family.samples for label in sample.labels)
    name = f"{family.name}_total" if family.type == "counter" else family.name
    return code(name), family.type, ", ".join(map(code, labels)), family.documentation


def _measured() -> Iterator[tuple[str, str]]:
    for check, metrics in measurements().items():
        for metric in metrics:
            yield code(metric), f"[{check}](checks/{check}.md)"


def _node() -> Iterator[tuple[str, str, str]]:
    for name in catalogue().collectors:
        for sample in samples(name):
            yield code(sample.name), sample.type.value, f"[{name}](collectors/{name}.md)"
