"""The JSON of `storcli /call show all J` and of its twin perccli: MegaRAID controllers of Broadcom, Dell and others."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from collectors.contract import UnreadableOutput
from collectors.raid_tools.unit import Battery, Condition, LogicalDrive, PhysicalDrive, RaidController

_CONTROLLER = {
    "optimal": Condition.WELL,
    "ok": Condition.WELL,
    "needs attention": Condition.ATTENTION,
    "degraded": Condition.DEGRADED,
    "failed": Condition.FAILED,
}
_LOGICAL = {
    "Optl": Condition.WELL,
    "Cac": Condition.WELL,
    "HD": Condition.WELL,
    "Pdgd": Condition.DEGRADED,
    "Dgrd": Condition.DEGRADED,
    "Rec": Condition.REBUILDING,
    "OfLn": Condition.FAILED,
    "B": Condition.FAILED,
}
_PHYSICAL = {
    "Onln": Condition.WELL,
    "UGood": Condition.WELL,
    "GHS": Condition.WELL,
    "DHS": Condition.WELL,
    "JBOD": Condition.WELL,
    "UGUnsp": Condition.ATTENTION,
    "HSPShld": Condition.ATTENTION,
    "CFShld": Condition.ATTENTION,
    "UGShld": Condition.ATTENTION,
    "Cpybck": Condition.REBUILDING,
    "CBShld": Condition.REBUILDING,
    "Rbld": Condition.REBUILDING,
    "Sntze": Condition.ATTENTION,
    "Offln": Condition.FAILED,
    "UBad": Condition.FAILED,
    "UBUnsp": Condition.FAILED,
    "Failed": Condition.FAILED,
    "Msng": Condition.FAILED,
}
_SPARES = ("GHS", "DHS")


def _as_text(value: object) -> object:
    return str(value).strip() if isinstance(value, (str, int)) else value


_Text = Annotated[str, BeforeValidator(_as_text)]
_Count = Annotated[int, Field(ge=0, le=2**63)]


class _Outcome(BaseModel):
    status: _Text = Field(alias="Status")
    controller: _Text = Field("", alias="Controller")
    description: _Text = Field("", alias="Description")


class _Basics(BaseModel):
    model: _Text = Field("", alias="Model")
    serial: _Text = Field("", alias="Serial Number")


class _Version(BaseModel):
    package: _Text = Field("", alias="Firmware Package Build")
    firmware: _Text = Field("", alias="Firmware Version")


class _ControllerStatus(BaseModel):
    state: _Text = Field(alias="Controller Status")


class _LogicalDrive(BaseModel):
    name: _Text = Field(alias="DG/VD")
    level: _Text = Field(alias="TYPE")
    state: _Text = Field(alias="State")


class _PhysicalDrive(BaseModel):
    slot: _Text = Field(alias="EID:Slt")
    state: _Text = Field(alias="State")
    group: _Text = Field("", alias="DG")
    model: _Text = Field("", alias="Model")


class _Place(BaseModel):
    group: _Text = Field(alias="DG")
    array: _Text = Field("", alias="Arr")
    row: _Text = Field("", alias="Row")
    state: _Text = Field("", alias="State")


class _Backup(BaseModel):
    model: _Text = Field("", alias="Model")
    state: _Text = Field(alias="State")


class _Response(BaseModel):
    basics: _Basics = Field(alias="Basics")
    version: _Version = Field(alias="Version", default_factory=lambda: _Version.model_validate({}))
    status: _ControllerStatus = Field(alias="Status")
    logical_drives: tuple[_LogicalDrive, ...] = Field((), alias="VD LIST")
    physical_drives: tuple[_PhysicalDrive, ...] = Field((), alias="PD LIST")
    topology: tuple[_Place, ...] = Field((), alias="TOPOLOGY")
    batteries: tuple[_Backup, ...] = Field((), alias="BBU_Info")
    capacitors: tuple[_Backup, ...] = Field((), alias="Cachevault_Info")


class _Answer(BaseModel):
    outcome: _Outcome = Field(alias="Command Status")
    response: dict[str, Any] | str | None = Field(None, alias="Response Data")


class _Output(BaseModel):
    controllers: tuple[_Answer, ...] = Field(alias="Controllers")


class _DriveState(BaseModel):
    media_errors: _Count | None = Field(None, alias="Media Error Count")
    other_errors: _Count | None = Field(None, alias="Other Error Count")
    predictive_failures: _Count = Field(0, alias="Predictive Failure Count")
    alert: _Text = Field("No", alias="S.M.A.R.T alert flagged by drive")


class _DriveAttributes(BaseModel):
    serial: _Text = Field("", alias="SN")


class _DriveDetails(BaseModel):
    state: _DriveState
    attributes: _DriveAttributes


def parse_storcli(controllers: str, drives: str) -> tuple[RaidController, ...]:
    """From the output of `/call show all J` and of `/call/eall/sall show all J`; () where there is no controller.

    Raises `UnreadableOutput`. Without a word on the drives they have no error counts.
    """
    try:
        details = _details(_Output.model_validate_json(_json(drives))) if drives.strip() else {}
        answers = _Output.model_validate_json(_json(controllers)).controllers
        asked = [(a.outcome.controller, _Response.model_validate(a.response)) for a in answers if _succeeded(a)]
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UnreadableOutput(f"JSON of storcli ({where}: {first['msg']})", controllers.strip()) from None
    return tuple(_controller(f"c{number}", response, details) for number, response in asked)


def _json(text: str) -> str:
    """Without the warnings before it. What cannot start says why, and gives none."""
    at = 0 if text.startswith("{") else text.find("\n{") + 1
    if not text[at:].startswith("{"):
        raise UnreadableOutput("JSON of storcli", text.strip().partition("\n")[0])
    return text[at:]


def _succeeded(answer: _Answer) -> bool:
    if answer.outcome.status == "Success":
        return True
    if "no controller" in answer.outcome.description.lower():
        return False
    raise UnreadableOutput("Status Success", f"{answer.outcome.status}: {answer.outcome.description}")


_DETAILS = re.compile(r"Drive /c(\d+)(?:/e(\d+))?/s(\d+) - Detailed Information", re.ASCII)


def _details(output: _Output) -> dict[tuple[str, str], _DriveDetails]:
    """By the controller's name and the drive's slot."""
    found = {}
    for answer in output.controllers:
        for heading, parts in (answer.response if isinstance(answer.response, dict) else {}).items():
            if (match := _DETAILS.fullmatch(heading)) and isinstance(parts, Mapping):
                drive = heading.removesuffix(" - Detailed Information")
                found[f"c{match[1]}", f"{match[2] or ''}:{match[3]}"] = _DriveDetails.model_validate(
                    {
                        "state": parts.get(f"{drive} State", {}),
                        "attributes": parts.get(f"{drive} Device attributes", {}),
                    }
                )
    return found


def _controller(name: str, response: _Response, details: Mapping[tuple[str, str], _DriveDetails]) -> RaidController:
    drives = tuple(_physical(name, drive, details) for drive in response.physical_drives)
    state = response.status.state
    return RaidController(
        name=name,
        model=response.basics.model,
        serial=response.basics.serial or None,
        firmware=response.version.package or response.version.firmware or None,
        state=state,
        condition=_CONTROLLER.get(state.lower(), Condition.UNKNOWN),
        logical_drives=tuple(_logical(drive) for drive in response.logical_drives),
        physical_drives=(*drives, *_missing(response.topology)),
        battery=_battery(response.batteries, response.capacitors),
        cache=None,
        first_spares=sum(drive.state in _SPARES for drive in drives),
    )


def _logical(drive: _LogicalDrive) -> LogicalDrive:
    number = drive.name.rpartition("/")[2]
    return LogicalDrive(f"v{number}", drive.level, drive.state, _LOGICAL.get(drive.state, Condition.UNKNOWN))


def _physical(
    controller: str, drive: _PhysicalDrive, details: Mapping[tuple[str, str], _DriveDetails]
) -> PhysicalDrive:
    enclosure, _, slot = drive.slot.partition(":")
    place = f"{enclosure.strip()}:{slot.strip()}"
    condition = Condition.FOREIGN if drive.group == "F" else _PHYSICAL.get(drive.state, Condition.UNKNOWN)
    found = PhysicalDrive(place, drive.state, condition, drive.state in _SPARES, drive.model or None, None)
    if (more := details.get((controller, place))) is None:
        return found
    will_fail = more.state.predictive_failures > 0 or more.state.alert.lower() == "yes"
    return replace(
        found,
        condition=Condition.PREDICTED if will_fail and condition is not Condition.FAILED else condition,
        serial=more.attributes.serial or None,
        media_errors=more.state.media_errors,
        other_errors=more.state.other_errors,
        first_media_errors=more.state.media_errors,
    )


def _missing(topology: Sequence[_Place]) -> list[PhysicalDrive]:
    """The drives of an array that are not there: they have a row, and no slot."""
    return [
        PhysicalDrive(f"missing {place.group}/{place.array}/{place.row}", "Msng", Condition.FAILED, False, None, None)
        for place in topology
        if place.state == "Msng"
    ]


def _battery(batteries: Sequence[_Backup], capacitors: Sequence[_Backup]) -> Battery | None:
    for kind, backups in (("battery", batteries), ("CacheVault", capacitors)):
        for backup in backups[:1]:
            return Battery(f"{kind} {backup.model}".strip(), backup.state, _battery_condition(backup.state.lower()))
    return None


def _battery_condition(state: str) -> Condition:
    if state in ("optimal", "ok", "ready"):
        return Condition.WELL
    if "learn" in state or "charging" in state:
        return Condition.CHARGING
    if "fail" in state or "replace" in state or "missing" in state:
        return Condition.FAILED
    return Condition.ATTENTION
