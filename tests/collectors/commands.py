"""Commands that this machine does not have, as scripts that print what the real ones were seen to print."""

from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from collectors.contract import Collector

F = TypeVar("F")


class Commands:
    """A folder at the head of PATH. Probes that run in it are root, as far as they can tell."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        patch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    def add(self, name: str, script: str) -> None:
        """Make `name` a command; `script` is sh."""
        self.folder.mkdir(exist_ok=True)
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        path.chmod(0o755)

    @staticmethod
    def in_place(collector: Collector[F], **places: Path) -> Collector[F]:
        """The collector with other paths in its probe, by the words that are replaced; and `as_root` does nothing."""
        probe = collector.probe.replace("as_root ", "")
        for name, path in places.items():
            probe = probe.replace(f"/{name.replace('_', '/')}", str(path))
        return replace(collector, probe=probe)
