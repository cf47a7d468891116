"""Reads the files below /sys/fs/btrfs, as grep prints them, and what `btrfs device stats` prints."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.contract import UnreadableOutput
from collectors.contract.reading import whole_number

_FILE = re.compile(r"([0-9a-f-]{36})/([^:]+):(.*)")
_STATS = re.compile(r"\[(.+)\]\.([a-z]+?)(?:_io)?_errs +([0-9]{1,19})")
SECTOR = 512


@dataclass(frozen=True, slots=True)
class Errors:
    """What was counted on a device since it was made, or since somebody set it to zero.

    `device` is its number in the file system, or its file in /dev.
    """

    device: str
    write: int = 0
    read: int = 0
    flush: int = 0
    corruption: int = 0
    generation: int = 0

    def least(self, other: "Errors") -> "Errors":
        """The smaller of each counter."""
        return Errors(
            self.device,
            min(self.write, other.write),
            min(self.read, other.read),
            min(self.flush, other.flush),
            min(self.corruption, other.corruption),
            min(self.generation, other.generation),
        )


@dataclass(frozen=True, slots=True)
class BlockGroup:
    """Space of one kind (`data`, `metadata`, `system`) and profile (`single`, `dup`, `raid1` ...); one copy counts."""

    kind: str
    profile: str
    size_bytes: int
    used_bytes: int


@dataclass(slots=True)
class Shown:
    """The files of one file system. `names` are those of its devices, and what the device mapper calls them."""

    label: str = ""
    sizes: dict[str, int] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    missing: list[str] = field(default_factory=list)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    groups: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    allocated_bytes: int = 0
    reserve_bytes: int = 0

    @property
    def errors(self) -> tuple[Errors, ...] | None:
        """None where the kernel shows none."""
        return counted(self.counts) if self.counts else None

    @property
    def block_groups(self) -> tuple[BlockGroup, ...]:
        """By kind and profile."""
        return tuple(
            BlockGroup(kind, profile, sizes.get("total_bytes", 0), sizes.get("used_bytes", 0))
            for (kind, profile), sizes in sorted(self.groups.items())
        )

    def take(self, path: str, value: str) -> None:
        """One file, or a line of one. Raises `UnreadableOutput`."""
        match path.split("/"):
            case ["label"]:
                self.label = value
            case ["allocation", "global_rsv_size"]:
                self.reserve_bytes = whole_number(value, path)
            case ["allocation", _, "disk_total"]:
                self.allocated_bytes += whole_number(value, path)
            case ["allocation", kind, profile, what]:
                self.groups.setdefault((kind, profile), {})[what] = whole_number(value, path)
            case ["devices", device, "size"]:
                self.sizes[device] = whole_number(value, path) * SECTOR
                self.names.add(device)
            case ["devices", _, "dm", "name"]:
                self.names.add(f"mapper/{value}")
            case ["devinfo", number, "missing"]:
                self.missing += [number] if value == "1" else []
            case ["devinfo", number, "error_stats"]:
                what, _, count = value.partition("_errs ")
                self.counts.setdefault(number, {})[what] = whole_number(count, value)
            case _:
                raise UnreadableOutput("a file of a btrfs file system", path)


def shown(output: str) -> Mapping[str, Shown]:
    """By UUID. Raises `UnreadableOutput`."""
    found: dict[str, Shown] = {}
    for line in output.split("\n"):
        match = _FILE.fullmatch(line)
        if match:
            found.setdefault(match[1], Shown()).take(match[2], match[3])
        elif line:
            raise UnreadableOutput("a file below /sys/fs/btrfs", line)
    return found


def counted(source: str | Mapping[str, Mapping[str, int]]) -> tuple[Errors, ...]:
    """The counters by device, from what `btrfs device stats` prints or as `Shown` has them."""
    if isinstance(source, str):
        counts: dict[str, dict[str, int]] = {}
        for line in source.split("\n"):
            match = _STATS.fullmatch(line.rstrip())
            if match:
                counts.setdefault(match[1], {})[match[2]] = int(match[3])
            elif line:
                raise UnreadableOutput("a counter of btrfs device stats", line)
        source = counts
    return tuple(
        Errors(
            device,
            write=of.get("write", 0),
            read=of.get("read", 0),
            flush=of.get("flush", 0),
            corruption=of.get("corruption", 0),
            generation=of.get("generation", 0),
        )
        for device, of in source.items()
    )
