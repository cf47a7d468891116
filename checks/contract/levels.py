"""Thresholds as people write them: `{warn: 80, crit: 90}`, or null for none at all."""

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from checks.contract.result import State
from checks.contract.written import written_field

N = TypeVar("N", bound=float)


class _Levels(BaseModel, Generic[N]):
    model_config = ConfigDict(frozen=True, extra="forbid")

    warn: N | None = Field(None, description="the level of a warning; null: never")
    crit: N | None = Field(None, description="the level of a critical problem; null: never")

    def __init__(self, warn: N | None = None, crit: N | None = None, **others: object) -> None:
        super().__init__(warn=warn, crit=crit, **others)

    @model_validator(mode="before")
    @classmethod
    def _null_is_no_level(cls, written: object) -> object:
        return {} if written is None else written

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler.resolve_ref_schema(handler(core))
        schema["type"] = ["object", "null"]
        return schema

    def _as_written(self, name: str) -> str:
        return written_field(getattr(self, name), type(self).model_fields[name])


class UpperLevels(_Levels[N], Generic[N]):
    """Bad when the value is at or above the level."""

    @model_validator(mode="after")
    def _in_order(self) -> "UpperLevels[N]":
        if self.warn is not None and self.crit is not None and self.warn > self.crit:
            raise ValueError(f"warn ({self._as_written('warn')}) must not be above crit ({self._as_written('crit')})")
        return self

    def judge(self, value: float) -> State:
        """OK, WARN or CRIT for `value`, in the unit of the levels."""
        if self.crit is not None and value >= self.crit:
            return State.CRIT
        if self.warn is not None and value >= self.warn:
            return State.WARN
        return State.OK


class LowerLevels(_Levels[N], Generic[N]):
    """Bad when the value is below the level."""

    @model_validator(mode="after")
    def _in_order(self) -> "LowerLevels[N]":
        if self.warn is not None and self.crit is not None and self.warn < self.crit:
            raise ValueError(f"warn ({self._as_written('warn')}) must not be below crit ({self._as_written('crit')})")
        return self

    def judge(self, value: float) -> State:
        """OK, WARN or CRIT for `value`, in the unit of the levels."""
        if self.crit is not None and value < self.crit:
            return State.CRIT
        if self.warn is not None and value < self.warn:
            return State.WARN
        return State.OK
