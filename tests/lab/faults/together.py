"""The same fault on several hosts at once."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Any

from tests.lab.host import LabHost
from tests.lab.lab import Lab


def on_all(lab: Lab, names: Sequence[str], make: Callable[[LabHost], AbstractContextManager[Any]]) -> ExitStack:
    """The fault on each of the hosts, until the end of the `with` block."""
    with ExitStack() as entered:  # one that cannot be made undoes those before it
        for name in names:
            entered.enter_context(make(lab.hosts[name]))
        return entered.pop_all()
