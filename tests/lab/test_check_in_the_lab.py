"""`rounds check` on whole servers: every check is made on each, and its exit code and words are honest."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from agent.catalogue import catalogue
from tests.lab import DATA, Lab, LabError, faults

DEBIAN = ("debian-11", "debian-12", "debian-13")
HOSTS = (*DEBIAN, "busybox")

CONFIG: Mapping[str, Any] = {
    "rounds": {"every": "2m", "deadline": "90s"},  # a busy machine is no failure here
    "ssh": {"connect_timeout": "5s"},
    "hosts": [{"name": "busybox", "checks": {"required_processes": {"required": [{"name": "crond"}]}}}],
    "checks": {
        "services": {"required": ["cron"]},
        "required_processes": {"required": [{"name": "cron"}]},
        "backup_freshness": {
            "sets": [
                {
                    "name": "db",
                    "files": f"{faults.BACKUPS}/*.gz",
                    "newest_within": "26h",
                    "keep": 7,
                    "offsite": {"files": f"{faults.ELSEWHERE}/*.gz"},
                    "restore_test": {"file": faults.RESTORE_TESTS},
                }
            ],
        },
    },
}


ALWAYS_MADE = {
    "backup_copies", "backup_freshness", "backup_integrity", "backup_offsite", "backup_restore_test", "clock_offset",
    "cpu_iowait", "cpu_usage", "disk_usage", "file_handles",
    "host_identity", "inode_usage", "listen_queue_drops", "listening_ports", "load_per_core", "logged_in_users",
    "memory_usage", "missing_mounts", "network_errors", "network_link", "oom_kills", "packet_queue_drops",
    "process_states", "read_only_mounts", "required_processes", "services", "task_limit",
    "tcp_limits", "tcp_retransmissions", "tcp_states", "unexpected_reboot",
}  # fmt: skip
MADE_UNDER_SYSTEMD = {
    *ALWAYS_MADE, "account_changes", "automatic_updates", "cron_jobs", "end_of_life", "error_log", "failed_logins",
    "lockout_policy", "log_retention", "password_policy", "pending_updates", "reboot_required", "superusers",
    "time_zone", "timers",
}  # fmt: skip


@dataclass(frozen=True)
class Round:
    """What `rounds check --format json` printed, and its exit code."""

    exit_code: int
    reports: Mapping[str, Mapping[str, Any]]

    def failure(self, host: str) -> str | None:
        """Why the host could not be checked at all."""
        failure = self.reports[host]["failure"]
        return None if failure is None else str(failure["reason"])

    def reasons(self, host: str) -> dict[str, str | None]:
        """Every check that was due, with the reason why it was not made."""
        return {check["name"]: check["reason"] for check in self.reports[host]["checks"]}

    def unknown(self, host: str) -> dict[tuple[str, str], str]:
        """What is said of each item that could not be judged."""
        results = self.reports[host]["results"]
        return {(r["check"], r["item"]): r["summary"]["en"] for r in results if r["state"] == "UNKNOWN"}

    def states(self, host: str) -> dict[tuple[str, str], str]:
        """The state of every item that was judged, by check and item."""
        results = self.reports[host]["results"]
        return {(each["check"], each["item"]): each["state"] for each in results if each["state"] is not None}


@dataclass(frozen=True)
class Monitor:
    """The command line, where it reaches the lab's hosts, with a configuration that names them."""

    lab: Lab
    config: Path

    def rounds(self, *words: str) -> tuple[int, str, str]:
        """Run `rounds`; its exit code and what it printed on both streams."""
        argv = [sys.executable, "-m", "agent", words[0], "--config", str(self.config), *words[1:]]
        cwd = Path(__file__).parents[2]
        done = self.lab.run_in_monitor(argv, timeout=240, cwd=cwd, env=os.environ | {"COLUMNS": "160"})
        return done.returncode, done.stdout, done.stderr

    def check(self, *words: str) -> Round:
        """One round now; `words` as for `rounds check`."""
        code, out, err = self.rounds("check", "--format", "json", *words)
        try:
            reports = json.loads(out)
        except ValueError as error:
            raise LabError(f"rounds check exited with {code}:\n{out}{err}") from error
        return Round(code, {report["name"]: report for report in reports})


@pytest.fixture(scope="module")
def monitor(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Monitor:
    for host in lab.hosts.values():
        faults.lay_backups(host)
    return Monitor(lab, lab.write_config(tmp_path_factory.mktemp("rounds") / "config.yaml", CONFIG))


@pytest.fixture(scope="module")
def whole(monitor: Monitor) -> Round:
    """Everything, on every host, in one round."""
    return monitor.check()


@pytest.mark.parametrize("host", HOSTS)
def test_every_check_is_made_on_every_host(whole: Round, host: str) -> None:
    assert whole.failure(host) is None
    assert set(whole.reasons(host)) == set(catalogue().checks)
    # On a plain login; there is more to see with sudo, and what a host keeps no trace of nobody sees.
    unseen = {item for item, words in whole.unknown(host).items() if "root" not in words}
    assert unseen == ({("end_of_life", "distribution"), ("idle_accounts", "logins")} if host == "busybox" else set())
    unmade = {name: reason for name, reason in whole.reasons(host).items() if reason}
    assert set(unmade.values()) <= {"not_applicable", "first_look", "no_permission"}
    assert {name for name, reason in unmade.items() if reason == "first_look"} == {"disk_forecast"}
    closed = {name for name, reason in unmade.items() if reason == "no_permission"}
    assert closed <= {name for name, check in catalogue().checks.items() if check.check.reads.root_commands}
    assert not set(unmade) & (ALWAYS_MADE if host == "busybox" else MADE_UNDER_SYSTEMD)


def test_what_a_busybox_host_lacks_is_said_not_to_apply(whole: Round) -> None:
    assert whole.reasons("busybox")["pending_updates"] == "not_applicable"


@pytest.mark.parametrize("host", HOSTS)
def test_a_sound_host_is_found_sound(whole: Round, host: str) -> None:
    sound = {
        ("disk_usage", "/"),
        ("disk_usage", DATA),
        ("inode_usage", DATA),
        ("missing_mounts", DATA),
        ("read_only_mounts", DATA),
        ("services", "cron"),
        ("backup_copies", "db"),
        ("backup_freshness", "db"),
        ("backup_integrity", "db"),
        ("backup_offsite", "db"),
        ("backup_restore_test", "db"),
        ("network_link", "eth0"),
        ("network_errors", "eth0"),
        ("unexpected_reboot", "uptime"),
        ("memory_usage", "memory"),
    }
    states = whole.states(host)
    assert {key: states.get(key) for key in sound} == dict.fromkeys(sound, "OK")


def test_the_exit_code_is_that_of_the_worst_state(monitor: Monitor) -> None:
    assert monitor.check("--check", "missing_mounts").exit_code == 0
    with faults.unmounted(monitor.lab.hosts["debian-12"]):
        assert monitor.check("--check", "missing_mounts").exit_code == 2
        assert monitor.check("debian-11", "--check", "missing_mounts").exit_code == 0
    with faults.missing_backups(monitor.lab.hosts["busybox"]):
        assert monitor.check("--check", "backup_copies").exit_code == 1


def test_different_faults_on_different_hosts_are_found_in_one_round(monitor: Monitor) -> None:
    hosts = monitor.lab.hosts
    with (
        faults.full_file_system(hosts["debian-11"]),
        faults.stopped_service(hosts["debian-12"]),
        faults.old_backups(hosts["debian-13"]),
        faults.unplugged(hosts["busybox"]),
    ):
        made = monitor.check()
    assert made.states("debian-11")["disk_usage", DATA] == "CRIT"
    assert made.states("debian-12")["services", "cron"] == "CRIT"
    assert made.states("debian-13")["backup_freshness", "db"] == "CRIT"
    assert made.failure("busybox") == "unreachable"
    assert made.exit_code == 2
    after = monitor.check("--check", "disk_usage", "--check", "services", "--check", "backup_freshness")
    assert after.exit_code == 0
    assert all(after.failure(name) is None for name in HOSTS)


@pytest.fixture(params=["unplugged", "switched off"])
def silent(request: pytest.FixtureRequest, lab: Lab) -> Iterator[str]:
    make = {"unplugged": faults.unplugged, "switched off": faults.switched_off}[request.param]
    with make(lab.hosts["busybox"]):
        yield "busybox"


def test_a_silent_host_is_not_checked_and_never_ok(monitor: Monitor, silent: str) -> None:
    made = monitor.check("--check", "missing_mounts", "--check", "read_only_mounts")
    assert made.failure(silent) == "unreachable"
    assert made.reasons(silent)["missing_mounts"] == "unreachable"
    assert made.states(silent) == {}
    assert made.exit_code == 3
    assert all(made.failure(name) is None for name in DEBIAN)
    code, out, _ = monitor.rounds("check", silent, "--format", "nagios")
    assert code == 3
    assert "OK" not in out


def test_an_address_that_nobody_holds_costs_the_others_nothing(monitor: Monitor, tmp_path: Path) -> None:
    nobody = {"name": "nobody", "address": monitor.lab.nobody, "user": "rounds"}
    config = monitor.lab.write_config(tmp_path / "config.yaml", {**CONFIG, "hosts": [nobody]})
    made = Monitor(monitor.lab, config).check("--check", "missing_mounts")
    assert made.failure("nobody") == "unreachable"
    assert all(made.failure(name) is None for name in HOSTS)


@pytest.mark.parametrize("name", ["debian-12", "busybox"])
def test_a_changed_host_key_is_refused(monitor: Monitor, name: str) -> None:
    with faults.changed_host_key(monitor.lab.hosts[name]):
        made = monitor.check(name, "--check", "missing_mounts")
        assert made.failure(name) == "host_key_changed"
        assert made.exit_code == 3
    assert monitor.check(name, "--check", "missing_mounts").exit_code == 0
