"""The shipped Alertmanager: everybody gets what is theirs, what follows is hidden, and the mail says all."""

import json
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.mixin import Rule, alerts, expectations
from tests.documents import ROOT

FOLDER = ROOT / "deploy" / "alertmanager"
CONFIG = FOLDER / "alertmanager.yml"

pytestmark = pytest.mark.skipif(
    not (shutil.which("amtool") and shutil.which("prometheus-alertmanager")), reason="Alertmanager is not installed"
)


def amtool(*words: str) -> str:
    done = subprocess.run(["amtool", *words], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_is_accepted() -> None:
    assert "SUCCESS" in amtool("check-config", str(CONFIG))


ROUTES = {
    "dead-mans-switch": ["alertname=Watchdog severity=none scope=agent job=rounds"],
    "rounds-team": [
        "alertname=RoundsDown severity=critical scope=agent",
        "alertname=RoundsMailFailing severity=warning scope=agent",
    ],
    "on-duty": [
        "alertname=RoundsHostDown severity=critical scope=host host=web-01 project=portal",
        "alertname=RoundsManyHostsDown severity=critical scope=fleet",
        "alertname=RoundsCheckWarning severity=warning scope=check host=web-01",
        "alertname=OfSomebodyElse severity=info",
    ],
}


@pytest.mark.parametrize(("receiver", "labels"), [(to, labels) for to, all_ in ROUTES.items() for labels in all_])
def test_everybody_gets_what_is_theirs(receiver: str, labels: str) -> None:
    amtool("config", "routes", "test", f"--config.file={CONFIG}", f"--verify.receivers={receiver}", *labels.split())


@pytest.mark.parametrize("name", alerts())
def test_every_alert_reaches_somebody(name: str) -> None:
    fired = next(one for answers in expectations()[name] for one in answers)
    labels = [f"{key}={value}" for key, value in fired["exp_labels"].items() if value]
    receiver = amtool("config", "routes", "test", f"--config.file={CONFIG}", f"alertname={name}", *labels).strip()
    scope = {"agent": "rounds-team"}.get(alerts()[name]["labels"]["scope"], "on-duty")
    assert receiver == ("dead-mans-switch" if name == "Watchdog" else scope)


@pytest.fixture(scope="module")
def alertmanager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of one that runs with the shipped file."""
    with socket.create_server(("127.0.0.1", 0)) as chosen:
        port = chosen.getsockname()[1]
    folder = tmp_path_factory.mktemp("alertmanager")
    command = [
        *("prometheus-alertmanager", f"--config.file={CONFIG}", f"--storage.path={folder}"),
        *(f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="),
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        ends = time.monotonic() + 30
        while not _ready(address):
            assert time.monotonic() < ends, (folder / "log").read_text()
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _ready(address: str) -> bool:
    try:
        return bool(urllib.request.urlopen(f"{address}/-/ready", timeout=5).status == 200)
    except OSError:
        return False


def post(address: str, fired: list[Mapping[str, str]]) -> None:
    body = json.dumps([{"labels": labels} for labels in fired]).encode()
    request = urllib.request.Request(f"{address}/api/v2/alerts", body, {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=10).close()


def settled(address: str, instance: str, expected: Mapping[str, str]) -> dict[str, Any]:
    """Whether each alert of an agent is sent or hidden, by what it is about; what is expected is waited for."""
    ends = time.monotonic() + 20
    while True:
        found = json.load(urllib.request.urlopen(f"{address}/api/v2/alerts", timeout=10))
        ours = [one for one in found if one["labels"].get("instance", "lonely") == instance]
        states = {_named(one["labels"]): one["status"]["state"] for one in ours}
        if states == expected or time.monotonic() > ends:
            return states
        time.sleep(0.1)


def _named(labels: Mapping[str, str]) -> str:
    return " ".join(labels[key] for key in ("alertname", "host", "check", "item") if key in labels)


def alert(name: str, instance: str, **labels: str) -> Mapping[str, str]:
    own: Rule = alerts()[name]["labels"]
    return {"alertname": name, "job": "rounds", "instance": instance, **own, **labels}


DISK = {"check": "disk_usage", "item": "/"}
HIDES: dict[str, tuple[list[tuple[str, dict[str, str]]], set[str]]] = {
    "a host that is down hides what is told of it, and of no other": (
        [
            ("RoundsHostDown", {"host": "web-01"}),
            ("RoundsCheckCritical", {"host": "web-01", **DISK}),
            ("RoundsChecksNotMade", {"host": "web-01", "reason": "late"}),
            ("RoundsDiskFillsFast", {"host": "web-01", **DISK}),
            ("RoundsCheckCritical", {"host": "web-02", **DISK}),
        ],
        {"RoundsHostDown web-01", "RoundsCheckCritical web-02 disk_usage /"},
    ),
    "a login that is refused hides as much": (
        [("RoundsLoginRefused", {"host": "web-01"}), ("RoundsCheckWarning", {"host": "web-01", **DISK})],
        {"RoundsLoginRefused web-01"},
    ),
    "many hosts hide the single ones and what those hide, but no changed key": (
        [
            ("RoundsManyHostsDown", {}),
            ("RoundsHostDown", {"host": "web-01"}),
            ("RoundsHostKeyChanged", {"host": "web-02"}),
            ("RoundsCheckCritical", {"host": "web-01", **DISK}),
        ],
        {"RoundsManyHostsDown", "RoundsHostKeyChanged web-02"},
    ),
    "of one item only the worst rings, and of another item all the same": (
        [
            ("RoundsCheckCritical", {"host": "web-01", **DISK}),
            ("RoundsCheckWarning", {"host": "web-01", **DISK}),
            ("RoundsCheckWarning", {"host": "web-01", "check": "disk_usage", "item": "/srv"}),
        ],
        {"RoundsCheckCritical web-01 disk_usage /", "RoundsCheckWarning web-01 disk_usage /srv"},
    ),
    "a trend hides the plain alert of its severity": (
        [
            ("RoundsDiskFillsFast", {"host": "web-01", **DISK}),
            ("RoundsCheckCritical", {"host": "web-01", **DISK}),
            ("RoundsCheckWarning", {"host": "web-01", **DISK}),
            ("RoundsRebootLate", {"host": "web-01", "check": "reboot_required", "item": "reboot"}),
            ("RoundsCheckWarning", {"host": "web-01", "check": "reboot_required", "item": "reboot"}),
        ],
        {"RoundsDiskFillsFast web-01 disk_usage /", "RoundsRebootLate web-01 reboot_required reboot"},
    ),
    "a trend in warning hides nothing critical": (
        [
            ("RoundsRebootLate", {"host": "web-01", "check": "reboot_required", "item": "reboot"}),
            ("RoundsCheckCritical", {"host": "web-01", "check": "reboot_required", "item": "reboot"}),
        ],
        {"RoundsCheckCritical web-01 reboot_required reboot"},
    ),
    "an agent that is down hides all it told": (
        [
            ("RoundsDown", {}),
            ("RoundsHostDown", {"host": "web-01"}),
            ("RoundsManyHostsDown", {}),
            ("RoundsHistoryBehind", {}),
            ("RoundsCheckCritical", {"host": "web-02", **DISK}),
        ],
        {"RoundsDown"},
    ),
    "a full disk hides its forecast, and that of no other": (
        [
            ("RoundsCheckCritical", {"host": "web-01", **DISK}),
            ("RoundsDiskFullSoon", {"host": "web-01", "check": "disk_forecast", "item": "/"}),
            ("RoundsDiskFullSoon", {"host": "web-01", "check": "disk_forecast", "item": "/srv"}),
        ],
        {"RoundsCheckCritical web-01 disk_usage /", "RoundsDiskFullSoon web-01 disk_forecast /srv"},
    ),
    "an agent that is behind is why rounds are not made": (
        [("RoundsBehind", {}), ("RoundsNotMade", {"host": "web-01"}), ("RoundsOverrun", {})],
        {"RoundsBehind"},
    ),
    "a log that cannot be written is late for that reason": (
        [("RoundsDailyLogNotWritten", {"exporter": "maintenance_log"}), ("RoundsDailyLogLate", {})],
        {"RoundsDailyLogNotWritten"},
    ),
    "a history that cannot be written is behind for that reason": (
        [("RoundsHistoryNotWritable", {}), ("RoundsHistoryBehind", {}), ("RoundsHistoryDropped", {})],
        {"RoundsHistoryNotWritable"},
    ),
}


@pytest.mark.parametrize("case", HIDES)
def test_what_follows_from_something_else_is_hidden(alertmanager: str, case: str) -> None:
    fired, heard = HIDES[case]
    instance = f"agent-{list(HIDES).index(case)}"  # each case is of an agent of its own
    post(alertmanager, [alert(name, instance, **labels) for name, labels in fired])
    names = {_named({"alertname": name, **labels}) for name, labels in fired}
    expected = {name: "active" if name in heard else "suppressed" for name in names}
    assert settled(alertmanager, instance, expected) == expected


def test_a_host_that_is_down_hides_what_is_made_for_node_exporter(alertmanager: str) -> None:
    target = {"alertname": "TargetDown", "job": "node", "instance": "node-01", "severity": "critical"}
    other = {**target, "alertname": "TargetDown", "host": "node-02"}
    post(alertmanager, [alert("RoundsHostDown", "asks-nodes", host="node-01"), {**target, "host": "node-01"}, other])
    expected = {"TargetDown node-01": "suppressed", "TargetDown node-02": "active"}
    assert settled(alertmanager, "node-01", expected) == expected


def test_the_watchdog_is_hidden_by_nothing(alertmanager: str) -> None:
    post(alertmanager, [{"alertname": "Watchdog", **alerts()["Watchdog"]["labels"]}, alert("RoundsDown", "lonely")])
    expected = {"Watchdog": "active", "RoundsDown": "active"}
    assert settled(alertmanager, "lonely", expected) == expected


def mail(part: str, data: Mapping[str, Any], folder: Path) -> str:
    """A part of the mail, as Alertmanager makes it."""
    told = folder / "data.json"
    told.write_text(json.dumps(data), "utf-8")
    kind = "html" if part.endswith("html") else "text"
    return amtool(
        *("template", "render", f"--template.glob={FOLDER}/*.tmpl", f'--template.text={{{{ template "{part}" . }}}}'),
        *(f"--template.type={kind}", f"--template.data={told}"),
    )


HOSTILE = '<img src=x onerror=alert(1)> "quoted" {{ template "rounds.system" . }} \r\nBcc: all@example.org'


def told(*statuses: str, severity: str = "critical", hostile: str = "/srv") -> Mapping[str, Any]:
    """What Alertmanager hands to a template: one alert of a host for each status."""
    labels = {
        "alertname": "RoundsCheckCritical",
        "host": "web-01",
        "check": "disk_usage",
        "item": hostile,
        "severity": severity,
        "scope": "check",
        "owner": "值班一组",
        "role": hostile,
    }
    words = {
        "summary": f"web-01: disk_usage {hostile} is critical",
        "summary_zh": f"web-01：disk_usage {hostile} 严重",
        "description": f"of {hostile}",
        "description_zh": f"{hostile} 的说明",
        "since": "2026-11-22 05:49 UTC",
        "dashboard": "/d/rounds-host?var-host=web-01",
        "runbook_url": "https://docs.example.org/rounds/x.md",
    }
    one = {"labels": labels, "annotations": words, "startsAt": "2026-11-22T05:52:00Z", "endsAt": "2026-11-22T06:52:00Z"}
    return {
        "receiver": "on-duty",
        "externalURL": "http://127.0.0.1:9093",
        "commonLabels": labels,
        "alerts": [{**one, "status": status, "generatorURL": "javascript:alert(1)"} for status in statuses],
    }


def test_a_mail_says_all_in_both_languages(tmp_path: Path) -> None:
    data = told("firing", "firing", "resolved")
    html, text = mail("rounds.mail.html", data, tmp_path), mail("rounds.mail.text", data, tmp_path)
    for words in (html, text):
        assert "web-01: disk_usage /srv is critical" in words
        assert "web-01：disk_usage /srv 严重" in words
        for link in (
            "https://docs.example.org/rounds/x.md",
            "https://grafana.example.org/d/rounds-host?var-host=web-01",
        ):
            assert link in words
        assert "2026-11-22 05:49 UTC" in words
        assert "owner 值班一组" in words
        assert "no value" not in words
    assert mail("rounds.mail.subject", data, tmp_path) == "【严重】web-01：disk_usage /srv 严重（另有 1 项）"
    assert (
        mail("rounds.mail.en.subject", data, tmp_path) == "[CRITICAL] web-01: disk_usage /srv is critical (and 1 more)"
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_mail_of_one_language_has_no_other(language: str, tmp_path: Path) -> None:
    for part in ("html", "text"):
        words = mail(f"rounds.mail.{language}.{part}", told("firing"), tmp_path)
        assert ("is critical" in words) == (language == "en")
        assert ("严重" in words) == (language == "zh")


def test_colours_say_how_bad_it_is(tmp_path: Path) -> None:
    assert 'class="verdict critical"' in mail("rounds.mail.html", told("firing"), tmp_path)
    assert 'class="verdict warning"' in mail("rounds.mail.html", told("firing", severity="warning"), tmp_path)
    assert mail("rounds.mail.en.subject", told("firing", severity="info"), tmp_path).startswith("[WARNING]")
    assert 'class="verdict warning"' in mail("rounds.mail.html", told("firing", severity="info"), tmp_path)
    ended = mail("rounds.mail.html", told("resolved"), tmp_path)
    assert 'class="verdict good"' in ended
    assert "web-01: well again" in ended
    assert mail("rounds.mail.en.subject", told("resolved"), tmp_path).startswith("[RESOLVED] web-01")


def test_hostile_text_is_inert(tmp_path: Path) -> None:
    html = mail("rounds.mail.html", told("firing", "resolved", hostile=HOSTILE), tmp_path)
    assert "<img" not in html
    assert "javascript:" not in html
    assert "&lt;img" in html
    assert "{{ template" in html, "told as it is, not carried out"
