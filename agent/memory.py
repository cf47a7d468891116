"""Opens the history as the configuration names it."""

from collections.abc import Iterator
from contextlib import contextmanager

from agent.config import Config
from agent.history import History, HistoryError
from exporters.contract.secret import SecretError


@contextmanager
def opened_history(config: Config) -> Iterator[History]:
    """The history for a command, beside an agent that may be running. Raises `HistoryError`."""
    history = open_history(config)
    try:
        yield history
    finally:
        history.stop(timeout=10.0)


def open_history(config: Config) -> History:
    """The history, migrated and ready. Raises `HistoryError`."""
    try:
        url = config.history.sqlalchemy_url().render_as_string(hide_password=False)
    except SecretError as error:
        raise HistoryError(f"history: {error}") from error
    return History.open(url, config.history.retention)
