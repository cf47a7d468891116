"""Whether the files and secrets a configuration points to are there."""

from pathlib import Path

from agent.config.document import Node
from exporters.contract.secret import Keeper, Secret, SecretError


def wrong_with(node: Node) -> str | None:
    """What is wrong with the file or secret that a key such as `key_file` or `password_env` names; None: nothing."""
    name = str(node.keys[-1])
    kind, _, suffix = name.rpartition("_")
    if not isinstance(node.value, str) or suffix not in list(Keeper):
        return None
    if kind == "key":
        return _wrong_with_key(Path(node.value))
    try:
        Secret(Keeper(suffix), node.value).read()
    except SecretError as error:
        return str(error)
    return None


def _wrong_with_key(path: Path) -> str | None:
    try:
        if not path.is_file():
            return f"{path} is not a file" if path.exists() else f"no such file: {path}"
        with path.open("rb") as file:
            beginning = file.read(64)
    except (OSError, ValueError) as error:
        return f"cannot read {path}: {getattr(error, 'strerror', None) or error}"
    if beginning.startswith((b"ssh-", b"ecdsa-", b"sk-")):
        return f"{path} is a public key; name the private one, usually the same without .pub"
    return None if beginning else f"{path} is empty"
