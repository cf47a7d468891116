"""The same hosts asked by other tools: `ansible -m script` and `check_by_ssh`.

CPU is that of the processes started and all they waited for. Ansible's connections stay open (ControlPersist); what
its ssh master processes use in the background is not counted, which is to its advantage.
"""

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from benchmarks.place import Place, write_known_hosts

_PLUGIN = Path("/usr/lib/nagios/plugins/check_by_ssh")


def ansible_ms(folder: Path, key: Path, places: Sequence[Place], script: str, rounds: int) -> float | None:
    """Milliseconds of client CPU for each host and round. None: ansible is not installed."""
    if shutil.which("ansible") is None:
        return None
    (folder / "script.sh").write_text("#!/bin/sh\n" + script, encoding="utf-8")
    settings = (
        f"ansible_user={places[0].user}\nansible_port={places[0].port}\nansible_ssh_private_key_file={key}\n"
        f"ansible_ssh_common_args='-o UserKnownHostsFile={write_known_hosts(folder / 'known_hosts', places)}'"
    )
    hosts = "".join(f"{place.address}\n" for place in places)
    (folder / "inventory").write_text(f"[all]\n{hosts}\n[all:vars]\n{settings}\n", encoding="utf-8")
    sockets = folder / "cp"
    sockets.mkdir(mode=0o700)
    settings_file = folder / "ansible.cfg"
    settings_file.write_text("[defaults]\n", encoding="ascii")
    environment = os.environ | {
        "ANSIBLE_CONFIG": str(settings_file),
        "ANSIBLE_HOME": str(folder / "ansible"),
        "ANSIBLE_LOCAL_TEMP": str(folder / "ansible" / "tmp"),
        "ANSIBLE_SSH_ARGS": "-o ControlMaster=auto -o ControlPersist=60s",
        "ANSIBLE_SSH_CONTROL_PATH_DIR": str(sockets),
        "ANSIBLE_PIPELINING": "True",
        "ANSIBLE_SSH_USETTY": "False",  # sshd cannot give a terminal when it is not root
        "ANSIBLE_FORKS": str(min(len(places), 32)),
    }
    argv = ["ansible", "all", "-i", str(folder / "inventory"), "-m", "script", "-a", str(folder / "script.sh")]
    try:
        _run(argv, environment)  # opens the connections
        spent = [_cpu_seconds(lambda: _run(argv, environment)) for _ in range(rounds)]
    finally:
        for socket in sockets.iterdir():
            subprocess.run(["ssh", "-o", f"ControlPath={socket}", "-O", "exit", "x"], capture_output=True, check=False)
    return median(spent) * 1000 / len(places)


def check_by_ssh_ms(folder: Path, key: Path, places: Sequence[Place], rounds: int) -> float | None:
    """Milliseconds of client CPU for each host and ONE check, the smallest there is. None: it is not installed."""
    if not _PLUGIN.exists():
        return None
    known_hosts = write_known_hosts(folder / "known_hosts", places)
    settings = ["-o", f"UserKnownHostsFile={known_hosts}", "-o", "StrictHostKeyChecking=yes"]

    def one_round() -> None:
        for place in places:
            login = ["-H", place.address, "-p", str(place.port), "-l", place.user, "-i", str(key)]
            _run([str(_PLUGIN), *login, *settings, "-t", "30", "-C", "cat /proc/loadavg"], dict(os.environ))

    return median(_cpu_seconds(one_round) for _ in range(rounds)) * 1000 / len(places)


def _run(argv: Sequence[str], environment: dict[str, str]) -> None:
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"exit {done.returncode}: {' '.join(argv)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def _cpu_seconds(work: Callable[[], None]) -> float:
    """The CPU seconds of every child that ended during `work`."""
    before = _children_seconds()
    work()
    return _children_seconds() - before


def _children_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
