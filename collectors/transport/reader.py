"""Runs a `read_local` function so that it can hang without taking the round with it."""

import threading
from collections.abc import Callable
from typing import Any

from collectors.contract import Reason, SectionError
from collectors.transport.deadline import Deadline


class LateRead(SectionError):
    """A local read did not come back in time: a dead network file system does that."""

    reason = Reason.LATE


class LocalReader:
    """Reads facts of the agent's own machine, each in a thread that may be left behind.

    A read that never returns cannot be ended from outside, so at most one thread per collector is
    ever left hanging: until it comes back, that collector is late at once.
    """

    def __init__(self) -> None:
        self._hanging: dict[str, threading.Thread] = {}

    def read(self, name: str, function: Callable[[], Any], deadline: Deadline) -> Any:
        """What `function` returns or raises. Raises `LateRead` when it is not back by `deadline`."""
        if (earlier := self._hanging.get(name)) is not None:
            if earlier.is_alive():
                raise LateRead("an earlier read of this machine still hangs")
            del self._hanging[name]
        outcome: dict[str, Any] = {}

        def work() -> None:
            try:
                outcome["facts"] = function()
            except BaseException as error:  # noqa: BLE001 (handed to the caller, whole)
                outcome["error"] = error

        thread = threading.Thread(target=work, name=f"read-{name}", daemon=True)
        thread.start()
        thread.join(deadline.left)
        if thread.is_alive():
            self._hanging[name] = thread
            raise LateRead("reading this machine took longer than the round may")
        if "error" in outcome:
            raise outcome["error"]
        return outcome["facts"]
