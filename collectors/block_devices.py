"""Disks: model, serial number, size, and whether they rotate, as the kernel and udev know them; no disk is asked."""

# size /sys/block/sda/size:1953525168                       in sectors of 512 bytes
# /sys/block/sda/removable:0
# /sys/block/sda/queue/rotational:1
# /sys/block/sda/device/model:ST1000NM0055-1V4
# /sys/block/sda/device/wwid:naa.5000c500a1b2c3d4
# /sys/block/sda/dev:8:0
# == udev
# /run/udev/data/b8:0:E:ID_SERIAL_SHORT=ZBS0XXXX

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from collectors.contract import Collector, Entry, Kind, NotApplicable, UnreadableOutput
from collectors.contract.reading import blocks, whole_number
from collectors.inventoried import entries, size

# All of it lies in memory: the kernel read it when it found the disk, and udev wrote it down.
PROBE = r"""
[ -d /sys/block ] || { echo "== none"; return; }
set --
for folder in /sys/block/*; do
  case ${folder##*/} in
    loop* | ram* | zram* | dm-* | md* | sr* | fd* | nbd* | zd* | drbd* | nvme*c*n*) ;;
    *) set -- "$@" "$folder/dev" "$folder/size" "$folder/removable" "$folder/serial" "$folder/wwid" \
      "$folder/queue/rotational" "$folder/device/vendor" "$folder/device/model" "$folder/device/serial" \
      "$folder/device/wwid" ;;
  esac
done
[ $# = 0 ] || grep -s . /dev/null "$@"
echo "== udev"
[ $# = 0 ] || grep -sE '^E:ID_(SERIAL_SHORT|WWN|MODEL)=' /dev/null /run/udev/data/b*
:
"""

_FILE = re.compile(r"/sys/block/([^/:\n]+)/([a-z/]+):(.*)")
_TOLD = re.compile(r"/run/udev/data/b([0-9]+:[0-9]+):E:ID_([A-Z_]+)=(.*)")
_SECTOR = 512


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk that is not removable. `identity` is its serial number or world-wide name, "" where it has none."""

    name: str
    identity: str
    model: str
    size_bytes: int
    rotates: bool | None


def parse(output: str) -> tuple[Disk, ...]:
    """Facts of each disk, by the kernel's name. Raises `UnreadableOutput`, `NotApplicable` (no disk of its own)."""
    parts = blocks(output)
    if "none" in parts:
        raise NotApplicable("the kernel tells of no block devices")
    if "udev" not in parts:
        raise UnreadableOutput("what udev says", output.partition("\n")[0])
    files: dict[str, dict[str, str]] = {}
    for line in parts[""].split("\n"):
        if (match := _FILE.fullmatch(line)) is not None:
            files.setdefault(match[1], {})[match[2]] = " ".join(match[3].split())
        elif line:
            raise UnreadableOutput("a file of /sys/block and what it holds", line)
    told: dict[str, dict[str, str]] = {}
    for line in parts["udev"].split("\n"):
        if (match := _TOLD.fullmatch(line)) is not None:
            told.setdefault(match[1], {})[match[2]] = match[3].strip()
        elif line:
            raise UnreadableOutput("a file of udev and what it says", line)
    disks = tuple(_disk(name, files[name], told.get(files[name].get("dev", ""), {})) for name in sorted(files))
    found = tuple(disk for disk in disks if disk.size_bytes and files[disk.name].get("removable") != "1")
    if not found:
        raise NotApplicable("no disk here: a container, or one that boots from the network")
    return found


def _disk(name: str, files: Mapping[str, str], told: Mapping[str, str]) -> Disk:
    identities = (
        told.get("SERIAL_SHORT"),
        *(files.get(path) for path in ("device/serial", "serial", "wwid", "device/wwid")),
        told.get("WWN"),
    )
    model = files.get("device/model") or told.get("MODEL", "").replace("_", " ")
    vendor = files.get("device/vendor", "")
    # What stands there for ATA disks is no vendor, and of virtio it is a number.
    known = "" if vendor == "ATA" or vendor.startswith("0x") else vendor
    return Disk(
        name=name,
        identity=next((identity for identity in identities if identity), ""),
        model=" ".join(word for word in (known, model) if word),
        size_bytes=whole_number(files.get("size", "0")) * _SECTOR,
        rotates=files["queue/rotational"] == "1" if "queue/rotational" in files else None,
    )


def inventory(disks: tuple[Disk, ...]) -> Iterator[Entry]:
    """Each disk under its identity, which it keeps wherever it is plugged in; many paths to one are one disk."""
    yield from entries(Kind.DISK, ((f"disk {disk.identity or disk.name}", _words(disk)) for disk in disks))


def _words(disk: Disk) -> str:
    # A virtual disk says that it rotates.
    kind = (
        "" if disk.rotates is None or disk.name.startswith(("vd", "xvd")) else "rotating" if disk.rotates else "flash"
    )
    return ", ".join(word for word in (disk.model, size(disk.size_bytes), kind) if word)


COLLECTOR = Collector(probe=PROBE, parse=parse, every_seconds=3600, inventory=inventory)
