"""The rules ring when they should, in whole words, of metrics that a real agent shows, and lead to their runbooks."""

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from agent.cli.app import app
from checks.contract import State
from collectors.contract import Reason
from docs.pages import metrics
from docs.pages.measurements import measurements
from exporters.exposition.vocabulary import FAMILIES
from tests.deploy.mixin import CASES, DOCS, PROMETHEUS, RULES, Rule, alerts, expectations, rules
from tests.documents import ROOT, headings

needs_promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")

ALERTS = alerts()
EACH = pytest.mark.parametrize("alert", ALERTS.values(), ids=ALERTS.keys())

SEVERITIES = {"critical", "warning", "info", "none"}
SCOPES = {"agent", "fleet", "host", "check"}
TEXTS = ("summary", "description", "summary_zh", "description_zh")
NOT_OURS = ("up", "process_open_fds", "process_max_fds", "ALERTS")


def run(*command: str, folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@needs_promtool
@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_rules_are_valid(path: Path) -> None:
    run("promtool", "check", "rules", "--lint=all", "--lint-fatal", path.name, folder=path.parent)


@needs_promtool
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_rules_do_what_the_cases_say(path: Path) -> None:
    run("promtool", "test", "rules", path.name, folder=path.parent)


def test_every_alert_is_seen_to_fire_and_to_be_silent() -> None:
    expected = expectations()
    assert expected.keys() == ALERTS.keys()
    fires = {name for name, answers in expected.items() if any(answers)}
    silent = {name for name, answers in expected.items() if not all(answers)}
    assert fires == ALERTS.keys()
    assert ALERTS.keys() - silent == {"Watchdog"}, "it alone never falls silent"


def test_every_recording_rule_is_tested_and_named_as_prometheus_asks() -> None:
    names = [rule["record"] for rule in rules() if "record" in rule]
    assert len(names) == len(set(names))
    for name in names:
        assert re.fullmatch(r"[a-z_]+:rounds_[a-z_]+:[a-z]+(_over_time)?\d*[mhd]?", name), name
    asked = "\n".join(path.read_text("utf-8") for path in CASES)
    assert [name for name in names if name not in asked] == []


@cache
def metrics_of_an_agent() -> set[str]:
    """What its page shows after rounds of every recording, and only at times: of an open problem, or with TLS."""
    page = next(iter(metrics.pages().values()))
    measured = {name for names in measurements().values() for name in names}
    with_tls = re.findall(r'"(rounds_\w+)"', (ROOT / "agent/web/access.py").read_text("utf-8"))
    return {*re.findall(r"`(rounds_\w+)`", page), *(family.name for family in FAMILIES), *measured, *with_tls}


def test_rules_speak_of_metrics_that_a_real_agent_shows() -> None:
    known = metrics_of_an_agent()
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    asked = {name for rule in rules() for name in series(rule["expr"])}
    assert asked - known - recorded - set(NOT_OURS) == set()


def series(expression: str) -> set[str]:
    """The names of the series an expression reads: a name before a brace, a range, or nothing but an operator."""
    bare = re.sub(r'"[^"]*"', '""', expression)
    bare = re.sub(r"\b(?:by|on|ignoring|group_left|group_right)\s*\([^)]*\)", " ", bare)
    bare = re.sub(r"\{[^}]*\}|\[[^]]*\]", " ", bare)
    words = re.findall(r"[a-zA-Z_:][\w:]*(?!\s*\()\b(?!\s*\()", bare)
    return {word for word in words if word not in ("and", "or", "unless")}


@EACH
def test_an_alert_says_what_is_wrong_in_both_languages(alert: Rule) -> None:
    assert alert["alert"] == "Watchdog" or alert["alert"].startswith("Rounds")
    assert alert["labels"]["severity"] in SEVERITIES
    assert alert["labels"]["scope"] in SCOPES
    for text in TEXTS:
        assert alert["annotations"][text].strip(), text
        assert ("一" <= max(alert["annotations"][text]) <= "\uffff") == text.endswith("_zh"), text
    assert len(re.sub(r"{{.*?}}", "", alert["annotations"]["summary"])) < 100
    assert "\n" not in alert["annotations"]["summary"]


@EACH
def test_the_words_of_an_alert_have_no_holes(alert: Rule) -> None:
    """Every label its words name is one it has when it fires, and no template is left unfilled."""
    words = " ".join(alert["annotations"].values())
    named = set(re.findall(r"\$labels\.(\w+)", words))
    for fired in [one for answers in expectations()[alert["alert"]] for one in answers]:
        assert named <= fired["exp_labels"].keys()
        told = " ".join(fired["exp_annotations"].values())
        assert "{{" not in told
        assert "<no value>" not in told


@EACH
def test_an_alert_of_a_host_says_whose_it_is(alert: Rule) -> None:
    fired = [one["exp_labels"] for answers in expectations()[alert["alert"]] for one in answers]
    for labels in fired:
        if alert["labels"]["scope"] in ("host", "check"):
            assert {"job", "instance", "host", "project", "groups", "owner", "role"} <= labels.keys()
        if alert["labels"]["scope"] == "check":
            assert {"check", "item"} <= labels.keys(), "Alertmanager hides the plain alert of the same thing behind it"


@EACH
def test_an_alert_leads_to_its_runbook(alert: Rule) -> None:
    url = alert["annotations"]["runbook_url"]
    assert url.startswith(DOCS)
    place, _, anchor = url.removeprefix(DOCS).partition("#")
    if place == "reference/checks/{{ $labels.check }}.md":
        assert alert["labels"]["scope"] == "check"
        return
    assert anchor == alert["alert"].lower()
    assert anchor in headings(ROOT / "docs" / place)


def test_every_runbook_is_of_an_alert_and_has_its_parts() -> None:
    told = set()
    for path in sorted((ROOT / "docs" / "runbooks").glob("*.md")):
        for section in re.split(r"^## ", path.read_text("utf-8"), flags=re.MULTILINE)[1:]:
            name, _, text = section.partition("\n")
            if path.name == "README.md":
                continue
            told.add(name.strip())
            for part in ("**Meaning.**", "**Impact.**", "**Diagnosis.**", "**What to do.**"):
                assert part in text, f"{name}: {part}"
    of_checks = {"RoundsCheckCritical", "RoundsCheckWarning", "RoundsCheckUnknown"}
    assert told == ALERTS.keys() - of_checks


def test_runbooks_speak_of_commands_and_metrics_that_exist() -> None:
    commands = set(get_command(app).commands)  # type: ignore[attr-defined]
    known = metrics_of_an_agent()
    for path in sorted((ROOT / "docs" / "runbooks").glob("*.md")):
        text = path.read_text("utf-8")
        assert set(re.findall(r"\brounds_[a-z_0-9]+\b(?!\.)", text)) <= known, path.name
        assert set(re.findall(r"^rounds ([a-z-]+)|`rounds ([a-z-]+)", text, re.MULTILINE)) <= {
            pair for name in commands for pair in ((name, ""), ("", name))
        }, path.name


def test_one_command_names_the_place_of_the_runbooks(tmp_path: Path) -> None:
    """The one of the how-to."""
    command = next(
        line for line in (ROOT / "docs/how-to/alerts.md").read_text("utf-8").splitlines() if "sed -i" in line
    )
    shutil.copytree(PROMETHEUS / "rules", tmp_path / "rules")
    run("sh", "-c", command.replace("/etc/prometheus/", ""), folder=tmp_path)
    for path in (tmp_path / "rules").glob("*.yml"):
        urls = re.findall(r"runbook_url: (\S+)", path.read_text("utf-8"))
        assert all(url.startswith("https://wiki.example.net/rounds/") for url in urls)


def test_reasons_in_rules_are_reasons_of_the_agent() -> None:
    known = {reason.value for reason in Reason}
    for rule in rules():
        for reasons in re.findall(r'rounds_(?:errors|check)\w+{reason!?=~?"([^"]*)"', rule["expr"]):
            assert set(reasons.split("|")) <= known


def test_severities_in_rules_are_those_of_problems() -> None:
    known = {"warning", "unknown", "critical"}
    assert len(known) == len(State) - 1
    asked = {one for rule in rules() for one in re.findall(r'severity="(\w+)"', rule["expr"])}
    assert asked == known


def test_scrape_configuration_loads_the_rules() -> None:
    config = yaml.safe_load((PROMETHEUS / "scrape.yml").read_text("utf-8"))
    assert {path for pattern in config["rule_files"] for path in PROMETHEUS.glob(pattern)} == set(RULES)
