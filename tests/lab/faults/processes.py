"""What goes wrong with processes: one is left behind, one is killed, one listens, one holds on to a file."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.lab.host import DATA, LabHost

PORT = 8099
"""Where `unallowed_listener` listens."""

_MEMORY = (  # the control group's folder, the file with its limit: of the old hierarchy and of the unified one
    (Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"),
    (Path("/sys/fs/cgroup"), "memory.max"),
)


@contextmanager
def zombie(host: LabHost) -> Iterator[str]:
    """A child has ended and its parent does not care. Yields the child's name."""
    # exec, so that the parent is a program that never waits.
    with _running(host, "sleep 0 & exec sleep 600"):
        yield "sleep"


@contextmanager
def out_of_memory(host: LabHost) -> Iterator[str]:
    """The kernel kills a process that wanted more memory than its control group may have. Yields its name."""
    group = _memory_group(host)
    try:
        host.sh("tail /dev/zero", inside=group / "cgroup.procs", check=False)
        yield "tail"
    finally:
        for _ in range(50):
            with suppress(OSError):
                group.rmdir()
                break
            time.sleep(0.1)


def _memory_group(host: LabHost) -> Path:
    for folder, limit in _MEMORY:
        group = folder / f"rounds-lab-memory-{host.name}"
        with suppress(OSError):
            group.mkdir(exist_ok=True)
            (group / limit).write_text(str(16 * 2**20), encoding="ascii")
            return group
        with suppress(OSError):
            group.rmdir()
    raise AssertionError("no control group with a limit of memory can be made here")


@contextmanager
def unallowed_listener(host: LabHost) -> Iterator[str]:
    """A program listens on a port that nobody allowed. Yields `tcp/<port>`."""
    command = f"systemd-socket-activate -l {PORT} cat" if host.has_systemd else f"nc -l -p {PORT}"
    with _running(host, f"exec {command}"):
        yield f"tcp/{PORT}"


@contextmanager
def held_deleted_file(host: LabHost, mebibytes: int = 20) -> Iterator[str]:
    """A file is deleted, and a process still holds it open and its space taken. Yields the file."""
    path = f"{DATA}/deleted"
    host.sh(f"dd if=/dev/zero of={path} bs=1048576 count={mebibytes} 2>/dev/null")
    with _running(host, f"exec tail -f {path}"):
        host.sh(f"sleep 0.3; rm {path}")
        yield path


@contextmanager
def _running(host: LabHost, script: str) -> Iterator[None]:
    """`script` runs in the background. What it leaves in its last `exec` is killed at the end."""
    note = "/run/lab-background"
    host.sh(f"setsid sh -c 'echo $$ >{note}; {script}' </dev/null >/dev/null 2>&1 & sleep 0.2")
    pid = host.sh(f"cat {note}").strip()
    try:
        yield
    finally:
        host.sh(f"kill -9 {pid}", check=False)
