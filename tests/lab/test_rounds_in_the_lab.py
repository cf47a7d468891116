"""The agent on its rounds through the lab: faults made for real are found, with state and item, and seen to clear."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.lab import DATA, Lab, LabHost, faults
from tests.lab.agent import PORT, Agent, running_agent, wait_for

HOSTS = ("debian-11", "debian-12", "debian-13", "busybox")


@pytest.fixture(scope="module")
def agent(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    folder = tmp_path_factory.mktemp("agent")
    for host in lab.hosts.values():
        faults.lay_backups(host)
    settings = {
        "timezone": "UTC",
        "rounds": {"every": "3s", "deadline": "2900ms", "slow_deadline": "60s"},
        "ssh": {"connect_timeout": "2s", "login_again_after": "1s"},
        "hosts": [{"name": "busybox", "checks": {"services": {"required": ["crond"]}}}],
        "checks": {
            "disk_usage": {"retries": 1},
            "services": {"required": ["cron"]},
            "reboot_required": {"every": "4s"},
            "backup_freshness": {
                "every": "4s",
                "sets": [{"name": "db", "files": f"{faults.BACKUPS}/*.gz", "newest_within": "26h", "keep": 7}],
            },
            "backup_copies": {"every": "4s"},
        },
    }
    with running_agent(lab, folder, settings) as running:
        wait_for(lambda: all(running.state(name, "backup_freshness", "db") == "OK" for name in HOSTS))
        yield running


@pytest.fixture(params=HOSTS)
def host(request: pytest.FixtureRequest, lab: Lab) -> LabHost:
    return lab.hosts[request.param]


def test_one_round_looks_at_four_kinds_of_system(agent: Agent) -> None:
    for name in HOSTS:
        results = agent.results(name)
        judged = {check for check, item in results if results[check, item]["state"] is not None}
        assert judged >= {
            "backup_freshness", "clock_offset", "cpu_iowait", "cpu_usage", "disk_usage", "host_identity", "inode_usage",
            "load_per_core", "memory_usage", "missing_mounts", "process_states", "services", "unexpected_reboot",
        }, name  # fmt: skip
        assert not [r for r in results.values() if r["reason"] in ("bug", "unreadable", "failed", "late")], name
        assert results["disk_usage", DATA]["state"] == "OK"
    for name in HOSTS[:3]:
        assert agent.state(name, "pending_updates", "updates") is not None
    assert agent.state("busybox", "pending_updates", "") == "not_applicable"


FAULTS: Mapping[str, tuple[Callable[[LabHost], AbstractContextManager[Any]], str, str, str]] = {
    "a full file system": (faults.full_file_system, "disk_usage", DATA, "CRIT"),
    "no inodes left": (faults.no_inodes_left, "inode_usage", DATA, "CRIT"),
    "a read-only file system": (faults.read_only_file_system, "read_only_mounts", DATA, "CRIT"),
    "a mount of fstab that is missing": (faults.unmounted, "missing_mounts", DATA, "CRIT"),
    "an old backup": (faults.old_backups, "backup_freshness", "db", "CRIT"),
    "missing copies": (faults.missing_backups, "backup_copies", "db", "WARN"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_seen_to_clear(agent: Agent, host: LabHost, fault: str) -> None:
    make, check, item, state = FAULTS[fault]
    assert agent.state(host.name, check, item) == "OK"
    with make(host):
        wait_for(lambda: agent.state(host.name, check, item) == state)
    wait_for(lambda: agent.state(host.name, check, item) == "OK")


def test_a_stopped_service_is_found_under_systemd_and_without(agent: Agent, host: LabHost) -> None:
    with faults.stopped_service(host) as name:
        wait_for(lambda: agent.state(host.name, "services", name) == "CRIT")
    wait_for(lambda: agent.state(host.name, "services", name) == "OK")


def test_a_failed_unit_is_named(agent: Agent, lab: Lab) -> None:
    for name in HOSTS[:3]:
        with faults.failed_unit(lab.hosts[name]) as unit:
            wait_for(lambda name=name, unit=unit: agent.state(name, "services", unit) == "WARN")
        wait_for(lambda name=name, unit=unit: agent.state(name, "services", unit) is None)


def test_a_reboot_that_is_required_names_the_package(agent: Agent, lab: Lab) -> None:
    host = lab.hosts["debian-12"]
    with faults.reboot_required(host) as package:
        wait_for(lambda: agent.state(host.name, "reboot_required", "reboot") == "WARN")
        assert package in agent.results(host.name)["reboot_required", "reboot"]["summary"]["en"]
    wait_for(lambda: agent.state(host.name, "reboot_required", "reboot") == "OK")


def test_a_host_whose_link_is_down_is_not_checked_and_stops_nobody(agent: Agent, host: LabHost) -> None:
    up = f'rounds_host_up{{host="{host.name}"}}'
    with faults.unplugged(host):
        wait_for(lambda: f"{up} 0" in agent.get("/metrics"))
        metrics = agent.get("/metrics")
        assert f'rounds_check_state{{host="{host.name}"' not in metrics, "what is not known is absent, not stale"
        assert f'rounds_check_not_checked{{host="{host.name}",check="disk_usage"' in metrics
        for other in set(HOSTS) - {host.name}:
            assert f'rounds_host_up{{host="{other}"}} 1' in metrics
    wait_for(lambda: f"{up} 1" in agent.get("/metrics"))
    wait_for(lambda: agent.state(host.name, "disk_usage", DATA) == "OK")
    wait_for(lambda: agent.state(host.name, "backup_freshness", "db") == "OK")


def test_a_changed_host_key_is_refused(agent: Agent, host: LabHost) -> None:
    # The open connection was verified; it is the next one that must be refused.
    with faults.changed_host_key(host):
        with faults.unplugged(host):
            wait_for(lambda: f'rounds_host_up{{host="{host.name}"}} 0' in agent.get("/metrics"))
        wait_for(lambda: agent.state(host.name, "disk_usage", "") == "host_key_changed")
    wait_for(lambda: agent.state(host.name, "disk_usage", DATA) == "OK")


@contextmanager
def prometheus(agent: Agent, lab: Lab, folder: Path) -> Iterator[Callable[[str], list[Any]]]:
    """A real Prometheus that scrapes the agent; yields a function that asks it a query."""
    config = folder / "prometheus.yml"
    config.write_text(
        "global: {scrape_interval: 1s}\n"
        f"scrape_configs: [{{job_name: rounds, static_configs: [{{targets: ['127.0.0.1:{PORT}']}}]}}]\n"
    )
    command = [
        "prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder / 'tsdb'}",
        "--web.listen-address=127.0.0.1:9090",
    ]  # fmt: skip
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(lab.in_monitor(command), stdout=log, stderr=log)

    def ask(query: str) -> list[Any]:
        quoted = "".join(f"%{byte:02x}" for byte in query.encode())
        answer = json.loads(agent.get(f"/api/v1/query?query={quoted}", 9090) or "{}")
        return list(answer.get("data", {}).get("result", []))

    try:
        yield ask
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.skipif(shutil.which("prometheus") is None, reason="prometheus is not installed")
def test_a_real_prometheus_answers_about_the_lab(agent: Agent, lab: Lab, tmp_path: Path) -> None:
    with prometheus(agent, lab, tmp_path) as ask:
        wait_for(lambda: ask('up{job="rounds"} == 1'))
        wait_for(lambda: len(ask("rounds_host_up == 1")) == len(HOSTS))
        assert {result["metric"]["host"] for result in ask("rounds_host_up")} == set(HOSTS)
        assert not ask("rounds_disk_usage_used_ratio > 1 or rounds_disk_usage_used_ratio < 0")
        assert wait_for(lambda: ask('rate(rounds_round_last_run_timestamp_seconds{lane="fast"}[10s]) >= 0'))
        host = lab.hosts["debian-12"]
        with faults.full_file_system(host):
            query = f'rounds_check_state{{host="{host.name}",check="disk_usage",item="{DATA}"}} == 3'
            wait_for(lambda: ask(query))
        wait_for(lambda: not ask(query))


def test_the_daily_log_tells_of_the_day(agent: Agent, lab: Lab) -> None:
    config = agent.folder / "config.yaml"
    command = [sys.executable, "-m", "agent", "report", "--now", "--format", "json", "--config", str(config)]
    done = lab.run_in_monitor(command, cwd=Path(__file__).parents[2], env=os.environ)
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert {line["name"] for line in record["hosts"] if line["checked"]} == set(HOSTS)
    assert record["statistics"]["hosts"] == {"due": len(HOSTS), "done": len(HOSTS), "not_checked": 0}
    found = {(line["host"], line["check"], line["item"]) for line in record["incidents"]}
    assert ("debian-12", "disk_usage", DATA) in found
