"""The page that says what of node_exporter is not here, and why."""

from collections.abc import Iterator

from tests.compatibility.families import Recorded, Without, here, reasons, recorded

_HEAD = """\
# What of node_exporter is not here

Made by `python -m tests.compatibility families` from `tests/compatibility/without.yaml`.

`/hosts/NAME/metrics` shows a host under node_exporter's names. Some of its families are missing there: those below, by
node_exporter's collector, each with the reason. Its families were recorded from Debian's packages with every collector
enabled, in a container and on a virtual machine. What tells of hardware that these lack is given by the
beginning of its names. A test fails when a recorded family is neither shown nor listed, or when it is both.

Whether dashboards and alerts miss any of them is in [the comparison](node-exporter-comparison.md).
"""


def page() -> str:
    """Markdown."""
    newest = recorded()[-1]
    rows = (_row(reason, newest) for reason in reasons())
    head = ("| Collector | In node_exporter | Families | Why not in rounds |", "| --- | --- | --- | --- |")
    return "\n".join([_HEAD, *_recorded(), "", *head, *rows]) + "\n"


def _recorded() -> Iterator[str]:
    yield "| node_exporter | Families recorded | of collectors it enables itself | of these shown by rounds |"
    yield "| --- | ---: | ---: | ---: |"
    for version in recorded():
        stock = [family for family, collector in version.families.items() if version.collectors.get(collector)]
        shown = sum(1 for family in stock if family in here())
        yield f"| {version.version} | {len(version.families)} | {len(stock)} | {shown} |"


def _row(reason: Without, newest: Recorded) -> str:
    enabled = newest.collectors.get(reason.collector)
    there = {True: "on", False: "off", None: ""}[enabled]
    families = ", ".join(f"`{family}`" for family in reason.families)
    return f"| {reason.collector} | {there} | {families} | {reason.reason} |"
