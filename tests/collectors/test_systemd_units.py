import subprocess
from pathlib import Path

import pytest

from collectors import systemd_units
from collectors.systemd_units import parse
from tests.recordings_on_disk import recordings

OUTPUT = """\
== system
Version=252.39-1~deb12u2
SystemState=degraded
== units
backup.service loaded failed failed Back up everything
cron.service loaded active running Regular background program processing daemon
dev-sda.device loaded active plugged Disk
gone.service not-found inactive dead gone.service
ssh.socket loaded active listening OpenBSD Secure Shell server socket
-.mount loaded active mounted Root Mount
fstrim.timer loaded reloading waiting Discard unused blocks once a week
== properties
Type=oneshot
NRestarts=3
Id=backup.service

Type=notify
Id=cron.service

NAccepted=12
NConnections=2
NRefused=1
Id=ssh.socket

LastTriggerUSec=Mon 2026-11-16 00:00:01 UTC
Id=fstrim.timer
"""


def test_units_that_come_and_go_by_themselves_are_counted_but_not_told_of() -> None:
    facts = parse(OUTPUT)
    assert [(unit.name, unit.active, unit.kind) for unit in facts.units] == [
        ("backup.service", "failed", "oneshot"),
        ("cron.service", "active", "notify"),
        ("ssh.socket", "active", ""),
        ("fstrim.timer", "reloading", ""),
    ]
    counts = {count.state: count.count for count in facts.counts}
    assert counts == {
        "active": 4,
        "failed": 1,
        "inactive": 1,
        "reloading": 1,
        "activating": 0,
        "deactivating": 0,
    }


def test_samples() -> None:
    found = {(s.name, *(value for _, value in s.labels)): s.value for s in systemd_units.samples(parse(OUTPUT))}
    assert found["node_systemd_version", "252.39-1~deb12u2"] == 252.39
    assert found["node_systemd_system_running",] == 0
    assert found["node_systemd_unit_state", "backup.service", "failed", "oneshot"] == 1
    assert found["node_systemd_unit_state", "backup.service", "active", "oneshot"] == 0
    assert found["node_systemd_service_restart_total", "backup.service"] == 3
    assert ("node_systemd_service_restart_total", "cron.service") not in found
    assert found["node_systemd_timer_last_trigger_seconds", "fstrim.timer"] == 1_794_787_201
    assert found["node_systemd_socket_accepted_connections_total", "ssh.socket"] == 12
    assert found["node_systemd_socket_refused_connections_total", "ssh.socket"] == 1


def test_a_timer_that_never_ran_is_told_as_zero() -> None:
    never = OUTPUT.replace("LastTriggerUSec=Mon 2026-11-16 00:00:01 UTC", "LastTriggerUSec=n/a")
    assert parse(never).timers[0].at == 0


def test_debian_tells_of_every_unit_it_lists() -> None:
    """Patterns of `systemctl show` leave out what is not active, unless it is asked for all."""
    for recording in recordings():
        if recording.collector == "systemd_units" and recording.system.startswith("debian"):
            units = parse(recording.output).units
            assert len(units) > 50
            assert all(unit.kind for unit in units if unit.name.endswith(".service")), recording.system


@pytest.mark.parametrize("shell", ["dash", "bash", "busybox", "mksh", "ksh"])
def test_descriptions_stay_on_the_host(shell: str, tmp_path: Path) -> None:
    """That of a unit which systemd-run made is its command line. Old systemctl marks what failed by a dot."""
    (tmp_path / "systemctl").write_text("""#!/bin/sh
case "$*" in
  *list-units*) printf '%s\\n' '-.mount        loaded active mounted Root Mount' \\
    '\u25cf run-u7.service loaded failed failed  /usr/bin/mysqldump -phunter2 all' \\
    '  a\\x2db.device loaded active plugged' ;;
  *--all*) printf 'Id=run-u7.service\\nType=simple\\nNRestarts=4\\n' ;;
  *) printf 'Version=252\\nSystemState=degraded\\n' ;;
esac
""")
    (tmp_path / "systemctl").chmod(0o755)
    body = systemd_units.PROBE.replace("/run/systemd/system", str(tmp_path))
    script = f"LC_ALL=C PATH={tmp_path}:$PATH; export LC_ALL PATH; probe() {{\n{body}\n}}; probe"
    argv = [*(["busybox", "sh"] if shell == "busybox" else [shell]), "-c", script]
    printed = subprocess.run(argv, capture_output=True, check=True, timeout=20, text=True).stdout
    assert "hunter2" not in printed
    assert "Root" not in printed
    found = parse(printed)
    assert {(unit.name, unit.active, unit.restarts) for unit in found.units} == {("run-u7.service", "failed", 4)}
    assert {count.state: count.count for count in found.counts if count.count} == {"active": 2, "failed": 1}
