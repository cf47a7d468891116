"""What is known of a disk: who it is, and how it was when it was last read."""

from dataclasses import dataclass, fields
from enum import StrEnum

LIMIT_SECONDS = 15
"""How long a disk has to answer; one that is well needs less than one."""


class Access(StrEnum):
    """What came of asking a disk."""

    READ = "read"
    ASLEEP = "asleep"  # in standby, and left so
    FAILED = "failed"  # smartctl could not read it, and not because it is of a kind without SMART
    SILENT = "silent"  # it did not answer in time


@dataclass(frozen=True, slots=True)
class Counters:
    """What a healthy disk never counts. None: this kind of disk does not count it.

    ATA: `reallocated` and `pending` sectors, `offline_uncorrectable` ones found by the disk's own scan,
    `reported_uncorrectable` errors given to the host, `command_timeouts`, and `crc_errors` on the cable.
    SCSI: `grown_defects`, and `uncorrected_errors` of reads, writes and verifies. NVMe: `media_errors`.
    """

    reallocated: int | None = None
    pending: int | None = None
    offline_uncorrectable: int | None = None
    reported_uncorrectable: int | None = None
    command_timeouts: int | None = None
    crc_errors: int | None = None
    grown_defects: int | None = None
    uncorrected_errors: int | None = None
    media_errors: int | None = None

    def by_name(self) -> dict[str, int]:
        """Those that this disk has, by the names above."""
        counted = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: count for name, count in counted.items() if count is not None}


def lowest(one: Counters | None, other: Counters) -> Counters:
    """The lower of each: pending sectors that were written again are forgotten, and not awaited a second time."""
    if one is None:
        return other
    known = one.by_name()
    return Counters(**{**known, **{n: min(count, known.get(n, count)) for n, count in other.by_name().items()}})


@dataclass(frozen=True, slots=True)
class DiskIdentity:
    """Which disk it is, wherever it is plugged in. `wwn` is 16 hexadecimal digits."""

    model: str
    serial: str | None
    wwn: str | None
    firmware: str | None
    capacity_bytes: int | None

    @property
    def key(self) -> str:
        """What no other disk has."""
        return self.wwn or f"{self.model} {self.serial}"


@dataclass(frozen=True, slots=True)
class DiskHealth:
    """How a disk judged itself. None: it does not say.

    `failing` names the attributes below their maker's threshold. `self_test` is how the latest self-test ended, in
    smartctl's words; `self_test_passed` is None for one that was aborted or is running. `used_percent` is the
    wear of flash, and may go beyond 100; `spare_percent` what is left of its spare blocks.
    `critical_warning` are the bits of NVMe.
    """

    passed: bool | None
    counters: Counters
    smart_enabled: bool = True
    temperature_celsius: int | None = None
    power_on_hours: int | None = None
    failing: tuple[str, ...] = ()
    self_test: str | None = None
    self_test_passed: bool | None = None
    used_percent: int | None = None
    spare_percent: int | None = None
    spare_threshold_percent: int | None = None
    critical_warning: int | None = None

    @property
    def is_nvme(self) -> bool:
        """Whether it was read in the way of NVMe."""
        return self.critical_warning is not None


@dataclass(frozen=True, slots=True)
class Disk:
    """One disk. `place` is its device, with smartctl's device type where that must be told: `/dev/bus/0 megaraid,8`.

    `type` is smartctl's device type: `sat`, `scsi`, `nvme`. `wwid` is the kernel's name for the disk, known without
    asking it. `identity` and `health` are those of `read_at` (the host's clock, in epoch seconds): of an earlier
    look where `access` is not READ, None where there was none. `error` is what smartctl said where it FAILED.
    `baseline` holds the lowest counts seen so far.
    """

    place: str
    type: str
    wwid: str | None
    access: Access
    error: str | None = None
    identity: DiskIdentity | None = None
    health: DiskHealth | None = None
    read_at: float | None = None
    baseline: Counters | None = None
