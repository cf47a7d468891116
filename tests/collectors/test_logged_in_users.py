import os
import pwd
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from collectors import logged_in_users
from collectors.contract import UnreadableOutput
from collectors.logged_in_users import parse
from collectors.logins import Login, origins_by_terminal
from collectors.logins.terminals import device_name
from tests.collectors.in_shells import every_shell, printed

# What sshd and its like do: open a terminal, and start a shell there as the first process of a session.
DAEMON = """
import os, pty, sys
open("/proc/self/comm", "w").write(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    os.execv("/bin/sh", ["sh", "-c", "tty; sleep 60; :"])
print(os.read(terminal, 100).decode().strip().removeprefix("/dev/"), flush=True)
sys.stdin.read()
"""


@contextmanager
def terminal_opened_by(name: str) -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, "-c", DAEMON, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as daemon:
        assert daemon.stdout is not None
        try:
            yield daemon.stdout.readline().strip()
        finally:
            daemon.kill()


def at(terminal: str, output: str) -> list[Login]:
    return [login for login in parse(output).logins if login.terminal == terminal]


@every_shell
def test_a_login_at_a_terminal_is_found_and_seen_to_end(shell: list[str]) -> None:
    with terminal_opened_by("sshd") as terminal:
        (login,) = at(terminal, printed(logged_in_users.COLLECTOR, shell))
    assert login.user == pwd.getpwuid(os.getuid()).pw_name
    assert login.origin is None
    assert login.lasted_seconds < 60
    assert login.idle_seconds is not None
    assert login.idle_seconds < 60
    assert at(terminal, printed(logged_in_users.COLLECTOR, shell)) == []


@pytest.mark.parametrize("program", ["tmux: server", "sudo", "expect"])
def test_a_terminal_within_a_login_is_no_other_login(program: str) -> None:
    with terminal_opened_by(program) as terminal:
        assert at(terminal, printed(logged_in_users.COLLECTOR, ["sh"])) == []


def answer(*lines: str, head: str = "", used: str = "", who: str = "", users: str = "") -> str:
    return (
        f"now 1000\nuptime 500.00\n{head}== terminals\n"
        + "\n".join(lines)
        + f"\n== used\n{used}\n== sessions\n== who\n{who}\n== users\n{users}\n"
    )


def test_nobody() -> None:
    assert parse(answer()).logins == ()


def test_times() -> None:
    (login,) = parse(
        answer("terminal 34816 40000 0 - 9\nparent login\ncommand bash", used="940 /dev/pts/0", users="0 root\n0 toor")
    ).logins
    assert login == Login("root", "pts/0", None, 100.0, 60.0)
    (ahead,) = parse(answer("terminal 34816 60000 7 - 9\nparent sshd\ncommand sh", used="2000 /dev/pts/0")).logins
    assert ahead == Login("uid 7", "pts/0", None, 0.0, 0.0)


def test_the_console_of_a_getty_is_a_login_once_a_shell_runs_there() -> None:
    def of(command: str, parent_id: int = 1) -> int:
        return len(parse(answer(f"terminal 1025 4000 0 - {parent_id}", "parent init", f"command {command}")).logins)

    assert (of("sh"), of("bash"), of("agetty"), of("login"), of("Xorg")) == (1, 1, 0, 0, 0)
    assert of("bash", parent_id=77) == 0


def test_a_cut_answer_is_refused() -> None:
    with pytest.raises(UnreadableOutput):
        parse(answer("terminal 34816 40000 0 -"))
    with pytest.raises(UnreadableOutput):
        parse("now 1000\nuptime 500.00\n== terminals\n")


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (34816, "pts/0"),
        (34816 + 255, "pts/255"),
        (0x100000 | 34816, "pts/256"),
        (1025, "tty1"),
        (1024 + 64, "ttyS0"),
        (1281, "console"),
        (204 << 8 | 64, "ttyAMA0"),
        (229 << 8, "hvc0"),
        (3 << 8 | 1, "device 3:1"),
    ],
)
def test_device_names(number: int, name: str) -> None:
    assert device_name(number) == name


def test_origins() -> None:
    coreutils = "alice    pts/0        Nov 21 20:12 (192.0.2.7)\nbob      tty1         Nov 21 20:12\n"
    assert origins_by_terminal(coreutils) == {"pts/0": "192.0.2.7"}
    assert origins_by_terminal("alice    sshd pts/1   2026-11-21 20:12 (web.example.org)") == {
        "pts/1": "web.example.org"
    }
    busybox = "alice           pts/0           00:02   Nov 21 20:12:49  192.0.2.7\nbob  tty1  00:02  Nov 21 20:12:49\n"
    assert origins_by_terminal(busybox) == {"pts/0": "192.0.2.7"}
    assert origins_by_terminal("USER TTY IDLE TIME HOST\n\nwho: cannot open") == {}
