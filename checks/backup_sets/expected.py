"""What an organisation expects of one set of backup files."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, field_validator

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


class BackupSet(BaseModel):
    """One set of files that a backup job makes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, description="what people call it")
    files: str = Field(
        description="absolute path with * ? [ ] as in a shell; links are left out, folders count as copies"
    )
    newest_within: Duration = Field(26 * 3600.0, gt=0, description="the newest copy is not older than this")
    keep: int = Field(7, ge=0, description="at least so many copies are there")
    size_change: Change | None = Field(
        50.0, description="the newest copy's size differs by no more from the one before it; null: by any amount"
    )
    still_written: Duration = Field(
        120.0, description="a copy changed more recently than this is still being written: its size is not judged yet"
    )

    @field_validator("files")
    @classmethod
    def _is_absolute(cls, files: str) -> str:
        if not files.startswith("/"):
            raise ValueError("expected an absolute path such as /var/backups/db/*.gz")
        if files.endswith("/"):
            raise ValueError("expected files, not a folder; such as " + files + "*")
        if not files.isprintable():
            raise ValueError("expected a path without control characters")
        return files
