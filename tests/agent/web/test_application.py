"""The web side of a real agent that watches this machine and a host that is not there."""

import base64
import hashlib
import json
import re
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import jsonschema
import pytest
import uvicorn
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from agent.catalogue import catalogue
from agent.config import load
from agent.daemon import Daemon
from agent.web.answers import StateName
from agent.web.application import application
from checks.contract import Measurement, Result, State, Text, Unit
from collectors.contract import Reason
from tests.agent import reports
from tests.agent.running import wait_for
from tests.collectors.transport.conftest import make_key

Resting = tuple[Daemon, httpx.Client]

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)> {{7*7}} \u202e\x1b[31m'


def written(folder: Path, more: str = "") -> Path:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]  # nobody listens there any more
    make_key(folder / "id")
    path = folder / "config.yaml"
    path.write_text(
        f"""\
system: 门户平台 Portal
timezone: Asia/Shanghai
hosts:
  - {{name: this-machine, transport: local, project: portal, groups: [web], role: 门户 Web}}
  - {{name: dead, address: 127.0.0.1, port: {port}, user: nobody, key_file: id}}
  - {{name: resting, address: 192.0.2.9, status: out-of-service}}
groups: {{web: {{owner: 值班一组}}}}
rounds: {{every: 1h, deadline: 60s}}
history: {{url: "sqlite:///history.db"}}
web: {{listen: "127.0.0.1:0"{more}}}
""",
        encoding="utf-8",
    )
    return path


@contextmanager
def served(daemon: Daemon) -> Iterator[httpx.Client]:
    """The application on a port of its own, and a client that calls it there."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application(daemon), log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=30) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(30)
        listener.close()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Calls a whole agent that has made its first round."""
    daemon = Daemon(load(written(tmp_path_factory.mktemp("agent"))), catalogue())
    daemon.start()
    try:
        with served(daemon) as client:
            wait_for(lambda: client.get("/-/ready").status_code == 200)
            yield client
    finally:
        daemon.stop()


@pytest.fixture
def resting(tmp_path: Path) -> Iterator[tuple[Daemon, httpx.Client]]:
    """An agent that makes no rounds: what it knows is what a test tells it."""
    daemon = Daemon(load(written(tmp_path)), catalogue())
    daemon.history.start()
    try:
        with served(daemon) as client:
            yield daemon, client
    finally:
        daemon.stop()


def get(client: httpx.Client, path: str, **filters: Any) -> Any:
    answer = client.get(path, params=filters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_states_have_the_names_of_the_contract() -> None:
    assert [name.value for name in StateName] == [state.name for state in sorted(State)]


def test_the_document_is_valid_openapi_and_whole(client: httpx.Client) -> None:
    document = get(client, "/openapi.json")
    assert document["openapi"].startswith("3.1")
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    assert set(document["paths"]) >= {
        "/metrics", "/hosts/{name}/metrics", "/-/healthy", "/-/ready", "/-/reload",
        "/api/v1/hosts", "/api/v1/hosts/{name}", "/api/v1/results", "/api/v1/hosts/{name}/inventory",
        "/api/v1/log", "/api/v1/rounds", "/api/v1/lines", "/api/v1/changes",
    }  # fmt: skip
    adding = {f"/api/v1/{path}" for path in ("days/{date}/reviews", "periods/{name}/reviews", "incidents/{id}/notes")}
    acting = {"/-/reload", *adding}
    for path, methods in document["paths"].items():
        assert set(methods) <= ({"get", "post"} if path in acting else {"get"}), "nothing else changes anything"
        for operation in methods.values():
            assert operation["description"]
            assert all(parameter.get("description") for parameter in operation.get("parameters", ())), path
    ours = {k: v for k, v in document["components"]["schemas"].items() if k.endswith("Out")}
    assert len(ours) >= 12
    assert all(schema["description"] for schema in ours.values())


def test_answers_are_as_the_document_says(client: httpx.Client) -> None:
    document = get(client, "/openapi.json")

    def check(answer: Any, name: str) -> None:
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        jsonschema.validate(answer, schema)

    for host in get(client, "/api/v1/hosts"):
        check(host, "HostOut")
        check(get(client, f"/api/v1/hosts/{host['name']}"), "HostDetailOut")
    for result in get(client, "/api/v1/results"):
        check(result, "ResultOut")


def test_hosts_say_how_they_stand(client: httpx.Client) -> None:
    here, dead, resting = get(client, "/api/v1/hosts")
    assert (here["name"], here["up"], here["failure"], here["owner"]) == ("this-machine", True, None, "值班一组")
    assert here["last_run_at"] == here["last_success_at"]
    assert (dead["up"], dead["state"], dead["failure"]["reason"]) == (False, "UNKNOWN", "refused")
    assert "sshd" in dead["failure"]["hint"]
    assert (dead["last_run_at"] is not None, dead["last_success_at"]) == (True, None)
    assert (resting["in_service"], resting["up"], resting["state"]) == (False, None, None)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"project": "portal"}, ["this-machine"]),
        ({"group": "web"}, ["this-machine"]),
        ({"group": "nothing"}, []),
        ({"up": "false"}, ["dead"]),
        ({"up": "true"}, ["this-machine"]),
        ({"state": "unknown", "up": "false"}, ["dead"]),
    ],
)
def test_hosts_are_filtered(client: httpx.Client, filters: dict[str, str], expected: list[str]) -> None:
    assert [host["name"] for host in get(client, "/api/v1/hosts", **filters)] == expected


def test_a_host_shows_every_check_and_result(client: httpx.Client) -> None:
    host = get(client, "/api/v1/hosts/this-machine")
    fast = {check["name"] for check in host["checks"]}
    assert {"disk_usage", "memory_usage", "load_per_core"} <= fast
    disk = next(check for check in host["checks"] if check["name"] == "disk_usage")
    results = [result for result in host["results"] if result["check"] == "disk_usage"]
    assert disk["items"] == len(results) > 0
    assert disk["title"]["zh"] == catalogue().checks["disk_usage"].check.title.zh
    assert results[0]["measurements"][0]["unit"] == "ratio"
    assert results[0]["summary"].keys() == {"en", "zh"}


def test_results_are_filtered(client: httpx.Client) -> None:
    everything = get(client, "/api/v1/results")
    assert {result["host"] for result in everything} == {"this-machine", "dead"}
    of_dead = get(client, "/api/v1/results", host="dead")
    assert {(result["state"], result["reason"]) for result in of_dead} == {(None, "refused")}
    assert all("refused" in result["summary"]["en"] for result in of_dead)
    assert get(client, "/api/v1/results", reason="refused") == of_dead
    root = get(client, "/api/v1/results", check="disk_usage", item="/", host="this-machine")
    assert [result["item"] for result in root] == ["/"]
    fine = get(client, "/api/v1/results", state="ok")
    assert fine == get(client, "/api/v1/results", state="OK")
    assert {result["state"] for result in fine} == {"OK"}
    both = client.get("/api/v1/results?state=ok&state=Warn").json()
    assert {result["state"] for result in both} <= {"OK", "WARN"}
    assert len(both) >= len(fine)


def test_what_is_not_known_is_said(client: httpx.Client) -> None:
    for path in ("/api/v1/hosts/nobody", "/hosts/nobody/metrics", "/api/v1/results?host=nobody"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "nobody" in answer.json()["detail"]
    answer = client.get("/api/v1/results?state=sleepy")
    assert answer.status_code == 422
    assert "'OK', 'WARN', 'UNKNOWN' or 'CRIT'" in answer.text
    assert client.get("/api/v1/hosts?state=sleepy").status_code == 422
    assert client.get("/api/v1/results?reason=boredom").status_code == 422
    assert client.get("/api/v1/hosts/..%2f..%2fetc%2fpasswd").status_code == 404


def test_everything_but_the_reload_is_read_only(client: httpx.Client) -> None:
    for path in ("/", "/metrics", "/api/v1/hosts", "/api/v1/hosts/dead", "/api/v1/results", "/-/ready"):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert client.request(method, path).status_code == 405
    assert client.get("/-/reload").status_code == 405


def test_metrics_of_all_hosts_and_of_one(client: httpx.Client) -> None:
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    up = next(f for f in text_string_to_metric_families(answer.text) if f.name == "rounds_host_up")
    assert {sample.labels["host"]: sample.value for sample in up.samples} == {"this-machine": 1, "dead": 0}
    here = client.get("/hosts/this-machine/metrics")
    names = {family.name for family in text_string_to_metric_families(here.text)}
    assert {"node_load1", "node_memory_MemTotal_bytes", "node_filesystem_size_bytes"} <= names
    dead = client.get("/hosts/dead/metrics")
    assert (dead.status_code, dead.text) == (503, "dead was not reached in its last round\n")
    resting = client.get("/hosts/resting/metrics")
    assert (resting.status_code, resting.text) == (503, "resting is out of service: it is not asked\n")


def test_metrics_in_the_format_and_the_size_that_is_asked_for(client: httpx.Client) -> None:
    opened = {"Accept": "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"}
    for path in ("/metrics", "/hosts/this-machine/metrics"):
        text = client.get(path, headers={"Accept-Encoding": "identity"})
        assert text.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert "content-encoding" not in text.headers
        small = client.get(path, headers={**opened, "Accept-Encoding": "gzip"})
        assert small.headers["content-type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
        assert small.headers["content-encoding"] == "gzip"
        assert int(small.headers["content-length"]) < len(text.content) / 3
        assert text.headers["vary"] == small.headers["vary"] == "Accept, Accept-Encoding"
        assert list(openmetrics.text_string_to_metric_families(small.text))


def test_another_cap_is_adopted_and_nothing_is_forgotten(tmp_path: Path) -> None:
    path = written(tmp_path)
    daemon = Daemon(load(path), catalogue())
    try:
        prometheus = daemon.conductor.exports["prometheus"]
        daemon.conductor.exports["prometheus"].observe(reports.report(time.time(), host="this-machine"))
        path.write_text(f"{path.read_text('utf-8')}prometheus: {{series_per_host: 1234}}\n", "utf-8")
        assert daemon.reload() is None
        assert daemon.conductor.exports["prometheus"] is prometheus
        assert b'rounds_host_up{host="this-machine"} 1' in prometheus.render()
        path.write_text(path.read_text("utf-8").replace("1234", "12"), "utf-8")
        assert "series_per_host" in str(daemon.reload())
    finally:
        daemon.stop()


def test_health_and_readiness(resting: Resting) -> None:
    daemon, client = resting
    assert client.get("/-/healthy").text == "rounds is alive\n"
    answer = client.get("/-/ready")
    assert (answer.status_code, answer.text) == (503, "waiting for the first round of 2 of the hosts\n")
    assert get(client, "/api/v1/hosts")[0]["up"] is None
    assert get(client, "/api/v1/hosts/dead")["results"] == []
    assert client.get("/").status_code == 200
    now = time.time()
    daemon.conductor.board.observe(reports.report(now, host="this-machine"))
    daemon.conductor.board.observe(reports.failed(now, host="dead"))
    assert client.get("/-/ready").status_code == 200


def test_reload_takes_a_good_file_and_refuses_a_bad_one(resting: Resting) -> None:
    daemon, client = resting
    path = daemon.config.path
    good = path.read_text("utf-8")
    path.write_text(good.replace("transport: local", "transport: pigeon").replace("every: 1h", "evry: 1h"), "utf-8")
    answer = client.post("/-/reload")
    assert answer.status_code == 422
    assert len(answer.text.splitlines()) == 2, "every problem at once"
    assert f"{path}:4" in answer.text
    assert [host["name"] for host in get(client, "/api/v1/hosts")] == ["this-machine", "dead", "resting"]
    assert "rounds_config_last_reload_successful 0" in client.get("/metrics").text
    path.write_text(good.replace("name: dead", "name: moved"), "utf-8")
    answer = client.post("/-/reload")
    assert (answer.status_code, answer.text) == (200, "configuration reloaded\n")
    assert [host["name"] for host in get(client, "/api/v1/hosts")] == ["this-machine", "moved", "resting"]
    assert client.get("/api/v1/hosts/dead").status_code == 404


@pytest.mark.parametrize(
    "host", ["localhost:9610", "127.0.0.1", "[::1]:9610", "10.0.0.7:80", "LOCALHOST", "rounds.localhost"]
)
def test_it_answers_to_addresses_and_localhost(client: httpx.Client, host: str) -> None:
    assert client.get("/-/healthy", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:9610", "localhost.evil.example", "127.0.0.1.evil.example", "", "[::1"]
)
def test_it_does_not_answer_to_names_of_others(client: httpx.Client, host: str) -> None:
    """A page of evil.example whose name was made to point at 127.0.0.1 must not read what the agent knows."""
    for path in ("/", "/api/v1/hosts", "/metrics"):
        assert client.get(path, headers={"host": host}).status_code == 421


def test_a_name_behind_a_proxy_may_be_listed(tmp_path: Path) -> None:
    daemon = Daemon(load(written(tmp_path, ", names: [rounds.example.org]")), catalogue())
    daemon.history.start()
    with served(daemon) as client:
        assert client.get("/-/healthy", headers={"host": "rounds.example.org"}).status_code == 200
        assert client.get("/-/healthy", headers={"host": "other.example.org"}).status_code == 421
    daemon.stop()


def test_a_page_of_another_origin_cannot_reload(client: httpx.Client) -> None:
    for headers in (
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://[::1"},
        {"sec-fetch-site": "cross-site"},
    ):
        assert client.post("/-/reload", headers=headers).status_code == 403
    assert client.post("/-/reload", headers={"origin": str(client.base_url).rstrip("/")}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"content-length": "65537"},
        {"content-length": "x"},
        {"transfer-encoding": "chunked"},
        {"content-length": "5", "transfer-encoding": "chunked"},
    ],
)
def test_a_request_says_how_much_it_brings_and_not_too_much(client: httpx.Client, headers: dict[str, str]) -> None:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=10) as raw:
        raw.sendall(f"POST /-/reload HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n".encode())
        assert raw.recv(1000).split()[1] == (b"400" if headers == {"content-length": "x"} else b"413")


def with_hostile_findings(daemon: Daemon) -> None:
    long_name = "/srv/" + "deep/" * 60
    results = (
        reports.used("/var", 0.95),
        Result(HOSTILE, State.CRIT, Text(f"says {HOSTILE}", HOSTILE), (Measurement("used", 0.5, Unit.RATIO),)),
        Result(long_name, State.WARN, Text("x" * 2000, "x" * 2000)),
        Result("备份 集合", State.UNKNOWN, Text("words with 中文", "中文")),
    )
    now = time.time()
    unread = reports.unjudged(Reason.UNREADABLE, HOSTILE, reports.CPU)
    report = reports.report(now, reports.judged(*results), unread, host="this-machine")
    daemon.conductor.board.observe(report)
    daemon.conductor.board.observe(reports.failed(now, Reason.REFUSED, reports.DISK, host="dead", message=HOSTILE))


def test_the_landing_page_shows_hostile_text_as_text(resting: Resting) -> None:
    daemon, client = resting
    with_hostile_findings(daemon)
    answer = client.get("/")
    assert "<script>" not in answer.text
    assert "<img" not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "{{7*7}}" in answer.text
    assert "\u202e" not in answer.text, "what turns the reading direction is shown by its number"
    assert "\x1b" not in answer.text
    assert "门户平台 Portal" in answer.text
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    everything = json.dumps(get(client, "/api/v1/results"))
    assert "\\u202e" in everything


def test_the_landing_page_shows_the_worst_host_first_and_says_when_it_was_made(resting: Resting) -> None:
    daemon, client = resting
    now = time.time()
    critical = Result("/var", State.CRIT, Text("full", "满"))
    daemon.conductor.board.observe(reports.report(now, reports.judged(critical), host="this-machine"))
    daemon.conductor.board.observe(reports.failed(now, Reason.REFUSED, reports.DISK, host="dead"))
    page = client.get("/").text
    wrong, hosts = page.split("<h2>Hosts</h2>")
    assert re.findall(r'<tr id="host-([^"]+)">', hosts) == ["dead", "this-machine", "resting"]
    assert re.findall(r'href="#host-([^"]+)"', wrong) == ["dead", "this-machine"], "each leads to its line below"
    assert re.findall(r'href="/api/v1/hosts/([^"]+)"', hosts) == ["dead", "this-machine", "resting"]
    (made,) = re.findall(r"as of (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) CST", page)
    moment = datetime.strptime(made, "%Y-%m-%d %H:%M:%S").replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    assert abs(moment.timestamp() - now) < 60
    assert len(re.findall(r"\d\d:\d\d:\d\d(?! CST)", page)) == 0, "no time without its zone"
    assert '<meta http-equiv="refresh" content="60">' in page


def test_every_answer_forbids_what_a_browser_could_do_with_it(client: httpx.Client) -> None:
    for path in ("/metrics", "/api/v1/hosts", "/openapi.json", "/nothing-here"):
        headers = client.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-content-type-options"] == "nosniff"


def test_the_page_allows_its_own_style_and_nothing_else(resting: Resting) -> None:
    answer = resting[1].get("/")
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["content-security-policy"]
    assert "style=" not in answer.text


def test_what_the_metrics_page_says_promtool_accepts(client: httpx.Client) -> None:
    done = subprocess.run(
        ["promtool", "check", "metrics"], check=False, input=client.get("/metrics").text, text=True, capture_output=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
