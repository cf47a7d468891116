"""What it means when a host's shell says nothing at all."""

from collectors.contract import Reason, TransportError
from collectors.transport.shell import Answer


def silence(answer: Answer, deadline_seconds: float) -> TransportError:
    """Not a word came back: that is no late section, it is a host that does not answer."""
    if answer.cut is not None:
        waited = f"nothing came back within {deadline_seconds:g} s"
        return TransportError(answer.cut, waited if answer.cut is Reason.DEADLINE else "nothing came back")
    said = f"the host ran nothing (exit status {answer.exit_status}{last_line(answer.error)})"
    return TransportError(Reason.PROTOCOL, said, "the login needs a POSIX shell")


def last_line(error: bytes) -> str:
    """`: the last line` of what a shell wrote to standard error; empty when it wrote nothing."""
    lines = error.decode("utf-8", "backslashreplace").strip().splitlines()
    return f": {lines[-1][:200]}" if lines else ""
