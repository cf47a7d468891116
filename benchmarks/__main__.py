"""Measures what a round costs, and what others cost on the same hosts.

python -m benchmarks [--hosts 200] [--real-hosts 10] [--rounds 10] [--write]
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from agent.catalogue import catalogue
from agent.runner import sections
from benchmarks.client import fast_task, measure
from benchmarks.loopback_sshd import loopback_sshd
from benchmarks.peers import ansible_ms, check_by_ssh_ms
from benchmarks.recorded_answers import record
from benchmarks.results import Results
from benchmarks.simulated_fleet import simulated_fleet
from collectors.transport.script import assemble
from exporters.contract import HostCard


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--hosts", type=int, default=200, help="simulated hosts")
    parser.add_argument("--real-hosts", type=int, default=10, help="addresses of the real sshd")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--write", action="store_true", help="put the results into benchmarks/README.md")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rounds-bench-") as name:
        results = _measure(Path(name), asked.hosts, asked.real_hosts, asked.rounds)
    print(results.as_markdown())
    if asked.write:
        results.write()
    return 0 if results.met else 1


def _measure(folder: Path, hosts: int, real_hosts: int, rounds: int) -> Results:
    key = folder / "id_ed25519"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    found = catalogue()
    task = fast_task(found, HostCard("this-machine", "127.0.0.1"))
    asked = sections(task, found, task.collectors)
    answers = record(asked, found, looks=2 * rounds + 2)
    with simulated_fleet(folder, hosts, answers) as places:
        simulated = measure(folder, key, places, rounds)
    with loopback_sshd(folder, real_hosts, key) as places:
        real = measure(folder, key, places, rounds)
        few = max(3, rounds // 3)
        script = assemble(asked, "@rounds-0123456789abcdef", 0.0)
        return Results(
            simulated,
            real,
            ansible_ms(folder, key, places, script, few),
            check_by_ssh_ms(folder, key, places, few),
        )


if __name__ == "__main__":
    sys.exit(main())
