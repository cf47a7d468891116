"""Faults of servers, disks and mounts, made for real on the oldest and the newest system and on busybox."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Any

import pytest

from tests.lab import DATA, Lab, LabHost, faults
from tests.lab.agent import Agent, allow_what_needs_root, running_agent, wait_for

DEBIAN = ("debian-11", "debian-13")
HOSTS = (*DEBIAN, "busybox")

SETTINGS: dict[str, Any] = {
    "timezone": "UTC",
    "rounds": {"every": "3s", "deadline": "2900ms", "slow_deadline": "60s"},
    "ssh": {"connect_timeout": "2s", "login_again_after": "1s", "sudo": True},
    "groups": {"debian": {"checks": {"services": {"required": ["cron", "chrony"]}}}},
    "hosts": [{"name": name, "groups": ["debian"]} for name in ("debian-11", "debian-12", "debian-13")],
    "checks": {
        "clock_offset": {"every": "4s", "retries": 1},
        "deleted_files": {"every": "4s", "used": {"warn": "10MiB"}},
        "disk_usage": {"retries": 1},
        "error_log": {
            "every": "4s",
            "patterns": [{"pattern": "quota exceeded", "state": "crit", "name": "quota"}],
            "shown_for": "8s",
            "new_kinds": None,
        },
        "hung_mounts": {"every": "4s"},
        "listening_ports": {"every": "4s"},
        "missing_mounts": {"required": [DATA]},
        "oom_kills": {"shown_for": "8s"},
        "process_states": {"retries": 1, "zombies": {"warn": 1}},
        "timers": {"every": "4s", "retries": 1},
    },
}


@pytest.fixture(scope="module")
def agent(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    folder = tmp_path_factory.mktemp("server-faults")
    allow_what_needs_root(lab, DEBIAN, lab.write_config(folder / "config.yaml", SETTINGS))
    with running_agent(lab, folder, SETTINGS) as running:
        wait_for(lambda: all(running.state(name, "listening_ports", "tcp/22") == "OK" for name in HOSTS))
        yield running


Fault = Callable[[LabHost], AbstractContextManager[str]]

EVERYWHERE: dict[str, tuple[Fault, str, str, str]] = {
    "a zombie": (faults.zombie, "process_states", "zombies", "WARN"),
    "a process killed for want of memory": (faults.out_of_memory, "oom_kills", "oom", "WARN"),
    "a required mount that is gone": (faults.unmounted, "missing_mounts", DATA, "CRIT"),
}


@pytest.mark.parametrize("fault", EVERYWHERE)
def test_a_fault_is_found_and_seen_to_clear(agent: Agent, lab: Lab, fault: str) -> None:
    make, check, item, state = EVERYWHERE[fault]
    agent.wait_for_all(HOSTS, "OK", check, item)
    with faults.on_all(lab, HOSTS, make):
        agent.wait_for_all(HOSTS, state, check, item)
    agent.wait_for_all(HOSTS, "OK", check, item)


def test_a_port_that_nobody_allowed_is_named_with_its_process(agent: Agent, lab: Lab) -> None:
    port = f"tcp/{faults.PORT}"
    with faults.on_all(lab, HOSTS, faults.unallowed_listener):
        agent.wait_for_all(HOSTS, "WARN", "listening_ports", port)
        for name in DEBIAN:  # root's processes are told to who may ask as root
            assert "systemd-socket" in agent.said(name, "listening_ports", port)
    for name in HOSTS:
        wait_for(lambda name=name: agent.state(name, "listening_ports", port) in (None, "OK"))


def test_a_file_system_that_fills_is_followed_as_it_grows(agent: Agent, lab: Lab) -> None:
    try:
        for percent, state in ((50, "OK"), (85, "WARN"), (96, "CRIT")):
            for name in HOSTS:
                faults.fill(lab.hosts[name], percent)
            for name in HOSTS:
                wait_for(lambda name=name, percent=percent: abs(used_percent(agent, name) - percent) < 3)
            agent.wait_for_all(HOSTS, state, "disk_usage", DATA)
    finally:
        for name in HOSTS:
            faults.clean_up(lab.hosts[name])
    agent.wait_for_all(HOSTS, "OK", "disk_usage", DATA)


def used_percent(agent: Agent, host: str) -> float:
    measured = agent.results(host)["disk_usage", DATA]["measurements"]
    return 100 * float(next(m["value"] for m in measured if m["name"] == "used"))


def test_a_mount_whose_daemon_is_stopped_hangs_alone(agent: Agent, lab: Lab) -> None:
    with ExitStack() as daemons, ExitStack() as stopped:
        running = [daemons.enter_context(faults.remote_file_system(lab.hosts[name])) for name in HOSTS]
        agent.wait_for_all(HOSTS, "OK", "hung_mounts", faults.REMOTE)
        for daemon in running:
            stopped.enter_context(faults.hung(daemon))
        agent.wait_for_all(HOSTS, "CRIT", "hung_mounts", faults.REMOTE)
        # The rounds go on, and nobody piles up behind the dead mount.
        before = {name: last_round(agent, name) for name in HOSTS}
        for name in HOSTS:
            wait_for(lambda name=name: last_round(agent, name) >= before[name] + 15)
            assert agent.state(name, "disk_usage", DATA) == "OK"
            asking = lab.hosts[name].sh(f"grep -l '{faults.REMOTE}' /proc/[0-9]*/cmdline | wc -l", check=False)
            assert int(asking) <= 4, "one asker with its shells, however many rounds"
        stopped.close()
        agent.wait_for_all(HOSTS, "OK", "hung_mounts", faults.REMOTE)
    for name in HOSTS:
        wait_for(lambda name=name: ("hung_mounts", faults.REMOTE) not in agent.results(name))


def last_round(agent: Agent, host: str) -> float:
    """When the host was last reached in the fast lane, in epoch seconds."""
    name = f'rounds_round_last_success_timestamp_seconds{{host="{host}",lane="fast"}} '
    lines = [line for line in agent.get("/metrics").splitlines() if line.startswith(name)]
    return float(lines[0].rpartition(" ")[2])


def test_a_line_in_the_log_that_matters_is_found(agent: Agent, lab: Lab) -> None:
    agent.wait_for_all(HOSTS, "OK", "error_log", "quota")
    for name in HOSTS:
        faults.logged_error(lab.hosts[name], "user alice: disk quota exceeded")
    for name in HOSTS:
        agent.wait_for_state("CRIT", name, "error_log", "quota")
        assert "disk quota exceeded" in agent.said(name, "error_log", "quota")
    agent.wait_for_all(HOSTS, "OK", "error_log", "quota")


def test_a_deleted_file_that_still_takes_space(agent: Agent, lab: Lab) -> None:
    agent.wait_for_all(DEBIAN, "OK", "deleted_files", "deleted files")
    with faults.on_all(lab, DEBIAN, faults.held_deleted_file):
        agent.wait_for_all(DEBIAN, "WARN", "deleted_files", "deleted files")
        assert f"{DATA}/deleted" in agent.said("debian-11", "deleted_files", "deleted files")
    agent.wait_for_all(DEBIAN, "OK", "deleted_files", "deleted files")


def test_a_timer_whose_job_fails(agent: Agent, lab: Lab) -> None:
    with faults.on_all(lab, DEBIAN, faults.failing_timer):
        agent.wait_for_all(DEBIAN, "WARN", "timers", "lab-job.timer")
    for name in DEBIAN:
        wait_for(lambda name=name: agent.state(name, "timers", "lab-job.timer") in (None, "OK"))


def test_a_clock_that_nobody_keeps(agent: Agent, lab: Lab) -> None:
    agent.wait_for_all(DEBIAN, "OK", "clock_offset", "clock")
    with faults.on_all(lab, DEBIAN, faults.unsynchronised_clock):
        agent.wait_for_all(DEBIAN, "WARN", "clock_offset", "clock")
    agent.wait_for_all(DEBIAN, "OK", "clock_offset", "clock")
    with faults.on_all(lab, DEBIAN, faults.stopped_time_service):
        agent.wait_for_all(DEBIAN, "CRIT", "services", "chrony")
    agent.wait_for_all(DEBIAN, "OK", "services", "chrony")


def test_what_sudo_does_not_allow_is_not_checked(agent: Agent) -> None:
    """debian-12 was given no lines: what needs root says so there, and is made where the lines are."""
    for name, reason in (("debian-12", "no_permission"), ("debian-11", None)):
        reasons = {result["reason"] for result in agent.results(name).values() if result["check"] == "deleted_files"}
        assert reasons == {reason}, name
