"""Forms that speak of what is not there are refused before the agent starts, with file, line and key."""

from pathlib import Path

import pytest

from agent.catalogue import catalogue
from agent.config import load
from agent.daily import plan_of
from agent.history.plan import Plan
from collectors.contract import Kind
from tests.agent.written_config import HEAD, config, problems

FORM = """\
name: visits
title: Visits
rows: {fact: packages, path: "updates[]"}
columns:
  - {name: package, title: Package, field: name}
  - {name: full, title: Full, check: disk_usage}
"""


def said(folder: Path, forms: str) -> list[str]:
    return problems(folder, f"{HEAD}maintenance_log:\n{forms}", plugins=catalogue())


@pytest.mark.parametrize(
    ("forms", "problem"),
    [
        (
            "  forms:\n    runtim: {enabled: false}\n",
            'config.yaml:6: maintenance_log.forms.runtim: there is no such form, did you mean "runtime"?',
        ),
        (
            "  forms:\n    runtime:\n      columns:\n        cpuu: null\n",
            "config.yaml:8: maintenance_log.forms.runtime.columns.cpuu: the form has no such column, did you mean",
        ),
        (
            "  forms:\n    runtime:\n      add:\n        - {name: x, title: X, check: dsk_usage}\n",
            'config.yaml:8: maintenance_log.forms.runtime.add[0].check: there is no check "dsk_usage", did you mean',
        ),
        (
            "  forms:\n    runtime:\n      add:\n        - {name: x, title: X, fact: cpu, path: total}\n",
            "config.yaml:8: maintenance_log.forms.runtime.add[0].fact: what cpu knows is not kept",
        ),
        (
            "  forms:\n    runtime:\n      add:\n        - {name: x, title: X, fact: packages}\n",
            "config.yaml:8: maintenance_log.forms.runtime.add[0].path: missing",
        ),
        (
            "  forms:\n    runtime:\n      add:\n        - {name: x, title: X, sum: cpu}\n",
            "config.yaml:8: maintenance_log.forms.runtime.add[0]: expected a column with exactly one of the keys card,",
        ),
        (
            "  forms:\n    runtime:\n      columns:\n        cpu: {titel: X}\n",
            'config.yaml:8: maintenance_log.forms.runtime.columns.cpu.titel: unknown key, did you mean "title"?',
        ),
        ("  forms_folder: nowhere\n", "config.yaml:5: maintenance_log.forms_folder: "),
        ("  logo: logo.png\n", "config.yaml:5: maintenance_log.logo: no such file: "),
    ],
)
def test_what_is_wrong_with_forms_is_said_at_its_line(tmp_path, forms, problem):
    (found,) = said(tmp_path, forms)
    assert found.startswith(problem)


def test_what_is_wrong_in_a_form_of_its_own_is_said_at_its_line_there(tmp_path):
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "visits.yaml").write_text(FORM.replace("disk_usage", "dsk_usage"))
    (found,) = said(tmp_path, "  forms_folder: forms\n")
    assert found == 'forms/visits.yaml:6: columns[1].check: there is no check "dsk_usage", did you mean "disk_usage"?'
    (tmp_path / "forms" / "visits.yaml").write_text("name: visits\n")
    assert [line.partition(": ")[0] for line in said(tmp_path, "  forms_folder: forms\n")] == [
        "forms/visits.yaml:1"
    ] * 3


def test_the_plan_of_a_day_asks_for_what_the_forms_need(tmp_path):
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "visits.yaml").write_text(FORM)
    text = f"{HEAD}maintenance_log:\n  forms_folder: forms\n  forms:\n    runtime:\n      add:\n"
    text += "        - {name: shells, title: Shells, entry: account, named: 'ro*'}\n"
    plan = plan_of(config(tmp_path, text, plugins=catalogue()), catalogue())
    assert ("packages", "updates[]") in plan.needs.paths
    assert not plan.needs.collectors, "no form wants all that a collector knows"
    assert (Kind.ACCOUNT, "ro*") in plan.needs.named
    assert Plan("X", (), {}).needs.kinds == frozenset()


def test_without_a_maintenance_log_nothing_is_asked_for(tmp_path):
    settings = load(_written(tmp_path), plugins=catalogue())
    assert not plan_of(settings, catalogue()).needs.paths


def _written(folder: Path) -> Path:
    path = folder / "config.yaml"
    path.write_text(HEAD)
    return path
