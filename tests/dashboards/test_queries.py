"""Every query is run by a real Prometheus that reads a real agent, and its answer is looked at.

The agent makes its rounds on this machine, with backups to watch and a host that cannot be reached. A second page,
rendered from recordings of many systems, stands for what this machine does not have. Both are read a second time, as if
other agents made rounds on the same hosts and thought them somebody else's: nothing may be refused or counted twice.
"""

import gzip
import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import pytest

from tests.agent.running import running, wait_for
from tests.collectors.transport.conftest import make_key
from tests.dashboards.dashboards_on_disk import AskedQuery, queries
from tests.dashboards.fleet_of_recordings import HOSTS, Fleet
from tests.documents import ROOT
from tests.mail_servers import free_port

pytestmark = [
    pytest.mark.skipif(shutil.which("prometheus") is None, reason="prometheus is not installed"),
    pytest.mark.timeout(240),
]

NO_FORECAST = "a forecast needs two weeks of history, and something that fills up"
NOT_TIMED = "a plain file does not tell for how long it was written"
WITHOUT_DATA = {
    "rounds-disks / Full within 30 days / A": NO_FORECAST,
    "rounds-disks / The fullest file systems / D": NO_FORECAST,
    "rounds-disks / The fullest file systems / E": NO_FORECAST,
    "rounds-disks / Forecast: full the soonest / A": NO_FORECAST,
    "rounds-disks / Forecast: full the soonest / B": NO_FORECAST,
    "rounds-disks / Forecast: full the soonest / C": NO_FORECAST,
    "rounds-backups / Every backup / D": NOT_TIMED,
    "rounds-backups / How long the newest backup took / A": NOT_TIMED,
    "rounds-agent / History, outbox and exporters / D": "no exporter fails in the test",
}
"""Queries that have no data here, and why."""
PATIENCE = 90.0
"""Seconds until everything was scraped and worked out often enough."""

CONFIG = """\
system: Dashboards
hosts:
  - {name: this-machine, transport: local, project: shop, groups: [web], owner: ops, role: web server}
  - {name: gone, address: 127.0.0.1, port: 1, user: nobody, key_file: id, project: office, owner: ops}
groups: {web: {}}
rounds: {every: 5s, deadline: 4s}
history: {url: "sqlite:///history.db"}
ssh: {known_hosts: known_hosts}
web: {listen: "127.0.0.1:0"}
checks:
  backup_freshness:
    sets:
      - name: db
        files: FOLDER/backups/*.gz
        newest_within: 26h
        keep: 1
        offsite: {files: FOLDER/elsewhere/*.gz, within: 26h}
        restore_test: {file: FOLDER/restore-test, within: 90d}
"""

PROMETHEUS = """\
global: {scrape_interval: 3s, scrape_timeout: 3s, evaluation_interval: 1s}
rule_files: [RULES]
scrape_configs:
  - job_name: rounds
    honor_labels: true
    static_configs: [{targets: ["AGENT", "RECORDINGS"]}]
  - job_name: rounds-elsewhere
    honor_labels: true
    static_configs: [{targets: ["AGENT", "RECORDINGS"]}]
    metric_relabel_configs: [{source_labels: [owner], regex: .+, target_label: owner, replacement: somebody else}]
  - job_name: node
    http_sd_configs: [{url: "http://AGENT/sd", refresh_interval: 1s}]
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a Prometheus that reads two agents, each twice."""
    folder = tmp_path_factory.mktemp("dashboards")
    with running(agent_config(folder)) as agent, recordings() as page:
        config = prometheus_config(folder, urlsplit(agent.address).netloc, page)
        with prometheus(folder, config) as address:
            yield address


@pytest.fixture(scope="module")
def answers(address: str) -> dict[str, Any]:
    """What Prometheus answered to each query, by its name: an error, or how many series; asked until all have some."""
    return asked_until_answered(address)


def agent_config(folder: Path) -> Path:
    for name in ("backups", "elsewhere"):
        (folder / name).mkdir()
    copy = folder / "backups" / "db.sql.gz"
    copy.write_bytes(gzip.compress(b"select 1;\n-- Dump completed\n"))
    os.utime(copy, (time.time() - 3600,) * 2)  # what is being written is not tested
    shutil.copy2(copy, folder / "elsewhere")
    day = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() - 86_400))
    (folder / "restore-test").write_text(f"{day} ok restored db\n", "utf-8")
    make_key(folder / "id")
    path = folder / "config.yaml"
    path.write_text(CONFIG.replace("FOLDER", str(folder)), "utf-8")
    return path


@contextmanager
def recordings() -> Iterator[str]:
    """The address of a page made of recordings."""
    fleet = Fleet()

    class Handler(BaseHTTPRequestHandler):
        protocol_version: ClassVar[str] = "HTTP/1.1"

        def do_GET(self) -> None:
            body = fleet.page()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def prometheus_config(folder: Path, agent: str, page: str) -> Path:
    """With the rules that are shipped, each worked out every second."""
    rules = folder / "rules"
    rules.mkdir()
    for path in (ROOT / "deploy/prometheus/rules").glob("*.yml"):
        lines = [
            line for line in path.read_text("utf-8").splitlines(keepends=True) if not line.startswith("    interval:")
        ]
        (rules / path.name).write_text("".join(lines), "utf-8")
    config = folder / "prometheus.yml"
    text = PROMETHEUS.replace("RULES", f"{rules}/*.yml").replace("AGENT", agent).replace("RECORDINGS", page)
    config.write_text(text, "utf-8")
    return config


@contextmanager
def prometheus(folder: Path, config: Path) -> Iterator[str]:
    """Its address."""
    address = f"127.0.0.1:{free_port()}"
    command = ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder}/tsdb", "--log.level=warn"]
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen([*command, f"--web.listen-address={address}"], stdout=log, stderr=log)
        try:
            wait_for(lambda: ready(address) or process.poll())
            assert process.poll() is None, (folder / "prometheus.log").read_text("utf-8")
            yield f"http://{address}"
        finally:
            process.terminate()
            process.wait(10)


def ready(address: str) -> bool:
    try:
        with urlopen(f"http://{address}/-/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def asked_until_answered(address: str) -> dict[str, Any]:
    ends = time.monotonic() + PATIENCE
    waiting = {str(query): query for query in queries()}
    found: dict[str, Any] = {}
    while True:
        found |= {name: ask(address, query) for name, query in waiting.items()}
        waiting = {name: query for name, query in waiting.items() if not found[name]}
        if waiting.keys() <= WITHOUT_DATA.keys() or time.monotonic() > ends:
            return found
        time.sleep(1)


def ask(address: str, query: AskedQuery) -> int | str:
    """How many series have a value, or why it was refused."""
    try:
        return sum(value != "NaN" for value in values(address, query))
    except HTTPError as error:
        return f"{json.load(error)['error']} in {query.resolved}"


def values(address: str, query: AskedQuery) -> list[str]:
    """Of each series."""
    return [one["value"][1] for one in found(address, query)]


def found(address: str, query: AskedQuery) -> list[dict[str, Any]]:
    """Each series, with its labels and its value."""
    with urlopen(f"{address}/api/v1/query?{urlencode({'query': query.resolved})}", timeout=20) as answer:
        return list(json.load(answer)["data"]["result"])


def test_every_query_is_understood(answers: dict[str, Any]) -> None:
    assert {name: answer for name, answer in answers.items() if isinstance(answer, str)} == {}


def test_every_query_has_data_or_is_named(answers: dict[str, Any]) -> None:
    assert {name for name, answer in answers.items() if answer == 0} == set(WITHOUT_DATA)


def test_every_query_is_asked(answers: dict[str, Any]) -> None:
    assert len(answers) == len(queries()) > 120


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("rounds-fleet / Hosts / A", len(HOSTS) + 3),
        ("rounds-fleet / Not reached / A", 2),
        ("rounds-backups / Backups / A", 1),
    ],
)
def test_what_two_agents_tell_of_counts_once(address: str, answers: dict[str, Any], name: str, wanted: int) -> None:
    assert answers[name] == 1
    [query] = [query for query in queries() if str(query) == name]
    assert [float(value) for value in values(address, query)] == [wanted]


def test_hosts_that_are_lost_are_on_the_map_once_and_unknown(address: str, answers: dict[str, Any]) -> None:
    name = "rounds-fleet / State map: hosts by sections of the manual / A"
    assert answers[name]
    [query] = [query for query in queries() if str(query) == name]
    cells = found(address, query)
    assert len({(cell["metric"]["host"], cell["metric"]["section"]) for cell in cells}) == len(cells)
    for lost in ("gone", "recorded-gone"):
        seen = {cell["metric"]["section"]: cell["value"][1] for cell in cells if cell["metric"]["host"] == lost}
        assert len(seen) > 2
        assert set(seen.values()) == {"2"}
    assert {cell["metric"]["host"] for cell in cells} > {"gone", "recorded-gone", "this-machine"}


def test_every_rule_is_worked_out(address: str, answers: dict[str, Any]) -> None:
    assert answers
    with urlopen(f"{address}/api/v1/rules", timeout=20) as answer:
        rules = [rule for group in json.load(answer)["data"]["groups"] for rule in group["rules"]]
    assert len(rules) > 20
    assert {rule["name"]: rule.get("lastError", "") for rule in rules if rule["health"] != "ok"} == {}
