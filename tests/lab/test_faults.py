"""Every fault is there, seen from inside the host or from the monitor, and gone after its mend."""

import pytest

from tests.lab import DATA, Lab, LabHost, faults


@pytest.fixture(params=("debian-11", "debian-12", "debian-13", "busybox"))
def host(request: pytest.FixtureRequest, lab: Lab) -> LabHost:
    return lab.hosts[request.param]


@pytest.fixture
def debian(lab: Lab) -> LabHost:
    return lab.hosts["debian-12"]


def used_percent(host: LabHost, option: str = "-kP") -> int:
    return int(host.sh(f"df {option} {DATA} | tail -n 1").split()[4].rstrip("%"))


def test_a_full_file_system(host: LabHost) -> None:
    assert used_percent(host) < 10
    with faults.full_file_system(host) as mount:
        assert mount == DATA
        assert used_percent(host) >= 99
    assert used_percent(host) < 10


def test_no_inodes_left(host: LabHost) -> None:
    assert used_percent(host, "-i") < 10
    with faults.no_inodes_left(host):
        assert used_percent(host, "-i") == 100
        assert used_percent(host) < 10
    assert used_percent(host, "-i") < 10


def test_a_read_only_file_system(host: LabHost) -> None:
    with faults.read_only_file_system(host):
        assert "refused" in host.sh(f"touch {DATA}/x 2>/dev/null || echo refused")
    host.sh(f"touch {DATA}/x; rm {DATA}/x")


def test_a_mount_of_fstab_that_is_missing(host: LabHost) -> None:
    with faults.unmounted(host):
        assert f" {DATA} " in host.sh("cat /etc/fstab")
        assert f" {DATA} " not in host.sh("cat /proc/mounts")
    assert f" {DATA} " in host.sh("cat /proc/mounts")


def test_a_stopped_service(host: LabHost) -> None:
    with faults.stopped_service(host) as name:
        assert host.sh(f"pidof {name} || echo none") == "none\n"
    assert host.sh(f"pidof {name}").strip().isdigit()


def test_a_failed_unit(debian: LabHost) -> None:
    with faults.failed_unit(debian) as unit:
        assert unit in debian.sh("systemctl --failed --no-legend --plain")
    assert debian.sh("systemctl is-system-running") == "running\n"


def test_old_and_missing_backups(host: LabHost) -> None:
    pattern = faults.lay_backups(host)
    newest = f"echo $(( ($(date +%s) - $(stat -c %Y $(ls -t {pattern} | head -n 1))) / 3600 ))"
    assert host.sh(newest) == "1\n"
    with faults.old_backups(host, hours=48) as name:
        assert host.sh(newest) == "49\n"
        assert host.sh(f"ls -t {pattern} | head -n 1").strip() == name
    assert host.sh(newest) == "1\n"
    with faults.missing_backups(host, copies=5) as left:
        assert left == 2
        assert host.sh(newest) == "1\n"
    assert host.sh(f"ls {pattern} | wc -l").strip() == "7"


def test_backups_can_be_read_by_the_login(lab: Lab, host: LabHost) -> None:
    done = lab.ssh(host, f"stat -c '%s %Y' {faults.lay_backups(host)}")
    assert len(done.stdout.splitlines()) == 7, done.stderr


def test_a_reboot_that_is_due(debian: LabHost) -> None:
    with faults.reboot_required(debian) as package:
        assert debian.sh("cat /var/run/reboot-required.pkgs").strip() == package
    assert debian.sh("[ -e /var/run/reboot-required ] || echo none") == "none\n"


def test_an_unplugged_host(lab: Lab, host: LabHost) -> None:
    with faults.unplugged(host) as address:
        assert lab.run_in_monitor(["ip", "-br", "link"]).stdout.count("DOWN") == 1
        assert address == host.address
    assert "DOWN" not in lab.run_in_monitor(["ip", "-br", "link"]).stdout


def test_a_host_that_is_switched_off(lab: Lab) -> None:
    host = lab.hosts["busybox"]
    with faults.switched_off(host):
        assert not host.is_running
    assert lab.ssh(host, "echo up").stdout == "up\n"


def test_a_changed_host_key(lab: Lab, host: LabHost) -> None:
    with faults.changed_host_key(host) as key:
        assert key == host.host_key
        done = lab.ssh(host, "true")
        assert done.returncode == 255
        assert "HOST IDENTIFICATION HAS CHANGED" in done.stderr
    assert lab.ssh(host, "echo known").stdout == "known\n"
