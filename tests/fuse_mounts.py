"""FUSE file systems for tests, and who asks about them."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.documents import ROOT

needs_fuse = pytest.mark.skipif(os.geteuid() != 0 or not Path("/dev/fuse").exists(), reason="not root, or no /dev/fuse")


@contextmanager
def fuse(folder: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """A FUSE file system on `folder`, and the daemon behind it."""
    folder.mkdir(parents=True)
    daemon = subprocess.Popen([sys.executable, "-m", "tests.fuse_daemon", str(folder), *options], cwd=ROOT)
    try:
        deadline = time.monotonic() + 10
        written = str(folder).replace("\\", "\\134").replace(" ", "\\040")
        while written not in Path("/proc/self/mounts").read_text("utf-8"):
            assert time.monotonic() < deadline, "not mounted"
            time.sleep(0.01)
        yield daemon
    finally:
        daemon.kill()
        daemon.wait(10)
        subprocess.run(["umount", "-l", str(folder)], check=False, timeout=10)


def askers(folder: Path) -> list[int]:
    """Processes that ask about `folder`."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if path.read_bytes().endswith(b" %S %b %f %a\0" + os.fsencode(folder) + b"\0"):
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found
