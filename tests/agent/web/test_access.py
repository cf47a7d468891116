"""What is in force at the door follows its files; a file that cannot be used changes nothing and is told of."""

import os
import time
from pathlib import Path

import pytest

from agent.config import ConfigError, WebConfig
from agent.config.web_file import WebFile
from agent.config.web_loading import read_web_file
from agent.web.access import AGAIN_SECONDS, SETTLED_SECONDS, Access
from tests.agent.web.doors import HASH, certificate

TLS = "tls_server_config: {cert_file: server.crt, key_file: server.key}\n"


def users(*names: str) -> str:
    return "basic_auth_users:\n" + "".join(f"  {name}: {HASH}\n" for name in names)


class Files:
    """A folder in which each writing of a file gives it another time, however soon it follows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._age = 1000.0

    def write(self, text: str, name: str = "web.config.yml") -> None:
        path = self.folder / name
        path.write_text(text, "utf-8")
        self.settle(path)

    def settle(self, path: Path) -> None:
        self._age -= 1
        then = time.time() - self._age
        os.utime(path, (then, then))

    def certificate(self, days: int) -> None:
        certificate(self.folder, "server", days=days)
        for name in ("server.crt", "server.key"):
            self.settle(self.folder / name)

    def access(self, listen: str = "127.0.0.1:0", **web: object) -> Access:
        section = WebConfig(listen=listen, config_file=self.folder / "web.config.yml", **web)  # type: ignore[arg-type]
        return Access(lambda: section)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    """What is written in it is read at once."""
    monkeypatch.setattr("agent.web.access.SETTLED_SECONDS", 0.0)
    return Files(tmp_path)


@pytest.fixture
def slow(tmp_path: Path) -> Files:
    """What is written in it is read when it is old enough, as everywhere."""
    return Files(tmp_path)


def number(access: Access, name: str) -> float | None:
    return next((one.value for one in access.samples() if one.name == name), None)


def is_fine(access: Access) -> bool:
    return number(access, "rounds_web_config_last_reload_successful") == 1


def test_users_come_and_go(files: Files) -> None:
    files.write(users("anna"))
    access = files.access()
    files.write(users("anna", "ben"))
    assert set(access.file.basic_auth_users) == {"anna"}
    access.refresh()
    assert set(access.file.basic_auth_users) == {"anna", "ben"}
    replacement = files.folder / "new"
    replacement.write_text(users("cora"))
    files.settle(replacement)
    replacement.rename(files.folder / "web.config.yml")
    access.refresh()
    assert set(access.file.basic_auth_users) == {"cora"}
    assert is_fine(access)


@pytest.mark.parametrize("text", ["basic_auth_users: {anna: x}", "", "{", TLS, "basic_auth_users: [\n", None])
def test_a_file_that_cannot_be_used_changes_nothing(
    files: Files, text: str | None, capfd: pytest.CaptureFixture[str]
) -> None:
    files.write(users("anna"))
    access = files.access()
    if text is None:
        (files.folder / "web.config.yml").unlink()
    else:
        files.write(text)
    for _ in range(5):
        access.refresh()
    assert set(access.file.basic_auth_users) == {"anna"}
    assert not is_fine(access)
    assert "".join(capfd.readouterr()).count("web_config_refused") == 1, "told once"
    files.write(users("ben"))
    access.refresh()
    assert (set(access.file.basic_auth_users), is_fine(access)) == ({"ben"}, True)


def test_a_file_that_changed_while_it_was_read_is_read_again(slow: Files) -> None:
    slow.write(users("anna"))
    access = slow.access()
    path = slow.folder / "web.config.yml"
    before = path.stat()
    path.write_text(users("beno"))
    os.utime(
        path, ns=(before.st_atime_ns, before.st_mtime_ns)
    )  # the clock of files is coarse: nothing tells them apart
    time.sleep(SETTLED_SECONDS + 0.1)
    access.refresh()
    assert set(access.file.basic_auth_users) == {"beno"}


@pytest.mark.parametrize("age", [0.0, 10.0, -3600.0], ids=["now", "set back", "in the future"])
def test_a_file_that_is_being_written_is_not_read_yet(slow: Files, age: float) -> None:
    """Its first half may name no user at all; and whoever writes it may set its time to anything."""
    slow.write(users("anna"))
    access = slow.access()
    path = slow.folder / "web.config.yml"
    path.write_text("http_server_config: {}\n")
    os.utime(path, (time.time() - age,) * 2)
    access.refresh()
    assert set(access.file.basic_auth_users) == {"anna"}
    time.sleep(SETTLED_SECONDS + 0.1)
    access.refresh()
    assert access.file.basic_auth_users == {}


def test_a_clock_that_was_wrong_does_not_keep_a_file_out_for_ever(slow: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    slow.write(users("anna"))
    access = slow.access()
    slow.write(users("ben"))
    now = time.time()
    monkeypatch.setattr("agent.web.access.time.time", lambda: now - 86400)  # it was a day ahead when that was written
    access.refresh()
    assert set(access.file.basic_auth_users) == {"anna"}
    time.sleep(SETTLED_SECONDS + 0.1)
    access.refresh()
    assert set(access.file.basic_auth_users) == {"ben"}


def test_half_a_file_is_not_taken_though_it_was_settled_before(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    files.write(users("anna"))
    access = files.access()
    files.write(users("anna", "ben"))

    def being_written(path: Path) -> WebFile:
        files.write("http_server_config: {}\n")
        half = read_web_file(path)
        files.write(users("anna", "cora"))
        return half

    with monkeypatch.context() as patched:
        patched.setattr("agent.web.access.read_web_file", being_written)
        access.refresh()
    assert set(access.file.basic_auth_users) == {"anna"}
    access.refresh()
    assert set(access.file.basic_auth_users) == {"anna", "cora"}


def test_the_door_to_the_network_does_not_come_open(files: Files) -> None:
    files.write(users("anna"))
    access = files.access("0.0.0.0:9610")
    files.write("http_server_config: {}\n")
    access.refresh()
    assert set(access.file.basic_auth_users) == {"anna"}
    assert not is_fine(access)
    files.write("http_server_config: {}\n")
    with pytest.raises(ConfigError, match="open to the network"):
        files.access("0.0.0.0:9610")
    files.access("0.0.0.0:9610", without_authentication=True)


def test_a_new_certificate_is_shown_to_the_next(files: Files) -> None:
    files.certificate(days=10)
    files.write(TLS)
    access = files.access()
    before, ends = access.context, number(access, "rounds_web_certificate_not_after_timestamp_seconds")
    access.refresh()
    assert access.context is before
    assert ends == pytest.approx(time.time() + 10 * 86400, abs=600)
    files.certificate(days=20)
    access.refresh()
    assert access.context is not before
    ends = number(access, "rounds_web_certificate_not_after_timestamp_seconds")
    assert ends == pytest.approx(time.time() + 20 * 86400, abs=600)


def test_a_certificate_without_its_key_waits_for_it(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    files.certificate(days=10)
    files.write(TLS)
    access = files.access()
    before, key = access.context, (files.folder / "server.key").read_text()
    files.certificate(days=20)
    new_key = (files.folder / "server.key").read_text()
    files.write(key, "server.key")
    access.refresh()
    assert (access.context is before, is_fine(access)) == (True, False)
    files.write(new_key, "server.key")
    access.refresh()
    assert (access.context is before, is_fine(access)) == (False, True)


def test_what_a_refused_file_names_is_looked_for_again(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    files.certificate(days=10)
    files.write(TLS)
    access = files.access()
    files.write("tls_server_config: {cert_file: next.crt, key_file: server.key}\n")
    access.refresh()
    assert not is_fine(access)
    (files.folder / "next.crt").write_bytes((files.folder / "server.crt").read_bytes())
    access.refresh()
    assert not is_fine(access), "not at each request"
    now = time.monotonic()
    monkeypatch.setattr("agent.web.access.time.monotonic", lambda: now + AGAIN_SECONDS)
    access.refresh()
    assert is_fine(access)


@pytest.mark.parametrize(("before", "after"), [(TLS, users("anna")), (users("anna"), TLS + users("ben"))])
def test_tls_is_not_turned_on_or_off_without_a_restart(files: Files, before: str, after: str) -> None:
    files.certificate(days=10)
    files.write(before)
    access = files.access()
    context, named = access.context, dict(access.file.basic_auth_users)
    files.write(after)
    access.refresh()
    assert (access.context is context, access.file.basic_auth_users, is_fine(access)) == (True, named, False)


def test_another_file_may_be_named_later(files: Files, tmp_path: Path) -> None:
    files.write(users("anna"))
    files.write(users("ben"), "other.yml")
    named = ["web.config.yml"]
    access = Access(lambda: WebConfig(config_file=tmp_path / named[0]))
    named[0] = "other.yml"
    access.refresh()
    assert set(access.file.basic_auth_users) == {"ben"}


def test_what_is_bound_counts_and_not_what_config_yaml_says_since() -> None:
    """The socket stays where it is until a restart, so a reload must not make it as open as one at home."""
    tokens = [{"name": "all", "sha256": "ab" * 32, "scopes": ["metrics", "read"]}]
    section = [WebConfig(listen="0.0.0.0:9610", tokens=tokens)]  # type: ignore[arg-type]
    access = Access(lambda: section[0])
    assert (access.web.is_at_home, access.stands_open) == (False, False)
    section[0] = WebConfig(listen="127.0.0.1:9610")
    assert (access.web.is_at_home, access.stands_open) == (False, True)
    section[0] = WebConfig(listen="127.0.0.1:9610", without_authentication=True)
    assert (access.web.is_at_home, access.stands_open) == (False, False)


def test_looking_costs_next_to_nothing(files: Files) -> None:
    files.certificate(days=10)
    files.write(TLS)
    access = files.access()
    began = time.process_time()
    for _ in range(1000):
        access.refresh()
    assert time.process_time() - began < 0.5
