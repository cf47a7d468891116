"""Lines that no command prints and a hostile host may: a parser is done with a megabyte of them in no time."""

import contextlib
import time

import pytest

from agent.catalogue import catalogue
from collectors.contract import SectionError

SSACLI = "== ssacli\nSmart Array P410i in Slot 0 (Embedded)\n   Controller Status: OK\n"
MOUNTINFO = "36 35 98:0 / /srv{} rw,noatime - ext4 /dev/sda1 rw"
BTRFS = "== now 1795292178\n== mounts\n36 35 0:44 / /srv rw - btrfs /dev/sdb rw\n== files\n{0}/label:\n== scrub {0}\n"
UUID = "e09ca0af-0000-0000-0000-000000000000"
MEGABYTE = 1_000_000


@pytest.mark.parametrize(
    ("name", "output"),
    [
        ("raid_controllers", SSACLI + " " * (MEGABYTE // 10)),
        ("raid_controllers", SSACLI + ("   " + "a " * 200 + "\n") * 2500),
        ("raid_controllers", SSACLI + "X in Slot 0 (" * (MEGABYTE // 13)),
        ("btrfs", BTRFS.format(UUID) + "a" * MEGABYTE),
        ("md_arrays", "== /proc/mdstat\nPersonalities :\nmd0 : active raid1 sda[0]\n  1 blocks [1/1] [U]\n"
         + "  " + "recovery=1%(1/1)finish=" * (MEGABYTE // 23)),
        ("filesystems", MOUNTINFO.format("/a" * (MEGABYTE // 2)) + "\n== stat\n"),
    ],
)  # fmt: skip
def test_is_done_with_quickly(name: str, output: str) -> None:
    begun = time.process_time()
    with contextlib.suppress(SectionError):
        catalogue().collectors[name].collector.parse(output)
    assert time.process_time() - begun < 2
