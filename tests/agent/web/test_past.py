"""What the web side tells of the past."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest
import time_machine

from agent.catalogue import catalogue
from agent.config import load
from agent.daemon import Daemon
from agent.problems import Tracker
from collectors.contract import Entry, Kind, Reason
from tests.agent.reports import failed, judged, report, used
from tests.agent.web.test_application import HOSTILE, get, served, written

EIGHT = datetime(2026, 3, 11, tzinfo=UTC).timestamp()  # in Shanghai
NOW = EIGHT + 3600


@pytest.fixture
def past(tmp_path: Path) -> Iterator[httpx.Client]:
    """A disk that was full for an hour, a host that is not reached, and a package that came."""
    with time_machine.travel(NOW, tick=True):
        daemon = Daemon(load(written(tmp_path)), catalogue())
        daemon.history.start()
        tracker = Tracker()
        try:
            nginx, openssl = Entry(Kind.PACKAGE, "nginx", "1.22"), Entry(Kind.PACKAGE, "openssl", "3")
            for hours, ratio, more in ((20, 0.5, ()), (10, 0.95, ()), (9, 0.5, (used(HOSTILE, 0.95),))):
                made = report(EIGHT - hours * 3600, judged(used("/var", ratio), *more), host="this-machine")
                told = {"packages": (nginx, openssl) if hours < 20 else (openssl,)}
                daemon.history.record(made, tracker.follow(made, {"disk_usage": 1}), {}, told)
            made = failed(EIGHT - 60, Reason.REFUSED, host="dead")
            daemon.history.record(made, tracker.follow(made, {"reachable": 1}), {})
            assert daemon.history.flush(10)
            daemon.history.publish_day(daemon.history.day(date(2026, 3, 11), daemon.daily.plan()))
            with served(daemon) as client:
                yield client
        finally:
            daemon.stop()


def test_past_changes_of_state(past: httpx.Client) -> None:
    full, over = (e for e in get(past, "/api/v1/log", item="/var") if e["before"] is not None)
    assert (full["host"], full["check"], full["item"], full["after"]) == ("this-machine", "disk_usage", "/var", "CRIT")
    assert full["confirmed"] is True
    assert full["incident"] == over["incident"]
    assert over["after"] == "OK"
    assert [e["host"] for e in get(past, "/api/v1/log", state="unknown", check="reachable")] == ["dead"]
    assert get(past, "/api/v1/log", host="dead")[-1]["reason"] == "refused"
    assert len(get(past, "/api/v1/log", most=1)) == 1
    assert get(past, "/api/v1/log", to="2026-03-01T00:00:00Z") == []
    assert any(e["item"] == HOSTILE for e in get(past, "/api/v1/log", item="*script*"))


@pytest.mark.parametrize("path", ["log", "rounds", "lines", "changes"])
def test_a_host_that_was_never_heard_of(past: httpx.Client, path: str) -> None:
    answer = past.get(f"/api/v1/{path}", params={"host": "nobody"})
    assert answer.status_code == 404
    assert "'nobody'" in answer.text


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_times_that_no_calendar_has_are_refused(past: httpx.Client, moment: str) -> None:
    for path, name in product(("log", "rounds", "lines", "changes"), ("from", "to")):
        assert past.get(f"/api/v1/{path}", params={name: moment}).status_code == 422, (path, name)
    assert past.get("/api/v1/hosts/this-machine/inventory", params={"at": moment}).status_code < 500
    day = moment[:10]
    for path in (f"days?from={day}", f"days?to={day}", f"days/{day}/reviews", f"evidence?host=dead&date={day}"):
        assert past.get(f"/api/v1/{path}").status_code < 500, path
    assert past.get(f"/reports/{day}/maintenance-log-{day}.json").status_code == 404


def test_what_counts_once_is_said_once(past: httpx.Client) -> None:
    for path in ("log?most=1&most=2", "hosts?project=a&project=b", "results?host=dead&host=this-machine"):
        answer = past.get(f"/api/v1/{path}")
        assert (answer.status_code, "is given more than once" in answer.text) == (422, True), path
    assert past.get("/sd?group=a&group=b").json() == {"detail": "group is given more than once"}
    assert past.get("/probe?target=dead&target=this-machine").status_code == 422
    assert past.get("/api/v1/log?host=dead&host=this-machine").status_code == 200
    assert past.get("/api/v1/hosts?state=ok&state=warn").status_code == 200


def test_an_unknown_parameter_is_answered_with_the_known_ones(past: httpx.Client) -> None:
    def said(path: str) -> str:
        (wrong,) = past.get(path).json()["detail"]
        return str(wrong["msg"])

    assert said("/sd?grup=web") == 'unknown parameter, did you mean "group"?'
    assert said("/sd?zone=web") == "unknown parameter; known here: group, project"
    assert said("/api/v1/log?hst=x") == 'unknown parameter, did you mean "host"?'


def test_past_rounds(past: httpx.Client) -> None:
    made = get(past, "/api/v1/rounds")
    assert [one["reached"] for one in made] == [True, True, True, False]
    assert [one["host"] for one in get(past, "/api/v1/rounds", state="unknown")] == ["dead"]


def test_lines_of_records(past: httpx.Client) -> None:
    (line,) = get(past, "/api/v1/lines", item="/var")
    assert (line["date"], line["number"], line["state"]) == ("2026-03-11", "20260311-01", "OK")
    assert get(past, "/api/v1/lines", host="dead", state=["ok", "crit"]) == []


def test_changes_and_inventory(past: httpx.Client) -> None:
    (came,) = get(past, "/api/v1/changes", kind="package")
    assert (came["host"], came["name"], came["before"], came["after"]) == ("this-machine", "nginx", None, "1.22")
    assert get(past, "/api/v1/changes", host="dead") == []
    names = [entry["name"] for entry in get(past, "/api/v1/hosts/this-machine/inventory")]
    assert names == ["nginx", "openssl"]
    before = datetime.fromtimestamp(EIGHT - 15 * 3600, UTC).isoformat()
    assert [e["name"] for e in get(past, "/api/v1/hosts/this-machine/inventory", at=before)] == ["openssl"]
    assert get(past, "/api/v1/hosts/this-machine/inventory", kind="port") == []
    assert past.get("/api/v1/hosts/nobody/inventory").status_code == 404


@pytest.mark.parametrize(
    ("path", "filters"),
    [
        ("/api/v1/log", {"from": "2026-03-02T00:00:00Z", "to": "2026-03-01T00:00:00Z"}),
        ("/api/v1/log", {"from": "yesterday"}),
        ("/api/v1/log", {"from": "2026-03-02T00:00:00"}),
        ("/api/v1/log", {"stat": "ok"}),
        ("/api/v1/log", {"most": 0}),
        ("/api/v1/rounds", {"check": "disk_usage"}),
        ("/api/v1/lines", {"state": "bad"}),
        ("/api/v1/changes", {"kind": "bad"}),
    ],
)
def test_what_cannot_be_asked(past: httpx.Client, path: str, filters: dict[str, Any]) -> None:
    assert past.get(path, params=filters).status_code == 422
