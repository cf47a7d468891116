"""The process apart: reads one piece of work from standard input, does it, and writes what came of it."""

import gc
import os
import pickle
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress

from exporters.press.outcome import Outcome


def main() -> None:
    """Do one piece of work. What a library prints goes to standard error, not among the outcome."""
    with os.fdopen(os.dup(1), "wb") as answer:
        os.dup2(2, 1)
        pickle.dump(_done(), answer, pickle.HIGHEST_PROTOCOL)


def _done() -> Outcome[object]:
    try:
        niceness, work, arguments, named = _received()
        with suppress(OSError):  # a sandbox may forbid it
            os.nice(niceness)
        return Outcome(value=work(*arguments, **named))
    except OSError as error:
        return Outcome(refused=_as_raised(error))
    except Exception:  # noqa: BLE001 (the end of a process: whatever went wrong is told by the one that started it)
        return Outcome(traceback=traceback.format_exc())


def _received() -> tuple[int, Callable[..., object], tuple[object, ...], dict[str, object]]:
    """What to do. All of it stays until the end: to look through it for garbage, over and over, would take as long."""
    gc.disable()
    job: tuple[int, Callable[..., object], tuple[object, ...], dict[str, object]] = pickle.load(sys.stdin.buffer)
    gc.freeze()
    gc.enable()
    return job


def _as_raised(error: OSError) -> OSError:
    """One that can be pickled, whatever kind it was."""
    return OSError(str(error)) if error.errno is None else OSError(error.errno, error.strerror, error.filename)


main()
