"""What Debian's Prometheus makes of real hosts: it finds them by itself, sees one vanish, and the agent restart."""

import json
import re
import shutil
import subprocess
import time
import urllib.parse
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.documents import ROOT, blocks
from tests.lab import Lab, faults
from tests.lab.agent import Agent, running_agent, wait_for

pytestmark = pytest.mark.skipif(shutil.which("prometheus") is None, reason="prometheus is not installed")

HOSTS = ("debian-11", "debian-12", "debian-13", "busybox")
VICTIM = "debian-12"
OF_PROMETHEUS = ("up", "scrape_")
"""What Prometheus itself adds about a target, and goes on with while it is down."""

SETTINGS: Mapping[str, Any] = {
    "timezone": "UTC",
    "rounds": {"every": "3s", "deadline": "2900ms", "slow_deadline": "60s"},
    "ssh": {"connect_timeout": "2s", "login_again_after": "1s"},
    "groups": {"web": {"owner": "值班一组"}, "old": {}},
    "hosts": [{"name": "debian-11", "groups": ["web", "old"], "project": "portal", "role": "front end"}],
}

ASKER = """\
import sys, urllib.request
for path in sys.stdin:
    try:
        page = urllib.request.urlopen("http://127.0.0.1:9090/api/v1/" + path.strip(), timeout=30).read()
    except OSError:
        page = b"{}"
    sys.stdout.buffer.write(page + b"\\n")
    sys.stdout.flush()
"""
"""In the monitor's namespace: a line is a path, and the answer another. To begin anew for each takes longer by far."""

MOVING = ("rounds_check_not_checked", "rounds_problem_start_timestamp_seconds")
"""Gone when a check can be made, or a problem is over or another: no host's number is lost with them."""

SESSION = re.compile(r"session-\d+\.scope")
"""systemd's unit of a login. The slow lane closes its connection after its round, and the unit goes."""

Labels = frozenset[tuple[str, str]]
Ask = Callable[[str], Any]


@contextmanager
def prometheus(lab: Lab, folder: Path) -> Iterator[Ask]:
    """A Prometheus with the shipped scrape configuration and the job of the guide to probes, only more often."""
    shipped = yaml.safe_load((ROOT / "deploy/prometheus/scrape.yml").read_text("utf-8"))
    guide = next(block for block in blocks(ROOT / "docs/how-to/probe.md") if block.language == "yaml")
    jobs = shipped["scrape_configs"] + yaml.safe_load(guide.text)["scrape_configs"]
    _, node, probe = jobs
    node["http_sd_configs"][0]["refresh_interval"] = "5s"
    for job in jobs:
        job |= {"scrape_interval": "2s", "scrape_timeout": "2s"}
    probe |= {"scrape_interval": "5s", "scrape_timeout": "4s", "params": {"check": ["disk_usage", "services"]}}
    probe["static_configs"] = [{"targets": ["debian-13", VICTIM]}]
    config = folder / "prometheus.yml"
    config.write_text(yaml.safe_dump({"scrape_configs": jobs}), "utf-8")
    command = [
        "prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder / 'tsdb'}",
        "--web.listen-address=127.0.0.1:9090",
    ]  # fmt: skip
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(lab.in_monitor(command), stdout=log, stderr=log)
    asker = subprocess.Popen(
        lab.in_monitor(["python3", "-c", ASKER]), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert asker.stdin is not None
    assert asker.stdout is not None
    questions, answers = asker.stdin, asker.stdout

    def ask(path: str) -> Any:
        questions.write(f"{path}\n")
        questions.flush()
        return json.loads(answers.readline()).get("data")

    try:
        wait_for(lambda: ask("status/buildinfo"))
        yield ask
    finally:
        questions.close()
        asker.wait(30)
        process.terminate()
        process.wait(30)


class Scene:
    """An agent in the lab, the Prometheus that scrapes it, and what is asked of that."""

    def __init__(self, lab: Lab, folder: Path, ask: Ask) -> None:
        self.lab = lab
        self.folder = folder
        self._ask = ask
        self._running = ExitStack()
        self._agent: Agent | None = None

    def start(self) -> Agent:
        """The agent at work, seen by Prometheus on all hosts; the same history each time."""
        if self._agent is None:
            self._agent = self._running.enter_context(running_agent(self.lab, self.folder, SETTINGS))
            wait_for(lambda: len(self.query('up{job="node"} == 1')) == len(HOSTS))
            wait_for(lambda: len(self.query("rounds_host_up == 1")) == len(HOSTS))
        return self._agent

    def stop(self) -> None:
        """The agent stops, and that cleanly."""
        self._agent = None
        self._running.close()

    def still_has(self, selector: str, seen: set[Labels]) -> bool:
        """Each series that was seen, but for those that go by themselves; prints which are missing."""
        gone = [dict(labels) for labels in seen - self.series(selector)]
        lost = [one for one in gone if one["__name__"] not in MOVING and not SESSION.fullmatch(one.get("name", ""))]
        print(f"missing: {lost}" if lost else "", end="")
        return not lost

    def query(self, expression: str, at: float | None = None) -> list[dict[str, Any]]:
        parameters = {"query": expression} | ({"time": f"{at:.3f}"} if at else {})
        found = self._ask(f"query?{urllib.parse.urlencode(parameters)}") or {}
        return list(found["result"]) if found else []

    def over_time(self, expression: str, begin: float) -> list[dict[str, Any]]:
        parameters = {"query": expression, "start": f"{begin:.3f}", "end": f"{time.time():.3f}", "step": "1"}
        return list(self._ask(f"query_range?{urllib.parse.urlencode(parameters)}")["result"])

    def counters(self) -> Collection[str]:
        """The names of all counters, as the pages declare them: in OpenMetrics without `_total`."""
        told = self._ask("metadata")
        return {name for name, said in told.items() if said[0]["type"] == "counter"}

    def series(self, selector: str) -> set[Labels]:
        """Which series there are now, but for those of Prometheus itself."""
        found = {frozenset(one["metric"].items()) for one in self.query(selector)}
        return {labels for labels in found if not dict(labels)["__name__"].startswith(OF_PROMETHEUS)}


@pytest.fixture(scope="module")
def scene(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("scraped")
    with prometheus(lab, folder) as ask:
        scene = Scene(lab, folder, ask)
        try:
            yield scene
        finally:
            scene.stop()


def of(host: str) -> tuple[str, str]:
    return f'{{job="node",instance="{host}"}}', f'{{job="rounds",host="{host}",__name__=~"rounds_.*_.*"}}'


def names(series: Collection[Labels]) -> set[str]:
    return {dict(labels)["__name__"] for labels in series}


def test_a_host_that_stops_vanishes_and_nothing_else_does(scene: Scene) -> None:
    agent = scene.start()
    found = {one["metric"]["instance"]: one["metric"] for one in scene.query('up{job="node"}')}
    assert set(found) == set(HOSTS)
    assert found["debian-11"] == {
        "__name__": "up", "job": "node", "instance": "debian-11", "host": "debian-11", "group": "web,old",
        "project": "portal", "role": "front end", "owner": "值班一组",
    }  # fmt: skip
    wait_for(lambda: scene.query(f'probe_success{{instance="{VICTIM}"}} == 1'))
    node, rounds = of(VICTIM)
    wait_for(lambda: scene.query(f'rounds_round_last_success_timestamp_seconds{{host="{VICTIM}",lane="slow"}}'))
    time.sleep(5)  # rates want a second look
    before = {host: [scene.series(selector) for selector in of(host)] for host in HOSTS}
    assert all(len(series) > 100 for both in before.values() for series in both)
    begin = time.time()
    with faults.switched_off(scene.lab.hosts[VICTIM]):
        stopped = time.time()
        wait_for(lambda: scene.query(f'rounds_host_up{{host="{VICTIM}"}} == 0'))
        wait_for(lambda: scene.query(f'up{{job="node",instance="{VICTIM}"}} == 0'))
        seconds = time.time() - stopped
        assert scene.series(node) == set()
        left = scene.series(rounds)
        assert "rounds_check_state" not in names(left)
        assert "rounds_check_not_checked" in names(left)
        time.sleep(4)
        for other in set(HOSTS) - {VICTIM}:
            for selector, seen in zip(of(other), before[other], strict=True):
                wait_for(partial(scene.still_has, selector, seen), 20)
            for up in (f'up{{job="node",instance="{other}"}}', f'rounds_host_up{{host="{other}"}}'):
                assert not scene.over_time(f"{up} != 1", begin), "it was never away"
            gap = f'changes(node_time_seconds{{instance="{other}"}}[20s]) == 0'
            assert not scene.over_time(gap, begin + 5), "its numbers went on"
        wait_for(lambda: scene.query(f'probe_success{{instance="{VICTIM}"}} == 0'))
        assert scene.query('probe_success{instance="debian-13"} == 1')
        # At no moment there was a number of a host that was known to be down.
        of_the_dead = 'count by (instance) ({job="node",__name__=~"node_.+"}) and on (instance) up{job="node"} == 0'
        assert not scene.over_time(of_the_dead, begin)
        assert not scene.over_time("rounds_check_state and on (host) rounds_host_up == 0", begin)
    wait_for(lambda: scene.query(f'up{{job="node",instance="{VICTIM}"}} == 1'))
    wait_for(lambda: not names(before[VICTIM][0]) - names(scene.series(node)))
    wait_for(lambda: not names(before[VICTIM][1]) - names(scene.series(rounds)))
    assert agent.process.poll() is None
    print(f"\n{VICTIM} was gone from Prometheus {seconds:.1f} s after it had stopped")


def test_probes_log_in_no_more_than_the_rounds_do(scene: Scene) -> None:
    host = scene.lab.hosts["debian-13"]

    def logins() -> int:
        return int(host.sh("journalctl -u ssh --no-pager | grep -c 'Accepted publickey for rounds' || :"))

    agent = scene.start()
    wait_for(lambda: scene.query('rounds_round_last_success_timestamp_seconds{host="debian-13",lane="slow"}'))
    before, done = logins(), scene.query('rounds_probes_total{result="done"}')[0]["value"][1]
    for check in ("disk_usage", "services", "reboot_required"):
        page = agent.get(f"/probe?target=debian-13&check={check}")
        assert f'probe_check_state{{check="{check}"' in page, page
    assert agent.get("/probe?target=192.0.2.13") == ""
    wait_for(lambda: float(scene.query('rounds_probes_total{result="done"}')[0]["value"][1]) > float(done) + 3)
    assert logins() == before >= 1


def test_no_counter_goes_backwards_but_where_a_restart_is_marked(scene: Scene) -> None:
    begin = time.time()
    scene.start()
    time.sleep(5)
    total = '{job="node",__name__=~"node_.+_total"}'
    seen = len(scene.series(total))
    scene.stop()
    gone = time.time()
    wait_for(lambda: scene.query('up{job="rounds"} == 0') and not scene.query("up == 1"))
    assert not scene.query('{job="node",__name__=~"node_.+"}'), "without the agent nothing is known"
    scene.start()
    wait_for(lambda: len(scene.series(total)) >= 0.9 * seen)
    time.sleep(5)
    names_of = "|".join(sorted(scene.counters()))
    window = int(time.time() - begin) + 1
    counters = scene.query(f'{{__name__=~"({names_of})(_total)?",job=~"node|rounds"}}[{window}s]')
    started = scene.query(f'process_start_time_seconds{{job="rounds"}}[{window}s]')
    marked = scene.query(f"rounds_start_timestamp_seconds[{window}s]")
    assert {one["metric"]["job"] for one in counters} == {"node", "rounds"}
    assert len(counters) > 300
    assert all(len({value for _, value in one["values"]}) == 2 for one in (*started, *marked)), "marked, both ways"
    dropped, crossed = set(), 0
    for one in counters:
        metric, samples = one["metric"], [(at, float(value)) for at, value in one["values"]]
        crossed += samples[0][0] < gone < samples[-1][0]
        for (earlier, before), (later, after) in pairwise(samples):
            if after < before:
                assert metric["job"] == "rounds", f"{metric} of a host that was not restarted: {before} -> {after}"
                assert earlier <= gone <= later, f"{metric} at {later}: {before} -> {after}"
                dropped.add(metric["__name__"])
    assert crossed > 300, "what was there before is there after"
    assert "process_cpu_seconds_total" in dropped
    print(
        f"\n{crossed} of {len(counters)} counters go on over a restart; these begin anew: {', '.join(sorted(dropped))}"
    )
