"""The one error of the history."""


class HistoryError(Exception):
    """The history cannot be opened, read or written; the message says why, without passwords."""
