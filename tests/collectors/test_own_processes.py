"""What anybody may do: start a process under any name, which is not taken for one of root or of the login."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent.catalogue import catalogue
from collectors import cron, sshd_settings, zfs_pools
from collectors.own_processes import OWN_PROCESSES
from collectors.unanswered import MOST
from tests.collectors.commands import Commands
from tests.collectors.in_shells import every_shell, printed

NOBODY = 65534
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may start processes of others")

CALLED = "; ".join(
    (
        "import ctypes, os, sys, time",
        "os.setuid(int(sys.argv[2]))",
        "ctypes.CDLL(None).prctl(15, sys.argv[1].encode(), 0, 0, 0)",
        "print(flush=True)",
        "time.sleep(60)",
    )
)


@contextmanager
def called(name: str, *arguments: str, user: int = NOBODY, program: str = "python3") -> Iterator[int]:
    """A process of that name and user, with these arguments; its number."""
    command = [program, "-c", CALLED, name, str(user), *arguments]
    home = os.environ | {"PYTHONHOME": sys.base_prefix}  # it looks for it beside what it is called
    with subprocess.Popen(command, executable=sys.executable, stdout=subprocess.PIPE, env=home) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"\n"
        try:
            yield child.pid
        finally:
            child.kill()


@needs_root
@every_shell
def test_those_of_root_and_of_the_login(shell: list[str]) -> None:
    with called("rounds-test", user=0) as own, called("rounds-test"), called("other\nrounds-test"):
        script = f"{OWN_PROCESSES}own_processes -e rounds-test -e rounds-none"
        done = subprocess.run([*shell, "-c", script], capture_output=True, text=True, timeout=20, check=False)
    assert (done.stdout, done.stderr) == (f"/proc/{own}\n", "")


@needs_root
@every_shell
def test_who_poses_as_a_command_that_hangs_blinds_nobody(
    shell: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Commands(tmp_path / "bin", monkeypatch).add("zpool", "echo no pools available")
    with called("zpool"), called("zpool"), called("zpool"):
        assert MOST == 3
        assert "no pools available" in printed(zfs_pools.COLLECTOR, shell)


@needs_root
@every_shell
def test_who_poses_as_sshd_sets_nothing(shell: list[str]) -> None:
    with called("sshd", "-o", "PermitRootLogin=no-forged", program="/usr/sbin/sshd"):
        assert "forged" not in printed(sshd_settings.COLLECTOR, shell)
    with called("sshd", "-o", "PermitRootLogin=no-forged", program="/usr/sbin/sshd", user=0):
        assert "set permitrootlogin no-forged" in printed(sshd_settings.COLLECTOR, shell)


@needs_root
@every_shell
def test_who_poses_as_cron_does_not_run_it(shell: list[str]) -> None:
    with called("fcron"):
        forged = printed(cron.COLLECTOR, shell)
    with called("fcron", user=0):
        real = printed(cron.COLLECTOR, shell)
    assert "\nrunning\n" in real
    assert ("\nrunning\n" in forged) == _cron_runs()


def _cron_runs() -> bool:
    names = {path.read_text(errors="replace").strip() for path in Path("/proc").glob("[0-9]*/comm") if path.exists()}
    return bool(names & {"cron", "crond", "fcron"})


@pytest.mark.parametrize("name", ["smart", "network_mounts", "audit_daemon"])
def test_others_ask_in_the_same_way(name: str) -> None:
    assert OWN_PROCESSES in catalogue().collectors[name].collector.probe
