"""Running a program and saying what it printed when it failed."""

import subprocess
from collections.abc import Sequence
from os import PathLike


class LabError(Exception):
    """Something in the lab did not work."""


class LabUnavailable(Exception):
    """This machine cannot build the lab; the message says why."""


def run(
    argv: Sequence[str | PathLike[str]], *, stdin: str = "", timeout: float = 60, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run `argv` to its end. Raises `LabError` on a non-zero exit (unless `check` is off) or late."""
    shown = " ".join(str(word) for word in argv)
    try:
        done = subprocess.run(
            argv, input=stdin, capture_output=True, text=True, errors="backslashreplace", timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise LabError(f"not done after {timeout:g} s: {shown}") from error
    if check and done.returncode != 0:
        raise LabError(f"exit {done.returncode}: {shown}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done
