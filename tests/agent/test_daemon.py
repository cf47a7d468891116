"""What the agent takes up when it starts, and what a reload may change."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from agent import daemon as daemon_module
from agent.catalogue import catalogue
from agent.config import Config, load
from agent.daemon import Daemon
from agent.memory import opened_history
from agent.problems import Tracker
from tests.agent.reports import CPU, judged, report, used

HOSTS = "{name: web-01, address: 127.0.0.1, port: 1, password_env: HOME}"
MORE = f"{HOSTS}, {{name: web-02, address: 127.0.0.1, port: 1, password_env: HOME}}"


def written(path: Path, hosts: str = HOSTS, rest: str = "") -> Config:
    text = f'system: Test\nhosts: [{hosts}]\nhistory: {{url: "sqlite:///history.db"}}\n{rest}\n'
    path.write_text(text, encoding="utf-8")
    return load(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.yaml"


@contextmanager
def agent(config: Config) -> Iterator[Daemon]:
    daemon = Daemon(config, catalogue())
    try:
        yield daemon
    finally:
        daemon.stop()


def test_what_went_off_rounds_while_the_agent_was_stopped_is_not_taken_up_again(path: Path) -> None:
    tracker = Tracker()
    with agent(written(path, MORE)) as daemon:
        daemon.history.start()
        for host in ("web-01", "web-02"):
            seen = report(time.time(), judged(used("/", 0.5)), judged(used("cpu", 0.5), check=CPU), host=host)
            daemon.history.record(seen, tracker.follow(seen, {}), {})
    checks = "checks: {cpu_usage: {enabled: false}}"
    for _ in range(2):
        with agent(written(path, HOSTS, checks)) as daemon:
            daemon.history.start()
            daemon._restore()
            held = {(known.host, known.check) for known in daemon.conductor.tracker.standings()}
            assert held == {("web-01", "disk_usage"), ("web-01", "reachable")}
            assert daemon.history.flush(10)
    with agent(written(path, MORE)) as daemon:
        assert {known.host for known in daemon.history.restore().tracked} == {"web-01"}


def test_two_reloads_at_once_follow_one_another(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most = 0, 0

    def slow(config_path: Path) -> Config:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        time.sleep(0.1)
        inside -= 1
        return load(config_path)

    monkeypatch.setattr(daemon_module, "load", slow)
    with agent(written(path)) as daemon:
        threads = [threading.Thread(target=daemon.reload) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert most == 1


def test_a_reload_says_what_needs_a_restart(path: Path) -> None:
    with agent(written(path)) as daemon:
        written(path, MORE, "rounds: {at_once: 2}\nweb: {listen: '127.0.0.1:1234'}")
        with capture_logs() as logged:
            assert daemon.reload() is None
        assert daemon.config.is_on_rounds("web-02")
    assert [line["key"] for line in logged if line["event"] == "restart_needed"] == ["web.listen", "rounds.at_once"]


def test_only_who_is_reached_in_another_way_gets_a_new_connection(path: Path) -> None:
    before = written(path)
    for change, is_anew in (("role: web", False), ("checks: {disk_usage: {retries: 1}}", False), ("port: 2", True)):
        keys = HOSTS.replace("port: 1, ", "") if "port" in change else HOSTS
        after = written(path, keys.replace("}", f", {change}}}"))
        assert (daemon_module._way(before, "web-01") != daemon_module._way(after, "web-01")) is is_anew


def test_what_somebody_wished_to_be_learned_anew_is_forgotten(path: Path) -> None:
    config = written(path)
    uptime = catalogue().collectors["uptime"]
    recording = next((Path(__file__).parents[1] / "recordings" / "uptime").glob("debian-12*.txt")).read_text("utf-8")
    kept = uptime.facts.dump_json(uptime.collector.parse(recording.partition("\n")[2])).decode()
    with agent(config) as daemon:
        daemon.history.start()
        seen = report(time.time(), judged(used("/", 0.5)), host="web-01")
        daemon.history.record(seen, Tracker().follow(seen, {}), {"uptime": kept})
    with opened_history(config) as beside:
        beside.ask_to_relearn("web-01", ("uptime", "services"), "alice")
        assert [(wish.collector, wish.asked_by) for wish in beside.relearnings()] == [
            ("uptime", "alice"),
            ("services", "alice"),
        ]
    with agent(config) as daemon:
        daemon.history.start()
        daemon._restore()
        assert set(daemon.conductor.board.facts("web-01")) == {"uptime"}
        daemon._relearn()
        assert daemon.conductor.board.facts("web-01") == {}
        assert daemon.history.relearnings() == ()
        assert daemon.history.restore().facts == {}


def test_what_was_still_to_be_written_does_not_bring_back_what_is_learned_anew(path: Path) -> None:
    config = written(path)
    with agent(config) as daemon:
        daemon.history.start()
        seen = report(time.time(), judged(used("/", 0.5)), host="web-01")
        daemon.history.ask_to_relearn("web-01", ("uptime",), "alice")
        daemon.history.record(seen, Tracker().follow(seen, {}), {"uptime": "{}"})
        daemon._relearn()
        assert daemon.history.flush(10)
        assert daemon.history.restore().facts == {}
        assert daemon.history.relearnings() == ()
