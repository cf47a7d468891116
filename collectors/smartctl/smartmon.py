"""Disks under the names of smartmon.sh, the textfile script of node_exporter."""

from collections.abc import Iterable, Iterator

from collectors.contract import Sample
from collectors.smartctl.disk import Access, Disk

_COUNTED = {
    "reallocated": ("reallocated_sector_ct", "5"),
    "pending": ("current_pending_sector", "197"),
    "offline_uncorrectable": ("offline_uncorrectable", "198"),
    "reported_uncorrectable": ("reported_uncorrect", "187"),
    "command_timeouts": ("command_timeout", "188"),
    "crc_errors": ("udma_crc_error_count", "199"),
    "grown_defects": ("grown_defects_count", "12"),
}


def smartmon_samples(disks: Iterable[Disk]) -> Iterator[Sample]:
    """Of a disk that sleeps only that it does, of one that could not be read or did not answer nothing."""
    for disk in disks:
        labels = (("disk", disk.place.partition(" ")[0]), ("type", disk.type))
        if disk.access in (Access.READ, Access.ASLEEP):
            yield _sample("device_active", float(disk.access is Access.READ), labels)
        if disk.access is Access.READ:
            yield from _of_one(disk, labels)


def _of_one(disk: Disk, labels: tuple[tuple[str, str], ...]) -> Iterator[Sample]:
    if disk.identity:
        named = (
            ("device_model", disk.identity.model),
            ("serial_number", disk.identity.serial or ""),
            ("firmware_version", disk.identity.firmware or ""),
        )
        yield _sample("device_info", 1, labels + named)
    if health := disk.health:
        yield _sample("device_smart_available", 1, labels)
        yield _sample("device_smart_enabled", float(health.smart_enabled), labels)
        if health.passed is not None:
            yield _sample("device_smart_healthy", float(health.passed), labels)
        if health.power_on_hours is not None:
            yield _raw("power_on_hours", "9", health.power_on_hours, labels)
        if health.temperature_celsius is not None:
            yield _raw("temperature_celsius", "194", health.temperature_celsius, labels)
        for counter, count in health.counters.by_name().items():
            if counter in _COUNTED:
                yield _raw(*_COUNTED[counter], count, labels)


def _raw(attribute: str, number: str, value: int, labels: tuple[tuple[str, str], ...]) -> Sample:
    return _sample(f"{attribute}_raw_value", value, (*labels, ("smart_id", number)))


def _sample(name: str, value: float, labels: tuple[tuple[str, str], ...]) -> Sample:
    return Sample(f"smartmon_{name}", value, labels, f"SMART metric {name}")
