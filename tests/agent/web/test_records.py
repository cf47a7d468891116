"""Signing days and noting causes over the API: only with a token, only JSON, and nothing but additions."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
import time_machine

from agent.catalogue import catalogue
from agent.config import load
from agent.config.problem import ConfigError
from agent.daemon import Daemon
from agent.history.inspection import Outside
from agent.memory import key_file
from agent.problems import Tracker
from agent.web.guard import LONGEST_BODY
from agent.web.tokens import WRITES_PER_MINUTE, hash_of
from exporters.contract import PeriodKind, PeriodRecord
from exporters.periodic.record import document
from tests.agent.reports import judged, report, used
from tests.agent.web.test_application import served, written

EIGHT = datetime(2026, 3, 11, tzinfo=UTC).timestamp()  # in Shanghai
TOKEN, READER = "rounds_" + "t" * 43, "rounds_" + "r" * 43
TOKENS = (
    f", tokens: [{{name: duty-desk, sha256: {hash_of(TOKEN.encode())}, scopes: [operate]}},"
    f" {{name: reader, sha256: {hash_of(READER.encode())}, scopes: [metrics]}}]"
)
DAY = "/api/v1/days/2026-03-11/reviews"


@pytest.fixture
def tokens() -> str:
    return TOKENS


@pytest.fixture
def agent(tmp_path: Path, tokens: str) -> Iterator[SimpleNamespace]:
    """An agent with one day and an open incident, and the way to post to it."""
    with time_machine.travel(EIGHT + 3600, tick=True):
        daemon = Daemon(load(written(tmp_path, tokens)), catalogue())
        daemon.history.start()
        tracker = Tracker()
        made = report(EIGHT - 3600, judged(used("/var", 0.95)), host="this-machine")
        daemon.history.record(made, tracker.follow(made, {"disk_usage": 1}), {}, {})
        assert daemon.history.flush(10)
        record = daemon.history.publish_day(daemon.history.day(date(2026, 3, 11), daemon.daily.plan()))
        incident = next(one for one in record.incidents if one.host == "this-machine")
        try:
            with served(daemon) as client:
                yield SimpleNamespace(daemon=daemon, client=client, record=record, incident=incident)
        finally:
            daemon.stop()


def post(agent: SimpleNamespace, path: str, token: str | None = TOKEN, **given: object) -> httpx.Response:
    headers = {} if token is None else {"Authorization": f"Bearer {token}".encode()}
    answer: httpx.Response = agent.client.post(path, json=given, headers=headers)
    return answer


def entries(agent: SimpleNamespace) -> int:
    found = agent.daemon.history.inspect(Outside(key=key_file(agent.daemon.config).public()))
    assert found.findings == []
    return int(found.entries)


def test_a_day_is_signed(agent: SimpleNamespace) -> None:
    answer = post(agent, DAY, by="王丽", comment='<script>alert(1)</script> =1+1 "')
    assert answer.status_code == 201, answer.text
    assert answer.json() | {"at": ""} == {
        "number": "20260311-01",
        "by": "王丽",
        "at": "",
        "comment": '<script>alert(1)</script> =1+1 "',
        "account": "duty-desk",
    }
    assert agent.client.get(DAY).json() == [answer.json()]
    (day,) = agent.client.get("/api/v1/days", params={"from": "2026-03-01", "to": "2026-03-31"}).json()
    assert (day["date"], day["number"], day["reviews"]) == ("2026-03-11", "20260311-01", 1)
    assert agent.client.get("/api/v1/days", params={"to": "2026-03-01"}).json() == []
    for wrong in ({"most": 0}, {"limit": 1}, {"from": "2026-03-02", "to": "2026-03-01"}):
        assert agent.client.get("/api/v1/days", params=wrong).status_code == 422
    assert entries(agent) == 3


@pytest.mark.parametrize("body", ['{"by": "\\ud800"}', '{"\\ud800": 1}', '{"by": "a", "comment": "\\udc00"}', "{"])
def test_what_is_no_text_is_refused(agent: SimpleNamespace, body: str) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}".encode(), "Content-Type": "application/json"}
    answer = agent.client.post(DAY, content=body, headers=headers)
    assert answer.status_code == 422, answer.text
    assert {tuple(one) for one in answer.json()["detail"]} == {("type", "loc", "msg")}
    assert entries(agent) == 2


def test_a_cause_is_noted(agent: SimpleNamespace) -> None:
    path = f"/api/v1/incidents/{agent.incident.id}/notes"
    answer = post(agent, path, by="李敏", cause="日志未轮转", due="2026-03-20")
    assert answer.status_code == 201, answer.text
    assert agent.client.get(path).json() == [answer.json()]
    assert agent.daemon.history.published(date(2026, 3, 11)).incidents[0].notes[0].account == "duty-desk"
    assert post(agent, path, by="李敏").status_code == 422
    assert post(agent, "/api/v1/incidents/00000000/notes", by="a", cause="b").status_code == 404
    assert post(agent, "/api/v1/incidents/nonsense/notes", by="a", cause="b").status_code == 422


@pytest.fixture
def week(agent: SimpleNamespace) -> Iterator[PeriodRecord]:
    """The week that the day belongs to, made when it was over."""
    ends_on = date(2026, 3, 16)
    with time_machine.travel(EIGHT + 6 * 86400, tick=True):
        yield agent.daemon.daily.make_period(PeriodKind.WEEK, ends_on)


def test_a_week_is_listed_read_and_signed(agent: SimpleNamespace, week: PeriodRecord) -> None:
    path = f"/api/v1/periods/{week.name}"
    (listed,) = agent.client.get("/api/v1/periods").json()
    assert (listed["name"], listed["kind"], listed["ends_on"]) == ("2026-W11", "week", "2026-03-16")
    assert (listed["number"], listed["reviews"]) == (week.number, 0)
    assert agent.client.get("/api/v1/periods", params={"kind": "month"}).json() == []
    answer = post(agent, f"{path}/reviews", by="王丽", comment="已阅")
    assert answer.status_code == 201, answer.text
    assert (answer.json()["number"], answer.json()["account"]) == (week.number, "duty-desk")
    assert agent.client.get(f"{path}/reviews").json() == [answer.json()]
    assert agent.client.get("/api/v1/periods", params={"kind": "week"}).json()[0]["reviews"] == 1
    told = agent.client.get(path).json()
    assert told == {**json.loads(json.dumps(document(week))), "reviews": told["reviews"]}
    assert [review["by"] for review in told["reviews"]] == ["王丽"]
    assert agent.client.get(DAY).json() == [], "the day filed beside it was not signed"


@pytest.mark.parametrize("name", ["2026-W10", "2026-02", "2026-13", "0001-01", "2026-W54", "nonsense", "..%2F..%2Fx"])
def test_a_period_that_is_not_there(agent: SimpleNamespace, week: PeriodRecord, name: str) -> None:
    path = f"/api/v1/periods/{name}"
    assert agent.client.get(path).status_code == 404
    assert post(agent, f"{path}/reviews", by="a").status_code == 404
    assert agent.client.get(f"{path}/reviews").status_code == (404 if name not in ("2026-W10", "2026-02") else 200)


def test_without_its_token_nobody_signs_a_week(agent: SimpleNamespace, week: PeriodRecord) -> None:
    before = entries(agent)
    path = f"/api/v1/periods/{week.name}/reviews"
    assert [post(agent, path, token, by="a").status_code for token in (None, "wrong")] == [401, 401]
    assert post(agent, path, by="a", number="2026-W11-02").status_code == 404
    assert entries(agent) == before


@pytest.mark.parametrize("token", [None, "wrong", TOKEN[:-1], TOKEN + "x", hash_of(TOKEN.encode()), "口令"])
def test_without_its_token_nobody_writes(agent: SimpleNamespace, token: str | None) -> None:
    answer = post(agent, DAY, token, by="a")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert TOKEN not in answer.text
    assert entries(agent) == 2


@pytest.mark.parametrize("tokens", ["", ", tokens: []"])
def test_where_no_token_is_configured_nobody_writes(agent: SimpleNamespace) -> None:
    answer = post(agent, DAY, by="a")
    assert (answer.status_code, "web.tokens" in answer.text) == (403, True)
    assert entries(agent) == 2


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 422),
        ({"by": ""}, 422),
        ({"by": "x" * 101}, 422),
        ({"by": "a", "comment": "x" * 4001}, 422),
        ({"by": "a\u0000"}, 422),
        ({"by": "a\r\nSubject: b"}, 422),
        ({"by": "a", "comment": "\u202e"}, 422),
        ({"by": "a", "account": "somebody else"}, 422),
        ({"by": ["a"]}, 422),
        ({"by": "a", "number": "20260311-02"}, 404),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_written(
    agent: SimpleNamespace, given: dict[str, object], status: int
) -> None:
    assert post(agent, DAY, **given).status_code == status
    assert entries(agent) == 2


@pytest.mark.parametrize(
    ("day", "status"), [("2026-03-10", 404), ("2026-03-12", 404), ("2036-01-01", 404), ("yesterday", 422)]
)
def test_a_day_without_record_cannot_be_signed(agent: SimpleNamespace, day: str, status: int) -> None:
    assert post(agent, f"/api/v1/days/{day}/reviews", by="a").status_code == status
    assert entries(agent) == 2


def test_only_json_from_here_and_not_much_of_it(agent: SimpleNamespace) -> None:
    key = {"Authorization": f"Bearer {TOKEN}".encode()}
    body = json.dumps({"by": "a"})
    plain = agent.client.post(DAY, content=body, headers=key | {"Content-Type": "text/plain"})
    form = agent.client.post(DAY, data={"by": "a"}, headers=key)
    foreign = agent.client.post(DAY, json={"by": "a"}, headers=key | {"Origin": "https://elsewhere.example"})
    long = agent.client.post(DAY, json={"by": "a", "comment": "x" * LONGEST_BODY}, headers=key)
    chunked = agent.client.post(DAY, content=iter([body.encode()]), headers=key | {"Content-Type": "application/json"})
    broken = agent.client.post(DAY, content=b'{"by": "\xff', headers=key | {"Content-Type": "application/json"})
    codes = [answer.status_code for answer in (plain, form, foreign, long, chunked, broken)]
    assert codes[:5] == [415, 415, 403, 413, 413]
    assert codes[5] in (400, 422)
    assert entries(agent) == 2


def test_who_writes_without_end_is_told_to_wait(agent: SimpleNamespace) -> None:
    for _ in range(WRITES_PER_MINUTE):
        assert post(agent, DAY, by="").status_code == 422
    answer = post(agent, DAY, by="a")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 61


def test_a_token_that_opens_something_else_writes_nothing(agent: SimpleNamespace) -> None:
    answer = post(agent, DAY, READER, by="a")
    assert (answer.status_code, "operate" in answer.text) == (403, True)
    assert "insufficient_scope" in answer.headers["WWW-Authenticate"]
    assert entries(agent) == 2


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (", tokens: [{name: a, scopes: [read]}]", "web.tokens[0].sha256: missing"),
        (f", tokens: [{{name: a, sha256: {'ab' * 32}}}]", "web.tokens[0].scopes: missing"),
        (f", tokens: [{{name: a, sha256: {'ab' * 32}, scopes: []}}]", "must not be empty"),
        (f", tokens: [{{name: a, sha256: {'ab' * 32}, scopes: [write]}}]", "expected metrics, read or operate"),
        (", tokens: [{name: a, sha256: abc, scopes: [read]}]", "64"),
        (
            f", tokens: [{{name: a, sha256: {'ab' * 32}, scopes: [read]}},"
            f" {{name: a, sha256: {'cd' * 32}, scopes: [read]}}]",
            "two tokens are named 'a'",
        ),
        (", tokens: [{name: a, token: hunter2, scopes: [read]}]", "only the hash of a token is written here"),
        (", tokens: [{name: a, token_file: token}]", "`rounds token NAME --scope operate`"),
    ],
)
def test_tokens_that_cannot_be(tmp_path: Path, tokens: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(written(tmp_path, tokens))
    assert any(said in str(problem) for problem in caught.value.problems), [str(p) for p in caught.value.problems]
    assert "hunter2" not in str(caught.value)
