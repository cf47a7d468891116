"""The keys hosts identify themselves with, in a known_hosts file of our own in OpenSSH's format.

Read are plain, hashed, wildcard and negated names, `[host]:port` and `@revoked`. `@cert-authority` lines are kept
but not used: paramiko cannot verify host certificates.
"""

import base64
import binascii
import fcntl
import fnmatch
import hashlib
import hmac
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from collectors.contract import Reason, TransportError


@dataclass(frozen=True, slots=True)
class HostKey:
    """A public host key: its type, such as `ssh-ed25519`, and its bytes as SSH sends them."""

    type: str
    blob: bytes

    @property
    def fingerprint(self) -> str:
        """As `ssh-keygen -l` shows it."""
        digest = hashlib.sha256(self.blob).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")

    @property
    def text(self) -> str:
        """Type and key as they stand in a known_hosts line."""
        return f"{self.type} {base64.b64encode(self.blob).decode()}"


@dataclass(frozen=True, slots=True)
class _Line:
    """One line that holds a key. `marker` is "" or `@revoked` or `@cert-authority`."""

    marker: str
    names: str
    key: HostKey

    def is_for(self, name: str) -> bool:
        if self.names.startswith("|"):
            return _hash_matches(self.names, name)
        patterns = self.names.lower().split(",")
        if any(_pattern_matches(pattern[1:], name) for pattern in patterns if pattern.startswith("!")):
            return False
        return any(_pattern_matches(pattern, name) for pattern in patterns if not pattern.startswith("!"))


class KnownHosts:
    """A known_hosts file. It is read anew each time it is asked, so that whoever edits it is heard."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def keys(self, name: str) -> tuple[HostKey, ...]:
        """The keys trusted for `name` (`host` or `[host]:port`); empty when there are none, or no file.

        Raises `TransportError` when the file is there and cannot be read.
        """
        return tuple(line.key for line in self._lines() if not line.marker and line.is_for(name))

    def is_revoked(self, name: str, key: HostKey) -> bool:
        """Whether a `@revoked` line forbids `key` for `name`."""
        return any(line.marker == "@revoked" and line.key == key and line.is_for(name) for line in self._lines())

    def check(self, name: str, key: HostKey, host: str) -> None:
        """Raise `TransportError` unless `key` is trusted for `name`. `host` is the host's name in messages."""
        if self.is_revoked(name, key):
            raise TransportError(
                Reason.HOST_KEY_CHANGED,
                f"{host} shows a host key that was revoked: {key.fingerprint}",
                f"find out who answers there; if it is the host, give it a new key and `rounds trust {host}`",
            )
        known = self.keys(name)
        if key in known:
            return
        if not known:
            raise TransportError(
                Reason.HOST_KEY_UNKNOWN,
                f"the host key of {host} is not known: {key.type} {key.fingerprint}",
                f"compare it with the host's own, then: rounds trust {host}",
            )
        raise TransportError(
            Reason.HOST_KEY_CHANGED,
            f"the host key of {host} has changed: {key.type} {key.fingerprint} instead of {_listed(known)}",
            f"somebody may be in between; if the host was installed anew: rounds trust {host}",
        )

    def trust(self, name: str, key: HostKey, host: str = "", *, replace: bool = False) -> bool:
        """Add `key` for `name`; False when it was there already. The file is exchanged in one step.

        `host` is the host's name in messages.

        Raises `TransportError` when other keys are known for `name`, unless `replace` says to forget them, and
        for a revoked key; `OSError` when the file cannot be written.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with _alone_in(self.path.parent):
            lines = self._text()
            if replace and not self.is_revoked(name, key):
                lines = [kept for line in lines if (kept := _without(name, line)) is not None]
            elif self.keys(name) or self.is_revoked(name, key):
                self.check(name, key, host or name)
                return False
            _exchange(self.path, [*lines, f"{name} {key.text}"])
        return True

    def _lines(self) -> Iterator[_Line]:
        for text in self._text():
            line = _parse(text)
            if line is not None:
                yield line

    def _text(self) -> list[str]:
        try:
            return self.path.read_text("utf-8", "surrogateescape").splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise TransportError(
                Reason.HOST_KEY_UNKNOWN, f"cannot read {self.path}: {error.strerror}", "make it readable for the agent"
            ) from error


def _listed(keys: Sequence[HostKey]) -> str:
    return " or ".join(f"{key.type} {key.fingerprint}" for key in keys)


def _parse(text: str) -> _Line | None:
    """The key on a line; None for what is empty, a comment, or no key."""
    words = text.split()
    marker = words.pop(0) if words and words[0].startswith("@") else ""
    if len(words) < 3 or words[0].startswith("#"):
        return None
    try:
        return _Line(marker, words[0], HostKey(words[1], base64.b64decode(words[2], validate=True)))
    except binascii.Error:
        return None


def _pattern_matches(pattern: str, name: str) -> bool:
    # Square brackets are not special in known_hosts: they hold a host with its port.
    return fnmatch.fnmatchcase(name, pattern.replace("[", "[[]"))


def _hash_matches(hashed: str, name: str) -> bool:
    """Whether `|1|salt|hash` is the HMAC-SHA1 of `name`."""
    try:
        _, version, salt, digest = hashed.split("|")
        expected = hmac.digest(base64.b64decode(salt, validate=True), name.encode(), "sha1")
        return version == "1" and hmac.compare_digest(base64.b64decode(digest, validate=True), expected)
    except (ValueError, binascii.Error):
        return False


def _without(name: str, text: str) -> str | None:
    """The line without `name`, None when nothing is left of it. Patterns and marked lines stay."""
    line = _parse(text)
    if line is None or line.marker:
        return text
    if line.names.startswith("|"):
        return None if _hash_matches(line.names, name) else text
    names = line.names.split(",")
    kept = [other for other in names if other.lower() != name]
    if kept == names:
        return text
    return text.replace(line.names, ",".join(kept), 1) if kept else None


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Hold a lock on the folder: two `rounds trust` at once must not lose each other's line."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _exchange(path: Path, lines: Sequence[str]) -> None:
    """Write the file beside its place and move it there: a reader sees the old or the new one, never half of it."""
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write("".join(f"{line}\n" for line in lines))
            file.flush()
            os.fchmod(handle, mode)
            os.fsync(handle)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink()
        raise
