"""A disk that takes its time, for all hosts at once: they have one kernel, and that counts what its disks do."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.lab.agent import wait_for
from tests.lab.commands import run
from tests.lab.premises import Premises

_CODE = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class SlowDisk:
    """The loop device, such as `loop7`, and the program behind it."""

    name: str
    daemon: subprocess.Popen[bytes]


@contextmanager
def slow_disk(premises: Premises, seconds: float) -> Iterator[SlowDisk]:
    """A disk of which each read takes so long, and somebody who reads it all the time."""
    folder = premises.folder / "slow"
    folder.mkdir()
    # Within the lab's control group, so that it goes with the lab whatever happens.
    join = f'echo $$ >{premises.cgroup("slow")}/cgroup.procs; exec "$@"'
    premises.cgroup("slow").mkdir()
    serve = ["sh", "-c", join, "sh", sys.executable, "-m", "tests.slow_disk", str(folder), str(seconds)]
    daemon = subprocess.Popen(serve, cwd=_CODE, env=dict(os.environ))
    device = ""
    try:
        wait_for(folder.is_mount)
        device = run(["losetup", "--find", "--show", folder / "disk"]).stdout.strip()
        with _reader(device):
            yield SlowDisk(device.removeprefix("/dev/"), daemon)
    finally:
        daemon.send_signal(signal.SIGCONT)
        if device:
            run(["losetup", "--detach", device])
        daemon.kill()
        daemon.wait(20)
        run(["umount", "--lazy", folder], check=False)
        folder.rmdir()
        premises.cgroup("slow").rmdir()


@contextmanager
def _reader(device: str) -> Iterator[None]:
    read = ["dd", f"if={device}", "of=/dev/null", "bs=4096", "iflag=direct"]
    reader = subprocess.Popen(read, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        reader.kill()
        reader.wait(20)


@contextmanager
def not_answering(disk: SlowDisk) -> Iterator[str]:
    """The disk does not answer at all. Yields its name."""
    disk.daemon.send_signal(signal.SIGSTOP)
    try:
        yield disk.name
    finally:
        disk.daemon.send_signal(signal.SIGCONT)
