"""Probes: a look of the caller's own, that neither disturbs the rounds nor is disturbed by them."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import agent.prober
from agent.conductor import Conductor
from agent.config import Config, load
from agent.dispatcher import Dispatcher
from agent.fleet import Fleet
from agent.prober import Prober, RefusedError
from agent.recollection import Nothing
from checks.contract import Params, State
from collectors.contract import Reason
from collectors.transport.deadline import Deadline
from exporters.contract import HostReport, Lane
from tests.agent.gate import Gate
from tests.agent.plugins import catalogue_of, collector, compare

CATALOGUE = catalogue_of(
    quick=collector("echo ok", compare=compare),
    lazy=collector('sleep "$(cat SECONDS)"; echo warn'),
    packages=collector("echo crit", every_seconds=3600),
)


class Scene:
    """A conductor, a dispatcher and a prober on two hosts; how long `lazy` takes can be set."""

    def __init__(self, config: Config, folder: Path) -> None:
        self._seconds = folder / "seconds"
        self.lazy(0)
        lazy = CATALOGUE.collectors["lazy"]
        probe = lazy.collector.probe.replace("SECONDS", str(self._seconds))
        catalogue = catalogue_of(
            quick=CATALOGUE.collectors["quick"].collector,
            lazy=collector(probe),
            packages=CATALOGUE.collectors["packages"].collector,
        )
        self.gate = Gate()
        fleet = Fleet(self.gate)
        self.conductor = Conductor(config, catalogue, fleet, None, {})
        self.dispatcher = Dispatcher(8, self.conductor.make_round)
        self.prober = Prober(self.conductor, self.dispatcher, fleet, catalogue, Nothing())
        self.heard: list[HostReport] = []
        self.conductor.listen(self.heard.append)
        self._fleet = fleet

    def lazy(self, seconds: float) -> None:
        self._seconds.write_text(f"{seconds}\n")

    def probe(self, *checks: str, host: str = "web-01", seconds: float = 20.0) -> agent.prober.Probe:
        return self.prober.ask(host, checks, Deadline(seconds)).result(60)

    def round(self, lane: Lane = Lane.FAST) -> None:
        before = len(self.heard)
        self.conductor._asked_at.clear()  # the beat is a minute of patience too long for a test
        self.dispatcher.ring("web-01", lane)
        self.wait_for(lambda: len(self.heard) > before)

    @staticmethod
    def wait_for(what: object, seconds: float = 20.0) -> None:
        ends = time.monotonic() + seconds
        while not what():  # type: ignore[operator]
            assert time.monotonic() < ends
            time.sleep(0.01)

    def end(self) -> None:
        self.dispatcher.stop(5, self._fleet.interrupt)
        self.prober.close()
        self._fleet.close()


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    path = tmp_path / "config.yaml"
    path.write_text("system: Test\nhosts: [{name: web-01, password_env: HOME}, {name: web-02, password_env: HOME}]\n")
    read = load(path)
    params = {name: Params() for name in CATALOGUE.checks}
    scene = Scene(read.model_copy(update={"params": {host.name: params for host in read.hosts}}), tmp_path)
    try:
        yield scene
    finally:
        scene.end()


def states(report: HostReport) -> dict[str, State | None]:
    return {outcome.check.name: outcome.state for outcome in report.outcomes}


def test_it_makes_what_was_asked_for_and_by_itself_the_fast_lane(scene: Scene) -> None:
    assert states(scene.probe("quick").report) == {"quick": State.OK}
    assert states(scene.probe("packages", "quick").report) == {"quick": State.OK, "packages": State.CRIT}
    assert states(scene.probe().report) == {"quick": State.OK, "lazy": State.WARN}


def test_nobody_hears_of_it_and_nothing_is_remembered(scene: Scene) -> None:
    scene.round()
    facts, standing = scene.conductor.board.facts("web-01"), scene.conductor.board.standing("web-01")
    looks = [scene.probe("quick").report.facts["quick"].looks for _ in range(3)]
    assert looks == [3, 3, 3], "compared with the last round, not with each other"
    assert scene.conductor.board.facts("web-01") == facts
    assert scene.conductor.board.standing("web-01") == standing
    assert len(scene.heard) == 1


def test_it_uses_the_open_connection(scene: Scene) -> None:
    scene.round()
    for checks in ((), ("quick",), ("packages",)):
        scene.probe(*checks)
    scene.round()
    assert scene.gate.knocks == 1


def test_it_waits_for_the_round_that_runs_and_a_round_waits_for_it(scene: Scene) -> None:
    scene.lazy(0.5)
    scene.dispatcher.ring("web-01", Lane.FAST)
    scene.wait_for(lambda: scene.dispatcher.health().running == 1)
    asked = scene.prober.ask("web-01", ("lazy",), Deadline(20))
    found = asked.result(20)
    assert found.waited_seconds > 0.1
    assert found.report.started_at >= scene.heard[0].finished_at
    asked = scene.prober.ask("web-01", ("lazy",), Deadline(20))
    scene.wait_for(lambda: scene.dispatcher.health().running == 1)
    scene.round()
    assert scene.heard[1].started_at >= asked.result(0).report.finished_at


def test_a_probe_that_gets_no_turn_in_time_is_refused(scene: Scene) -> None:
    scene.lazy(2.5)
    scene.dispatcher.ring("web-01", Lane.FAST)
    scene.wait_for(lambda: scene.dispatcher.health().running == 1)
    with pytest.raises(RefusedError, match="takes its time"):
        scene.probe("quick", seconds=0.3)


def test_who_asks_for_the_same_gets_the_same_answer(scene: Scene) -> None:
    scene.lazy(0.5)
    asked = [scene.prober.ask("web-01", checks, Deadline(20)) for checks in (("lazy", "quick"), ("quick", "lazy"))]
    assert asked[0] is asked[1]
    asked[0].result(20)
    assert scene.prober.ask("web-01", ("lazy", "quick"), Deadline(20)) is not asked[0]


def test_no_more_than_two_of_a_host_are_under_way(scene: Scene) -> None:
    scene.lazy(0.5)
    under_way = [scene.prober.ask("web-01", checks, Deadline(20)) for checks in (("lazy",), ("quick",))]
    with pytest.raises(RefusedError, match="2 probes of web-01"):
        scene.probe("packages")
    assert states(scene.probe("packages", host="web-02").report), "another host has nothing to do with that"
    for one in under_way:
        one.result(20)
    scene.probe("packages")
    counted = {sample.labels: sample.value for sample in scene.prober.samples()}
    assert counted == {(("result", "done"),): 4, (("result", "refused"),): 1}


def test_no_more_than_many_are_under_way_in_all(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent.prober, "MOST", 1)
    scene.lazy(0.5)
    under_way = scene.prober.ask("web-01", ("lazy",), Deadline(20))
    with pytest.raises(RefusedError, match="1 probes are under way") as refused:
        scene.probe("quick", host="web-02")
    assert refused.value.retry_after is None
    under_way.result(20)


def test_who_asks_too_often_is_told_when_to_come_back(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent.prober, "PER_MINUTE", 3)
    for _ in range(3):
        scene.probe("quick")
    with pytest.raises(RefusedError, match="3 times within a minute") as refused:
        scene.probe("quick")
    assert refused.value.retry_after is not None
    assert 50 < refused.value.retry_after <= 60
    scene.probe("quick", host="web-02")


def test_a_probe_that_was_cut_is_not_tried_again_at_once(scene: Scene) -> None:
    scene.lazy(30)
    found = scene.probe("quick", "lazy", seconds=1.0)
    assert found.seconds < 10
    reasons = {outcome.check.name: outcome.reason for outcome in found.report.outcomes}
    assert reasons["lazy"] is Reason.DEADLINE
    with pytest.raises(RefusedError, match="not done in time") as refused:
        scene.probe("quick")
    assert refused.value.retry_after is not None
    assert scene.probe("quick", host="web-02").report.failure is None


def test_a_host_that_is_not_let_in_is_told_as_it_is(scene: Scene) -> None:
    scene.gate.closed = Reason.BACKING_OFF
    report = scene.probe("quick").report
    assert report.failure is not None
    assert report.failure.reason is Reason.BACKING_OFF
    assert states(report) == {"quick": State.UNKNOWN}
    scene.gate.closed = None
    assert states(scene.probe("quick").report) == {"quick": State.OK}


def test_hosts_that_do_not_answer_take_no_place_of_the_living(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.gate.closed = Reason.UNREACHABLE
    scene.round()
    release = threading.Event()
    monkeypatch.setattr(scene.prober, "_probe", lambda *_: release.wait(20))
    for number in range(agent.prober.AT_ONCE):
        scene.prober._failing.submit(scene.prober._probe, str(number))
    monkeypatch.undo()
    scene.gate.closed = None
    try:
        assert states(scene.probe("quick", host="web-02").report) == {"quick": State.OK}
    finally:
        release.set()


def test_a_host_taken_off_rounds_meanwhile_is_refused(scene: Scene) -> None:
    scene.lazy(0.5)
    scene.dispatcher.ring("web-01", Lane.FAST)
    scene.wait_for(lambda: scene.dispatcher.health().running == 1)
    asked = scene.prober.ask("web-01", ("quick",), Deadline(20))
    config = scene.conductor.config
    other = config.model_copy(update={"hosts": config.hosts[1:]})
    for cached in ("on_rounds", "_hosts_by_name"):
        other.__dict__.pop(cached, None)
    scene.conductor.adopt(other)
    with pytest.raises(RefusedError, match="out of service"):
        asked.result(20)


def test_after_the_stop_nothing_begins(scene: Scene) -> None:
    scene.lazy(20)
    asked = scene.prober.ask("web-01", ("lazy",), Deadline(20))
    scene.wait_for(lambda: scene.dispatcher.health().running == 1)
    scene.dispatcher.stop(0.1, scene._fleet.interrupt)
    assert asked.result(5).report.failure or asked.result(5).report.outcomes[0].reason
    with pytest.raises(RefusedError, match="stop"):
        scene.probe("quick")
