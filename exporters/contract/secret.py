"""Secrets: the configuration says where one is kept, never what it is."""

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel

_LONGEST = 64 * 1024


class SecretError(Exception):
    """A secret could not be read. The message names its place, never its value."""


class Keeper(StrEnum):
    """Who keeps a secret; the value is the suffix of the key in config.yaml."""

    FILE = "file"
    ENVIRONMENT = "env"
    CREDENTIAL = "credential"  # systemd: LoadCredential=, LoadCredentialEncrypted=


@dataclass(frozen=True, slots=True)
class Secret:
    """Where one secret is kept. Its value is read when it is needed and held nowhere."""

    keeper: Keeper
    place: str

    @classmethod
    def of(cls, settings: BaseModel, name: str) -> "Secret | None":
        """The secret `name` of `settings`, from its fields `<name>_file`, `_env` or `_credential`."""
        for keeper in Keeper:
            place = getattr(settings, f"{name}_{keeper}", None)
            if place is not None:
                return cls(keeper, str(place))
        return None

    def read(self) -> str:
        """The value, without the line end a file usually has. Raises `SecretError`."""
        match self.keeper:
            case Keeper.FILE:
                value = _content(Path(self.place))
            case Keeper.CREDENTIAL:
                folder = os.environ.get("CREDENTIALS_DIRECTORY")
                if not folder:
                    raise SecretError(
                        f"systemd passed no credentials: is {self.place!r} in LoadCredential= of the unit,"
                        " and was this started by it?"
                    )
                value = _content(Path(folder) / self.place)
            case Keeper.ENVIRONMENT:
                value = os.environ.get(self.place, "")
                if not value:
                    raise SecretError(f"the environment variable {self.place} is not set")
        return value


def one_place(settings: BaseModel, name: str) -> None:
    """Raise ValueError when `settings` names more than one place for the secret `name`."""
    written = [f"{name}_{keeper}" for keeper in Keeper if getattr(settings, f"{name}_{keeper}", None) is not None]
    if len(written) > 1:
        raise ValueError(f"write only one of {' and '.join(written)}")


def _content(path: Path) -> str:
    """The text of a small file, without its last line end."""
    try:
        if not path.is_file():
            raise SecretError(f"{path} is not a file" if path.exists() else f"no such file: {path}")
        with path.open("rb") as file:
            content = file.read(_LONGEST + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise SecretError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from error
    if len(content) > _LONGEST:
        raise SecretError(f"{path} is too long for a secret")
    try:
        text = content.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        raise SecretError(f"{path} is not UTF-8 text") from error
    if not text:
        raise SecretError(f"{path} is empty")
    return text
