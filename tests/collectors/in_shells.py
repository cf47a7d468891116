"""Runs a probe on this very machine, as the body of a function, in every kind of sh there is."""

import shutil
import subprocess

import pytest

from collectors.contract import Collector

SHELLS = {"dash": ["dash"], "bash": ["bash", "--posix"], "mksh": ["mksh"], "ksh": ["ksh"], "ash": ["busybox", "sh"]}

every_shell = pytest.mark.parametrize(
    "shell",
    [
        pytest.param(argv, marks=pytest.mark.skipif(not shutil.which(argv[0]), reason=f"no {argv[0]} here"), id=name)
        for name, argv in SHELLS.items()
    ],
)


def printed(collector: Collector[object], shell: list[str], *arguments: str, sent_at: float = 1795280400.25) -> str:
    """What the probe prints; nothing may come on standard error, and it must end well."""
    script = (
        f"LC_ALL=C; export LC_ALL\nsent_at={sent_at}\n"
        f'probe() {{\n{collector.probe.strip()}\n}}\n( probe "$@" ) </dev/null\n'
    )
    ended = subprocess.run(
        [*shell, "-s", *arguments], input=script, capture_output=True, text=True, timeout=20, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout
