"""Runs a probe on this very machine, as the body of a function, in every kind of sh there is.

`python -m tests.collectors.in_shells NAME ARGUMENT...` prints the script, for a recording made by hand elsewhere.
"""

import shlex
import shutil
import subprocess
import sys
from importlib import import_module
from typing import Any

import pytest

from collectors.contract import Collector
from collectors.transport.script import AS_ROOT
from collectors.transport.without_secrets import WITHOUT_SECRETS

SHELLS = {"dash": ["dash"], "bash": ["bash", "--posix"], "mksh": ["mksh"], "ksh": ["ksh"], "ash": ["busybox", "sh"]}

every_shell = pytest.mark.parametrize(
    "shell",
    [
        pytest.param(argv, marks=pytest.mark.skipif(not shutil.which(argv[0]), reason=f"no {argv[0]} here"), id=name)
        for name, argv in SHELLS.items()
    ],
)


def printed(collector: Collector[Any], shell: list[str], *arguments: str, sent_at: float = 1795280400.25) -> str:
    """What the probe prints; nothing may come on standard error, and it must end well."""
    ended = subprocess.run(
        [*shell, "-s"],
        input=alone(collector, *arguments, sent_at=sent_at),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def alone(collector: Collector[Any], *arguments: str, sent_at: float) -> str:
    """The script that asks for nothing but this collector's facts, and prints what its parser would get."""
    files = "".join(
        f'for file in {path}; do [ -f $file ] && [ -r $file ] && echo "== $file" && awk 1 $file 2>/dev/null; done\n'
        for path in collector.files
    )
    return (
        "LC_ALL=C; export LC_ALL\nPATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin\n"
        f"sent_at={sent_at} by_sudo=yes\n{AS_ROOT}{WITHOUT_SECRETS}"
        f"{files}probe() {{\n{collector.probe.strip() or ':'}\n}}\n( {shlex.join(['probe', *arguments])} ) </dev/null\n"
    )


if __name__ == "__main__":
    name, *asked = sys.argv[1:]
    sys.stdout.write(alone(import_module(f"collectors.{name}").COLLECTOR, *asked, sent_at=1795280400.25))
