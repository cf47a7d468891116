"""A way to the hosts that tests can close."""

from agent.config import Config
from collectors.contract import Reason, TransportError
from collectors.transport.local import LocalShell
from collectors.transport.shell import Shell


class Gate:
    """The way to the hosts: open, or closed for a reason. Counts who knocked."""

    def __init__(self) -> None:
        self.closed: Reason | None = None
        self.knocks = 0

    def __call__(self, config: Config, host: str) -> Shell:
        self.knocks += 1
        if self.closed is not None:
            raise TransportError(self.closed, "the gate is closed")
        return LocalShell()
