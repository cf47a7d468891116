"""Whether the files and secrets a configuration points to are there."""

import re
from pathlib import Path

from agent.config.document import Node
from exporters.contract.secret import Keeper, Secret, SecretError

SECRET_WORDS = frozenset({"password", "passphrase", "secret", "token", "pass", "api_key"})


def wrong_with(node: Node) -> str | None:
    """What is wrong with the file or secret that a key such as `key_file` or `password_env` names; None: nothing."""
    word, _, suffix = str(node.keys[-1]).rpartition("_")
    if not isinstance(node.value, str) or suffix not in list(Keeper):
        return None
    if suffix == Keeper.FILE and word not in SECRET_WORDS:
        return _wrong_with_file(Path(node.value), is_private_key=word == "key")
    try:
        Secret(Keeper(suffix), node.value).read()
    except SecretError as error:
        return str(error)
    return None


def _wrong_with_file(path: Path, *, is_private_key: bool) -> str | None:
    try:
        if not path.is_file():
            return f"{path} is not a file" if path.exists() else f"no such file: {path}"
        with path.open("rb") as file:
            beginning = file.read(64)
    except (OSError, ValueError) as error:
        return f"cannot read {path}: {getattr(error, 'strerror', None) or error}"
    if not beginning:
        return f"{path} is empty"
    if is_private_key and beginning.startswith((b"ssh-", b"ecdsa-", b"sk-")):
        return f"{path} is a public key; name the private one, usually the same without .pub"
    if is_private_key and not re.match(rb"\s*-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----", beginning):
        return f"{path} is not a private key: it does not begin as one, with -----BEGIN OPENSSH PRIVATE KEY-----"
    return None
