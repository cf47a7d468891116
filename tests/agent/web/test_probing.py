"""/probe of a real agent, as a scraper calls it."""

import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx
import pytest

import agent.prober
from agent.catalogue import catalogue
from agent.config import load
from agent.daemon import Daemon
from agent.web.probing import TIMEOUT_HEADER
from collectors.contract import Reason
from collectors.transport.local import LocalShell
from collectors.transport.shell import Answer
from tests.agent.running import wait_for
from tests.agent.web.test_application import served, written
from tests.exporters.test_probe_page import Series, read


@pytest.fixture(scope="module")
def agent_at_work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Daemon, httpx.Client]]:
    """An agent that has made its first round on this machine, and found another one dead."""
    daemon = Daemon(load(written(tmp_path_factory.mktemp("agent"))), catalogue())
    daemon.start()
    try:
        with served(daemon) as client:
            wait_for(lambda: client.get("/-/ready").status_code == 200)
            yield daemon, client
    finally:
        daemon.stop()


@pytest.fixture
def client(agent_at_work: tuple[Daemon, httpx.Client]) -> httpx.Client:
    return agent_at_work[1]


def probe(client: httpx.Client, query: str, timeout: str | None = None) -> Series:
    answer = client.get(f"/probe?{query}", headers={TIMEOUT_HEADER: timeout} if timeout else {})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return read(answer.content)


def checks_in(series: Series) -> set[str]:
    return {dict(labels)["check"] for _, labels in series if "check" in dict(labels)}


def test_one_check_of_one_host(client: httpx.Client) -> None:
    series = probe(client, "target=this-machine&check=disk_usage")
    assert checks_in(series) == {"disk_usage"}
    assert 0 < series["probe_duration_seconds", ()] < 30
    assert not [name for name, _ in series if not name.startswith("probe_")], "its names are its own"


def test_several_checks_also_of_the_slow_lane(client: httpx.Client) -> None:
    series = probe(client, "target=this-machine&check=pending_updates&check=disk_usage")
    assert checks_in(series) == {"disk_usage", "pending_updates"}


def test_without_checks_the_fast_lane(client: httpx.Client) -> None:
    made = checks_in(probe(client, "target=this-machine"))
    assert {"disk_usage", "load_per_core", "host_identity"} <= made


def test_a_dead_host_is_no_success_and_says_why(client: httpx.Client) -> None:
    series = probe(client, "target=dead&check=disk_usage", "10")
    assert series["probe_success", ()] == 0
    assert series["probe_failure_info", (("reason", "refused"),)] == 1


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("", 422, "target"),
        ("target=127.0.0.1", 404, "no host named"),
        ("target=http://192.0.2.1/", 404, "no host named"),
        ("target=resting", 404, "out of service"),
        ("target=this-machine&check=disk_usgae", 400, "did you mean"),
        ("target=this-machine&check=disk_usgae%00%1b", 400, "is not known"),
        ("target=this-machine&check=backup_freshness", 400, "is not made on this-machine"),
        ("target=this-machine&module=disk_usage", 422, "module"),
        ("target=this-machine&" + "&".join(["check=disk_usage"] * 201), 422, "check"),
        ("target=" + "x" * 101, 422, "target"),
    ],
)
def test_what_is_not_in_the_inventory_is_not_probed(client: httpx.Client, query: str, status: int, words: str) -> None:
    answer = client.get(f"/probe?{query}")
    assert (answer.status_code, words in answer.text) == (status, True), answer.text


@pytest.mark.parametrize("timeout", ["soon", ""])
def test_a_patience_that_is_no_number_is_told_so(client: httpx.Client, timeout: str) -> None:
    answer = client.get("/probe?target=this-machine", headers={TIMEOUT_HEADER: timeout})
    assert (answer.status_code, "is no number of seconds" in answer.text) == (400, True)


@pytest.mark.parametrize("timeout", ["0.5", "-1", "nan"])
def test_a_scraper_without_patience_is_told_so(client: httpx.Client, timeout: str) -> None:
    answer = client.get("/probe?target=this-machine", headers={TIMEOUT_HEADER: timeout})
    assert answer.status_code == 400
    assert "leaves no time" in answer.text


def test_a_page_of_another_origin_probes_nothing(client: httpx.Client) -> None:
    answer = client.get("/probe?target=this-machine", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


def test_nothing_else_tells_of_it(agent_at_work: tuple[Daemon, httpx.Client]) -> None:
    daemon, client = agent_at_work
    wait_for(lambda: daemon.dispatcher.health().running == 0)

    def known() -> list[str]:
        lines = client.get("/metrics").text.splitlines()
        return [line for line in lines if 'host="this-machine"' in line]

    assert daemon.history.flush(30)  # the rounds of the start may wait to be written
    before, rounds = known(), client.get("/api/v1/rounds").json()
    assert probe(client, "target=this-machine&check=disk_usage")
    assert known() == before
    assert daemon.history.flush(30)
    assert client.get("/api/v1/rounds").json() == rounds
    metrics = client.get("/metrics").text
    assert 'rounds_probes_total{result="done"}' in metrics
    assert 'rounds_probes_total{result="refused"}' in metrics


def test_a_host_that_hangs_is_answered_in_time_and_keeps_no_other_page_waiting(
    agent_at_work: tuple[Daemon, httpx.Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon, client = agent_at_work
    wait_for(lambda: daemon.dispatcher.health().running == 0)
    release = threading.Event()

    def hang(*_: object) -> Answer:
        release.wait(30)
        return Answer(b"", b"", None, Reason.DEADLINE)

    monkeypatch.setattr(LocalShell, "run", hang)
    try:
        with ThreadPoolExecutor(50) as pool:
            begun = time.monotonic()
            call = partial(client.get, "/probe?target=this-machine&check=process_states", headers={TIMEOUT_HEADER: "2"})
            asked = [pool.submit(call) for _ in range(50)]  # more than there are threads for pages
            assert client.get("/hosts/this-machine/metrics", timeout=5).status_code == 200
            answers = [one.result(30) for one in asked]
            assert time.monotonic() - begun < 10
        assert {(answer.status_code, "not done within 1.5 s" in answer.text) for answer in answers} == {(503, True)}
    finally:
        release.set()
        wait_for(lambda: daemon.dispatcher.health().running == 0)
    answer = client.get("/probe?target=this-machine&check=load_per_core")
    assert (answer.status_code, "was not done in time" in answer.text) == (429, True)
    daemon.prober._cut_at.clear()


def test_too_much_is_refused_with_the_time_to_come_back(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent.prober, "PER_MINUTE", 3)
    for _ in range(3):
        answer = client.get("/probe?target=dead&check=disk_usage")
    answer = client.get("/probe?target=dead&check=disk_usage")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 60
    monkeypatch.setattr(agent.prober, "MOST", 0)
    answer = client.get("/probe?target=dead")
    assert (answer.status_code, "under way" in answer.text) == (503, True)


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_promtool_has_nothing_to_say(client: httpx.Client) -> None:
    page = client.get("/probe?target=this-machine").content
    said = subprocess.run(["promtool", "check", "metrics"], input=page, capture_output=True, timeout=30, check=False)
    assert said.returncode == 0, said.stderr.decode()
