"""The report of `vgs`."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError

from collectors.contract import UnreadableOutput

VGS = "vgs --reportformat json --units b --nosuffix -o vg_name,vg_size,vg_free,pv_count,vg_missing_pv_count"
"""The command."""

_Bytes = Annotated[int, Field(ge=0, le=2**63)]
_Count = Annotated[int, Field(ge=0, le=2**31)]


@dataclass(frozen=True, slots=True)
class VolumeGroup:
    """A group, how many disks belong to it and how many of them are not there."""

    name: str
    size_bytes: int
    free_bytes: int
    disks: int
    disks_missing: int


class _Group(BaseModel):
    vg_name: str
    vg_size: _Bytes
    vg_free: _Bytes
    pv_count: _Count
    vg_missing_pv_count: _Count


class _Part(BaseModel):
    vg: tuple[_Group, ...] = ()


class _Report(BaseModel):
    report: tuple[_Part, ...]


def groups(report: str) -> tuple[VolumeGroup, ...]:
    """Raises `UnreadableOutput`."""
    try:
        told = _Report.model_validate_json(report)
    except ValidationError as error:
        raise UnreadableOutput("the volume groups as JSON", report.strip().partition("\n")[0]) from error
    found = [
        VolumeGroup(group.vg_name, group.vg_size, group.vg_free, group.pv_count, group.vg_missing_pv_count)
        for part in told.report
        for group in part.vg
    ]
    return tuple({group.name: group for group in found}.values())
