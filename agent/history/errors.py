"""The errors of the history."""


class HistoryError(Exception):
    """The history cannot be opened, read or written; the message says why, without passwords."""


class NothingToAddTo(Exception):
    """What somebody wants to sign or to note something of is not there, or no longer in force."""
