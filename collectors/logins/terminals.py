"""Terminals at which a login program has started something: what people type into."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from collectors.contract import UnreadableOutput
from collectors.contract.reading import whole_number

_LOGIN_PROGRAMS = re.compile(r"sshd|sshd-session|dropbear|login|(in\.|u)?telnetd|(in\.)?rlogind|mosh-server")
_SHELLS = frozenset(("sh", "ash", "bash", "busybox", "csh", "dash", "fish", "ksh", "ksh93", "mksh", "tcsh", "zsh"))
_LINE = re.compile(r"terminal (-?[0-9]+) ([0-9]+) ([0-9]+) (\S+) ([0-9]+)")
TICKS_PER_SECOND = 100  # USER_HZ, the same on every architecture that is still made


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal in use. `started` is in seconds since the host's start; `session` is logind's name of it, or `-`."""

    name: str
    started: float
    user_id: int
    session: str


def terminals(text: str) -> Iterator[Terminal]:
    """From three lines for each: `terminal DEVICE START UID SESSION PPID`, `parent NAME`, `command NAME`."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if not line.startswith("terminal "):
            continue
        match = _LINE.fullmatch(line)
        if match is None or len(lines) < at + 3:
            raise UnreadableOutput("a terminal, the parent and the name of its first process", line)
        parent, command = lines[at + 1].removeprefix("parent "), lines[at + 2].removeprefix("command ")
        # A getty hands the console to login, or as busybox does to the shell itself.
        from_init = match[5] == "1" and command in _SHELLS
        if from_init or (_LOGIN_PROGRAMS.fullmatch(parent) and command != "login"):
            started = whole_number(match[2], line) / TICKS_PER_SECOND
            yield Terminal(device_name(whole_number(match[1], line)), started, whole_number(match[3], line), match[4])


def device_name(number: int) -> str:
    """`pts/0` from 34816, the number of its device as /proc/PID/stat has it."""
    major, minor = (number >> 8) & 0xFFF, (number & 0xFF) | ((number >> 12) & 0xFFF00)
    match major:
        case 136:
            return f"pts/{minor}"
        case 4:
            return f"tty{minor}" if minor < 64 else f"ttyS{minor - 64}"
        case 5:
            return "console"
        case 204 if minor >= 64:
            return f"ttyAMA{minor - 64}"
        case 229:
            return f"hvc{minor}"
        case _:
            return f"device {major}:{minor}"
