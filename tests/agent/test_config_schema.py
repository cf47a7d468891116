"""The JSON Schema for editors says what the loader says."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from agent.catalogue import catalogue
from agent.config import schema
from tests.agent.small_catalogue import SMALL
from tests.agent.written_config import HEAD, problems

ROOT = Path(__file__).parents[2]


def errors(text: str, whole: dict[str, Any]) -> list[str]:
    return [error.message for error in Draft202012Validator(whole).iter_errors(yaml.safe_load(text))]


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())
    assert schema()["$schema"] == Draft202012Validator.META_SCHEMA["$schema"]


def test_every_plugin_is_in_it() -> None:
    whole = schema()
    assert set(whole["$defs"]["Checks"]["properties"]) == set(catalogue().checks)
    assert set(whole["properties"]) >= set(catalogue().exporters) | {"system", "hosts", "groups", "checks", "rounds"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "checks:\nrounds:\nlog:\ngroups: {g: }",
        "checks: {fullness: {used_percent: {warn: 70%}, free: 5GiB, every: 6h}}",
        "checks: {fullness: , freshness: {rules: {kind: partial}, sets: [{name: a}]}}",
        "groups: {g: {jump: a, checks: {fullness: {used_percent: {crit: null}}}}}",
        "post: {host: a, from: b}",
    ],
)
def test_it_accepts_what_the_loader_accepts(tmp_path: Path, text: str) -> None:
    assert errors(HEAD + text, schema(SMALL)) == []
    assert problems(tmp_path, HEAD + text) == []


@pytest.mark.parametrize(
    "text",
    [
        "cheks: {}",
        "checks: {fulness: {}}",
        "checks: {fullness: {used: 1}}",
        "checks: {fullness: {used_percent: {warm: 1}}}",
        "checks: {freshness: {sets: [{}]}}",
        "checks: {freshness: {sets: [{name: a, nam: b}]}}",
        "groups: {g: {chekcs: {}}}",
        "groups: {'a b': {}}",
        "groups: {g: {checks: {fullness: {used: 1}}}}",
        "rounds: {evry: 1m}",
        "rounds: {at_once: 0}",
        "post: {}",
        "post: {host: a, sender: b}",
        "log: {languages: [de]}",
        "web: {listen: 5}",
    ],
)
def test_it_refuses_what_the_loader_refuses(tmp_path: Path, text: str) -> None:
    assert errors(HEAD + text, schema(SMALL))
    assert problems(tmp_path, HEAD + text)


def test_every_key_is_described() -> None:
    """An editor shows the description of each key; what is not described cannot be found out there."""
    whole = schema()
    for where, properties in [("", whole["properties"])] + [
        (name, definition.get("properties", {})) for name, definition in whole["$defs"].items()
    ]:
        for key, place in properties.items():
            assert place.get("description"), f"{where}.{key}"


@pytest.mark.parametrize("path", [ROOT / "config.yaml", *sorted((ROOT / "deploy/examples").glob("*.yaml"))], ids=str)
def test_it_accepts_the_files_that_are_shipped(path: Path) -> None:
    assert errors(path.read_text(encoding="utf-8"), schema()) == []
