"""A real Prometheus reads both formats, compressed, and sees a restart of the agent."""

import json
import shutil
import socket
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
import yaml
from fastapi import FastAPI, Request, Response

from agent.web.negotiation import exposition
from collectors.contract import Sample
from exporters.exposition import Format
from exporters.exposition.vocabulary import START
from exporters.prometheus import PrometheusExport
from tests.agent.running import wait_for
from tests.exporters.sample_report import down, fast, slow

pytestmark = pytest.mark.skipif(shutil.which("prometheus") is None, reason="prometheus is not installed")


class Agent:
    """The pages of an agent that can be started anew."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []
        self.restart(1000.0)

    def restart(self, at: float) -> None:
        """All counters begin at 0."""
        self.export = PrometheusExport()
        self.export.add_source(lambda: [START.sample(at)])

    def pages(self) -> FastAPI:
        """`/metrics` as it is, and `/text` for a scraper that knows text only."""
        app = FastAPI()

        @app.get("/metrics")
        def metrics(request: Request) -> Response:
            answer = exposition(request, self.export.render)
            self.asked.append(
                (request.url.path, answer.headers["content-type"], answer.headers.get("content-encoding", ""))
            )
            return answer

        @app.get("/text")
        def text() -> Response:
            return Response(self.export.render(), media_type=Format.TEXT.value)

        return app


class Prometheus:
    """What a server says."""

    def __init__(self, url: str) -> None:
        self._url = url

    def get(self, what: str, **parameters: str) -> Any:
        try:
            query = urllib.parse.urlencode(parameters)
            with urllib.request.urlopen(f"{self._url}/api/v1/{what}?{query}", timeout=10) as answer:
                return json.load(answer)["data"]
        except OSError:
            return None

    def value(self, query: str) -> float | None:
        found = self.get("query", query=query)
        return float(found["result"][0]["value"][1]) if found and found["result"] else None


@contextmanager
def served(app: FastAPI) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(10)


@contextmanager
def prometheus(folder: Path, port: int) -> Iterator[Prometheus]:
    jobs = [
        {"job_name": name, "metrics_path": path, "honor_labels": True, "scrape_interval": "1s", "scrape_timeout": "1s",
         "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}
        for name, path in (("opened", "/metrics"), ("text", "/text"))
    ]  # fmt: skip
    (folder / "prometheus.yml").write_text(yaml.safe_dump({"scrape_configs": jobs}), "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        own = free.getsockname()[1]
    command = [
        "prometheus", f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'tsdb'}",
        f"--web.listen-address=127.0.0.1:{own}",
    ]  # fmt: skip
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield Prometheus(f"http://127.0.0.1:{own}")
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.timeout(120)
def test_both_formats_are_scraped_and_a_restart_is_seen(tmp_path: Path) -> None:
    agent = Agent()
    for report in (down(), down(), down(), slow("db-01"), fast("db-01"), *(fast(f"host-{n}") for n in range(60))):
        agent.export.observe(report)
    errors = 'rounds_errors_total{job="opened",host="web-01",reason="unreachable"}'
    with served(agent.pages()) as port, prometheus(tmp_path, port) as server:
        wait_for(lambda: server.value("sum(up)") == 2)
        wait_for(lambda: server.value(errors) == 3)
        of_ours = 'count({job="%s",__name__=~"rounds_.+"})'
        assert server.value(of_ours % "opened") == server.value(of_ours % "text") > 500
        assert server.value('count({__name__=~".+_created",__name__!~"rounds_.+"})') is None
        metadata = server.get("metadata")
        assert metadata["rounds_errors"][0]["type"] == metadata["rounds_errors_total"][0]["type"] == "counter"
        assert metadata["rounds_host"][0]["type"] == "info"
        assert set(agent.asked) == {("/metrics", Format.OPENMETRICS.value, "gzip")}

        agent.restart(at=2000.0)
        agent.export.observe(down())
        wait_for(lambda: server.value(errors) == 1)
        time.sleep(1)
        assert server.value(f"resets({errors}[1m])") == 1
        assert server.value('changes(rounds_start_timestamp_seconds{job="opened"}[1m])') == 1
        # A host that is not on the page any more is gone with the next scrape, not five minutes later.
        assert server.value('rounds_host_up{job="opened",host="db-01"}') is None
        assert server.value('rounds_host_up{job="opened",host="web-01"}') == 0


def test_a_broken_page_is_not_taken(tmp_path: Path) -> None:
    """What the test above rests on: Prometheus says when a page is not lawful."""
    agent = Agent()
    agent.export.add_source(lambda: [Sample("rounds_x", 1, (("n", "1"),))])
    lawful = agent.export.render
    agent.export.render = lambda form=Format.TEXT: lawful(form).replace(b'{n="1"}', b'{n="1}')  # type: ignore[method-assign]
    with served(agent.pages()) as port, prometheus(tmp_path, port) as server:
        assert wait_for(lambda: server.value("count(up == 0)") == 2)
