"""Disks from /sys and udev's notes."""

from dataclasses import replace
from pathlib import Path

from collectors.block_devices import COLLECTOR, Disk, inventory, parse
from collectors.contract import Entry, Kind
from tests.collectors.hardware_tree import write
from tests.collectors.in_shells import every_shell, printed

LEFT_OUT = ("loop0", "zram0", "ram0", "dm-0", "md0", "sr0", "nvme0c0n1", "nbd0")


@every_shell
def test_disks_of_a_server(tmp_path: Path, shell: list[str]) -> None:
    block = tmp_path / "sys/block"
    for name in LEFT_OUT:
        write(block / name, dev="7:0", size=1000, removable=0)
    write(block / "sda", **{"dev": "8:0", "size": 1953525168, "removable": 0, "queue/rotational": 1})
    write(block / "sda/device", vendor="ATA     ", model="ST1000NM0055-1V4", wwid="naa.5000c50000000001")
    write(block / "sdb", **{"dev": "8:16", "size": 30031872, "removable": 1, "queue/rotational": 1})
    write(block / "vda", **{"dev": "254:0", "size": 41943040, "removable": 0, "queue/rotational": 1})
    write(block / "vda/device", vendor="0x1af4")
    notes = tmp_path / "run/udev/data"
    notes.mkdir(parents=True)
    (notes / "b8:0").write_text(
        "I:123\nE:ID_MODEL=ST1000NM0055-1V410C\nE:ID_SERIAL_SHORT=ZBS00001\nE:ID_BUS=ata\nG:systemd\n"
    )
    probe = COLLECTOR.probe.replace("/sys/", f"{tmp_path}/sys/").replace("/run/udev", f"{tmp_path}/run/udev")
    facts = parse(printed(replace(COLLECTOR, probe=probe), shell).replace(str(tmp_path), ""))
    assert facts == (
        Disk("sda", "ZBS00001", "ST1000NM0055-1V4", 1953525168 * 512, rotates=True),
        Disk("vda", "", "", 41943040 * 512, rotates=True),
    )
    assert list(inventory(facts)) == [
        Entry(Kind.DISK, "disk ZBS00001", "ST1000NM0055-1V4, 931.5 GiB, rotating"),
        Entry(Kind.DISK, "disk vda", "20 GiB"),
    ]


def test_a_disk_keeps_its_entry_under_another_name() -> None:
    before, after = (list(inventory((Disk(name, "ZBS1", "ST1", 2**40, rotates=True),))) for name in ("sda", "sdc"))
    assert before == after


def test_paths_to_one_disk_are_one_entry() -> None:
    paths = tuple(Disk(name, "naa.600a", "LUN", 2**40, rotates=False) for name in ("sda", "sdb", "sdc"))
    assert len(list(inventory(paths))) == 1
