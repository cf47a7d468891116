"""Series that node_exporter has and rounds leaves out on purpose, each with its reason."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from tests.compatibility.judgement import Labels


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Series of some metrics with some value of one label."""

    metrics: re.Pattern[str]
    label: str
    values: re.Pattern[str]
    reason: str

    def has(self, metrics: Collection[str], labels: Labels) -> bool:
        """Whether a series of a query that reads `metrics` is one of these."""
        value = dict(labels).get(self.label)
        return value is not None and bool(self.values.fullmatch(value)) and any(map(self.metrics.fullmatch, metrics))


LEFT_OUT = (
    LeftOut(
        re.compile(r"node_disk_\w+"),
        "device",
        re.compile(r"zram\d+"),
        "compressed memory is no disk; node_exporter leaves it out too, from 1.6 on",
    ),
    LeftOut(
        re.compile(r"node_network_\w+"),
        "device",
        re.compile(r"ifb\d+"),
        "interfaces of the machine that the lab's hosts run on as containers: they are in /sys there, where "
        "node_exporter looks for names, but the hosts' own list, /proc/net/dev, does not have them",
    ),
)


def reason_for(metrics: Collection[str], labels: Labels) -> str | None:
    """Why a series is left out; None: it is not."""
    return next((known.reason for known in LEFT_OUT if known.has(metrics, labels)), None)
