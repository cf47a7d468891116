"""The report of `lvs`."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from collectors.contract import UnreadableOutput

LVS = (
    "lvs --reportformat json --units b --nosuffix -o vg_name,lv_name,lv_attr,lv_size,origin,data_percent,"
    "metadata_percent,lv_health_status,lv_when_full,seg_monitor"
)
"""The command."""

_Bytes = Annotated[int, Field(ge=0, le=2**63)]
# "" while the volume is not active
_Percent = Annotated[
    Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] | None, BeforeValidator(lambda told: told or None)
]


@dataclass(frozen=True, slots=True)
class LogicalVolume:
    """A volume. `attributes` are the letters of `lvs`: the first is its kind, the fifth its state.

    The percentages are None while it is not active. `health` is "" or such as `partial`, `out_of_data`,
    `metadata_read_only`, `refresh needed`. `when_full` is what a pool does then: `queue` or `error`. `monitored`
    says whether dmeventd looks after it, and lets it grow.
    """

    group: str
    name: str
    attributes: str
    size_bytes: int
    origin: str
    data_percent: float | None
    metadata_percent: float | None
    health: str
    when_full: str
    monitored: bool

    @property
    def is_thin_pool(self) -> bool:
        """Whether thin volumes take their space from it."""
        return self.attributes[0] == "t"

    @property
    def is_snapshot(self) -> bool:
        """Whether it is a snapshot with space of its own, not a thin one."""
        return self.attributes[0] in "sS"

    @property
    def is_invalid(self) -> bool:
        """Whether it is a snapshot that overflowed."""
        return self.is_snapshot and self.attributes[4] in "IS"


class _Volume(BaseModel):
    vg_name: str
    lv_name: str
    lv_attr: Annotated[str, Field(min_length=9, max_length=10)]
    lv_size: _Bytes
    origin: str
    data_percent: _Percent
    metadata_percent: _Percent
    lv_health_status: str
    lv_when_full: str
    seg_monitor: str


class _Part(BaseModel):
    lv: tuple[_Volume, ...] = ()


class _Report(BaseModel):
    report: tuple[_Part, ...]


def volumes(report: str) -> tuple[LogicalVolume, ...]:
    """Each volume once, although there is a line for each segment of it. Raises `UnreadableOutput`."""
    try:
        told = _Report.model_validate_json(report)
    except ValidationError as error:
        raise UnreadableOutput("the logical volumes as JSON", report.strip().partition("\n")[0]) from error
    found = [_volume(volume) for part in told.report for volume in part.lv]
    return tuple({(volume.group, volume.name): volume for volume in found}.values())


def _volume(told: _Volume) -> LogicalVolume:
    return LogicalVolume(
        group=told.vg_name,
        name=told.lv_name,
        attributes=told.lv_attr,
        size_bytes=told.lv_size,
        origin=told.origin,
        data_percent=told.data_percent,
        metadata_percent=told.metadata_percent,
        health=told.lv_health_status,
        when_full=told.lv_when_full,
        monitored=told.seg_monitor == "monitored",
    )
