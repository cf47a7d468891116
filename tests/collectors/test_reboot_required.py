from pathlib import Path

import pytest

from collectors.contract import UnreadableOutput
from collectors.kernel_releases import kernel_version
from collectors.reboot_required import COLLECTOR, parse, samples
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
    assert parse(f"running {running}\nnow 2\ninstalled 1 /boot/vmlinuz-{installed}\n").kernel_is_old is old


@pytest.mark.parametrize(("image", "updated"), [("6.1.119-1", ()), ("6.1.123-1", ("linux-image-6.1.0-28-amd64",))])
def test_a_newer_build_of_the_same_name(image: str, updated: tuple[str, ...]) -> None:
    """As Debian makes them where modules that were built for the one fit the other too."""
    head = "running 6.1.0-28-amd64\nnow 2000\nstarted 1000\ninstalled 1500 /boot/vmlinuz-6.1.0-28-amd64\n"
    found = parse(f"{head}build 6.1.119-1\nimage {image}\n")
    assert (found.updated, found.updated_seconds, found.kernel_is_old) == (updated, 500 if updated else None, False)
    assert parse(f"{head}build 6.1.119-1\n").updated == ()


HEAD = "running 5.14.0-503.11.1.el9_5.x86_64\nnow 2000\nstarted 1000\n"


def test_what_was_installed_since_the_start() -> None:
    found = parse(f"{HEAD}rpm 999 systemd\nrpm 1500 glibc\nrpm 1400 kernel\nrpm 1450 kernel\n")
    assert (found.updated, found.updated_seconds) == (("kernel", "glibc"), 600)
    assert not found.flagged
    assert [sample.value for sample in samples(found)] == [1]


def test_a_container_has_no_kernel_to_update() -> None:
    found = parse(f"{HEAD}container\nrpm 1500 kernel-core\nrpm 1500 linux-firmware\n")
    assert (found.updated, found.updated_seconds) == ((), None)
    assert [sample.value for sample in samples(found)] == [0]


def test_without_a_start_nothing_is_newer_than_it() -> None:
    assert parse("running 6.1.0\nnow 2000\nrpm 1500 glibc\n").updated == ()


def test_since_when_the_newest_kernel_is_there() -> None:
    """Modules are made anew by drivers that are built on the host; the file was there before."""
    kernel = "5.14.0-503.14.1.el9_5.x86_64"
    old = "5.14.0-503.11.1.el9_5.x86_64"
    lines = f"installed 1200 /boot/vmlinuz-{kernel}\ninstalled 1900 /lib/modules/{kernel}/modules.dep\n"
    found = parse(f"{HEAD}{lines}installed 1990 /boot/vmlinuz-{old}\n")
    assert (found.newest_kernel, found.kernel_is_old, found.kernel_seconds) == (kernel, True, 800)


@pytest.mark.parametrize(
    "damaged", ["", "running 6.1.0\n", "running 6.1.0\nnow x\n", f"{HEAD}rpm x glibc\n", f"{HEAD}x\n"]
)
def test_damaged(damaged: str) -> None:
    with pytest.raises(UnreadableOutput):
        parse(damaged)
