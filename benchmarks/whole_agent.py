"""The whole agent on a simulated fleet, as a process of its own: what it costs once everything takes part.

python -m benchmarks.whole_agent [--hosts 500] [--seconds 180]
"""

import argparse
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import psutil
import yaml

from agent.catalogue import catalogue
from agent.config import load
from agent.once import task_for
from agent.runner import sections
from benchmarks.place import Place, raise_file_limit, write_known_hosts
from benchmarks.recorded_answers import RecordedAnswers, record
from benchmarks.simulated_fleet import simulated_fleet
from exporters.contract import Lane

PORT = 9611


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.whole_agent", description=__doc__)
    parser.add_argument("--hosts", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=180, help="how long to watch it; the first minute is told apart")
    asked = parser.parse_args()
    raise_file_limit()
    with tempfile.TemporaryDirectory(prefix="rounds-bench-") as name:
        folder = Path(name)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "id_ed25519"], check=True)
        with simulated_fleet(folder, asked.hosts, every_answer(folder)) as places:
            _watch(_configuration(folder, places), asked.hosts, asked.seconds)


def every_answer(folder: Path) -> RecordedAnswers:
    """What this machine answers to everything it is asked, in both lanes."""
    path = folder / "one.yaml"
    path.write_text("system: Benchmark\nhosts: [{name: any, password_env: HOME}]\n", encoding="utf-8")
    config, found = load(path), catalogue()
    tasks = [task_for(config, found, config.host("any"), lane) for lane in Lane]
    return record([section for task in tasks for section in sections(task, found, task.collectors)], found, looks=8)


def _configuration(folder: Path, places: Sequence[Place]) -> Path:
    write_known_hosts(folder / "known_hosts", places)
    hosts = [{"name": f"host-{n}", "address": place.address, "port": place.port} for n, place in enumerate(places)]
    written = {
        "system": "Benchmark",
        "hosts": hosts,
        "ssh": {"user": "rounds", "key_file": "id_ed25519", "known_hosts": "known_hosts"},
        "history": {"url": "sqlite:///history.db"},
        "maintenance_log": {"folder": "log"},
        "web": {"listen": f"127.0.0.1:{PORT}"},
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(written), encoding="utf-8")
    return path


def _watch(config: Path, hosts: int, seconds: int) -> None:
    with (config.parent / "agent.log").open("wb") as log:
        agent = subprocess.Popen(
            [sys.executable, "-m", "agent", "start", "--config", str(config)], stdout=log, stderr=log
        )
    process, spent = psutil.Process(agent.pid), 0.0
    try:
        for minute in range(max(2, seconds // 60)):
            time.sleep(60)
            times = process.cpu_times()
            cpu, spent = times.user + times.system - spent, times.user + times.system
            metrics = urllib.request.urlopen(f"http://127.0.0.1:{PORT}/metrics", timeout=30).read().decode()
            up = sum(line.startswith("rounds_host_up{") and line.endswith(" 1") for line in metrics.splitlines())
            print(
                f"minute {minute + 1}: {up} of {hosts} hosts up, {cpu / 0.6:.1f} % of a core,"
                f" {1000 * cpu / hosts:.1f} ms for each host, {process.memory_info().rss / 2**20:.0f} MiB,"
                f" {process.num_threads()} threads, {len(metrics) / 1e6:.1f} MB of metrics",
                flush=True,
            )
    finally:
        agent.terminate()
        agent.wait(60)


if __name__ == "__main__":
    main()
