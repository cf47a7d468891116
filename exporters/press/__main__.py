"""The process apart: reads one piece of work from standard input, does it, and writes what came of it."""

import os
import pickle
import sys
import traceback
from contextlib import suppress

from exporters.press.outcome import Outcome


def main() -> None:
    """Do one piece of work. What a library prints goes to standard error, not among the outcome."""
    with os.fdopen(os.dup(1), "wb") as answer:
        os.dup2(2, 1)
        pickle.dump(_done(), answer, pickle.HIGHEST_PROTOCOL)


def _done() -> Outcome[object]:
    try:
        niceness, work, arguments, named = pickle.load(sys.stdin.buffer)
        with suppress(OSError):  # a sandbox may forbid it
            os.nice(niceness)
        return Outcome(value=work(*arguments, **named))
    except OSError as error:
        return Outcome(
            refused=OSError(error.errno, error.strerror, error.filename) if error.errno else OSError(str(error))
        )
    except Exception:  # noqa: BLE001 (the end of a process: whatever went wrong is told by the one that started it)
        return Outcome(traceback=traceback.format_exc())


def _as_raised(error: OSError) -> OSError:
    """One that can be pickled, whatever kind it was."""
    return OSError(str(error)) if error.errno is None else OSError(error.errno, error.strerror, error.filename)


main()
