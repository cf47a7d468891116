"""The rules that are shipped for Prometheus, read as what they are."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.documents import ROOT

PROMETHEUS = ROOT / "deploy" / "prometheus"
RULES = tuple(sorted((PROMETHEUS / "rules").glob("*.yml")))
CASES = tuple(sorted((PROMETHEUS / "tests").glob("*.test.yml")))

DOCS = "https://docs.example.org/rounds/"
"""Where the runbooks lie, until an organisation names its own place."""

Rule = Mapping[str, Any]


def rules_of(path: Path) -> Iterator[Rule]:
    """The rules of one file."""
    for group in yaml.safe_load(path.read_text("utf-8"))["groups"]:
        yield from group["rules"]


def rules() -> list[Rule]:
    """Every rule, in the order of the files."""
    return [rule for path in RULES for rule in rules_of(path)]


def alerts() -> dict[str, Rule]:
    """Every alerting rule, by its name."""
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


def expectations() -> dict[str, list[list[Rule]]]:
    """What the cases expect of each alert: for each question the alerts that are to fire, perhaps none."""
    found: dict[str, list[list[Rule]]] = {}
    for path in CASES:
        for case in yaml.safe_load(path.read_text("utf-8"))["tests"]:
            for question in case.get("alert_rule_test", ()):
                found.setdefault(question["alertname"], []).append(question["exp_alerts"])
    return found
