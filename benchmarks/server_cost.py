"""What a round costs the server, beside a scrape of node_exporter on the same server.

python -m benchmarks.server_cost [--rounds 40] [--servers this-machine,debian-13] [--write]

Counted is the processor time of all that runs on the server: sshd, the script, systemd and whoever else is woken, less
what it uses while nobody asks. `this-machine` is an sshd on loopback; the others are servers of the tests' lab, which
needs root.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from statistics import median

from agent.agenda import Agenda
from agent.catalogue import catalogue
from benchmarks.results import put_into_readme
from benchmarks.server_results import ServerCost, as_markdown
from benchmarks.servers import THIS_MACHINE, Server, server
from exporters.contract import Lane

_IDLE_SECONDS = 3.0
_SLOW_TIMES = 3
_TIDYING_SECONDS = 0.05  # after the last word came back, what served it still ends


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.server_cost", description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--servers", default=f"{THIS_MACHINE},debian-12,debian-13")
    parser.add_argument("--sections", action="store_true", help="show what each section of the fast round costs alone")
    parser.add_argument("--write", action="store_true", help="put the results into benchmarks/README.md")
    asked = parser.parse_args()
    costs = []
    for name in asked.servers.split(","):
        with tempfile.TemporaryDirectory(prefix="rounds-bench-") as folder, server(Path(folder), name) as found:
            costs.append(_measure(found, asked.rounds, each=asked.sections))
    text = as_markdown(costs)
    print(text)
    if asked.write:
        put_into_readme("server", text)
    return 0 if all(cost.met for cost in costs) else 1


def _measure(found: Server, rounds: int, *, each: bool) -> ServerCost:
    fast, slow = _collectors(Lane.FAST), _collectors(Lane.SLOW)
    meter = _Meter(found)
    client = found.client
    work: dict[str, Callable[[], int]] = {
        "empty": partial(client.ask, Lane.FAST, ()),
        "fast": partial(client.ask, Lane.FAST, fast),
    }
    if client.exporter:
        work["scrape"] = client.scrape
    if each:
        work |= {f" {name}": partial(client.ask, Lane.FAST, (name,)) for name in fast}
    took = meter.ms(work, rounds)
    for name in took if each else ():
        print(f"{name:22} {took[name] - (took['empty'] if name[0] == ' ' else 0):6.2f} ms", flush=True)
    alone = meter.ms({name: partial(client.ask, Lane.SLOW, (name,)) for name in slow}, _SLOW_TIMES)
    sections = {name: ms - took["empty"] for name, ms in alone.items()}
    return ServerCost(found.name, found.system, len(fast), took["fast"], took["empty"], took.get("scrape"), sections)


def _collectors(lane: Lane) -> tuple[str, ...]:
    found = catalogue()
    params = {name: plugin.check.params() for name, plugin in found.checks.items()}
    return Agenda.of(params, found, round_seconds=60.0).collectors(lane)


class _Meter:
    """Knows what the server uses when nobody asks it anything."""

    def __init__(self, found: Server) -> None:
        self._group = found.group
        found.client.ask(Lane.FAST, ())  # connected, and quiet again
        time.sleep(1)
        before = self._group.spent_ms()
        time.sleep(_IDLE_SECONDS)
        self._idle_ms = (self._group.spent_ms() - before) / _IDLE_SECONDS

    def ms(self, works: Mapping[str, Callable[[], object]], times: int) -> Mapping[str, float]:
        """Milliseconds of processor time that each of them takes, in the median; asked for one after the other."""
        spent: dict[str, list[float]] = {name: [] for name in works}
        for _ in range(times):
            for name, work in works.items():
                before, begun = self._group.spent_ms(), time.monotonic()
                work()
                time.sleep(_TIDYING_SECONDS)
                ms = self._group.spent_ms() - before - self._idle_ms * (time.monotonic() - begun)
                spent[name].append(ms)
        return {name: median(each) for name, each in spent.items()}


if __name__ == "__main__":
    sys.exit(main())
