"""The JSON of `smartctl --json --info --health --attributes --log=error --log=selftest`, of smartctl 7.0 and later."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError

from collectors.contract import UnreadableOutput
from collectors.smartctl.disk import Access, Counters, DiskHealth, DiskIdentity

_Count = Annotated[int, Field(ge=0, le=2**63)]
_Celsius = Annotated[int, Field(ge=-273, le=1000)]

# What smartctl says of devices that have no SMART to read: a volume of a RAID controller, a USB stick.
_NO_SMART = re.compile(r"Unable to detect device type|Unknown USB bridge|please try (adding )?'-d|use '-d")
_VIRTUAL = re.compile(r"QEMU|VMware|VBOX|Virtual Disk", re.IGNORECASE)
_ASLEEP = re.compile(r"Device is in (STANDBY|SLEEP)")

_NOT_READ = 2  # bit of smartctl's exit status: not opened, or a command that every disk knows failed

_ATA_COUNTERS = {
    5: "reallocated",
    197: "pending",
    198: "offline_uncorrectable",
    187: "reported_uncorrectable",
    188: "command_timeouts",
    199: "crc_errors",
}


class _Message(BaseModel):
    string: str


class _Run(BaseModel):
    messages: tuple[_Message, ...] = ()
    exit_status: int = 0


class _Device(BaseModel):
    type: str


class _Wwn(BaseModel):
    naa: Annotated[int, Field(ge=0, lt=2**4)]
    oui: Annotated[int, Field(ge=0, lt=2**24)]
    id: Annotated[int, Field(ge=0, lt=2**36)]


class _Capacity(BaseModel):
    bytes: _Count | None = None


class _Support(BaseModel):
    available: bool
    enabled: bool = True


class _Status(BaseModel):
    passed: bool | None = None


class _Temperature(BaseModel):
    current: _Celsius | None = None


class _Hours(BaseModel):
    hours: _Count | None = None


class _Raw(BaseModel):
    value: int
    string: str = ""


class _Attribute(BaseModel):
    id: int
    name: str
    when_failed: str = ""
    raw: _Raw

    @property
    def count(self) -> int:
        """The raw value as a count. Some makers put three into one; smartctl then prints `2 0 5`, or `5 (12 0)`."""
        words = self.raw.string.split()
        told = words[-1] if len(words) == 3 and all(word.isdecimal() for word in words) else "".join(words[:1])
        return int(told) if re.fullmatch(r"[0-9]{1,18}", told) else max(0, min(self.raw.value, 2**63))


class _Attributes(BaseModel):
    table: tuple[_Attribute, ...] = ()


class _TestResult(BaseModel):
    value: int
    string: str
    passed: bool | None = None


class _AtaTest(BaseModel):
    status: _TestResult


class _ScsiTest(BaseModel):
    result: _TestResult


class _NvmeTest(BaseModel):
    self_test_result: _TestResult


class _AtaTests(BaseModel):
    table: tuple[_AtaTest, ...] = ()


class _AtaTestLog(BaseModel):
    standard: _AtaTests | None = None


class _NvmeTestLog(BaseModel):
    table: tuple[_NvmeTest | None, ...] = ()  # null: a test that was never made


class _ScsiErrors(BaseModel):
    total_uncorrected_errors: _Count = 0


class _NvmeHealth(BaseModel):
    critical_warning: _Count | None = None
    available_spare: _Count | None = None
    available_spare_threshold: _Count | None = None
    percentage_used: _Count | None = None
    media_errors: _Count | None = None


class _Report(BaseModel):
    smartctl: _Run
    device: _Device | None = None
    model_name: str | None = None
    scsi_model_name: str | None = None
    serial_number: str | None = None
    wwn: _Wwn | None = None
    logical_unit_id: str | None = None
    firmware_version: str | None = None
    scsi_revision: str | None = None
    user_capacity: _Capacity | None = None
    nvme_total_capacity: _Count | None = None
    smart_support: _Support | None = None
    smart_status: _Status | None = None
    temperature: _Temperature | None = None
    power_on_time: _Hours | None = None
    ata_smart_attributes: _Attributes | None = None
    ata_smart_self_test_log: _AtaTestLog | None = None
    scsi_grown_defect_list: _Count | None = None
    scsi_error_counter_log: Mapping[str, _ScsiErrors] | None = None
    scsi_percentage_used_endurance_indicator: _Count | None = None
    scsi_self_test_0: _ScsiTest | None = None
    nvme_smart_health_information_log: _NvmeHealth | None = None
    nvme_self_test_log: _NvmeTestLog | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of asking one disk. `type` is smartctl's device type, if it found one; `error` is why it FAILED."""

    access: Access
    type: str | None
    error: str | None = None
    identity: DiskIdentity | None = None
    health: DiskHealth | None = None


def parse_report(json: str) -> Reading | None:
    """What smartctl says; None for a device of a kind that has no SMART. Raises `UnreadableOutput`."""
    try:
        report = _Report.model_validate_json(json.strip() or "{}")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UnreadableOutput(f"smartctl's JSON ({where}: {first['msg']})", json.strip()) from None
    said = [message.string for message in report.smartctl.messages]
    kind = report.device.type if report.device else None
    if any(_ASLEEP.search(words) for words in said):
        return Reading(Access.ASLEEP, kind)
    model = report.model_name or report.scsi_model_name
    if model is None:
        if any(_NO_SMART.search(words) for words in said):
            return None
        return Reading(Access.FAILED, kind, (said[0] if said else "smartctl told nothing of it")[:200])
    identity = _identity(report, model.strip())
    if report.smart_support is not None and not report.smart_support.available:
        return None
    if report.smart_status is None and (report.smart_support is None or report.smart_support.enabled):
        # Before 7.3 nothing else told that a virtual disk has no SMART. A real one did not answer to the end.
        gave_up = bool(said or report.smartctl.exit_status & _NOT_READ) and not _VIRTUAL.search(model)
        why = said[0] if said else f"smartctl gave up (exit status {report.smartctl.exit_status})"
        return Reading(Access.FAILED, kind, why[:200], identity) if gave_up else None
    return Reading(Access.READ, kind, None, identity, _health(report))


def _identity(report: _Report, model: str) -> DiskIdentity:
    wwn = None
    if report.wwn is not None:
        wwn = f"{report.wwn.naa:x}{report.wwn.oui:06x}{report.wwn.id:09x}"
    elif report.logical_unit_id and re.fullmatch(r"0x[0-9a-f]{16,32}", report.logical_unit_id):
        wwn = report.logical_unit_id.removeprefix("0x")
    capacity = report.user_capacity.bytes if report.user_capacity else None
    return DiskIdentity(
        model=model,
        serial=(report.serial_number or "").strip() or None,
        wwn=wwn,
        firmware=report.firmware_version or report.scsi_revision,
        capacity_bytes=capacity or report.nvme_total_capacity,
    )


def _health(report: _Report) -> DiskHealth:
    nvme = report.nvme_smart_health_information_log or _NvmeHealth()
    attributes = report.ata_smart_attributes.table if report.ata_smart_attributes else ()
    test, test_passed = _self_test(report)
    return DiskHealth(
        passed=report.smart_status.passed if report.smart_status else None,
        counters=_counters(report, attributes, nvme),
        smart_enabled=report.smart_support is None or report.smart_support.enabled,
        temperature_celsius=report.temperature.current if report.temperature else None,
        power_on_hours=report.power_on_time.hours if report.power_on_time else None,
        failing=tuple(attribute.name for attribute in attributes if attribute.when_failed == "now"),
        self_test=test,
        self_test_passed=test_passed,
        used_percent=_first(nvme.percentage_used, report.scsi_percentage_used_endurance_indicator),
        spare_percent=nvme.available_spare,
        spare_threshold_percent=nvme.available_spare_threshold,
        critical_warning=nvme.critical_warning,
    )


def _counters(report: _Report, attributes: tuple[_Attribute, ...], nvme: _NvmeHealth) -> Counters:
    ata = {_ATA_COUNTERS[one.id]: one.count for one in attributes if one.id in _ATA_COUNTERS}
    logs = report.scsi_error_counter_log
    return Counters(
        **ata,
        grown_defects=report.scsi_grown_defect_list,
        uncorrected_errors=None if logs is None else sum(log.total_uncorrected_errors for log in logs.values()),
        media_errors=nvme.media_errors,
    )


def _self_test(report: _Report) -> tuple[str | None, bool | None]:
    """How the latest self-test ended."""
    if report.ata_smart_self_test_log and report.ata_smart_self_test_log.standard:
        for ata in report.ata_smart_self_test_log.standard.table[:1]:
            return ata.status.string, ata.status.passed
    if report.scsi_self_test_0:
        scsi = report.scsi_self_test_0.result
        # 1, 2: aborted; 15: running; 3 to 7: failed
        return scsi.string, True if scsi.value == 0 else False if 3 <= scsi.value <= 7 else None
    if report.nvme_self_test_log:
        for nvme in [test for test in report.nvme_self_test_log.table if test][:1]:
            result = nvme.self_test_result
            # 5 to 7: the controller broke off or found a failed segment; 1 to 4, 8, 9: aborted by somebody
            return result.string, True if result.value == 0 else False if 5 <= result.value <= 7 else None
    return None, None


def _first(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)
