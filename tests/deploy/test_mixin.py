"""For those who build with jsonnet: the same rules and dashboards, with the names of their own."""

import json
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from tests.deploy.mixin import DOCS, RULES
from tests.documents import ROOT

MIXIN = ROOT / "deploy" / "mixin"
GRAFANA = ROOT / "deploy" / "grafana"

pytestmark = pytest.mark.skipif(shutil.which("jsonnet") is None, reason="jsonnet is not installed")


def evaluated(expression: str) -> Any:
    command = ["jsonnet", "--jpath", str(MIXIN), "-e", f"local rounds = import 'mixin.libsonnet'; {expression}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def folded(value: Any) -> Any:
    """With single spaces: readers of YAML differ in where they break the lines of a folded text."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, list):
        return [folded(one) for one in value]
    return {key: folded(one) for key, one in value.items()} if isinstance(value, dict) else value


def test_rules_are_those_that_are_shipped() -> None:
    found = evaluated("rounds.prometheusAlerts.groups + rounds.prometheusRules.groups")
    shipped = [group for path in RULES for group in yaml.safe_load(path.read_text("utf-8"))["groups"]]
    assert {group["name"]: folded(group) for group in found} == {group["name"]: folded(group) for group in shipped}
    recording = evaluated("rounds.prometheusRules.groups")
    assert all("record" in rule for group in recording for rule in group["rules"])


def test_an_organisation_names_its_own_place_and_job() -> None:
    own = "(rounds + {_config+:: {docs: 'https://wiki.example.net/ops', job: 'agents'}})"
    text = json.dumps(evaluated(f"{own}.prometheusAlerts"))
    assert DOCS not in text
    assert "https://wiki.example.net/ops/runbooks/agent.md#roundsdown" in text
    assert 'up{job=\\"agents\\"}' in text
    assert 'job=\\"rounds\\"' not in text


def test_all_dashboards_are_in_it() -> None:
    found = evaluated("rounds.grafanaDashboards")
    assert found == {path.name: json.loads(path.read_text("utf-8")) for path in GRAFANA.glob("*.json")}
