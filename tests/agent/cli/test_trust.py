"""`rounds trust`: a key is trusted only when somebody, or a fingerprint, says so."""

import os
import pty
import socket
import subprocess
import time
from pathlib import Path

import pytest

from collectors.transport.host_keys import KnownHosts
from tests.agent.cli.conftest import Rounds, command, environment
from tests.agent.cli.test_check import read_all
from tests.collectors.transport.conftest import Sshd, make_key


def fingerprint(server: Sshd) -> str:
    shown = subprocess.run(["ssh-keygen", "-lf", server.host_keys[0]], check=True, capture_output=True, text=True)
    return shown.stdout.split()[1]


def trusted(config: Path, server: Sshd) -> int:
    return len(KnownHosts(config.parent / "state" / "known_hosts").keys(f"[127.0.0.2]:{server.port}"))


def answered(config: Path, words: str) -> tuple[int, str]:
    """`rounds trust web-01` on a terminal where somebody types `words`."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command("trust", "web-01"), cwd=config.parent, env=environment(), stdin=theirs, stdout=theirs, stderr=theirs
    ) as running:
        os.close(theirs)
        said = b""
        while b"[y/N]" not in said:
            said += os.read(ours, 1024)
        os.write(ours, words.encode())
        return running.wait(60), said.decode() + read_all(ours)


def test_somebody_who_compared_says_yes(config: Path, server: Sshd) -> None:
    code, said = answered(config, "y\n")
    assert code == 0
    assert fingerprint(server) in said
    assert "trusted, in " in said
    assert trusted(config, server) == 1


@pytest.mark.parametrize("words", ["n\n", "\n", "\x04", "perhaps\nn\n"])
def test_anything_else_is_no(config: Path, server: Sshd, words: str) -> None:
    code, said = answered(config, words)
    assert code == 2
    assert "nothing was trusted" in said
    assert "Traceback" not in said
    assert trusted(config, server) == 0


def test_nobody_there_to_ask(rounds: Rounds, config: Path, server: Sshd) -> None:
    done = rounds("trust", "web-01")
    assert done.exit_code == 2
    assert "--yes or --fingerprint" in done.stderr
    assert trusted(config, server) == 0


def test_a_fingerprint_decides(rounds: Rounds, config: Path, server: Sshd) -> None:
    wrong = rounds("trust", "web-01", "--fingerprint", "SHA256:" + "A" * 43)
    assert (wrong.exit_code, trusted(config, server)) == (2, 0)
    assert "nothing was trusted" in wrong.stderr
    right = rounds("trust", "web-01", "--fingerprint", fingerprint(server))
    assert (right.exit_code, trusted(config, server)) == (0, 1)
    assert "it is trusted already" in rounds("trust", "web-01").stdout
    mistaken = rounds("trust", "web-01", "--fingerprint", "SHA256:" + "A" * 43)
    assert mistaken.exit_code == 2, "a fingerprint that does not match is never fine"


def test_a_changed_key_needs_replace(rounds: Rounds, config: Path, server: Sshd, tmp_path: Path) -> None:
    known = KnownHosts(config.parent / "state" / "known_hosts")
    other = make_key(tmp_path / "other").with_suffix(".pub").read_text("ascii").split()
    known.path.parent.mkdir()
    known.path.write_text(f"[127.0.0.2]:{server.port} {other[0]} {other[1]}\n", "ascii")
    refused = rounds("trust", "web-01", "--yes")
    assert refused.exit_code == 2
    assert "has changed" in refused.stderr
    assert "--replace" in refused.stderr
    assert rounds("check", "web-01").exit_code == 3
    assert rounds("trust", "web-01", "--yes", "--replace").exit_code == 0
    (key,) = known.keys(f"[127.0.0.2]:{server.port}")
    assert key.fingerprint == fingerprint(server)


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("this-machine", "there is no key to trust"),
        ("dead", "refused the connection"),
        ("web-1", "did you mean web-01?"),
    ],
)
def test_what_cannot_be_trusted_is_said(rounds: Rounds, host: str, said: str) -> None:
    done = rounds("trust", host, "--yes")
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_known_hosts_that_cannot_be_written_is_said(rounds: Rounds, config: Path) -> None:
    (config.parent / "state").write_text("a file where a folder is wanted", "ascii")
    done = rounds("trust", "web-01", "--yes")
    assert done.exit_code == 2
    assert "known_hosts" in done.stderr


def test_it_ends_when_the_host_says_nothing(rounds: Rounds, config: Path) -> None:
    with socket.create_server(("127.0.0.3", 0)) as silent:
        text = config.read_text("utf-8")
        line = next(line for line in text.splitlines() if "name: dead" in line)
        mute = f"  - {{name: mute, address: 127.0.0.3, port: {silent.getsockname()[1]}}}"
        config.write_text(text.replace(line, f"{line}\n{mute}") + "rounds: {every: 60s, deadline: 1s}\n", "utf-8")
        begun = time.monotonic()
        done = rounds("trust", "mute", "--yes")
        assert done.exit_code == 2
        assert time.monotonic() - begun < 20
