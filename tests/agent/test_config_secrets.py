"""Key files and secrets: looked for when the configuration is read, and never shown."""

import os
from pathlib import Path

import pytest

from exporters.contract.secret import Secret, SecretError
from tests.agent.written_config import HEAD, config, problems

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\n"


def host(keys: str) -> str:
    return f"system: Portal\ntimezone: UTC\nhosts:\n  - {{name: a, {keys}}}\n"


def test_a_public_key_names_a_key_of_the_agent(tmp_path: Path) -> None:
    (tmp_path / "id.pub").write_text("ssh-ed25519 AAAA me\n")
    assert "is a public key" in problems(tmp_path, host("key_file: id.pub"))[0]
    assert problems(tmp_path, host("key_file: id.pub, agent: true")) == []


def test_a_key_file_must_be_there_and_a_private_key(tmp_path: Path) -> None:
    text = host("key_file: id")
    assert problems(tmp_path, text) == [f"config.yaml:4: hosts[0].key_file: no such file: {tmp_path}/id"]
    (tmp_path / "id").mkdir()
    assert problems(tmp_path, text) == [f"config.yaml:4: hosts[0].key_file: {tmp_path}/id is not a file"]
    (tmp_path / "id").rmdir()
    (tmp_path / "id").write_text("")
    assert problems(tmp_path, text) == [f"config.yaml:4: hosts[0].key_file: {tmp_path}/id is empty"]
    (tmp_path / "id").write_text("ssh-ed25519 AAAA me")
    assert "is a public key; name the private one" in problems(tmp_path, text)[0]
    for garbage in (b"hello\n", b"\x00\xff" * 50, b"-----BEGIN CERTIFICATE-----\n", b"PuTTY-User-Key-File-3: rsa\n"):
        (tmp_path / "id").write_bytes(garbage)
        (found,) = problems(tmp_path, text)
        assert found.startswith(f"config.yaml:4: hosts[0].key_file: {tmp_path}/id is not a private key")
    for kind in ("", "RSA ", "EC ", "ENCRYPTED ", "OPENSSH "):
        (tmp_path / "id").write_text(KEY.replace("OPENSSH ", kind))
        assert config(tmp_path, text).host("a").key_file == tmp_path / "id"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_key_file_must_be_readable(tmp_path: Path) -> None:
    (tmp_path / "id").write_text(KEY)
    (tmp_path / "id").chmod(0)
    assert "cannot read" in problems(tmp_path, host("key_file: id"))[0]


def test_secrets_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ROUNDS_TEST_WORD", raising=False)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    assert "no such file" in problems(tmp_path, host("password_file: word"))[0]
    assert (
        "the environment variable ROUNDS_TEST_WORD is not set"
        in problems(tmp_path, host("password_env: ROUNDS_TEST_WORD"))[0]
    )
    assert "systemd passed no credentials" in problems(tmp_path, host("password_credential: word"))[0]
    assert "no such file" in problems(tmp_path, HEAD + "post: {host: a, password_file: word}")[0]
    assert config(tmp_path, host("password_file: word"), check_files=False).hosts


@pytest.mark.parametrize("keys", ["user: ops", "key_file: null", "agent: false", "passphrase_env: HOME"])
def test_a_host_needs_something_to_log_in_with(tmp_path: Path, keys: str) -> None:
    said = "nothing to log in with: write key_file, agent: true or where a password is kept"
    assert problems(tmp_path, host(keys)) == [f"config.yaml:4: hosts[0]: {said}"]
    assert problems(tmp_path, host(keys), check_files=False) == [f"config.yaml:4: hosts[0]: {said}"]
    for login in ("agent: true", "password_env: HOME"):
        assert problems(tmp_path, host("port: 22") + f"ssh: {{{login}}}\n") == []
        assert problems(tmp_path, host("groups: [g]") + f"groups: {{g: {{{login}}}}}\n") == []
    assert problems(tmp_path, host(f"{keys}, transport: local")) == []
    assert problems(tmp_path, host(f"{keys}, status: out-of-service")) == []


def test_a_host_on_the_way_needs_a_login_even_out_of_service(tmp_path: Path) -> None:
    text = host("agent: true, jump: b") + "  - {name: b, status: out-of-service, jump: c}\n  - {name: c, agent: true}\n"
    (found,) = problems(tmp_path, text)
    assert found.startswith("config.yaml:5: hosts[1]: nothing to log in with")
    assert problems(tmp_path, text.replace("agent: true, jump: b", "agent: true")) == []


def test_one_missing_file_of_many_hosts_is_told_once(tmp_path: Path) -> None:
    text = "system: Portal\nssh: {key_file: id}\nhosts: [{name: a}, {name: b}, {name: c}]\n"
    assert problems(tmp_path, text) == [f"config.yaml:2: ssh.key_file: no such file: {tmp_path}/id"]


def test_paths_among_the_parameters_of_checks_are_not_looked_for(tmp_path: Path) -> None:
    text = HEAD + "checks: {freshness: {names: {some_file: /on/another/machine}}}\n"
    assert problems(tmp_path, text) == []


def test_a_file_under_a_key_nobody_knows_is_not_looked_for(tmp_path: Path) -> None:
    assert problems(tmp_path, host("pasword_file: word")) == [
        'config.yaml:4: hosts[0].pasword_file: unknown key, did you mean "password_file"?'
    ]


def test_a_file_that_is_no_secret_may_be_long(tmp_path: Path) -> None:
    text = HEAD + "post: {host: a, ca_file: ca.pem}"
    assert problems(tmp_path, text) == [f"config.yaml:4: post.ca_file: no such file: {tmp_path}/ca.pem"]
    (tmp_path / "ca.pem").write_bytes(b"x" * 300_000)
    assert problems(tmp_path, text) == []


def test_a_secret_is_read_from_where_it_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "word").write_text("hunter2\n")
    monkeypatch.setenv("ROUNDS_TEST_WORD", "hunter3")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    kept = [
        config(tmp_path, host(keys)).host("a").password
        for keys in ("password_file: word", "password_env: ROUNDS_TEST_WORD", "password_credential: word")
    ]
    assert [secret.read() for secret in kept if secret] == ["hunter2", "hunter3", "hunter2"]
    assert "hunter" not in repr(kept)


def test_a_secret_is_kept_in_one_place(tmp_path: Path) -> None:
    (tmp_path / "word").write_text("hunter2")
    text = "system: Portal\nssh:\n  password_file: word\n  password_env: HOME\nhosts: [{name: a}, {name: b}]\n"
    assert problems(tmp_path, text) == [
        "config.yaml:4: ssh.password_env: write only one of password_file and password_env"
    ]


def test_the_password_of_the_database_is_put_in_when_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROUNDS_TEST_WORD", "p@ss/word")
    text = HEAD + "history: {url: 'postgresql://rounds@db/rounds', password_env: ROUNDS_TEST_WORD}\n"
    history = config(tmp_path, text).history
    assert history.sqlalchemy_url().password == "p@ss/word"
    assert "p@ss" not in repr(history)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "is empty"), (b"\n", "is empty"), (b"\xff\xfe", "is not UTF-8 text"), (b"x" * 70_000, "is too long")],
)
def test_a_file_that_holds_no_secret(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "word").write_bytes(content)
    found = problems(tmp_path, host("password_file: word"))
    assert len(found) == 1
    assert said in found[0]


def test_only_the_line_end_of_a_secret_is_taken_off(tmp_path: Path) -> None:
    (tmp_path / "word").write_bytes(b"  two words \r\n")
    kept = config(tmp_path, host("password_file: word")).host("a").password
    assert kept is not None
    assert kept.read() == "  two words "


def test_a_secret_that_is_gone_says_so(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="no such file"):
        Secret.of(config(tmp_path, host("password_file: gone"), check_files=False).host("a"), "password").read()  # type: ignore[union-attr]
