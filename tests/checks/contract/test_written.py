"""Values written as people write them are read back as the same values."""

from pathlib import Path
from typing import Annotated, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from agent.catalogue import catalogue
from checks.contract import Duration, Percent, Size, UpperLevels
from checks.contract.quantities import parse_duration, parse_percent, parse_size
from checks.contract.written import write_duration, write_percent, write_size, written, written_field


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"), (0.2, "200ms"), (1.5, "1.5s"), (60, "1m"), (90, "90s"), (900, "15m"), (5400, "90m"),
        (93600, "26h"), (86400, "1d"), (1209600, "14d"), (0.0001, "0.0001s"),
    ],
)  # fmt: skip
def test_durations(seconds: float, text: str) -> None:
    assert write_duration(seconds) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0B"), (5 * 1024**3, "5GiB"), (500_000_000, "500MB"), (1536, "1536B"), (1000, "1kB"), (2 * 1024**4, "2TiB")],
)
def test_sizes(size: int, text: str) -> None:
    assert write_size(size) == text


def test_percentages() -> None:
    assert (write_percent(80.0), write_percent(0.1), write_percent(150)) == ("80%", "0.1%", "150%")


@given(st.floats(0, 1e12))
def test_durations_are_read_back(seconds: float) -> None:
    assert parse_duration(write_duration(seconds)) == pytest.approx(seconds, rel=1e-12, abs=0)


@given(st.integers(0, 2**53))
def test_sizes_are_read_back(size: int) -> None:
    assert parse_size(write_size(size)) == size


@given(st.floats(0, 100))
def test_percentages_are_read_back(percent: float) -> None:
    assert parse_percent(write_percent(percent)) == percent


@given(st.text())
def test_texts_are_read_back(text: str) -> None:
    if all(character.isprintable() or ord(character) < 0xD800 for character in text):
        assert yaml.safe_load(written(text)) == text


@pytest.mark.parametrize(
    ("value", "annotation", "text"),
    [
        (None, Duration | None, "null"),
        (True, bool, "true"),
        (60.0, Duration | None, "1m"),
        (UpperLevels[Percent](warn=80, crit=None), None, "{warn: 80%, crit: null}"),
        (UpperLevels[Size](warn=1024), None, "{warn: 1KiB, crit: null}"),
        ((60.0, 3600.0), tuple[Duration, ...], "[1m, 1h]"),
        ({"a": 1024}, dict[str, Size], "{a: 1KiB}"),
        ((), tuple[str, ...], "[]"),
        (2.0, float, "2"),
        (1e-07, float, "0.0000001"),
        (Path("/var/lib"), Path, "/var/lib"),
        ("yes", str, '"yes"'),
        ("Sun 02:00", str, '"Sun 02:00"'),
        ("debian 12", str, "debian 12"),
    ],
)
def test_values(value: Any, annotation: Any, text: str) -> None:
    assert written(value, annotation) == text


def test_marks_of_a_field_and_of_its_parts_are_found() -> None:
    class Part(BaseModel):
        within: Duration = 93600.0

    class Whole(BaseModel):
        every: Annotated[Duration, "other"] = 60.0
        parts: tuple[Part, ...] = (Part(),)

    whole, fields = Whole(), Whole.model_fields
    assert written_field(whole.every, fields["every"]) == "1m"
    assert written_field(whole.parts, fields["parts"]) == "[{within: 26h}]"


@pytest.mark.parametrize("name", sorted(catalogue().checks))
def test_every_default_of_every_check_is_read_back_as_itself(name: str) -> None:
    model = catalogue().checks[name].check.params
    usual = model()
    text = "".join(f"{key}: {written_field(getattr(usual, key), info)}\n" for key, info in model.model_fields.items())
    assert TypeAdapter(model).validate_python(yaml.safe_load(text)) == usual
