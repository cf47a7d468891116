"""The key's file: whose it is, what it may look like, and what happens when two make it at once."""

import json
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from agent.config import load
from agent.memory import key_file
from agent.signing import Head, KeyFile, PrivateKey, PublicKey, SigningError
from tests.agent.web.test_application import written


@pytest.fixture
def keys(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "state" / "signing-key.pem")


def test_a_key_is_made_once_and_for_its_owner_alone(keys: KeyFile) -> None:
    assert keys.read() is None
    assert keys.public() is None
    with ThreadPoolExecutor(8) as pool:
        made = {key.public.fingerprint for key in pool.map(lambda _: keys.make(), range(8))}
    assert len(made) == 1
    assert stat.S_IMODE(keys.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.public_path.stat().st_mode) == 0o644
    assert sorted(path.name for path in keys.path.parent.iterdir()) == ["signing-key.pem", "signing-key.pem.pub"]
    key = keys.read()
    assert key is not None
    assert keys.public() == key.public
    keys.public_path.unlink()
    assert keys.public() == key.public, "the key tells it too"


def test_neither_a_message_nor_repr_shows_a_key(keys: KeyFile) -> None:
    key = keys.make()
    secret = key.pem().decode().splitlines()[1]
    assert secret not in repr(key) + str(vars(keys))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_may_read_is_refused(keys: KeyFile, mode: int) -> None:
    keys.make()
    keys.path.chmod(mode)
    with pytest.raises(SigningError, match=f"open to others .mode {mode:04o}"):
        keys.read()


def other_keys() -> dict[str, bytes]:
    key = PrivateKey.make()
    rsa = generate_private_key(65537, 1024)
    locked = key._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    return {
        "empty": b"",
        "rsa": rsa.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        "locked": locked,
        "public": key.public.pem.encode(),
        "cut": key.pem()[:60],
        "binary": bytes(range(256)),
    }


@pytest.mark.parametrize("kind", list(other_keys()))
def test_what_is_no_such_key_is_refused(keys: KeyFile, kind: str) -> None:
    keys.path.parent.mkdir()
    keys.path.write_bytes(other_keys()[kind])
    keys.path.chmod(0o600)
    with pytest.raises(SigningError, match="is not an Ed25519 private key in PEM without a passphrase"):
        keys.read()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SigningError, match="cannot make the signing key"):
        KeyFile(tmp_path / "file" / "key.pem").make()


def test_the_head_only_goes_on(keys: KeyFile) -> None:
    key = keys.make()
    keys.note_head(key, Head(2, "b" * 64))
    keys.note_head(key, Head(1, "a" * 64))
    known = keys.head()
    assert known is not None
    head, fingerprint, signature = known
    assert (head, fingerprint) == (Head(2, "b" * 64), key.public.fingerprint)
    assert key.public.has_signed(head.statement(), signature)
    keys.head_path.write_text("{")
    with pytest.raises(SigningError, match="is damaged"):
        keys.head()
    keys.note_head(key, Head(3, "c" * 64))
    assert json.loads(keys.head_path.read_text())["count"] == 3


def test_a_head_that_cannot_be_written_stops_nothing(keys: KeyFile) -> None:
    key = keys.make()
    keys.head_path.mkdir()
    keys.note_head(key, Head(1, "a" * 64))


@given(statement=st.binary(), other=st.binary(), place=st.integers(0, 511))
def test_a_signature_is_of_one_statement(statement: bytes, other: bytes, place: int) -> None:
    key = PrivateKey.make()
    signature = key.sign(statement)
    assert key.public.has_signed(statement, signature)
    assert key.public.has_signed(other, signature) == (other == statement)
    flipped = bytearray(signature)
    flipped[place // 8] ^= 1 << place % 8
    assert not key.public.has_signed(statement, bytes(flipped))
    assert not key.public.has_signed(statement, other)
    assert not PublicKey(b"\x00" * 32).has_signed(statement, signature)


def test_it_lies_beside_the_history_unless_the_configuration_says_where(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert key_file(load(path)).path == tmp_path / "signing-key.pem"
    path.write_text(path.read_text("utf-8") + "signing: {key: keys/a.pem}\n", encoding="utf-8")
    assert key_file(load(path)).path == tmp_path / "keys" / "a.pem"
    path.write_text(path.read_text("utf-8").replace("sqlite:///history.db", "postgresql://h/d"), encoding="utf-8")
    path.write_text(path.read_text("utf-8").replace("signing: {key: keys/a.pem}\n", "signing:\n"), encoding="utf-8")
    assert key_file(load(path)).path == tmp_path / "state" / "signing-key.pem"


def test_openssl_checks_a_signature_with_the_public_key(keys: KeyFile, tmp_path: Path) -> None:
    key = keys.make()
    (tmp_path / "statement").write_bytes(b"said")
    (tmp_path / "signature").write_bytes(key.sign(b"said"))
    words = f"openssl pkeyutl -verify -rawin -pubin -inkey {keys.public_path} -in statement -sigfile signature"
    try:
        done = subprocess.run(words.split(), cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    assert "Verified Successfully" in done.stdout + done.stderr
