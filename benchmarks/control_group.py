"""Counts the processor time of a whole tree of processes, to the microsecond, with those that have ended."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.lab.premises import cgroup_root


class ControlGroup:
    """A control group of the unified hierarchy."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def spent_ms(self) -> float:
        """Milliseconds of processor time so far, in it and in those below."""
        found = re.search(r"^usage_usec (\d+)$", (self.path / "cpu.stat").read_text("ascii"), re.MULTILINE)
        assert found, f"{self.path} does not count"
        return int(found[1]) / 1000

    def inside(self, argv: Sequence[str]) -> list[str]:
        """`argv` as a command that runs within."""
        return ["sh", "-c", f'echo $$ >{self.path}/cgroup.procs; exec "$@"', "sh", *argv]


@contextmanager
def new_control_group(name: str) -> Iterator[ControlGroup]:
    """One of its own, until the block ends."""
    group = ControlGroup(cgroup_root() / f"{name}-{os.getpid()}")
    group.path.mkdir()
    try:
        yield group
    finally:
        with suppress(OSError):
            group.path.rmdir()
