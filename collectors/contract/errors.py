"""The errors a collector or a transport may raise; `agent.runner` is the one place that catches them."""

from collectors.contract.reason import Reason


class SectionError(Exception):
    """A section gave no facts. `reason` says in which of the foreseen ways."""

    reason: Reason = Reason.FAILED


class NotApplicable(SectionError):
    """What the section asks about does not exist on this host, and need not."""

    reason = Reason.NOT_APPLICABLE


class NoPermission(SectionError):
    """The login lacks a right; the message says which, and how to grant it."""

    reason = Reason.NO_PERMISSION


class UnreadableOutput(SectionError):
    """The text is not what the parser knows.

    `line` is the first offending line, shortened for a message; the raw text is kept elsewhere.
    """

    reason = Reason.UNREADABLE

    def __init__(self, expected: str, line: str = "") -> None:
        self.expected = expected
        self.line = line if len(line) <= 120 else line[:117] + "..."
        super().__init__(f"expected {expected}, got {self.line!r}")


class TransportError(Exception):
    """A host could not be asked at all, or not to the end.

    `hint` is what an engineer would do next, as one sentence; it may be empty.
    """

    def __init__(self, reason: Reason, message: str, hint: str = "") -> None:
        self.reason = reason
        self.message = message
        self.hint = hint
        super().__init__(f"{message} ({hint})" if hint else message)
