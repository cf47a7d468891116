"""Reads the text for people, which is the same in all versions; JSON is of the newest ones only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from collectors.contract import UnreadableOutput
from collectors.contract.reading import decimal_number
from collectors.zpool_status.scan import Scan, last_scan

_FIELD = re.compile(
    r" {0,7}(pool|state|status|action|see|scan|scrub|config|errors|remove|checkpoint|dedup|comment): ?(.*)"
)
_VDEV = re.compile(
    r"\t( *)(\S+) +([A-Z]+)(?: +([0-9.]+[KMGTPE]?) +([0-9.]+[KMGTPE]?) +([0-9.]+[KMGTPE]?))?(?:  +(.*))?"
)
_DATA_ERRORS = re.compile(r"([0-9]{1,18}) data errors?, use '-v' for a list")
_POWERS = "KMGTPE"


@dataclass(frozen=True, slots=True)
class Vdev:
    """A disk, or a group of disks; the first is the pool itself. The errors are since the last `zpool clear`."""

    name: str
    state: str
    read_errors: int
    write_errors: int
    checksum_errors: int
    remark: str

    @property
    def errors(self) -> int:
        """All of them."""
        return self.read_errors + self.write_errors + self.checksum_errors


@dataclass(frozen=True, slots=True)
class PoolStatus:
    """One pool. `data_errors` are damaged files or blocks; None where they are not told."""

    name: str
    state: str
    status: str
    scan: Scan | None
    vdevs: tuple[Vdev, ...]
    data_errors: int | None


def statuses(text: str, now: datetime) -> Iterator[PoolStatus]:
    """`now` is the host's local time. Raises `UnreadableOutput`."""
    fields: dict[str, list[str]] = {}
    name = ""
    for line in text.split("\n"):
        match = _FIELD.fullmatch(line)
        if match:
            name = match[1]
            if name == "pool" and fields:
                yield _pool(fields, now)
                fields = {}
            fields.setdefault(name, []).append(match[2])
        elif fields:
            fields[name].append(line)
        elif line.strip():
            raise UnreadableOutput("a pool", line)
    if fields:
        yield _pool(fields, now)


def _pool(fields: dict[str, list[str]], now: datetime) -> PoolStatus:
    if not fields.get("pool", [""])[0] or not fields.get("state", [""])[0]:
        raise UnreadableOutput("a pool and its state", " ".join(fields))
    scans = fields.get("scan") or fields.get("scrub") or [""]
    return PoolStatus(
        name=fields["pool"][0].strip(),
        state=fields["state"][0].strip(),
        status=" ".join(" ".join(fields.get("status", [])).split()),
        # Of several a scrub says more: it has read everything.
        scan=last_scan(next((scan for scan in scans if scan.startswith("scrub")), scans[0]).strip(), now),
        vdevs=tuple(vdev for line in fields.get("config", []) for vdev in _vdev(line)),
        data_errors=_data_errors(fields.get("errors", [""])[0].strip()),
    )


def _vdev(line: str) -> Iterator[Vdev]:
    match = _VDEV.fullmatch(line.rstrip())
    if match and match[2] != "NAME":
        read, write, checksum = (_count(match[group] or "0", line) for group in (4, 5, 6))
        yield Vdev(match[2], match[3], read, write, checksum, match[7] or "")


def _count(word: str, line: str) -> int:
    """`3`, or `1.67K` where zpool is too old to tell the whole number."""
    power = _POWERS.find(word[-1]) + 1
    return round(decimal_number(word.rstrip(_POWERS), line) * (1 << 10 * power))


def _data_errors(text: str) -> int | None:
    if text == "No known data errors":
        return 0
    match = _DATA_ERRORS.fullmatch(text)
    return int(match[1]) if match else None
