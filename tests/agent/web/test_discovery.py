"""Prometheus finds the hosts by itself: what /sd answers, and what Debian's Prometheus makes of it."""

import json
import shutil
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from agent.catalogue import catalogue
from agent.config import ConfigError, load
from agent.daemon import Daemon
from tests.agent.running import wait_for
from tests.agent.web.test_application import served
from tests.collectors.transport.conftest import make_key
from tests.documents import ROOT

ODD = '门户 "Web" \\ \u202e <script>'

CONFIG = """\
system: Portal
timezone: UTC
hosts:
  - {name: this-machine, transport: local, project: portal, groups: [web, linux], role: ROLE, location: Room 1}
  - {name: db-01.example.org, address: 127.0.0.1, port: 1, user: nobody, key_file: id, project: portal}
  - {name: resting, address: 192.0.2.9, status: out-of-service, project: portal}
groups: {web: {owner: 值班一组}, linux: {}}
history: {url: "sqlite:///history.db"}
web: {listen: "127.0.0.1:0"MORE}
"""


def daemon_of(folder: Path, more: str = "") -> Daemon:
    make_key(folder / "id")
    path = folder / "config.yaml"
    path.write_text(CONFIG.replace("ROLE", json.dumps(ODD)).replace("MORE", more), "utf-8")
    return Daemon(load(path), catalogue())


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx.Client]:
    daemon = daemon_of(tmp_path)
    daemon.history.start()
    try:
        with served(daemon) as client:
            yield client
    finally:
        daemon.stop()


def sd(client: httpx.Client, query: str = "", **headers: str) -> Any:
    answer = client.get(f"/sd{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


def test_every_host_on_rounds_is_a_target_of_its_own(client: httpx.Client) -> None:
    first, second = sd(client)
    address = f"{client.base_url.host}:{client.base_url.port}"
    assert first["targets"] == second["targets"] == [address]
    role = ODD.replace("\u202e", "\\u202e")  # as rounds_host_info has it: nothing that turns a line around
    assert first["labels"] == {
        "__metrics_path__": "/hosts/this-machine/metrics", "instance": "this-machine", "host": "this-machine",
        "group": "web,linux", "project": "portal", "role": role, "location": "Room 1", "owner": "值班一组",
    }  # fmt: skip
    assert second["labels"] == {
        "__metrics_path__": "/hosts/db-01.example.org/metrics",
        "instance": "db-01.example.org",
        "host": "db-01.example.org",
        "project": "portal",
    }


def test_filters(client: httpx.Client) -> None:
    def names(query: str) -> list[str]:
        return [target["labels"]["host"] for target in sd(client, query)]

    assert names("?group=linux") == names("?group=web&project=portal") == ["this-machine"]
    assert names("?project=portal") == ["this-machine", "db-01.example.org"]
    assert names("?project=other") == names("?group=web,linux") == []
    answer = client.get("/sd?grupo=web")
    assert (answer.status_code, "grupo" in answer.text) == (422, True), "it does not mean all of them"


def test_targets_lead_to_the_address_that_was_called(client: httpx.Client) -> None:
    for called in ("localhost:9610", "[::1]:9610", "127.0.0.2"):
        assert sd(client, host=called)[0]["targets"] == [called]


@pytest.mark.parametrize("called", ["", "127.0.0.1:9610/x", "127.0.0.1:x", "a@127.0.0.1", "127.0.0.1,127.0.0.2"])
def test_an_address_that_is_none_is_refused(client: httpx.Client, called: str) -> None:
    assert client.get("/sd", headers={"host": called}).status_code in (400, 421)


def test_behind_a_proxy_the_configured_address_holds(tmp_path: Path) -> None:
    daemon = daemon_of(tmp_path, ', external_url: "https://rounds.example.org/mon/"')
    daemon.history.start()
    try:
        with served(daemon) as client:
            target = sd(client)[0]
    finally:
        daemon.stop()
    assert target["targets"] == ["rounds.example.org"]
    assert target["labels"]["__scheme__"] == "https"
    assert target["labels"]["__metrics_path__"] == "/mon/hosts/this-machine/metrics"


@pytest.mark.parametrize("url", ["rounds.example.org", "ftp://a/", "https://u:p@a/", "https://a/?b=c", "https://a/ b"])
def test_an_external_url_that_is_none_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError, match="expected a URL"):
        daemon_of(tmp_path, f", external_url: {json.dumps(url)}")


@pytest.mark.skipif(shutil.which("prometheus") is None, reason="prometheus is not installed")
def test_a_real_prometheus_finds_the_hosts_with_the_shipped_configuration(client: httpx.Client, tmp_path: Path) -> None:
    shipped = (ROOT / "deploy/prometheus/scrape.yml").read_text("utf-8")
    ours = yaml.safe_load(shipped.replace("127.0.0.1:9610", f"127.0.0.1:{client.base_url.port}"))
    config = tmp_path / "prometheus.yml"
    config.write_text(yaml.safe_dump({"scrape_configs": ours["scrape_configs"]}), "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        "prometheus", f"--config.file={config}", f"--storage.tsdb.path={tmp_path / 'tsdb'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]  # fmt: skip
    with (tmp_path / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)

    def targets() -> list[dict[str, Any]]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/targets", timeout=10) as answer:
                return [t for t in json.load(answer)["data"]["activeTargets"] if t["scrapePool"] == "node"]
        except OSError:
            return []

    try:
        found = {target["labels"]["instance"]: target for target in wait_for(targets)}
    finally:
        process.terminate()
        process.wait(30)
    assert set(found) == {"this-machine", "db-01.example.org"}
    own = found["this-machine"]
    assert own["labels"]["group"] == "web,linux"
    assert own["labels"]["owner"] == "值班一组"
    assert own["scrapeUrl"] == f"http://127.0.0.1:{client.base_url.port}/hosts/this-machine/metrics"
