"""The daily report of a large fleet, made by the agent at work: how long it takes, how much memory, and what the rounds
lose meanwhile.

python -m benchmarks.daily_report [--hosts 1000] [--minutes 6] [--write]
"""

import argparse
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import yaml

from agent.catalogue import catalogue
from benchmarks.place import Place, raise_file_limit, write_known_hosts
from benchmarks.results import README
from benchmarks.simulated_fleet import simulated_fleet
from benchmarks.whole_agent import PORT, every_answer

GOAL_SECONDS = 30.0
GOAL_MIB = 500.0
GIVE_UP_SECONDS = 600.0
_SLOW = {"pending_updates", "reboot_required", "automatic_updates", "failed_logins", "time_zone", "superusers"}
_PLACE = re.compile(r"(?<=<!-- report -->\n).*?(?=<!-- /report -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one report cost. Memory is what the agent and its children used more than before, at most."""

    hosts: int
    items: int
    seconds: float
    files_mb: float
    mib: float
    rounds_before: float
    rounds_during: float

    @property
    def met(self) -> bool:
        """Whether the goals are met."""
        return self.seconds <= GOAL_SECONDS and self.mib <= GOAL_MIB

    def as_markdown(self) -> str:
        """A table."""
        return (
            f"Measured {datetime.now():%Y-%m-%d}: {self.hosts} hosts, {self.items} lines.\n\n"
            "| from the hour until every file is written | goal | |\n"
            "| --- | ---: | ---: |\n"
            f"| time | {GOAL_SECONDS:.0f} s | **{self.seconds:.1f} s** |\n"
            f"| memory, beside what the agent has anyway | {GOAL_MIB:.0f} MiB | **{self.mib:.0f} MiB** |\n"
            f"| what is written | | {self.files_mb:.1f} MB |\n"
            f"| rounds in a minute, before and meanwhile | | {self.rounds_before:.0f}, {self.rounds_during:.0f} |\n"
        )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.daily_report", description=__doc__)
    parser.add_argument("--hosts", type=int, default=1000)
    parser.add_argument("--minutes", type=int, default=6, help="from the start of the agent to the end of the day")
    parser.add_argument("--write", action="store_true", help="put the results into benchmarks/README.md")
    asked = parser.parse_args()
    raise_file_limit()
    with tempfile.TemporaryDirectory(prefix="rounds-bench-") as name:
        folder = Path(name)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "id_ed25519"], check=True)
        with simulated_fleet(folder, asked.hosts, every_answer(folder)) as places:
            at = datetime.now().replace(second=0, microsecond=0) + timedelta(minutes=asked.minutes)
            with _agent(_configuration(folder, places, at)) as agent:
                cost = _watch(agent, folder, at, asked.hosts)
    print(cost.as_markdown())
    if asked.write:
        README.write_text(_PLACE.sub(lambda _: cost.as_markdown(), README.read_text("utf-8")), "utf-8")
    return 0 if cost.met else 1


def _configuration(folder: Path, places: Sequence[Place], at: datetime) -> Path:
    write_known_hosts(folder / "known_hosts", places)
    hosts = [{"name": f"host-{n}", "address": place.address, "port": place.port} for n, place in enumerate(places)]
    # About 40 results for each host: all that is looked at every round, and a little of what is not.
    found = catalogue()
    slow = {name for name, check in found.checks.items() if found.collectors[check.collector].collector.every_seconds}
    written = {
        "system": "Benchmark",
        "hosts": hosts,
        "checks": {name: {"enabled": False} for name in sorted(slow - _SLOW)},
        "ssh": {"user": "rounds", "key_file": "id_ed25519", "known_hosts": "known_hosts"},
        "history": {"url": "sqlite:///history.db"},
        "maintenance_log": {"folder": "log", "at": f"{at:%H:%M}"},
        "web": {"listen": f"127.0.0.1:{PORT}"},
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(written), encoding="utf-8")
    return path


@contextmanager
def _agent(config: Path) -> Iterator[psutil.Process]:
    with (config.parent / "agent.log").open("wb") as log:
        argv = [sys.executable, "-m", "agent", "start", "--config", str(config)]
        agent = subprocess.Popen(argv, stdout=log, stderr=log)
    try:
        yield psutil.Process(agent.pid)
    finally:
        agent.terminate()
        agent.wait(180)  # it may be in the middle of a report


def _watch(agent: psutil.Process, folder: Path, at: datetime, hosts: int) -> Cost:
    day_ends = at.timestamp()
    time.sleep(max(0.0, day_ends - 5 - time.time()))
    up = _hosts_up()
    if up < hosts:
        print(f"only {up} of {hosts} hosts are up at the end of the day", file=sys.stderr)
    time.sleep(max(0.0, day_ends - 1 - time.time()))
    before, most, written = _memory(agent), 0.0, None
    while written is None:
        time.sleep(0.1)
        most = max(most, _memory(agent))
        written = next((folder / "log").glob("2*/maintenance-log-*.json"), None)
        if time.time() - day_ends > GIVE_UP_SECONDS:
            raise TimeoutError((folder / "agent.log").read_text("utf-8")[-3000:])
    ended = time.time()
    time.sleep(10)  # until the last rounds are written
    record = json.loads(written.read_text("utf-8"))
    size = sum(path.stat().st_size for path in written.parent.iterdir())
    rounds_before, rounds_during = (_rounds(folder, *span) for span in ((day_ends - 60, day_ends), (day_ends, ended)))
    return Cost(hosts, len(record["items"]), ended - day_ends, size / 1e6, most - before, rounds_before, rounds_during)


def _memory(agent: psutil.Process) -> float:
    """MiB of the agent and its children; of pages that several share each has its part."""
    total = 0.0
    for process in (agent, *agent.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            total += process.memory_full_info().pss / 2**20
    return total


def _rounds(folder: Path, begin: float, end: float) -> float:
    """Rounds of the fast lane in a minute."""
    with closing(sqlite3.connect(folder / "history.db")) as history:
        query = "SELECT count(*) FROM runs WHERE lane = 'fast' AND finished_at BETWEEN ? AND ?"
        (made,) = history.execute(query, (begin, end)).fetchone()
    return float(made) / (end - begin) * 60


def _hosts_up() -> int:
    page = urllib.request.urlopen(f"http://127.0.0.1:{PORT}/metrics", timeout=30).read().decode()
    return len(re.findall(r"^rounds_host_up\{[^}]*\} 1$", page, re.MULTILINE))


if __name__ == "__main__":
    sys.exit(main())
