"""Thresholds as people write them."""

import pytest
from pydantic import TypeAdapter, ValidationError

from checks.contract import LowerLevels, Percent, State, UpperLevels


@pytest.mark.parametrize("levels", [UpperLevels[Percent], LowerLevels[Percent]])
def test_null_is_no_level_at_all(levels: type[UpperLevels[float]] | type[LowerLevels[float]]) -> None:
    read = levels.model_validate(None)
    assert (read.warn, read.crit) == (None, None)
    assert read == levels.model_validate({}) == levels.model_validate({"warn": None, "crit": None})
    assert {read.judge(value) for value in (-1e9, 0, 1e9)} == {State.OK}
    assert TypeAdapter(levels).json_schema()["type"] == ["object", "null"]


@pytest.mark.parametrize("written", [80, "80", [80, 90], False, {"warm": 80}])
def test_what_is_neither_levels_nor_null(written: object) -> None:
    with pytest.raises(ValidationError):
        UpperLevels[Percent].model_validate(written)
