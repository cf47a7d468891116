"""The page that says what of node_exporter is not here, and why."""

from collections.abc import Iterator

from tests.compatibility.beats import SlowSection, slow_sections
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

_SLOW = """
## What is looked at less often

What is on the page is as old as the last round, but for these families: their sections have a beat of
their own, since to ask costs the host more than a file of /proc, or since they hardly change. In between
the page repeats what was found. When a section fails, or the slow lane does not reach the host, they are gone until
it works again; a check that sets `every` for a collector moves them with it.

- A gauge is late by up to the beat, and an alert on one rings so much later.
- A counter moves once in a beat. `rate()` and `increase()` are right over two beats or more (four minutes for 120 s,
  ten for 300 s); over less they show nothing, and then a step. **`irate()` is never right**: it divides what came in a
  whole beat by the time between two scrapes. So the panels of Node Exporter Full over connections to sockets of systemd
  show spikes whose height means nothing; that something happened, and how often in an hour, is true.
- What rules of the node mixin look back on for five minutes (restarts of services, the offset of the clock) has a
  beat of two, so that they see two looks at least.
- All other counters (processors, disks, network, memory, the kernel's) are read in every round. Their `irate()` is
  right where a round is made at least as often as Prometheus scrapes.

| Section | Every | Counters | Gauges and information |
| --- | ---: | --- | --- |"""


def page() -> str:
    """Markdown."""
    newest = recorded()[-1]
    rows = (_row(reason, newest) for reason in reasons())
    head = ("| Collector | In node_exporter | Families | Why not in rounds |", "| --- | --- | --- | --- |")
    return "\n".join([_HEAD, *_recorded(), "", *head, *rows, _SLOW, *map(_slow, slow_sections())]) + "\n"


def _slow(section: SlowSection) -> str:
    counters, others = (", ".join(f"`{name}`" for name in names) for names in (section.counters, section.others))
    return f"| {section.collector} | {section.seconds:g} s | {counters} | {others} |"


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
