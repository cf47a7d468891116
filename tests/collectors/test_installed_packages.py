import subprocess

import pytest

from collectors.contract import Entry, Kind, NotApplicable, UnreadableOutput
from collectors.installed_packages import COLLECTOR, Package, inventory, parse
from tests.collectors.in_shells import every_shell, printed

ROCKY = (
    "kernel 5.14.0-503.14.1.el9_5.x86_64\n== rpm\ngpg-pubkey\t350d275d-6279464b\t(none)\nglibc\t2.34-1\ti686\n"
    "glibc\t2.34-2\tx86_64\nkernel-core\t5.14.0-2\tx86_64\nkernel-core\t5.14.0-1\tx86_64\n"
    "tzdata\t2024b\tnoarch\n== end 0\n"
)


@every_shell
def test_the_probe_on_this_machine(shell: list[str]) -> None:
    try:
        facts = parse(printed(COLLECTOR, shell))
    except NotApplicable:
        pytest.skip("no package manager here")
    if facts.manager == "dpkg":
        listed = subprocess.run(["dpkg", "-l"], capture_output=True, text=True, check=True).stdout
        assert len(facts.packages) == sum(line[1:2] == "i" for line in listed.splitlines() if line[2:3] in " R")
    names = {(entry.kind, entry.name) for entry in inventory(facts)}
    assert len(names) == len(list(inventory(facts)))


def test_inventory() -> None:
    assert list(inventory(parse(ROCKY))) == [
        Entry(Kind.PACKAGE, "glibc:i686", "2.34-1"),
        Entry(Kind.PACKAGE, "glibc:x86_64", "2.34-2"),
        Entry(Kind.PACKAGE, "gpg-pubkey", "350d275d-6279464b"),
        Entry(Kind.PACKAGE, "kernel-core", "5.14.0-1, 5.14.0-2"),
        Entry(Kind.PACKAGE, "tzdata", "2024b"),
        Entry(Kind.SYSTEM, "kernel 5.14.0-503.14.1.el9_5.x86_64", "installed"),
    ]


def test_what_was_removed_is_not_there() -> None:
    output = "== dpkg\nrc \tcron\t3.0\tamd64\nun \tx\t\t\niF \tbroken\t1\tamd64\nhi \theld\t2\tall\n== end 0\n"
    assert parse(output).packages == (Package("broken", "1", "amd64"), Package("held", "2", "all"))


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "== rpm\n== end 0\n",
        ROCKY.replace("== end 0", "== end 1"),
        ROCKY.replace("== end 0\n", ""),
        ROCKY.replace("\tnoarch", ""),
        "== dpkg\nii\n== end 0\n",
        "== pacman\nacl\n== end 0\n",
    ],
)
def test_damaged(damaged: str) -> None:
    with pytest.raises(UnreadableOutput):
        parse(damaged)


def test_no_package_manager() -> None:
    with pytest.raises(NotApplicable):
        parse("== none\n== end 0\n")
