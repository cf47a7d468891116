"""Who is asked for what: every route, every kind of caller."""

import base64
import re
import socket
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from agent.catalogue import catalogue
from agent.config import Scope, load
from agent.config.web_file import RateLimit
from agent.daemon import Daemon
from agent.web.application import application
from agent.web.rates import Bucket
from agent.web.scopes import NEEDS, needed, refuse_unknown_routes, routes_of
from agent.web.tokens import hash_of
from tests.agent.running import wait_for
from tests.agent.web.doors import HASH, PASSWORD, config_file
from tests.agent.web.test_application import served

TOKENS = {scope: f"rounds_{scope:-<43}" for scope in Scope}
USERS = f"basic_auth_users: {{anna: {HASH}}}\n"


def tokens(*scopes: Scope) -> str:
    lines = (f"{{name: {s}-er, scopes: [{s}], sha256: {hash_of(TOKENS[s].encode())}}}" for s in scopes)
    return f", tokens: [{', '.join(lines)}]"


@pytest.fixture
def agent(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """Behind the door that a test's parameter describes: the section web, and the file of users."""
    web, file = getattr(request, "param", ("", ""))
    if file:
        (tmp_path / "web.config.yml").write_text(file, "utf-8")
        web += ", config_file: web.config.yml"
    daemon = Daemon(load(config_file(tmp_path, web)), catalogue())
    daemon.history.start()
    try:
        with served(daemon) as client:
            wait_for(lambda: client.get("/-/healthy").status_code == 200)
            yield client
    finally:
        daemon.stop()


def bearer(scope: Scope) -> dict[str, str]:
    return {"Authorization": f"Bearer {TOKENS[scope]}"}


def basic(name: str = "anna", password: str = PASSWORD) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


PAGES = {None: "/-/healthy", Scope.METRICS: "/metrics", Scope.READ: "/api/v1/hosts", Scope.OPERATE: "/-/reload"}


def statuses(client: httpx.Client, headers: dict[str, str] | None = None) -> list[int]:
    """Of what is open, metrics, reading, reloading and signing."""
    found = [client.get(PAGES[scope], headers=headers).status_code for scope in (None, Scope.METRICS, Scope.READ)]
    signed = client.post("/api/v1/days/2026-03-11/reviews", json={"by": "a"}, headers=headers)
    return [*found, client.post("/-/reload", headers=headers).status_code, signed.status_code]


def behind(web: str = "", file: str = "") -> pytest.MarkDecorator:
    return pytest.mark.parametrize("agent", [(web, file)], indirect=True)


@behind()
def test_at_home_reading_is_open_and_writing_is_not(agent: httpx.Client) -> None:
    assert statuses(agent) == [200, 200, 200, 200, 403]
    assert statuses(agent, basic()) == [200, 200, 200, 200, 403]


@behind(tokens(Scope.METRICS))
def test_a_scope_that_somebody_holds_is_asked_for(agent: httpx.Client) -> None:
    assert statuses(agent) == [200, 401, 200, 200, 403]
    assert statuses(agent, bearer(Scope.METRICS)) == [200, 200, 200, 200, 403]


@behind(tokens(*Scope))
def test_a_token_opens_what_it_is_for(agent: httpx.Client) -> None:
    assert statuses(agent) == [200, 401, 401, 401, 401]
    assert statuses(agent, bearer(Scope.METRICS)) == [200, 200, 403, 403, 403]
    assert statuses(agent, bearer(Scope.READ)) == [200, 403, 200, 403, 403]
    assert statuses(agent, bearer(Scope.OPERATE)) == [200, 403, 403, 200, 404], "no such day"
    answer = agent.get("/metrics", headers=bearer(Scope.READ))
    assert answer.text == "read-er does not hold the scope metrics, which this needs\n"
    assert 'error="insufficient_scope", scope="metrics"' in answer.headers["WWW-Authenticate"]


def test_whoever_is_asked_cannot_be_reloaded_away(tmp_path: Path) -> None:
    """An agent that is bound to all addresses, although the test calls it on loopback."""
    path = config_file(tmp_path, tokens(*Scope))
    path.write_text(path.read_text().replace("127.0.0.1:0", "0.0.0.0:9610"))
    daemon = Daemon(load(path), catalogue())
    daemon.history.start()
    try:
        with served(daemon) as client:
            assert statuses(client, bearer(Scope.METRICS)) == [200, 200, 403, 403, 403]
            config_file(tmp_path, "")
            assert client.post("/-/reload", headers=bearer(Scope.OPERATE)).status_code == 200
            assert statuses(client) == [200, 403, 403, 403, 403]
            assert statuses(client, bearer(Scope.OPERATE)) == [200, 403, 403, 403, 403]
            config_file(tmp_path, tokens(*Scope))
            assert daemon.reload() is None
            assert statuses(client, bearer(Scope.READ)) == [200, 403, 200, 403, 403]
    finally:
        daemon.stop()


@behind("", USERS)
def test_a_user_reads_and_does_not_write(agent: httpx.Client) -> None:
    assert statuses(agent) == [200, 401, 401, 401, 403]
    assert statuses(agent, basic()) == [200, 200, 200, 200, 403], "on this machine whoever may read may reload"
    assert statuses(agent, basic(password="wrong")) == [200, 401, 401, 401, 403]
    assert agent.get("/metrics").headers["WWW-Authenticate"] == 'Basic realm="rounds", charset="UTF-8"'
    assert agent.get("/nothing/here").status_code == 401, "strangers learn no names"
    assert agent.get("/nothing/here", headers=basic()).status_code == 404


@behind(tokens(Scope.METRICS, Scope.OPERATE), USERS)
def test_users_and_tokens_side_by_side(agent: httpx.Client) -> None:
    challenges = agent.get("/metrics").headers.get_list("WWW-Authenticate")
    assert [one.split(" ")[0] for one in challenges] == ["Basic", "Bearer"]
    assert agent.post("/-/reload").headers.get_list("WWW-Authenticate") == ['Bearer realm="rounds"']
    assert statuses(agent, basic()) == [200, 200, 200, 403, 403]
    assert "anna does not hold the scope operate" in agent.post("/-/reload", headers=basic()).text


@behind(tokens(*Scope), USERS)
@pytest.mark.parametrize(
    "header",
    [
        "", "Basic", "Basic ", "Bearer", "Basic !!!", "Basic " + "A" * 9000, "Basic YW5uYQ==", "Basic Og==", "Digest x",
        f"Bearer {hash_of(TOKENS[Scope.READ].encode())}", f"Basic {TOKENS[Scope.READ]}", "Bearer a b", "Bearer \u00ff",
        f"bearer{TOKENS[Scope.READ]}", f"Bearer {TOKENS[Scope.READ]},",
    ],
)  # fmt: skip
def test_what_is_no_login_is_none(agent: httpx.Client, header: str) -> None:
    raw = agent.build_request("GET", "/api/v1/hosts")
    raw.headers.raw.append((b"authorization", header.strip().encode("latin-1")))
    answer = agent.send(raw)
    assert answer.status_code == 401
    assert TOKENS[Scope.READ] not in answer.text


@behind(tokens(Scope.READ), USERS)
def test_refusals_are_counted_by_reason(agent: httpx.Client, capfd: pytest.CaptureFixture[str]) -> None:
    agent.get("/metrics")
    for number in range(3):
        agent.get("/metrics", headers=basic("anna", f"guess-{number}"))
        agent.get("/metrics", headers={"Authorization": f"Bearer guess-{number}"})
    agent.get("/metrics", headers=bearer(Scope.READ))
    agent.get("/metrics", headers={"Host": "evil.example"})
    page = agent.get("/metrics", headers=basic()).text
    count = {line.split('"')[1]: line.split(" ")[1] for line in page.splitlines() if "requests_refused_total{" in line}
    found = {name: value for name, value in count.items() if value != "0"}
    assert found == {
        "no_credentials": "1", "wrong_password": "3", "wrong_token": "3", "missing_scope": "1", "foreign_name": "1",
    }  # fmt: skip
    assert "guess" not in "".join(capfd.readouterr())


@behind("", f"{USERS}rate_limit: {{interval: 1m, burst: 5}}\n")
def test_a_rate_limit_is_kept(agent: httpx.Client) -> None:
    found = [agent.get("/-/healthy").status_code for _ in range(8)]
    assert found[-3:] == [429] * 3
    found = [agent.get("/metrics", headers=basic()).status_code for _ in range(8)]
    assert found == [200] * 6 + [429] * 2, "the first was a login, the others are of somebody known"
    assert agent.get("/metrics", headers=basic()).headers["Retry-After"] == "1"
    assert agent.get("/metrics", headers=basic()).text == "more requests than rate_limit in web.config.yml allows\n"


LIMITED = f"basic_auth_users: {{anna: {HASH}, ben: {HASH}}}\nrate_limit: {{interval: 1h, burst: 4}}\n"


@behind(tokens(Scope.METRICS), LIMITED)
@pytest.mark.parametrize(
    "stranger",
    [{}, basic("nobody"), basic("ben", "guess"), {"Authorization": "Bearer guess"}],
    ids=["no credentials", "an unknown name", "another's name", "a wrong token"],
)
def test_strangers_use_up_nothing_that_holders_need(agent: httpx.Client, stranger: dict[str, str]) -> None:
    found = [agent.get(path, headers=stranger).status_code for path in ("/metrics", "/-/healthy") * 4]
    assert found[-4:] == [429] * 4
    assert agent.get("/-/healthy", headers=bearer(Scope.METRICS)).status_code == 200
    assert agent.get("/metrics", headers=bearer(Scope.METRICS)).status_code == 200
    assert agent.get("/metrics", headers=basic()).status_code == 200, "a login as well, though it is not remembered yet"


@behind(tokens(Scope.METRICS), LIMITED)
def test_guesses_at_a_user_keep_only_new_logins_of_his_out(agent: httpx.Client) -> None:
    assert agent.get("/metrics", headers=basic()).status_code == 200
    found = [agent.get("/metrics", headers=basic(password=f"guess-{n}")).status_code for n in range(5)]
    assert found == [401] * 3 + [429] * 2
    assert agent.get("/metrics", headers=basic()).status_code == 200, "his password is remembered"
    assert agent.get("/metrics").status_code == 401, "strangers have their own"


def test_a_bucket_fills_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("agent.web.rates.time.monotonic", lambda: now[0])
    bucket, limit = Bucket(), RateLimit(interval="2s", burst=2)  # type: ignore[arg-type]
    assert [bucket.take(limit) for _ in range(3)] == [True, True, False]
    now[0] += 2
    assert [bucket.take(limit) for _ in range(2)] == [True, False]
    now[0] += 60
    assert [bucket.take(limit) for _ in range(3)] == [True, True, False], "no more than burst"
    assert all(bucket.take(RateLimit(interval="0", burst=0)) for _ in range(5))  # type: ignore[arg-type]
    assert all(bucket.take(None) for _ in range(5))


@behind(
    "",
    f"{USERS}http_server_config:\n  headers: {{Strict-Transport-Security: max-age=60, X-Frame-Options: sameorigin,"
    " Content-Security-Policy: upgrade-insecure-requests}\n",
)
def test_headers_of_the_file_are_set(agent: httpx.Client) -> None:
    for answer in (agent.get("/"), agent.get("/", headers=basic())):
        assert answer.headers["Strict-Transport-Security"] == "max-age=60"
        assert answer.headers["X-Frame-Options"] == "sameorigin"
        policies = answer.headers.get_list("Content-Security-Policy")
        assert "upgrade-insecure-requests" in policies
        assert any(policy.startswith("default-src 'none'") for policy in policies), "ours holds as well"


@behind()
def test_every_route_has_its_scope_and_says_it(agent: httpx.Client) -> None:
    document = agent.get("/openapi.json").json()
    assert document["components"]["securitySchemes"].keys() == {"password", "token"}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            scope = NEEDS[f"{method.upper()} {path}"]
            said = [scopes for one in operation["security"] for scopes in one.values()]
            assert all(scopes == [scope] for scopes in said)
            assert bool(said) == (scope is not None)
            if method == "post":
                assert scope is Scope.OPERATE
                assert {} not in operation["security"]


@behind(tokens(*Scope))
def test_every_route_is_guarded_as_the_table_says(agent: httpx.Client) -> None:
    for route, scope in NEEDS.items():
        method, _, pattern = route.partition(" ")
        path = re.sub(r"\{\w+\}", "2026-03-11", pattern)
        assert agent.request(method, path).status_code in ({401} if scope else {200, 503}), route
        other = Scope.READ if scope is Scope.METRICS else Scope.METRICS
        for held in (scope, other) if scope else ():
            status = agent.request(method, path, headers=bearer(held)).status_code
            assert status != 401, route
            assert (status == 403) is (held is not scope), route


@behind(tokens(Scope.METRICS))
def test_head_is_get_without_the_body(agent: httpx.Client) -> None:
    for path, headers, status in (
        ("/-/healthy", {}, 200),
        ("/metrics", {}, 401),
        ("/metrics", bearer(Scope.METRICS), 200),
        ("/", {}, 200),
        ("/nothing", {}, 404),
        ("/-/reload", {}, 405),
    ):
        got, head = (agent.request(method, path, headers=headers) for method in ("GET", "HEAD"))
        assert (head.status_code, head.content) == (got.status_code, b"") == (status, b""), path
        assert head.headers["content-type"] == got.headers["content-type"]
        assert set(head.headers) == set(got.headers), path


SPELLINGS = """/metrics/ //metrics /METRICS /%6detrics /metrics%0a /./metrics /-/healthy/../../metrics /metrics;a
/metrics%00 /metrics%2f /-/healthy%2f..%2f..%2fmetrics /-/healthy%3f/../metrics /-/healthy%20 http://localhost/ *"""


@behind(tokens(*Scope))
def test_no_spelling_of_a_path_gets_around_the_gate(agent: httpx.Client) -> None:
    port = agent.base_url.port or 0
    for method, target in product(("GET", "get", "HEAD", "OPTIONS", "TRACE", "POST", "PROPFIND"), SPELLINGS.split()):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
            raw.sendall(f"{method} {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert raw.recv(1000).startswith(b"HTTP/1.1 401"), (method, target)


def test_a_route_that_nobody_thought_of_does_not_start(tmp_path: Path) -> None:
    daemon = Daemon(load(config_file(tmp_path, "")), catalogue())
    daemon.history.start()
    try:
        app = application(daemon)
        assert routes_of(app) <= NEEDS.keys()
    finally:
        daemon.stop()
    inner, outer = APIRouter(prefix="/b"), APIRouter(prefix="/a")
    inner.get("/{c}")(lambda c: c)
    outer.include_router(inner)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(outer, prefix="/z")
    app.post("/metrics")(lambda: None)
    assert routes_of(app) == {"GET /z/a/b/{c}", "POST /metrics"}
    with pytest.raises(LookupError, match=r"GET /z/a/b/\{c\}, POST /metrics"):
        refuse_unknown_routes(app)


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/-/healthy", None),
        ("POST", "/-/healthy", Scope.READ),
        ("GET", "/-/healthy/", Scope.READ),
        ("GET", "/hosts/web-01/metrics", Scope.METRICS),
        ("GET", "/hosts/a/b/metrics", Scope.READ),
        ("GET", "/hosts/-/healthy", Scope.READ),
        ("GET", "//-/healthy", Scope.READ),
        ("get", "/-/healthy", Scope.READ),
        ("POST", "/api/v1/incidents/1f3a09bc/notes", Scope.OPERATE),
    ],
)
def test_what_is_no_route_needs_reading(method: str, path: str, scope: Scope | None) -> None:
    assert needed(method, path)[1] is scope
