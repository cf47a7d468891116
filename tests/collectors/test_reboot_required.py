from pathlib import Path

import pytest

from collectors.reboot_required import COLLECTOR, kernel_version, parse
from tests.collectors.in_shells import every_shell, printed


@every_shell
def test_the_probe_on_this_machine(shell: list[str]) -> None:
    release = Path("/proc/sys/kernel/osrelease").read_text("ascii").strip()
    assert parse(printed(COLLECTOR, shell)).running_kernel == release


@pytest.mark.parametrize(
    ("release", "version"),
    [
        ("6.1.0-28-amd64", (6, 1, 0, 28)),
        ("6.12.41+deb13-amd64", (6, 12, 41)),
        ("5.14.0-427.13.1.el9_4.x86_64", (5, 14, 0, 427, 13, 1)),
        ("5.15.0-105-generic", (5, 15, 0, 105)),
        ("6.4.0-150600.23.25-default", (6, 4, 0, 150600, 23, 25)),
        ("6.6.20+rpt-rpi-v8", (6, 6, 20)),
        ("0-rescue-3f1c8a", (0,)),
        ("lts", ()),
    ],
)
def test_kernel_version(release: str, version: tuple[int, ...]) -> None:
    assert kernel_version(release) == version


@pytest.mark.parametrize(
    ("running", "installed", "old"),
    [
        ("6.1.0-9-amd64", "6.1.0-10-amd64", True),
        ("6.1.0-10-amd64", "6.1.0-9-amd64", False),
        ("6.6.20+rpt-rpi-v8", "6.6.20+rpt-rpi-2712", False),
        ("my-own-kernel", "6.1.0-9-amd64", False),
    ],
)
def test_which_kernel_is_newer(running: str, installed: str, old: bool) -> None:
    assert parse(f"running {running}\ninstalled {installed}\n").kernel_is_old is old
