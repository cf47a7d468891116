"""Whether the files and secrets a configuration points to are there, and whether its folders can be."""

import os
import re
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from agent.config.document import Node
from agent.config.host import own_login
from exporters.contract.secret import Keeper, Secret, SecretError

SECRET_WORDS = frozenset({"password", "passphrase", "secret", "token", "pass", "api_key"})

_OF_THE_KERNEL = (Path("/proc"), Path("/sys"))  # to root they look as if anything could be written there


def wrong_with(node: Node, *, with_agent: bool = False) -> str | None:
    """What is wrong with the file or secret that a key such as `key_file` or `password_env` names; None: nothing.

    `with_agent`: there is an ssh-agent in use, so a public key may name which of its keys is meant.
    """
    word, _, suffix = str(node.keys[-1]).rpartition("_")
    if not isinstance(node.value, str) or suffix not in list(Keeper):
        return None
    if suffix == Keeper.FILE and word not in SECRET_WORDS:
        return _wrong_with_file(Path(node.value), is_key=word == "key", with_agent=with_agent)
    try:
        Secret(Keeper(suffix), node.value).read()
    except SecretError as error:
        return str(error)
    return None


def wrong_with_folder(folder: Path) -> str | None:
    """Why nothing could be written in `folder`, as far as can be told without making it; None: nothing known."""
    nearest = _nearest(folder)
    act = "write in" if nearest == folder else "make"
    if not nearest.is_dir():
        return f"cannot {act} {folder}: {nearest} is not a folder"
    if kernels := next((place for place in _OF_THE_KERNEL if nearest.resolve().is_relative_to(place)), None):
        return f"cannot {act} {folder}: {kernels} holds no files but the kernel's own"
    if not os.access(nearest, os.W_OK | os.X_OK):
        return f"cannot {act} {folder}: {own_login()} may not write in {nearest}"
    return None


def _nearest(path: Path) -> Path:
    """The path, or the first above it that is there."""
    return next((place for place in (path, *path.parents) if os.path.lexists(place)), path)


def wrong_with_known_hosts(path: Path) -> str | None:
    """Why no host keys could be read from `path`; None: nothing known, or it is not there yet."""
    expected = "expected a file in the format of OpenSSH's known_hosts, there or yet to be made"
    try:
        nearest = _nearest(path)
        if nearest != path:
            return None if nearest.is_dir() else f"{expected}: {nearest} is not a folder"
        if not path.is_file():
            return f"{expected}: {path} is {'a folder' if path.is_dir() else 'no file'}"
        path.open("rb").close()
    except OSError as error:
        return f"cannot read {path}: {error.strerror}"
    return None


def wrong_with_database(url: str) -> str | None:
    """Why a SQLite URL's file could not be written; None: nothing known, or another database."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return None
    name = parsed.database or ""
    if parsed.get_backend_name() != "sqlite" or not name.startswith("/"):
        return None
    file = Path(name)
    if not file.exists():
        return wrong_with_folder(file.parent)
    if not file.is_file():
        return f"cannot write {file}: it is not a file"
    return wrong_with_folder(file.parent) if os.access(file, os.W_OK) else f"{own_login()} may not write {file}"


def _wrong_with_file(path: Path, *, is_key: bool, with_agent: bool) -> str | None:
    try:
        if not path.is_file():
            return f"{path} is not a file" if path.exists() else f"no such file: {path}"
        with path.open("rb") as file:
            beginning = file.read(64)
    except (OSError, ValueError) as error:
        return f"cannot read {path}: {getattr(error, 'strerror', None) or error}"
    if not beginning:
        return f"{path} is empty"
    if is_key and beginning.startswith((b"ssh-", b"ecdsa-", b"sk-")):
        return None if with_agent else f"{path} is a public key; name the private one, usually the same without .pub"
    if is_key and not re.match(rb"\s*-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----", beginning):
        return f"{path} is not a private key: it does not begin as one, with -----BEGIN OPENSSH PRIVATE KEY-----"
    return None
