"""Faults of servers, disks and mounts, made for real on the oldest and the newest system and on busybox."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.lab import DATA, Lab, LabHost, faults
from tests.lab.agent import Agent, running_agent, wait_for

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
    allow_what_needs_root(lab, lab.write_config(folder / "config.yaml", SETTINGS))
    with running_agent(lab, folder, SETTINGS) as running:
        wait_for(lambda: all(running.state(name, "listening_ports", "tcp/22") == "OK" for name in HOSTS))
        yield running


def allow_what_needs_root(lab: Lab, config: Path) -> None:
    """Put the lines of `rounds sudoers` where sudo reads them, as an administrator would."""
    for host in (lab.hosts[name] for name in DEBIAN):
        words = [sys.executable, "-m", "agent", "sudoers", host.name, "--config", str(config)]
        lines = subprocess.run(words, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]).stdout
        host.sh("cat >/tmp/rounds.sudoers; visudo -cf /tmp/rounds.sudoers", stdin=lines)
        host.sh("install -m 440 /tmp/rounds.sudoers /etc/sudoers.d/rounds")


Fault = Callable[[LabHost], AbstractContextManager[str]]

EVERYWHERE: dict[str, tuple[Fault, str, str, str]] = {
    "a zombie": (faults.zombie, "process_states", "zombies", "WARN"),
    "a process killed for want of memory": (faults.out_of_memory, "oom_kills", "oom", "WARN"),
    "a required mount that is gone": (faults.unmounted, "missing_mounts", DATA, "CRIT"),
}


@pytest.mark.parametrize("fault", EVERYWHERE)
def test_a_fault_is_found_and_seen_to_clear(agent: Agent, lab: Lab, fault: str) -> None:
    make, check, item, state = EVERYWHERE[fault]
    wait_for_all(agent, HOSTS, "OK", check, item)
    with on_all(lab, HOSTS, make):
        wait_for_all(agent, HOSTS, state, check, item)
    wait_for_all(agent, HOSTS, "OK", check, item)


def on_all(lab: Lab, names: Sequence[str], make: Callable[[LabHost], AbstractContextManager[Any]]) -> ExitStack:
    """The fault on each of the hosts, until the end of the `with` block."""
    with ExitStack() as entered:  # one that cannot be made undoes those before it
        for name in names:
            entered.enter_context(make(lab.hosts[name]))
        return entered.pop_all()


def wait_for_all(agent: Agent, names: Sequence[str], state: str | None, check: str, item: str) -> None:
    for name in names:
        agent.wait_for_state(state, name, check, item)


def said(agent: Agent, host: str, check: str, item: str) -> str:
    words = agent.results(host)[check, item]["summary"]["en"]
    assert isinstance(words, str)
    return words


def test_a_port_that_nobody_allowed_is_named_with_its_process(agent: Agent, lab: Lab) -> None:
    port = f"tcp/{faults.PORT}"
    with on_all(lab, HOSTS, faults.unallowed_listener):
        wait_for_all(agent, HOSTS, "WARN", "listening_ports", port)
        for name in DEBIAN:  # root's processes are told to who may ask as root
            assert "systemd-socket" in said(agent, name, "listening_ports", port)
    for name in HOSTS:
        wait_for(lambda name=name: agent.state(name, "listening_ports", port) in (None, "OK"))


def test_a_file_system_that_fills_is_followed_as_it_grows(agent: Agent, lab: Lab) -> None:
    try:
        for percent, state in ((50, "OK"), (85, "WARN"), (96, "CRIT")):
            for name in HOSTS:
                faults.fill(lab.hosts[name], percent)
            for name in HOSTS:
                wait_for(lambda name=name, percent=percent: abs(used_percent(agent, name) - percent) < 3)
            wait_for_all(agent, HOSTS, state, "disk_usage", DATA)
    finally:
        for name in HOSTS:
            faults.clean_up(lab.hosts[name])
    wait_for_all(agent, HOSTS, "OK", "disk_usage", DATA)


def used_percent(agent: Agent, host: str) -> float:
    measured = agent.results(host)["disk_usage", DATA]["measurements"]
    return 100 * float(next(m["value"] for m in measured if m["name"] == "used"))


def test_a_mount_whose_daemon_is_stopped_hangs_alone(agent: Agent, lab: Lab) -> None:
    with ExitStack() as daemons, ExitStack() as stopped:
        running = [daemons.enter_context(faults.remote_file_system(lab.hosts[name])) for name in HOSTS]
        wait_for_all(agent, HOSTS, "OK", "hung_mounts", faults.REMOTE)
        for daemon in running:
            stopped.enter_context(faults.hung(daemon))
        wait_for_all(agent, HOSTS, "CRIT", "hung_mounts", faults.REMOTE)
        # The rounds go on, and nobody piles up behind the dead mount.
        before = {name: last_round(agent, name) for name in HOSTS}
        for name in HOSTS:
            wait_for(lambda name=name: last_round(agent, name) >= before[name] + 15)
            assert agent.state(name, "disk_usage", DATA) == "OK"
            asking = lab.hosts[name].sh(f"grep -l '{faults.REMOTE}' /proc/[0-9]*/cmdline | wc -l", check=False)
            assert int(asking) <= 4, "one asker with its shells, however many rounds"
        stopped.close()
        wait_for_all(agent, HOSTS, "OK", "hung_mounts", faults.REMOTE)
    for name in HOSTS:
        wait_for(lambda name=name: ("hung_mounts", faults.REMOTE) not in agent.results(name))


def last_round(agent: Agent, host: str) -> float:
    """When the host was last reached in the fast lane, in epoch seconds."""
    name = f'rounds_round_last_success_timestamp_seconds{{host="{host}",lane="fast"}} '
    lines = [line for line in agent.get("/metrics").splitlines() if line.startswith(name)]
    return float(lines[0].rpartition(" ")[2])


def test_a_line_in_the_log_that_matters_is_found(agent: Agent, lab: Lab) -> None:
    wait_for_all(agent, HOSTS, "OK", "error_log", "quota")
    for name in HOSTS:
        faults.logged_error(lab.hosts[name], "user alice: disk quota exceeded")
    for name in HOSTS:
        agent.wait_for_state("CRIT", name, "error_log", "quota")
        assert "disk quota exceeded" in said(agent, name, "error_log", "quota")
    wait_for_all(agent, HOSTS, "OK", "error_log", "quota")


def test_a_deleted_file_that_still_takes_space(agent: Agent, lab: Lab) -> None:
    wait_for_all(agent, DEBIAN, "OK", "deleted_files", "deleted files")
    with on_all(lab, DEBIAN, faults.held_deleted_file):
        wait_for_all(agent, DEBIAN, "WARN", "deleted_files", "deleted files")
        assert f"{DATA}/deleted" in said(agent, "debian-11", "deleted_files", "deleted files")
    wait_for_all(agent, DEBIAN, "OK", "deleted_files", "deleted files")


def test_a_timer_whose_job_fails(agent: Agent, lab: Lab) -> None:
    with on_all(lab, DEBIAN, faults.failing_timer):
        wait_for_all(agent, DEBIAN, "WARN", "timers", "lab-job.timer")
    for name in DEBIAN:
        wait_for(lambda name=name: agent.state(name, "timers", "lab-job.timer") in (None, "OK"))


def test_a_clock_that_nobody_keeps(agent: Agent, lab: Lab) -> None:
    wait_for_all(agent, DEBIAN, "OK", "clock_offset", "clock")
    with on_all(lab, DEBIAN, faults.unsynchronised_clock):
        wait_for_all(agent, DEBIAN, "WARN", "clock_offset", "clock")
    wait_for_all(agent, DEBIAN, "OK", "clock_offset", "clock")
    with on_all(lab, DEBIAN, faults.stopped_time_service):
        wait_for_all(agent, DEBIAN, "CRIT", "services", "chrony")
    wait_for_all(agent, DEBIAN, "OK", "services", "chrony")


def test_what_sudo_does_not_allow_is_not_checked(agent: Agent) -> None:
    """debian-12 was given no lines: what needs root says so there, and is made where the lines are."""
    for name, reason in (("debian-12", "no_permission"), ("debian-11", None)):
        reasons = {result["reason"] for result in agent.results(name).values() if result["check"] == "deleted_files"}
        assert reasons == {reason}, name
