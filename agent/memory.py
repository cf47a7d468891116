"""Opens the history as the configuration names it."""

from agent.config import Config
from agent.history import History, HistoryError
from exporters.contract.secret import SecretError


def open_history(config: Config) -> History:
    """The history, migrated and ready. Raises `HistoryError`."""
    try:
        url = config.history.sqlalchemy_url().render_as_string(hide_password=False)
    except SecretError as error:
        raise HistoryError(f"history: {error}") from error
    return History.open(url, config.history.retention)
