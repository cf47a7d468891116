"""Work done apart: in a fresh, short-lived process at low priority, so that neither memory nor rounds feel it.

What is worked on goes over pickled; the work is a function at the top of a module. Rendering a day of a thousand
hosts takes some hundred megabytes that Python would not give back, and holds the interpreter's lock; both end here
with the process.
"""

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO, ParamSpec, TypeVar

import structlog

from exporters.press.outcome import Outcome

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger()

NICENESS = 10
"""Rounds get ten times its share of a processor that both want."""

SECONDS = 900.0
"""Longer than this nothing is printed."""

_TOLD = 2000


class PressError(OSError):
    """The work was not done: the process that did it was killed, or took too long."""


def press(work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """`work(*arguments)` in a process of its own. Where none can be started it is done here, and that is logged.

    Raises what `work` raised when it is an OSError, `PressError` when the process came to its end before it had done
    with it, and RuntimeError with its traceback for anything else.
    """
    try:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "exporters.press"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
    except OSError as error:
        log.warning("press_not_started", work=work.__qualname__, error=str(error))
        return work(*arguments, **named)
    late = threading.Event()

    def stop() -> None:
        late.set()
        child.kill()

    bound = threading.Timer(SECONDS, stop)
    bound.start()
    try:
        with child:
            _hand_over(child.stdin, (NICENESS, work, arguments, named))
            printed, said = child.communicate()
    finally:
        bound.cancel()
        child.kill()
    if late.is_set():
        raise PressError(f"{work.__qualname__} was not done after {SECONDS:.0f} s")
    outcome: Outcome[T] | None = _outcome(printed)
    if outcome is None:
        how = f"killed by signal {-child.returncode}" if child.returncode < 0 else f"exit status {child.returncode}"
        raise PressError(f"{work.__qualname__} was not done: {how} {said.decode('utf-8', 'replace')[-_TOLD:]}".rstrip())
    return outcome.result()


def _hand_over(channel: IO[bytes] | None, job: object) -> None:
    """Pickle straight into the pipe: no second copy of a large day is made."""
    assert channel is not None
    with suppress(BrokenPipeError):  # it died at once: what it said says more
        pickle.dump(job, channel, pickle.HIGHEST_PROTOCOL)
        channel.flush()


def _outcome(printed: bytes) -> Outcome[T] | None:
    if not printed:
        return None
    try:
        outcome = pickle.loads(printed)
    except (pickle.UnpicklingError, EOFError):
        return None
    assert isinstance(outcome, Outcome)
    return outcome
