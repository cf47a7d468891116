"""The measured side: rounds' own transport, runner and Prometheus exporter, in a process of its own.

python -m benchmarks.client <places.json   prints a `Cost` as JSON
"""

import json
import resource
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from agent.agenda import Agenda
from agent.catalogue import Catalogue, catalogue
from agent.garbage import search_seldom
from agent.runner import Task, run, sections
from benchmarks.place import Place, raise_file_limit, write_known_hosts
from collectors.transport.deadline import Deadline
from collectors.transport.script import assemble, end_mark
from collectors.transport.ssh import SshShell
from collectors.transport.target import SshTarget
from exporters.contract import HostCard, HostReport, Lane
from exporters.prometheus import PrometheusExport

_AT_ONCE = 32
_IDLE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What rounds cost on the client: milliseconds of CPU for each host in the median round, unless said otherwise.

    connect_ms      opening a connection, with the first, double look; once in a connection's life
    transport_ms    joining the script, sending it, receiving the answer
    whole_ms        all of it: transport, parsing, judging, rendering the metrics
    idle_ms         an open connection, for each second
    host_kib        memory for each host with everything that is kept of it
    """

    hosts: int
    rounds: int
    sections: int
    results: int
    script_bytes: int
    answer_bytes: int
    connect_ms: float
    transport_ms: float
    whole_ms: float
    idle_ms: float
    host_kib: float


def measure(folder: Path, key: Path, places: Sequence[Place], rounds: int) -> Cost:
    """Measure in a fresh process, so that nothing else is counted."""
    asked = {
        "folder": str(folder),
        "key": str(key),
        "rounds": rounds,
        "places": [asdict(place) for place in places],
    }
    argv = [sys.executable, "-m", "benchmarks.client"]
    done = subprocess.run(argv, input=json.dumps(asked), stdout=subprocess.PIPE, text=True, check=True, timeout=600)
    return Cost(**json.loads(done.stdout))


def fast_task(found: Catalogue, host: HostCard) -> Task:
    """Everything rounds does every round, under the default parameters."""
    params = {name: plugin.check.params() for name, plugin in found.checks.items()}
    agenda = Agenda.of(params, found, round_seconds=60.0)
    return Task(host, Lane.FAST, agenda.collectors(Lane.FAST), params, deadline_seconds=60.0)


class _Fleet:
    """Every host with its shell, its task and its last facts."""

    def __init__(self, targets: Sequence[SshTarget]) -> None:
        self.catalogue = catalogue()
        self.shells = {target.name: SshShell(target) for target in targets}
        self.tasks = {t.name: fast_task(self.catalogue, HostCard(t.name, t.address)) for t in targets}
        self.export = PrometheusExport()

    def whole_round(self, name: str) -> HostReport:
        task, shell = self.tasks[name], self.shells[name]
        report = run(task, lambda: shell, self.catalogue)
        self.export.observe(report)
        if report.failure is not None:
            raise RuntimeError(f"{name}: {report.failure.message}")
        self.tasks[name] = replace(task, previous=report.facts)
        return report

    def script(self, name: str, marker: str) -> str:
        task = self.tasks[name]
        return assemble(sections(task, self.catalogue, task.collectors), marker, time.time())

    def transport_alone(self, name: str) -> int:
        marker = f"@rounds-{secrets.token_hex(8)}"
        answer = self.shells[name].run(self.script(name, marker), Deadline(60), end_mark(marker))
        if answer.cut is not None:
            raise RuntimeError(f"{name}: {answer.cut}")
        return len(answer.output)


def _measure_here(asked: dict[str, Any]) -> Cost:
    folder, places = Path(asked["folder"]), [Place(**place) for place in asked["places"]]
    known_hosts = write_known_hosts(folder / "known_hosts", places)
    targets = [
        SshTarget(
            name=f"host-{i:04d}",
            address=place.address,
            port=place.port,
            user=place.user,
            known_hosts=known_hosts,
            key_file=Path(asked["key"]),
        )
        for i, place in enumerate(places)
    ]
    fleet = _Fleet(targets)
    names, rounds = list(fleet.shells), int(asked["rounds"])
    search_seldom()  # as the agent does when it starts
    before_kib = _resident_kib()
    with ThreadPoolExecutor(min(_AT_ONCE, len(names))) as pool:

        def each(work: Callable[[str], Any], times: int) -> tuple[float, list[Any]]:
            """The median of `times` rounds, for each host, and what the last of them gave."""
            spent, last = [], []
            for _ in range(times):
                begun = time.process_time()
                last = list(pool.map(work, names))
                spent.append(time.process_time() - begun)
            return median(spent) * 1000 / len(names), last

        connect_ms, _ = each(fleet.whole_round, 1)
        transport_ms, lengths = each(fleet.transport_alone, rounds)
        whole_ms, reports = each(fleet.whole_round, rounds)
        host_kib = (_resident_kib() - before_kib) / len(names)
        begun = time.process_time()
        time.sleep(_IDLE_SECONDS)
        idle_ms = (time.process_time() - begun) * 1000 / len(names) / _IDLE_SECONDS
    cost = Cost(
        hosts=len(names),
        rounds=rounds,
        sections=len(fleet.tasks[names[0]].collectors),
        results=sum(len(outcome.results) for outcome in reports[0].outcomes),
        script_bytes=len(fleet.script(names[0], "x" * 24)),
        answer_bytes=max(lengths),
        connect_ms=connect_ms,
        transport_ms=transport_ms,
        whole_ms=whole_ms,
        idle_ms=idle_ms,
        host_kib=host_kib,
    )
    for shell in fleet.shells.values():
        shell.close()
    return cost


def _resident_kib() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1024


if __name__ == "__main__":
    raise_file_limit()
    print(json.dumps(asdict(_measure_here(json.load(sys.stdin)))))
