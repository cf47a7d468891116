"""Where the tests of restoring a set are noted."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from checks.contract import Duration


class RestoreTest(BaseModel):
    """A file on the host with a line for each test, or the last one noted here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str | None = Field(
        None,
        description="absolute path; a line for each test, `2026-11-01T10:00:00+08:00 ok WORDS` or `... failed WORDS`",
    )
    noted: date | None = Field(
        None, description="the day of the last test, where it is not in a file; one still to come is warned of"
    )
    result: Literal["ok", "failed"] = Field("ok", description="how the test noted here ended")
    within: Duration = Field(180 * 86400.0, gt=0, description="the last test is not longer ago than this")

    @field_validator("file")
    @classmethod
    def _is_absolute(cls, file: str | None) -> str | None:
        if file is not None and not (file.startswith("/") and file.isprintable()):
            raise ValueError("expected an absolute path without control characters")
        return file

    @model_validator(mode="after")
    def _either(self) -> "RestoreTest":
        if (self.file is None) == (self.noted is None):
            raise ValueError("expected a file, or the day a test was noted")
        return self
