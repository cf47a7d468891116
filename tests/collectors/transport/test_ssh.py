"""Against a real OpenSSH server."""

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from collectors.contract import Reason, TransportError
from collectors.transport.back_off import BackOffs
from collectors.transport.deadline import Deadline
from collectors.transport.host_keys import KnownHosts
from collectors.transport.ssh import OutputLimits, SshShell, SshTarget, ask_host_key
from tests.collectors.transport.conftest import SOON, Sshd, is_gone, make_key

MARK = b"=mark= done"
END = "echo '=mark=' done\n"
Start = Callable[..., Sshd]


def reason_of(action: Callable[[], object]) -> tuple[Reason, str]:
    with pytest.raises(TransportError) as caught:
        action()
    return caught.value.reason, str(caught.value)


def says(target: SshTarget, script: str = "echo hello\n" + END) -> bytes:
    shell = SshShell(target)
    try:
        return shell.run(script, Deadline(SOON), MARK).output
    finally:
        shell.close()


def refusal(target: SshTarget) -> tuple[Reason, str]:
    shell = SshShell(target)
    try:
        return reason_of(lambda: shell.connect(Deadline(SOON)))
    finally:
        shell.close()


def test_many_runs_over_one_connection(sshd: Start) -> None:
    server = sshd()
    shell = SshShell(server.trusted())
    before = server.connections
    for number in range(10):
        answer = shell.run(f"echo run {number}; echo oh >&2; {END}", Deadline(SOON), MARK)
        assert answer.output.startswith(b"run %d\n" % number)
        assert answer.cut is None
    assert server.connections == before + 1
    shell.close()
    shell.close()


def test_plain_sh_without_a_terminal(sshd: Start) -> None:
    output = says(sshd().trusted(), "tty; echo; cat /proc/$$/cmdline; echo; " + END)
    assert output.startswith(b"not a tty\n\nsh\0\n")


def test_a_script_that_ends_without_the_mark_gives_its_exit_status(sshd: Start) -> None:
    shell = SshShell(sshd().trusted())
    answer = shell.run("echo '=mark=' begin; echo oh >&2; exit 3", Deadline(SOON), MARK)
    assert (answer.output, answer.error, answer.exit_status, answer.cut) == (b"=mark= begin\n", b"oh\n", 3, None)
    shell.close()


def test_the_mark_ends_it_although_something_holds_the_channel_open(sshd: Start) -> None:
    shell = SshShell(sshd().trusted())
    begun = time.monotonic()
    answer = shell.run(f"sleep 30 & {END} sleep 30", Deadline(20), MARK)
    assert time.monotonic() - begun < SOON
    assert answer.cut is None
    assert shell.run(END, Deadline(SOON), MARK).cut is None
    shell.close()


def test_bytes_that_are_not_text_come_and_go_unharmed(sshd: Start) -> None:
    script = "printf '%s' '" + os.fsdecode(b"\xff\xfe\x80") + "'; printf '\\000\\377'; " + END
    assert says(sshd().trusted(), script).startswith(b"\xff\xfe\x80\0\xff")


def test_the_deadline_keeps_what_came_and_ends_the_script(sshd: Start) -> None:
    shell = SshShell(sshd().trusted())
    begun = time.monotonic()
    answer = shell.run("echo $$; while :; do echo x; sleep 0.1; done", Deadline(1), MARK)
    assert time.monotonic() - begun < SOON
    assert answer.cut is Reason.DEADLINE
    pid, first = answer.output.split()[:2]
    assert first == b"x"
    assert is_gone(int(pid))
    assert shell.run(END, Deadline(SOON), MARK).cut is None
    shell.close()


def test_two_mebibytes_on_both_streams_at_once(sshd: Start) -> None:
    shell = SshShell(sshd().trusted())
    script = f"head -c 2097152 /dev/zero >&2 & head -c 2097152 /dev/zero; wait; {END}"
    answer = shell.run(script, Deadline(20), MARK)
    assert answer.cut is None
    assert len(answer.output) >= 2097152
    assert len(answer.error) == OutputLimits().error_tail_bytes
    shell.close()


def test_output_beyond_the_limit_is_cut_and_the_connection_is_kept(sshd: Start) -> None:
    server = sshd()
    shell = SshShell(server.trusted(), OutputLimits(output_bytes=100_000))
    before = server.connections
    answer = shell.run("yes", Deadline(20), MARK)
    assert answer.cut is Reason.TOO_LONG
    assert len(answer.output) == 100_000
    assert shell.run(END, Deadline(SOON), MARK).cut is None
    assert server.connections == before + 1
    shell.close()


def test_the_connection_breaks_in_the_middle(sshd: Start) -> None:
    server = sshd()
    shell = SshShell(server.trusted())
    timer = threading.Timer(1.0, server.drop_connections)
    timer.start()
    answer = shell.run("echo first; sleep 30", Deadline(20), MARK)
    timer.join()
    assert (answer.output, answer.cut) == (b"first\n", Reason.CONNECTION_LOST)
    assert shell.run(END, Deadline(SOON), MARK).cut is None
    shell.close()


def test_a_connection_that_died_between_two_rounds_is_made_anew(sshd: Start) -> None:
    server = sshd()
    shell = SshShell(server.trusted())
    shell.connect(Deadline(SOON))
    server.drop_connections()
    assert shell.run(END, Deadline(SOON), MARK).cut is None
    shell.close()


def test_the_servers_own_keepalive_is_answered(sshd: Start) -> None:
    server = sshd("ClientAliveInterval 1", "ClientAliveCountMax 1")
    shell = SshShell(server.trusted())
    shell.connect(Deadline(SOON))
    before = server.connections
    time.sleep(3.5)
    assert shell.run(END, Deadline(SOON), MARK).cut is None
    assert server.connections == before
    shell.close()


def test_interrupted_while_running(sshd: Start, tmp_path: Path) -> None:
    shell = SshShell(sshd().trusted())
    shell.connect(Deadline(SOON))
    printed = tmp_path / "printed"

    def interrupt() -> None:
        while not printed.exists() and time.monotonic() - begun < SOON:
            time.sleep(0.05)
        time.sleep(0.5)  # for the words to arrive
        shell.interrupt()

    begun = time.monotonic()
    waiting = threading.Thread(target=interrupt)
    waiting.start()
    answer = shell.run(f"echo begun; >'{printed}'; sleep 30", Deadline(25), MARK)
    waiting.join()
    assert time.monotonic() - begun < 2 * SOON
    assert (answer.output, answer.cut) == (b"begun\n", Reason.INTERRUPTED)
    shell.interrupt()
    assert shell.run(END, Deadline(SOON), MARK).cut is None
    shell.close()


def test_an_idle_connection_costs_next_to_nothing(sshd: Start) -> None:
    shell = SshShell(sshd().trusted())
    shell.run(END, Deadline(SOON), MARK)
    begun = time.process_time()
    time.sleep(1.5)
    # paramiko as it comes wakes ten times a second
    assert time.process_time() - begun < 0.005
    shell.close()


# Host keys


def test_an_unknown_host_is_refused_with_its_fingerprint(sshd: Start) -> None:
    server = sshd()
    reason, words = refusal(server.target)
    assert reason is Reason.HOST_KEY_UNKNOWN
    listed = subprocess.run(["ssh-keygen", "-lf", server.host_keys[0]], capture_output=True, text=True, check=True)
    assert listed.stdout.split()[1] in words
    assert "rounds trust web-01" in words
    assert ask_host_key(server.target, Deadline(SOON)).fingerprint == listed.stdout.split()[1]


def test_a_changed_key_is_refused_with_both_fingerprints(sshd: Start) -> None:
    server = sshd()
    target = server.trusted()
    old = ask_host_key(target, Deadline(SOON))
    server.host_keys = [make_key(server.folder / "another")]
    server.configure()
    new = ask_host_key(target, Deadline(SOON))
    reason, words = refusal(target)
    assert reason is Reason.HOST_KEY_CHANGED
    assert old.fingerprint in words
    assert new.fingerprint in words


def test_the_known_type_of_key_is_asked_for(sshd: Start) -> None:
    server = sshd(kinds=("ed25519", "ecdsa", "rsa"))
    kind, blob = (server.folder / "host_rsa.pub").read_text().split()[:2]
    (server.folder / "known_hosts").write_text(f"{server.target.host_key_name} {kind} {blob}\n")
    assert says(server.target) == b"hello\n=mark= done\n"


def test_the_host_key_filed_under_another_name(sshd: Start) -> None:
    target = sshd().trusted(host_key_as="Web-01.site-b")
    assert target.known_hosts.read_text().startswith("web-01.site-b ssh-ed25519 ")
    assert says(target) == b"hello\n=mark= done\n"


# Logging in


def test_a_refused_login_is_not_tried_again_for_a_while(sshd: Start) -> None:
    server = sshd("MaxAuthTries 10")
    target = server.trusted(key_file=make_key(server.folder / "stranger"))
    shell = SshShell(target, back_offs=BackOffs(first_seconds=1.0))
    reason, words = reason_of(lambda: shell.connect(Deadline(SOON)))
    assert reason is Reason.AUTH_FAILED
    assert "did not let" in words
    assert server.log.read_text().count("Failed publickey") == 1
    before = server.connections
    reason, words = reason_of(lambda: shell.connect(Deadline(SOON)))
    assert reason is Reason.BACKING_OFF
    assert "before 20" in words
    assert server.connections == before
    time.sleep(1.1)
    assert reason_of(lambda: shell.connect(Deadline(SOON)))[0] is Reason.AUTH_FAILED
    assert server.connections == before + 1
    time.sleep(1.1)
    # twice as long
    assert reason_of(lambda: shell.connect(Deadline(SOON)))[0] is Reason.BACKING_OFF
    server.authorized.write_text((server.folder / "stranger.pub").read_text())
    time.sleep(1.0)
    assert shell.run(END, Deadline(SOON), MARK).cut is None
    shell.close()


def test_many_hosts_behind_a_jump_host_that_refuses_try_it_once(sshd: Start) -> None:
    bastion, server = sshd("MaxAuthTries 10"), sshd()
    jump = bastion.trusted(key_file=make_key(bastion.folder / "stranger"))
    back_offs = BackOffs(first_seconds=60.0)
    shells = [SshShell(replace(server.trusted(), jump=jump), back_offs=back_offs) for _ in range(8)]
    with ThreadPoolExecutor(len(shells)) as pool:
        tries = [pool.submit(reason_of, lambda s=shell: s.connect(Deadline(SOON))) for shell in shells]
        reasons = sorted(future.result()[0] for future in tries)
    assert reasons == sorted([Reason.AUTH_FAILED] + [Reason.BACKING_OFF] * 7)
    assert bastion.log.read_text().count("Failed publickey") == 1
    back_offs.begin_anew(60.0)
    assert reason_of(lambda: shells[0].connect(Deadline(SOON)))[0] is Reason.AUTH_FAILED


def test_a_server_that_ends_the_connection_after_one_try(sshd: Start) -> None:
    server = sshd("MaxAuthTries 1")
    target = server.trusted(key_file=make_key(server.folder / "stranger"))
    assert refusal(target)[0] is Reason.AUTH_FAILED


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_keys_of_every_kind_also_encrypted(sshd: Start, kind: str) -> None:
    server = sshd()
    key = make_key(server.folder / "locked", kind, passphrase="open sesame")
    server.authorized.write_text((server.folder / "locked.pub").read_text())
    target = server.trusted(key_file=key)
    assert says(replace(target, passphrase="open sesame")) == b"hello\n=mark= done\n"
    before = server.connections
    assert "give its passphrase" in refusal(target)[1]
    reason, words = refusal(replace(target, passphrase="wrong"))
    assert reason is Reason.AUTH_FAILED
    assert "passphrase is wrong" in words
    assert server.connections == before


def test_what_is_wrong_with_a_key_file_is_said_before_anybody_is_asked(sshd: Start, tmp_path: Path) -> None:
    server = sshd()
    (tmp_path / "nonsense").write_text("nonsense")
    for path, words in ((tmp_path / "missing", "No such file"), (tmp_path / "nonsense", "not a private key")):
        reason, said = refusal(replace(server.target, key_file=path))
        assert reason is Reason.AUTH_FAILED
        assert words in said
    assert "nothing to log in with" in refusal(replace(server.target, key_file=None))[1]
    assert server.connections == 0


def test_a_user_certificate_beside_the_key(sshd: Start, tmp_path: Path) -> None:
    authority = make_key(tmp_path / "ca")
    server = sshd(f"TrustedUserCAKeys {authority}.pub")
    server.authorized.write_text("")
    key = make_key(tmp_path / "certified")
    target = server.trusted(key_file=key)
    assert refusal(target)[0] is Reason.AUTH_FAILED
    command = ["ssh-keygen", "-q", "-s", authority, "-I", "rounds", "-n", target.user, tmp_path / "certified.pub"]
    subprocess.run(command, check=True)
    assert says(target) == b"hello\n=mark= done\n"


@pytest.fixture
def agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    path = tmp_path / "agent"
    process = subprocess.Popen(["ssh-agent", "-D", "-a", path], stdout=subprocess.DEVNULL)
    while not path.exists():
        time.sleep(0.01)
    monkeypatch.setenv("SSH_AUTH_SOCK", str(path))
    yield lambda key: subprocess.run(["ssh-add", "-q", key], check=True, capture_output=True)
    process.kill()
    process.wait()


def test_the_agent_only_when_asked(sshd: Start, agent: Callable[[Path], object], tmp_path: Path) -> None:
    server = sshd()
    target = server.trusted(key_file=None, use_agent=True)
    assert "holds no key" in refusal(target)[1]
    agent(server.user_key)
    assert says(target) == b"hello\n=mark= done\n"
    assert "nothing to log in with" in refusal(replace(target, use_agent=False))[1]
    agent(make_key(tmp_path / "other"))
    assert "holds 2 keys" in refusal(target)[1]
    assert says(replace(target, key_file=server.folder / "id.pub")) == b"hello\n=mark= done\n"
    make_key(tmp_path / "third")
    assert "does not hold the key" in refusal(replace(target, key_file=tmp_path / "third.pub"))[1]


def test_an_agent_that_does_not_answer(
    sshd: Start, agent: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_AUTH_SOCK", "/nonexistent")
    assert "no ssh-agent" in refusal(replace(sshd().target, key_file=None, use_agent=True))[1]


# What the host refuses


def test_a_login_without_a_real_shell(sshd: Start) -> None:
    if os.geteuid() != 0 or not Path("/usr/sbin/nologin").exists():
        pytest.skip("needs root, to log in as nobody")
    server = sshd()
    # nobody may not read our files, root may
    server.settings = (f"AuthorizedKeysCommand /bin/cat {server.authorized}", "AuthorizedKeysCommandUser root")
    server.configure()
    shell = SshShell(server.trusted(user="nobody"))
    reason, words = reason_of(lambda: shell.run("#" * 100_000 + "\n" + END, Deadline(SOON), MARK))
    assert reason is Reason.REFUSED
    assert "not available" in words
    shell.close()


def test_a_forced_command_that_is_not_a_shell(sshd: Start) -> None:
    server = sshd()
    server.authorized.write_text('command="echo go away; exit 9" ' + (server.folder / "id.pub").read_text())
    shell = SshShell(server.trusted())
    reason, words = reason_of(lambda: shell.run(END, Deadline(SOON), MARK))
    assert reason is Reason.REFUSED
    assert "go away" in words
    shell.close()


def test_a_forced_command_that_is_sh(sshd: Start) -> None:
    server = sshd()
    server.authorized.write_text('restrict,command="sh" ' + (server.folder / "id.pub").read_text())
    assert says(server.trusted()) == b"hello\n=mark= done\n"


def test_sessions_prohibited(sshd: Start) -> None:
    shell = SshShell(sshd("MaxSessions 0").trusted())
    reason, words = reason_of(lambda: shell.run(END, Deadline(SOON), MARK))
    assert reason is Reason.REFUSED
    assert "MaxSessions" in words
    shell.close()


def test_old_gear_that_knows_only_sha1(sshd: Start) -> None:
    server = sshd("KexAlgorithms diffie-hellman-group14-sha1")
    reason, words = refusal(server.target)
    assert reason is Reason.PROTOCOL
    assert "only SHA-1 for the key exchange (diffie-hellman-group14-sha1)" in words


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("Ciphers aes128-cbc,3des-cbc", "no cipher in common with web-01: it offers only aes128-cbc, 3des-cbc"),
        ("MACs hmac-sha1,hmac-md5\nCiphers aes128-ctr", "no MAC in common with web-01: it offers only hmac-sha1"),
    ],
)
def test_what_is_broken_is_not_used(sshd: Start, setting: str, words: str) -> None:
    reason, said = refusal(sshd(setting).target)
    assert reason is Reason.PROTOCOL
    assert words in said


# Jump hosts


def test_through_two_jump_hosts(sshd: Start) -> None:
    first, second, last = sshd(), sshd(), sshd()
    outer = replace(first.trusted(), name="outer")
    inner = replace(second.trusted(), name="inner", jump=outer)
    target = replace(last.target, jump=inner)
    assert refusal(target)[0] is Reason.HOST_KEY_UNKNOWN
    key = ask_host_key(target, Deadline(SOON))
    KnownHosts(target.known_hosts).trust(target.host_key_name, key)
    shell = SshShell(target)
    assert shell.run("echo hello\n" + END, Deadline(SOON), MARK).output == b"hello\n=mark= done\n"
    counts = [server.connections for server in (first, second, last)]
    for _ in range(5):
        assert shell.run(END, Deadline(SOON), MARK).cut is None
    assert [server.connections for server in (first, second, last)] == counts
    shell.close()


def test_a_jump_host_is_verified_too(sshd: Start) -> None:
    outer, last = sshd(), sshd()
    target = last.trusted(jump=None)
    reason, words = refusal(replace(target, jump=replace(outer.target, name="outer")))
    assert reason is Reason.HOST_KEY_UNKNOWN
    assert "rounds trust outer" in words


def test_a_jump_host_that_prohibits_going_on(sshd: Start) -> None:
    outer = replace(sshd("AllowTcpForwarding no").trusted(), name="outer")
    reason, words = refusal(replace(sshd().target, jump=outer))
    assert reason is Reason.REFUSED
    assert "the jump host outer prohibits" in words


def test_the_host_behind_refuses_and_not_the_jump_host(sshd: Start) -> None:
    jump = replace(sshd().trusted(), name="outer")
    shell = SshShell(replace(sshd("MaxSessions 0").trusted(), jump=jump))
    reason, words = reason_of(lambda: shell.run(END, Deadline(SOON), MARK))
    assert reason is Reason.REFUSED
    assert "web-01 opens no session" in words
    shell.close()


def test_behind_the_jump_host_nobody_listens(sshd: Start) -> None:
    outer = replace(sshd().trusted(), name="outer")
    reason, words = refusal(replace(outer, name="web-01", port=1, jump=outer))
    assert reason in (Reason.REFUSED, Reason.UNREACHABLE)
    assert "the jump host outer cannot connect" in words


def test_the_jump_host_breaks_in_the_middle(sshd: Start) -> None:
    outer = sshd()
    jump = replace(outer.trusted(), name="outer")
    shell = SshShell(replace(sshd().trusted(), jump=jump))
    shell.connect(Deadline(SOON))
    timer = threading.Timer(1.0, outer.drop_connections)
    timer.start()
    answer = shell.run("echo first; sleep 30", Deadline(20), MARK)
    timer.join()
    assert (answer.output, answer.cut) == (b"first\n", Reason.CONNECTION_LOST)
    assert shell.run(END, Deadline(SOON), MARK).cut is None
    shell.close()


def test_the_login_shell_does_not_matter(sshd: Start, posix_shell: str, tmp_path: Path) -> None:
    """`sh` on the host may be any of them."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "sh").symlink_to(shutil.which(posix_shell) or "")
    server = sshd(f"SetEnv PATH={tmp_path}/bin:/usr/bin:/bin")
    assert says(server.trusted(), "readlink /proc/$$/exe\n" + END).decode().splitlines()[-1] == "=mark= done"


def test_secrets_are_not_shown() -> None:
    target = SshTarget(
        name="a", address="a", user="u", known_hosts=Path("k"), password="hunter2", passphrase="open sesame"
    )
    assert "hunter2" not in repr(target)
    assert "sesame" not in repr(target)
