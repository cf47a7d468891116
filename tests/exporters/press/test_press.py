"""Work in a process apart: what it gives, what it raises, and what happens when the process dies."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from exporters import press as module
from exporters.press import PressError, press


def who() -> tuple[int, int]:
    print("a library that prints does no harm")
    return os.getpid(), os.getpriority(os.PRIO_PROCESS, 0)


def doubled(content: bytes, times: int = 2) -> bytes:
    return content * times


def full(path: Path) -> None:
    raise OSError(28, "No space left on device", str(path))


def broken() -> None:
    raise ValueError("of our own making")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leave() -> None:
    print("out of here", file=sys.stderr)
    os._exit(3)


def test_it_is_another_process_that_gives_way() -> None:
    pid, niceness = press(who)
    assert pid != os.getpid()
    assert niceness == min(19, os.getpriority(os.PRIO_PROCESS, 0) + module.NICENESS)


def test_large_things_go_there_and_back() -> None:
    assert press(doubled, b"x" * 5_000_000, times=3) == b"x" * 15_000_000


def test_an_os_error_comes_back_as_it_was() -> None:
    with pytest.raises(OSError, match="No space left") as error:
        press(full, Path("/var/log/rounds"))
    assert (error.value.errno, error.value.filename) == (28, "/var/log/rounds")


def test_another_error_comes_back_with_its_traceback() -> None:
    with pytest.raises(RuntimeError, match=r"(?s)in broken.*ValueError: of our own making"):
        press(broken)


def test_a_process_that_dies_is_told_with_what_it_said() -> None:
    with pytest.raises(PressError, match="die was not done: killed by signal 9"):
        press(die)
    with pytest.raises(PressError, match="exit status 3 out of here"):
        press(leave)


def test_it_ends_on_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", 1.0)
    begin = time.monotonic()
    with pytest.raises(PressError, match="sleep was not done after 1 s"):
        press(time.sleep, 60)
    assert time.monotonic() - begin < 30


def test_without_a_process_it_is_done_here_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with capture_logs() as logs:
        assert press(who)[0] == os.getpid()
    assert [entry["event"] for entry in logs] == ["press_not_started"]
