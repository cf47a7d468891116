"""Records as the ledger's entries hold them."""

from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from agent.history.errors import HistoryError
from agent.history.ledger import Entry

R = TypeVar("R")


def sealed(entry: Entry, record: TypeAdapter[R]) -> R:
    """The record that an entry holds. Raises `HistoryError` when it holds none."""
    try:
        return record.validate_json(entry.body)
    except ValidationError as error:
        raise HistoryError(
            f"the record {entry.number} is damaged: {error.error_count()} things in it are not as they are made;"
            " `rounds verify` tells more"
        ) from error
