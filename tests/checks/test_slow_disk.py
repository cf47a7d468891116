"""A real block device that answers late, or not at all: what its kernel counts, and what the check says of it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from checks.contract import Result, State
from checks.disk_latency import DiskLatencyParams, evaluate
from collectors.disk_activity import COLLECTOR, DiskActivity, compare, parse
from tests.collectors.in_shells import printed
from tests.documents import ROOT

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not Path("/dev/fuse").exists() or not shutil.which("losetup"),
    reason="not root, no /dev/fuse, or no losetup",
)


@contextmanager
def slow_disk(folder: Path, delay: float) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The name of a loop device on a file that takes its time, and the process behind that."""
    folder.mkdir()
    daemon = subprocess.Popen([sys.executable, "-m", "tests.slow_disk", str(folder), str(delay)], cwd=ROOT)
    device = ""
    try:
        deadline = time.monotonic() + 10
        while str(folder) not in Path("/proc/self/mounts").read_text("utf-8"):
            assert time.monotonic() < deadline, "not mounted"
            time.sleep(0.01)
        argv = ["losetup", "--find", "--show", str(folder / "disk")]
        made = subprocess.run(argv, capture_output=True, text=True, timeout=10, check=False)
        if made.returncode:
            pytest.skip(made.stderr)
        device = made.stdout.strip()
        # A loop device that nothing was ever done on is not told.
        assert copied(f"if={device}", "of=/dev/null", "count=1", "iflag=direct").wait(20) == 0
        yield device.removeprefix("/dev/"), daemon
    finally:
        daemon.send_signal(signal.SIGCONT)
        if device:
            subprocess.run(["losetup", "--detach", device], check=False, timeout=20)
        daemon.kill()
        daemon.wait(10)
        subprocess.run(["umount", "-l", str(folder)], check=False, timeout=10)


def look() -> DiskActivity:
    return parse(printed(COLLECTOR, ["sh"]))


def copied(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(["dd", "bs=4096", *words], stderr=subprocess.DEVNULL)


def judged(before: DiskActivity, now: DiskActivity, name: str, **params: object) -> tuple[Result, DiskActivity]:
    facts = compare(before, now)
    wanted = DiskLatencyParams(also=(name,), **params)
    return next(result for result in evaluate(facts, wanted) if result.item == name), facts


def test_a_disk_that_answers_late(tmp_path: Path) -> None:
    with slow_disk(tmp_path / "slow", 0.12) as (name, _):
        before = look()
        for words in (
            (f"if=/dev/{name}", "of=/dev/null", "iflag=direct"),
            (f"of=/dev/{name}", "if=/dev/zero", "oflag=direct"),
        ):
            assert copied("count=4", *words).wait(20) == 0
        result, facts = judged(before, look(), name)
    (disk,) = (disk for disk in facts.disks if disk.name == name)
    assert disk.activity is not None
    assert disk.activity.read_seconds is not None
    assert disk.activity.write_seconds is not None
    assert 0.1 < disk.activity.read_seconds < 1
    assert 0.1 < disk.activity.write_seconds < 1
    assert disk.activity.busy_ratio > 0.5
    assert result.state in (State.WARN, State.CRIT)
    assert result.summary.en.startswith("reads 1")


def test_a_disk_that_does_not_answer_and_recovers(tmp_path: Path) -> None:
    with slow_disk(tmp_path / "stopped", 0.0) as (name, daemon):
        daemon.send_signal(signal.SIGSTOP)
        reader = copied(f"if=/dev/{name}", "of=/dev/null", "count=1", "skip=7", "iflag=direct")
        time.sleep(0.3)
        first = look()
        time.sleep(0.5)
        result, stuck = judged(first, look(), name, stuck={"warn": "300ms"})
        assert result.state is State.WARN
        assert "no answer for 0.5" in result.summary.en
        assert "1 operation waiting" in result.summary.en
        daemon.send_signal(signal.SIGCONT)
        assert reader.wait(20) == 0
        time.sleep(0.1)
        result, _ = judged(stuck, look(), name, stuck={"warn": "300ms"}, at_least_per_second=1000)
    assert result.state is State.OK
