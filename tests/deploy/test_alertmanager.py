"""The shipped Alertmanager: everybody gets what is theirs, what follows is hidden, and the mail says all."""

import json
import re
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
        "alertname=OfSomebodyElse severity=page",
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


def test_a_lost_host_waits_for_nothing_that_is_open_on_it(alertmanager: str) -> None:
    """What joins a group that was told already waits for its next turn, group_interval later."""
    disk = alert("RoundsCheckCritical", "grouped", host="web-01", **DISK)
    load = alert("RoundsCheckCritical", "grouped", host="web-01", check="load", item="")
    gone = [alert("RoundsHostDown", "grouped", host="web-01"), alert("RoundsManyHostsDown", "grouped")]
    ours = [alert("RoundsDown", "grouped"), alert("RoundsMailFailing", "grouped")]
    post(alertmanager, [disk, load, *gone, *ours])
    found = json.load(urllib.request.urlopen(f"{alertmanager}/api/v2/alerts/groups", timeout=10))
    names = [sorted(one["labels"]["alertname"] for one in group["alerts"]) for group in found]
    told_alone = [["RoundsHostDown"], ["RoundsManyHostsDown"], ["RoundsDown"], ["RoundsMailFailing"]]
    of_this = [
        group
        for group, told in zip(names, found, strict=True)
        if any(one["labels"].get("instance") == "grouped" for one in told["alerts"])
    ]
    assert sorted(of_this) == sorted([["RoundsCheckCritical", "RoundsCheckCritical"], *told_alone])


@pytest.mark.parametrize("severity", ["warning", "info", "ticket"])
def test_what_is_not_critical_is_collected_for_a_while(alertmanager: str, severity: str) -> None:
    labels = {"alertname": "OfSomebodyElse", "job": "node", "instance": f"of-{severity}", "severity": severity}
    post(alertmanager, [labels])
    found = json.load(urllib.request.urlopen(f"{alertmanager}/api/v2/alerts/groups", timeout=10))
    assert any(group["labels"].get("severity") == severity for group in found), "groups of what can wait name theirs"


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


def test_a_subject_is_short_and_in_both_languages(tmp_path: Path) -> None:
    both = "【严重】web-01 disk_usage /srv 等 2 项 · critical: web-01 disk_usage /srv, 2 in all"
    assert mail("rounds.mail.subject", told("firing", "firing", "resolved"), tmp_path) == both
    ended = "【已恢复】web-01 disk_usage /srv · resolved: web-01 disk_usage /srv"
    assert mail("rounds.mail.subject", told("resolved"), tmp_path) == ended
    assert mail("rounds.mail.zh.subject", told("firing"), tmp_path) == "【严重】web-01 disk_usage /srv"
    english = "[CRITICAL] web-01 disk_usage /srv, 2 in all"
    assert mail("rounds.mail.en.subject", told("firing", "firing"), tmp_path) == english


def test_the_newest_of_the_worst_leads(tmp_path: Path) -> None:
    """Alertmanager sorts by labels, which says nothing."""
    started = {("warning", "a"): "09", ("critical", "b"): "05", ("critical", "c"): "07", ("ticket", "d"): "08"}
    data = _of_others(
        *({"alertname": name, "severity": severity, "instance": "web-01:9100"} for severity, name in started)
    )
    for one, hour in zip(data["alerts"], started.values(), strict=True):
        one["startsAt"] = f"2026-11-22T{hour}:00:00Z"
    assert mail("rounds.mail.subject", data, tmp_path) == "【严重】web-01 c 等 4 项"
    text = mail("rounds.mail.en.text", data, tmp_path)
    assert re.findall(r"^\[(\w+)\] (\w)$", text, re.MULTILINE) == [
        *(("critical", "b"), ("critical", "c"), ("warning", "a"), ("ticket", "d"))
    ]
    assert 'class="verdict critical"' in mail("rounds.mail.html", data, tmp_path)


def _of_others(*labels: Mapping[str, str], **words: str) -> dict[str, Any]:
    """Alerts that are not of these rules: with what Alertmanager finds common to them."""
    one = {"annotations": words, "status": "firing", "startsAt": "2026-11-22T05:52:00Z"}
    first, *rest = labels
    common = {key: value for key, value in first.items() if all(other.get(key) == value for other in rest)}
    return {"commonLabels": common, "alerts": [{**one, "labels": dict(one_of)} for one_of in labels]}


NODE = {"alertname": "NodeFilesystemAlmostOutOfSpace", "job": "node", "instance": "web-01:9100", "mountpoint": "/srv"}


@pytest.mark.parametrize(
    ("words", "told_as"),
    [
        ({"summary": "Filesystem has less than 3% left."}, "Filesystem has less than 3% left."),
        ({"description": "Only 3% left\non /srv."}, "Only 3% left on /srv."),
        ({}, "NodeFilesystemAlmostOutOfSpace"),
    ],
    ids=["summary", "description", "nothing"],
)
def test_alerts_of_others_are_told_by_what_they_have(words: dict[str, str], told_as: str, tmp_path: Path) -> None:
    data = _of_others({**NODE, "severity": "critical"}, **words)
    assert mail("rounds.mail.subject", data, tmp_path) == f"【严重】web-01 {told_as}"
    assert mail("rounds.mail.en.subject", data, tmp_path) == f"[CRITICAL] web-01 {told_as}"
    for language, headline in (("en", "web-01: 1 problem"), ("zh", "web-01：1 项问题")):
        for part in ("html", "text"):
            letter = " ".join(mail(f"rounds.mail.{language}.{part}", data, tmp_path).split())
            assert headline in letter
            assert told_as in letter
            assert "mountpoint /srv" in letter
            assert "no value" not in letter


def test_a_subject_ends_where_nobody_reads_on(tmp_path: Path) -> None:
    data = _of_others({**NODE, "severity": "critical"}, summary="long " * 100)
    assert len(mail("rounds.mail.subject", data, tmp_path)) < 120


@pytest.mark.parametrize(
    ("severity", "tone", "chinese", "english"),
    [
        ("critical", "critical", "【严重】", "[CRITICAL]"),
        ("page", "critical", "【严重】", "[CRITICAL]"),
        ("warning", "warning", "【告警】", "[WARNING]"),
        ("info", "warning", "【提示】", "[INFO]"),
        ("ticket", "warning", "【ticket】", "[TICKET]"),
        ("", "warning", "【告警】", "[WARNING]"),
    ],
)
def test_no_severity_is_called_worse_than_it_is(
    severity: str, tone: str, chinese: str, english: str, tmp_path: Path
) -> None:
    data = _of_others({**NODE, "severity": severity} if severity else NODE)
    html = mail("rounds.mail.html", data, tmp_path)
    assert f'class="verdict {tone}"' in html
    assert f'<span class="{tone}"' in html
    assert mail("rounds.mail.subject", data, tmp_path).startswith(chinese)
    assert mail("rounds.mail.en.subject", data, tmp_path).startswith(english)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_mail_of_one_language_has_no_other(language: str, tmp_path: Path) -> None:
    for part in ("html", "text"):
        words = mail(f"rounds.mail.{language}.{part}", told("firing"), tmp_path)
        assert ("is critical" in words) == (language == "en")
        assert ("严重" in words) == (language == "zh")


def test_colours_say_how_bad_it_is(tmp_path: Path) -> None:
    assert 'class="verdict critical"' in mail("rounds.mail.html", told("firing"), tmp_path)
    assert 'class="verdict warning"' in mail("rounds.mail.html", told("firing", severity="warning"), tmp_path)
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
