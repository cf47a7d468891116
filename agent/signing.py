"""The agent's signing key: Ed25519, in a file of its own beside the history, with its public half and the head.

signing-key.pem        the private key, 0600: whoever holds it can sign as this agent
signing-key.pem.pub    the public key, for everybody
signing-key.pem.head   how many entries the ledger has and the hash of the last, signed
"""

import base64
import fcntl
import hashlib
import json
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

log = structlog.get_logger()

_LONGEST = 64 * 1024


class SigningError(Exception):
    """A key or what it signed cannot be used; the message says which file and why, never what a key is."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public half: it checks signatures, and is known by its fingerprint."""

    raw: bytes

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the key's 32 bytes, hexadecimal."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def pem(self) -> str:
        """As a PEM file has it; `openssl pkey -pubin` reads it."""
        key = Ed25519PublicKey.from_public_bytes(self.raw)
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")

    def has_signed(self, statement: bytes, signature: bytes) -> bool:
        """Whether `signature` is this key's, of that very statement."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, statement)
        except (InvalidSignature, ValueError):
            return False
        return True

    @classmethod
    def of(cls, pem: bytes) -> "PublicKey":
        """From PEM text. Raises ValueError."""
        try:
            key = load_pem_public_key(pem)
        except UnsupportedAlgorithm as error:
            raise ValueError(str(error)) from error
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError("not an Ed25519 key")  # noqa: TRY004 (a file's content, not a caller's mistake)
        return cls(key.public_bytes_raw())


class PrivateKey:
    """The whole key. It is never shown: not by `repr`, and no message holds it."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = PublicKey(key.public_key().public_bytes_raw())

    @classmethod
    def make(cls) -> "PrivateKey":
        """A new one."""
        return cls(Ed25519PrivateKey.generate())

    def sign(self, statement: bytes) -> bytes:
        """Its signature, 64 bytes."""
        return self._key.sign(statement)

    def pem(self) -> bytes:
        """As its file has it."""
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@dataclass(frozen=True, slots=True)
class Head:
    """How far the ledger had come: `count` entries, `sha256` the hash of the last."""

    count: int
    sha256: str

    def statement(self) -> bytes:
        """What is signed."""
        return f"rounds.head/1\n{self.count}\n{self.sha256}\n".encode()


class KeyFile:
    """The file of the key, and those beside it. Nothing is held in memory: a key put in its place is used at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.public_path = path.with_name(path.name + ".pub")
        self.head_path = path.with_name(path.name + ".head")

    def read(self) -> PrivateKey | None:
        """The key; None when there is no such file. Raises `SigningError`."""
        return read_private(self.path)

    def make(self) -> PrivateKey:
        """Make the key, unless another process is quicker: then that one's. Raises `SigningError`."""
        with _told(self.path, "make the signing key"):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_private(self.path, PrivateKey.make())
        key = self.read()
        if key is None:
            raise SigningError(f"the signing key {self.path} went as it was made")
        self.publish(key.public)
        return key

    def make_next(self) -> PrivateKey:
        """Make the key that is to come after the present one, beside it. Raises `SigningError`."""
        with _told(self._next_path, "make the new signing key"):
            self._next_path.unlink(missing_ok=True)  # of one that never came
            key = PrivateKey.make()
            write_private(self._next_path, key)
            return key

    def take_next(self) -> None:
        """The next key is the key from now on; the one before stays as `.old-` and its beginning. `SigningError`."""
        with _told(self.path, "replace the signing key"):
            before, key = self.read(), read_private(self._next_path)
            if key is None:
                return
            if before is not None:
                self.path.rename(self.path.with_name(f"{self.path.name}.old-{before.public.fingerprint[:8]}"))
            self._next_path.rename(self.path)
            self.publish(key.public)

    def settle(self, fingerprint: str) -> PrivateKey | None:
        """Finish what was interrupted: the key with that fingerprint was introduced, and lies beside still."""
        key = read_private(self._next_path)
        if key is None or key.public.fingerprint != fingerprint:
            return None
        self.take_next()
        return key

    @property
    def _next_path(self) -> Path:
        return self.path.with_name(self.path.name + ".new")

    def publish(self, key: PublicKey) -> None:
        """Write the public key beside. Raises `SigningError`."""
        with _told(self.public_path, "write the public key"):
            _write(self.public_path, key.pem.encode("ascii"), 0o644)

    def public(self) -> PublicKey | None:
        """The public key, as it is known beside the ledger; None when no file tells. Raises `SigningError`."""
        with _told(self.public_path, "read the public key"):
            try:
                return PublicKey.of(_read(self.public_path))
            except FileNotFoundError:
                key = self.read()
                return None if key is None else key.public
            except ValueError as error:
                raise SigningError(f"{self.public_path} is not an Ed25519 public key in PEM: {error}") from error

    def note_head(self, key: PrivateKey, head: Head) -> None:
        """Sign how far the ledger has come. What cannot be written is logged: it is a second proof, not the first."""
        signature = base64.b64encode(key.sign(head.statement())).decode("ascii")
        told = {"count": head.count, "sha256": head.sha256, "key": key.public.fingerprint, "signature": signature}
        try:
            with self.path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX)  # a command and the agent may both have added
                if self._count_so_far() < head.count:
                    _write(self.head_path, json.dumps(told, indent=1).encode("ascii") + b"\n", 0o644)
        except OSError as error:
            log.warning("ledger_head_not_written", path=str(self.head_path), error=str(error))

    def head(self) -> tuple[Head, str, bytes] | None:
        """The head, the fingerprint of its key and its signature; None without the file. Raises `SigningError`."""
        with _told(self.head_path, "read the head of the ledger"):
            try:
                told = json.loads(_read(self.head_path))
                head = Head(int(told["count"]), str(told["sha256"]))
                return head, str(told["key"]), base64.b64decode(told["signature"], validate=True)
            except FileNotFoundError:
                return None
            except (ValueError, KeyError, TypeError) as error:
                raise SigningError(f"{self.head_path} is damaged: it is not as the agent writes it") from error

    def _count_so_far(self) -> int:
        try:
            known = self.head()
        except SigningError:
            return 0
        return known[0].count if known else 0


def read_private(path: Path) -> PrivateKey | None:
    """The private key in a file; None when there is none. Raises `SigningError`."""
    with _told(path, "read the signing key"):
        try:
            mode = path.stat().st_mode
            content = _read(path) if stat.S_ISREG(mode) else b""
        except FileNotFoundError:
            return None
    if not stat.S_ISREG(mode):
        raise SigningError(f"the signing key {path} is not a file")
    if mode & 0o077:
        raise SigningError(
            f"the signing key {path} is open to others (mode {stat.S_IMODE(mode):04o}); if nobody took it: chmod 600"
        )
    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningError(f"{path} is not an Ed25519 private key in PEM without a passphrase")
    return PrivateKey(key)


def write_private(path: Path, key: PrivateKey) -> None:
    """Write a key for its owner alone; a file that is there already stays. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        _fill(handle, key.pem())
        os.link(name, path)  # unlike a rename it never replaces
    except FileExistsError:
        pass
    finally:
        Path(name).unlink(missing_ok=True)
    _sync(path.parent)


def _write(path: Path, content: bytes, mode: int) -> None:
    """Whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        _fill(handle, content)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _fill(handle: int, content: bytes) -> None:
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LONGEST)


@contextmanager
def _told(path: Path, act: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SigningError(f"cannot {act} {path}: {error.strerror or error}") from error
