"""The lab itself: what the tests on real hosts stand on."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.lab import DATA, Lab, LabError, LabHost
from tests.lab.premises import PREFIX, Premises, all_premises, demolish_stale

HOSTS = ("debian-11", "debian-12", "debian-13", "busybox")
DEBIAN = HOSTS[:3]


@pytest.fixture(params=HOSTS)
def host(request: pytest.FixtureRequest, lab: Lab) -> LabHost:
    return lab.hosts[request.param]


def test_the_monitor_logs_in_with_the_lab_s_key_and_the_known_host_key(lab: Lab, host: LabHost) -> None:
    done = lab.ssh(host, "id -un; uname -n")
    assert done.stdout.split() == ["rounds", host.name], done.stderr


@pytest.mark.parametrize(("name", "version"), list(zip(DEBIAN, ("11", "12", "13"), strict=True)))
def test_the_debian_hosts_are_whole_servers(lab: Lab, name: str, version: str) -> None:
    host = lab.hosts[name]
    assert f'VERSION_ID="{version}"' in host.sh("cat /etc/os-release")
    assert host.sh("cat /proc/1/comm") == "systemd\n"
    assert host.sh("systemctl is-system-running") == "running\n"
    assert host.sh("systemctl is-active ssh cron systemd-journald").split() == ["active"] * 3
    # Pending updates are judged against real lists, security updates among them.
    assert "-security_main_binary" in host.sh("ls /var/lib/apt/lists")
    assert " upgraded, " in host.sh("apt-get -s upgrade")


def test_the_busybox_host_has_nothing_but_busybox_and_dropbear(lab: Lab) -> None:
    host = lab.hosts["busybox"]
    assert host.sh("readlink -f /bin/sh").strip() == "/bin/busybox"
    assert host.sh("cat /proc/1/comm") == "init\n"
    assert "dropbear" in host.sh("ps")
    assert host.sh("command -v systemctl || echo none") == "none\n"


def test_root_and_data_are_file_systems_of_their_own(host: LabHost) -> None:
    mounts = {words[1]: words[2] for words in map(str.split, host.sh("cat /proc/mounts").splitlines())}
    assert mounts["/"] == mounts[DATA] == "ext4"
    assert f" {DATA} ext4 " in host.sh("cat /etc/fstab")


def test_the_monitor_reaches_the_hosts_and_nothing_else(lab: Lab) -> None:
    routes = lab.run_in_monitor(["ip", "route"]).stdout.splitlines()
    assert [route.split()[0] for route in routes] == ["192.0.2.0/24"]
    assert lab.run_in_monitor(["ip", "route", "get", "203.0.113.1"]).returncode != 0


def test_nobody_answers_at_the_address_of_nobody(lab: Lab) -> None:
    probe = f"import socket; socket.create_connection(('{lab.nobody}', 22), 0.5)"
    done = lab.run_in_monitor([sys.executable, "-c", probe])
    assert "TimeoutError" in done.stderr or "No route to host" in done.stderr


def test_what_a_host_writes_is_its_own(lab: Lab) -> None:
    lab.hosts["debian-11"].sh("echo here >/srv/mark")
    for other in ("debian-12", "busybox"):
        assert lab.hosts[other].sh("[ -e /srv/mark ] || echo none") == "none\n"


def test_a_script_that_fails_inside_says_so(host: LabHost) -> None:
    with pytest.raises(LabError, match=r"(?s)exit 3.*no such luck"):
        host.sh("echo no such luck >&2; exit 3")


def test_a_host_comes_back_from_a_shutdown_with_what_it_had(lab: Lab, host: LabHost) -> None:
    boot = "cat /proc/sys/kernel/random/boot_id"
    before = host.sh(boot)
    host.sh(f"echo kept >{DATA}/kept")
    host.stop()
    assert not host.is_running
    assert lab.ssh(host, "true").returncode == 255
    host.start()
    assert host.sh(f"cat {DATA}/kept; rm {DATA}/kept") == "kept\n"
    if host.has_systemd:  # a busybox host shares this number with the machine it runs on
        assert host.sh(boot) != before
    assert lab.ssh(host, "echo back").stdout == "back\n"


def test_the_configuration_names_every_host_and_takes_what_is_laid_over_it(lab: Lab, tmp_path: Path) -> None:
    extra = {
        "rounds": {"every": "5s"},
        "hosts": [{"name": "busybox", "role": "appliance"}, {"name": "black-hole", "address": lab.nobody}],
    }
    config = yaml.safe_load(lab.write_config(tmp_path / "config.yaml", extra).read_text(encoding="utf-8"))
    by_name = {host["name"]: host for host in config["hosts"]}
    assert list(by_name) == [*HOSTS, "black-hole"]
    assert by_name["busybox"]["role"] == "appliance"
    assert by_name["busybox"]["address"] == "192.0.2.14"
    assert by_name["black-hole"]["user"] == "rounds"
    assert config["rounds"] == {"every": "5s"}
    assert Path(config["ssh"]["known_hosts"]).read_text(encoding="ascii").count("ssh-ed25519") == 4


def test_a_crashed_run_is_cleared_away_and_a_living_one_is_not(lab: Lab) -> None:
    crash = (
        "import os\n"
        "from tests.lab.lab import Lab\n"
        "from tests.lab.premises import PREFIX, Premises\n"
        "lab = Lab(Premises(f'{PREFIX}{os.getpid()}'))\n"
        "lab.hosts = {'busybox': lab.hosts['busybox']}\n"
        "lab.build()\n"
        "print(lab.premises.name, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", crash],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    left = Premises(done.stdout.strip())
    assert left.folder.exists(), done.stderr
    assert Path("/run/netns", left.monitor).exists()
    assert Lab(left).hosts["busybox"].is_running
    assert left.name in demolish_stale()
    assert left not in all_premises()
    assert not left.cgroup().exists()
    assert not Path("/run/netns", left.monitor).exists()
    assert left.name not in Path("/proc/mounts").read_text(encoding="utf-8")
    assert _within_seconds(20, lambda: left.name not in _loop_devices()), _loop_devices()  # the kernel takes its time
    assert lab.premises == Premises(f"{PREFIX}{os.getpid()}")
    assert all(host.is_running for host in lab.hosts.values())


def _loop_devices() -> str:
    return subprocess.run(["losetup", "-a"], capture_output=True, text=True, check=True).stdout


def _within_seconds(seconds: float, is_so: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not is_so() and time.monotonic() < end:
        time.sleep(0.1)
    return is_so()


def test_runs_that_begin_together_leave_each_other_s_labs_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ROUNDS_LAB_CACHE", str(tmp_path))
    run = (
        "import os, sys\n"
        "from tests.lab.premises import PREFIX, Premises, demolish_stale\n"
        "for turn in range(100):\n"
        "    premises = Premises(f'{PREFIX}{os.getpid()}-{turn}')\n"
        "    demolish_stale()\n"
        "    premises.occupy()\n"
        "    assert not premises.is_stale\n"
        "    demolish_stale()\n"
        "    assert (premises.folder / 'owner').exists()\n"
        "    premises.demolish()\n"
    )
    runs = [
        subprocess.Popen([sys.executable, "-c", run], cwd=Path(__file__).parents[2], stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    said = [process.communicate(timeout=60)[1] for process in runs]
    assert said == ["", "", ""]
    assert list((tmp_path / "labs").iterdir()) == []


def test_a_cable_that_is_pulled_silences_the_host(lab: Lab, host: LabHost) -> None:
    host.link_down()
    try:
        assert lab.ssh(host, "true").returncode == 255
    finally:
        host.link_up()
    end = time.monotonic() + 10
    while lab.ssh(host, "true").returncode != 0:
        assert time.monotonic() < end
