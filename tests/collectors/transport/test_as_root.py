"""`as_root`, with the real sudo and a real ordinary user; the rules stand in a mount namespace of the test's own."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from agent.catalogue import catalogue
from collectors.contract import NoPermission
from collectors.contract.reading import in_sudoers, refuse_denied
from collectors.transport.script import AS_ROOT, ScriptSection, assemble
from tests.collectors.in_shells import every_shell

_RULES = r"""
nobody ALL=(root) NOPASSWD: /usr/bin/id -u, /usr/bin/ls --color\=never /no-such, /usr/bin/cat /etc/[s]hadow
nobody ALL=(root) PASSWD: /usr/bin/uname
"""
_NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")

_can_unshare = shutil.which("unshare") and subprocess.run(["unshare", "-m", "true"], check=False).returncode == 0
needs_root_and_sudo = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("sudo") or not _can_unshare, reason="needs root, sudo and namespaces"
)


def ask(
    shell: list[str], commands: str, as_user: tuple[str, ...], folder: Path, by_sudo: str = "yes"
) -> subprocess.CompletedProcess[str]:
    """Run `commands` with as_root defined and `_RULES` in force."""
    (folder / "rules").write_text(_RULES)
    script = (
        "set -e; mount -t tmpfs -o mode=755 none /etc/sudoers.d; "
        f"install -m 440 {folder}/rules /etc/sudoers.d/test; "
        'exec "$@"'
    )
    return subprocess.run(
        ["unshare", "-m", "sh", "-c", script, "sh", *as_user, *shell, "-s"],
        input=f"LC_ALL=C; export LC_ALL; by_sudo={by_sudo}\n{AS_ROOT}{commands}\n",
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
        cwd="/",
    )


@needs_root_and_sudo
@every_shell
def test_sudo_is_asked_first(shell: list[str], tmp_path: Path) -> None:
    ended = ask(shell, "as_root id -u; echo $?; as_root cat /etc/shadow | wc -l", _NOBODY, tmp_path)
    shadow = Path("/etc/shadow").read_text().count("\n")
    assert ended.stdout.split() == ["0", "0", str(shadow)]
    assert ended.stderr == ""


@needs_root_and_sudo
@every_shell
def test_sudo_is_left_alone_unless_it_is_wanted(shell: list[str], tmp_path: Path) -> None:
    """It would tell its log, and root's mailbox, of each question by a login that it does not know."""
    ended = ask(shell, "sudo() { echo asked; }; as_root id -u; echo $?", _NOBODY, tmp_path, by_sudo="")
    assert ended.stdout == "== denied /usr/bin/id -u\n77\n"


@needs_root_and_sudo
@every_shell
def test_what_sudo_does_not_allow_is_denied(shell: list[str], tmp_path: Path) -> None:
    ended = ask(shell, "as_root cat /etc/gshadow; echo $?; as_root id -g; echo $?", _NOBODY, tmp_path)
    assert ended.stdout == "== denied /usr/bin/cat /etc/gshadow\n77\n== denied /usr/bin/id -g\n77\n"
    assert ended.stderr == ""


@needs_root_and_sudo
@every_shell
def test_what_wants_a_password_is_denied(shell: list[str], tmp_path: Path) -> None:
    """`sudo -n -l` lists it without one, where any other command needs none."""
    ended = ask(shell, "as_root uname; echo $?", _NOBODY, tmp_path)
    assert ended.stdout == "== denied /usr/bin/uname\n77\n"


@needs_root_and_sudo
@every_shell
def test_the_commands_own_failure_and_words_come_through(shell: list[str], tmp_path: Path) -> None:
    ended = ask(shell, "as_root ls --color=never /no-such; echo $?", _NOBODY, tmp_path)
    assert ended.stdout == "2\n"
    assert "cannot access '/no-such'" in ended.stderr


@needs_root_and_sudo
@every_shell
def test_what_sudo_warns_of_is_no_denial(shell: list[str], tmp_path: Path) -> None:
    """A host that cannot resolve its own name: sudo says so, and runs the command, which may fail in its own way."""
    sudo = """sudo() {
      [ "$2" = -l ] && return
      echo "sudo: unable to resolve host web-01: Name or service not known" >&2
      shift; "$@"
    }
    """
    ended = ask(shell, f"{sudo} as_root sh -c 'echo some; exit 1'; echo $?", _NOBODY, tmp_path)
    assert ended.stdout == "some\n1\n"


@needs_root_and_sudo
@every_shell
def test_root_needs_no_sudo(shell: list[str], tmp_path: Path) -> None:
    ended = ask(shell, "sudo() { echo never; }; as_root id -g; as_root uname -s; as_root false; echo $?", (), tmp_path)
    assert ended.stdout == "0\nLinux\n1\n"


@every_shell
def test_a_command_that_is_not_there_is_not_denied(shell: list[str], tmp_path: Path) -> None:
    ended = subprocess.run(
        [*shell, "-c", f"{AS_ROOT}as_root no-such-command -x; echo $?"], capture_output=True, text=True, check=True
    )
    assert ended.stdout == "127\n"
    assert "not found" in ended.stderr


@needs_root_and_sudo
@every_shell
def test_the_probes_own_variables_stay(shell: list[str], tmp_path: Path) -> None:
    commands = 'file=a said=b folder=c IFS=,; set -- x y; as_root id -u; echo "$file $said $folder" "$*"'
    assert ask(shell, commands, _NOBODY, tmp_path).stdout == "0\na b c x,y\n"


def test_only_a_script_that_needs_it_has_it() -> None:
    assert "sudo" not in assemble([ScriptSection("a", "echo")], "m", 0.0)
    assert AS_ROOT in assemble([ScriptSection("a", "as_root id")], "m", 0.0)


def test_a_denial_names_the_line_for_sudoers() -> None:
    output = "== sda\n== denied /usr/sbin/smartctl --json=c /dev/sda\n== denied /usr/sbin/smartctl --json=c /dev/sda\n"
    with pytest.raises(NoPermission) as caught:
        refuse_denied(output)
    assert str(caught.value) == (
        "needs root for smartctl: set `sudo: true`, and allow what `rounds sudoers HOST` prints: "
        r"`LOGIN ALL=(root) NOPASSWD: /usr/sbin/smartctl --json\=c /dev/sda`"
    )
    refuse_denied("nothing was\n denied == denied /usr/bin/x\n")


def test_many_denials_are_not_all_named() -> None:
    with pytest.raises(NoPermission, match=r"needs root for a0, a1, a2, \.\.\.: .*/bin/a0 x, .* \.\.\.`$"):
        refuse_denied("".join(f"== denied /bin/a{n} x\n" for n in range(99)))


def test_a_denial_stays_short_whatever_was_denied() -> None:
    for name, plugin in catalogue().collectors.items():
        if commands := plugin.collector.root_commands:
            with pytest.raises(NoPermission, match="rounds sudoers HOST") as caught:
                refuse_denied("".join(f"== denied /usr/sbin/{command}\n" for command in commands))
            assert len(str(caught.value)) < 250, name


def test_a_star_is_no_wildcard() -> None:
    assert in_sudoers("/usr/bin/find -lname * (deleted) [a-z]?") == r"/usr/bin/find -lname \* (deleted) [a-z]\?"


@pytest.mark.skipif(not shutil.which("visudo"), reason="no visudo here")
def test_what_is_written_for_sudoers_is_understood(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    command = in_sudoers("/usr/bin/x --a=b,c --d=/dev/disk/by-path/pci-0:1[a-z]")
    rules.write_text(f"web ALL=(root) NOPASSWD: {command}\n")
    subprocess.run(["visudo", "-cf", rules], check=True, capture_output=True, timeout=20)
