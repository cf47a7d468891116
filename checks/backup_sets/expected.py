"""What an organisation expects of one set of backups."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, WithJsonSchema

from checks.backup_sets.located import Located
from checks.backup_sets.restore import RestoreTest
from checks.contract import Duration
from checks.contract.quantities import parse_percent
from checks.contract.written import WrittenAs, write_percent

Change = Annotated[
    float,
    BeforeValidator(parse_percent),
    WrittenAs(write_percent),
    Field(ge=0),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}], "examples": [50, "50%"]}),
]
"""Percent points, without an upper bound: a backup may grow threefold."""


def _is_none(value: Any) -> bool:
    return value is None


def _is_zero(value: Any) -> bool:
    return bool(value == 0)


class OffSiteExpected(BaseModel):
    """What is expected of the copy elsewhere."""

    within: Duration = Field(
        26 * 3600.0, gt=0, description="so long after it was made a copy is there, of the same size and checksum"
    )
    compared: int = Field(
        10,
        ge=1,
        le=40,
        description="so many of the newest files are held against those there, by name and size; fewer, where not all"
        " that are between others are kept there",
    )


class OffSite(OffSiteExpected, Located):
    """Where the copy elsewhere can be seen from this host: mounted files, or another repository."""


class Named(BaseModel):
    """Has a name. It is the item of all results."""

    name: str = Field(min_length=1, description="what people call it")


class SetExpected(BaseModel):
    """What is expected of the copies, whatever made them."""

    newest_within: Duration = Field(26 * 3600.0, gt=0, description="the newest copy is not older than this")
    keep: int = Field(
        7, ge=0, le=3660, description="so many copies are there, and one for each of so many days up to the newest"
    )
    keep_weekly: int = Field(
        0, ge=0, le=520, exclude_if=_is_zero, description="one for each of so many weeks up to the newest"
    )
    keep_monthly: int = Field(
        0, ge=0, le=120, exclude_if=_is_zero, description="one for each of so many months up to the newest"
    )
    keep_yearly: int = Field(
        0, ge=0, le=10, exclude_if=_is_zero, description="a full one for each of so many years up to the newest"
    )
    size_change: Change | None = Field(
        50.0, description="the newest copy's size differs by no more from the one before it; null: by any amount"
    )
    size_trend: Change | None = Field(
        50.0,
        description="nor by more from what was usual in the older half of the last 30 days; null: by any amount",
    )
    longer: float | None = Field(
        3.0, gt=1, description="making the newest copy took no more than so many times as long as usual; null: any time"
    )
    still_written: Duration = Field(
        120.0, description="a copy changed more recently than this is still being written: its size is not judged yet"
    )
    integrity: bool = Field(True, description="false: whether the newest copy is whole is not tested")
    offsite: OffSite | None = Field(
        None,
        exclude_if=_is_none,
        description="where its copy elsewhere can be seen from this host, such as {files: /mnt/elsewhere/db/*.gz}",
    )
    restore_test: RestoreTest | None = Field(
        None, exclude_if=_is_none, description="where tests of restoring it are noted, and how often one is due"
    )


class BackupSet(SetExpected, Located, Named):
    """One set of copies that a backup job makes."""
