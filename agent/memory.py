"""Opens the history as the configuration names it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url

from agent.catalogue import Catalogue
from agent.config import Config
from agent.history import History, HistoryError
from agent.recollection import FromHistory, Nothing, Recollection
from agent.signing import KeyFile
from exporters.contract.secret import SecretError


@contextmanager
def opened_history(config: Config) -> Iterator[History]:
    """The history for a command, beside an agent that may be running. Raises `HistoryError`."""
    history = open_history(config)
    try:
        yield history
    finally:
        history.stop(timeout=10.0)


@contextmanager
def recollected(config: Config, catalogue: Catalogue) -> Iterator[Recollection]:
    """What the agent saw earlier, for a round beside it; nothing where it never ran, or its history cannot be read."""
    file = sqlite_file(config)
    try:
        history = None if file is not None and not file.exists() else open_history(config)
    except HistoryError:
        history = None
    if history is None:
        yield Nothing()
        return
    try:
        yield FromHistory(history, catalogue)
    finally:
        history.stop(timeout=10.0)


def open_history(config: Config) -> History:
    """The history, migrated and ready. Raises `HistoryError`."""
    return History.open(history_url(config), config.history.retention, key_file=key_file(config))


def history_url(config: Config) -> str:
    """Where the history lies, with its password. Raises `HistoryError`."""
    try:
        return config.history.sqlalchemy_url().render_as_string(hide_password=False)
    except SecretError as error:
        raise HistoryError(f"history: {error}") from error


def key_file(config: Config) -> KeyFile:
    """Where the signing key lies, or is to."""
    beside = sqlite_file(config) or config.ssh.known_hosts
    return KeyFile(config.signing.key or beside.parent / "signing-key.pem")


def sqlite_file(config: Config) -> Path | None:
    """The file a SQLite history lies in; opening one that is not there would make it."""
    url = make_url(config.history.url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
