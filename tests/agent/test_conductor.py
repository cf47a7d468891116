"""What follows from a round: who is told, and what the slow lane does when a host comes or goes."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from agent.conductor import Conductor
from agent.config import Config, load
from agent.fleet import Fleet
from agent.history import History, HistoryError
from checks.contract import Measurement, Params, Past, Recall, Result, State, Text
from collectors.contract import Reason
from collectors.transport.local import LocalShell
from collectors.transport.shell import Shell
from exporters.contract import Export, HostReport, Lane
from exporters.prometheus import PrometheusExport
from tests.agent.gate import Gate
from tests.agent.plugins import catalogue_of, collector, compare

CATALOGUE = catalogue_of(
    quick=collector("echo ok", compare=compare), packages=collector("echo warn", every_seconds=3600)
)


class Listening(Export):
    def __init__(self) -> None:
        self.heard: list[HostReport] = []
        self.forgotten: list[str] = []

    def observe(self, report: HostReport) -> None:
        self.heard.append(report)

    def forget(self, host: str) -> None:
        self.forgotten.append(host)


class Broken(Export):
    def observe(self, report: HostReport) -> None:
        raise ZeroDivisionError


@pytest.fixture
def config(tmp_path: Path) -> Config:
    path = tmp_path / "config.yaml"
    path.write_text("system: Test\nhosts: [{name: web-01, password_env: HOME}, {name: web-02, password_env: HOME}]\n")
    read = load(path)
    params = {name: Params() for name in CATALOGUE.checks}
    return read.model_copy(update={"params": {host.name: params for host in read.hosts}})


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def export() -> Listening:
    return Listening()


@pytest.fixture
def conductor(config: Config, gate: Gate, export: Listening) -> Conductor:
    return Conductor(config, CATALOGUE, Fleet(gate), None, {"broken": Broken(), "listening": export})


def changed(config: Config, **update: object) -> Config:
    other = config.model_copy(update=update)
    for cached in ("on_rounds", "_hosts_by_name"):
        other.__dict__.pop(cached, None)
    return other


def rounds_on(conductor: Conductor) -> Callable[[Lane], bool]:
    return lambda lane: conductor.make_round("web-01", lane, nullcontext())


def test_everyone_hears_of_a_round_although_one_exporter_breaks(conductor: Conductor, export: Listening) -> None:
    heard: list[HostReport] = []
    conductor.listen(heard.append)
    assert rounds_on(conductor)(Lane.FAST)
    assert [r.state for r in export.heard] == [State.OK]
    assert heard == export.heard
    assert conductor.failures == {"broken": 1}


def test_facts_of_one_round_are_compared_with_in_the_next(conductor: Conductor, export: Listening) -> None:
    make_round = rounds_on(conductor)
    for _ in range(3):
        conductor._asked_at.clear()  # the beat is an hour of patience too long for a test
        make_round(Lane.FAST)
    assert [r.facts["quick"].looks for r in export.heard] == [2, 3, 4]


def test_the_slow_lane_waits_until_the_fast_one_was_let_in(conductor: Conductor, gate: Gate, export: Listening) -> None:
    make_round = rounds_on(conductor)
    reached: list[str] = []
    conductor.when_reached = reached.append
    assert not make_round(Lane.SLOW)
    assert gate.knocks == 0, "only one of the lanes tries a login that nobody has tried yet"
    assert make_round(Lane.FAST)
    assert reached == ["web-01"]
    assert make_round(Lane.SLOW)
    assert [r.lane for r in export.heard] == [Lane.FAST, Lane.SLOW]


def test_a_host_that_goes_takes_what_the_slow_lane_said_with_it(
    conductor: Conductor, gate: Gate, export: Listening
) -> None:
    make_round = rounds_on(conductor)
    reached: list[str] = []
    conductor.when_reached = reached.append
    make_round(Lane.FAST)
    make_round(Lane.SLOW)
    gate.closed = Reason.UNREACHABLE
    conductor._asked_at.clear()
    conductor._fleet.forget("web-01")
    assert not make_round(Lane.FAST)
    fast, slow = export.heard[-2:]
    assert (fast.lane, fast.asked, slow.lane, slow.asked) == (Lane.FAST, True, Lane.SLOW, False)
    assert [o.reason for o in slow.outcomes] == [Reason.UNREACHABLE]
    standing = conductor.board.standing("web-01")
    assert standing is not None
    assert standing.state is State.UNKNOWN
    knocks = gate.knocks
    assert not make_round(Lane.SLOW)
    assert gate.knocks == knocks
    gate.closed = None
    assert make_round(Lane.FAST)
    assert reached == ["web-01", "web-01"]
    assert make_round(Lane.SLOW), "it is due again at once"


def test_a_host_that_is_taken_off_rounds_meanwhile_is_told_of_no_more(config: Config, export: Listening) -> None:
    gone = changed(config, hosts=config.hosts[1:])

    def way(before: Config, host: str) -> Shell:
        at_work.adopt(gone)
        at_work.forget(host)
        return LocalShell()

    at_work = Conductor(config, CATALOGUE, Fleet(way), None, {"listening": export})
    rounds_on(at_work)(Lane.FAST)
    assert export.forgotten == ["web-01"]
    assert export.heard == []
    assert at_work.board.standings() == ()


def test_a_round_that_waited_while_its_host_went_off_rounds_is_not_made(conductor: Conductor, gate: Gate) -> None:
    conductor.adopt(changed(conductor.config, hosts=conductor.config.hosts[1:]))
    assert rounds_on(conductor)(Lane.FAST)
    assert gate.knocks == 0


def test_a_check_switched_off_while_a_round_ran_does_not_come_back_with_it(config: Config) -> None:
    catalogue = catalogue_of(one=collector("echo ok"), other=collector("echo ok"))
    params = {name: Params() for name in catalogue.checks}
    before = changed(config, params={host.name: params for host in config.hosts})
    after = changed(config, params={host.name: {"one": Params()} for host in config.hosts})

    def way(_: Config, host: str) -> Shell:
        at_work.adopt(after)
        at_work.retain(host, before)
        return LocalShell()

    export = PrometheusExport()
    at_work = Conductor(before, catalogue, Fleet(way), None, {"prometheus": export})
    rounds_on(at_work)(Lane.FAST)
    standing = at_work.board.standing("web-01")
    assert standing is not None
    assert set(standing.outcomes) == {"one"}
    assert {known.check for known in at_work.tracker.standings()} == {"one", "reachable"}
    assert b'check="one"' in export.render()
    assert b"other" not in export.render()


def test_what_is_checked_otherwise_than_before_is_due_at_once(conductor: Conductor, export: Listening) -> None:
    make_round, before = rounds_on(conductor), conductor.config
    for lane in Lane:
        make_round(lane)
    conductor.adopt(changed(before))
    assert not conductor.retain("web-01", before)
    make_round(Lane.SLOW)
    assert len(export.heard) == 2, "the packages are looked at every hour"
    stricter = {name: Params(retries=1) for name in CATALOGUE.checks}
    conductor.adopt(changed(before, params={host.name: stricter for host in before.hosts}))
    assert conductor.retain("web-01", before)
    make_round(Lane.SLOW)
    assert [report.lane for report in export.heard] == [Lane.FAST, Lane.SLOW, Lane.SLOW]


def test_what_was_seen_first_is_learned_anew_when_asked(conductor: Conductor, export: Listening) -> None:
    make_round = rounds_on(conductor)
    for _ in range(2):
        conductor._asked_at.clear()
        make_round(Lane.FAST)
    conductor.relearn("web-01", "quick")
    make_round(Lane.FAST)
    assert [r.facts["quick"].looks for r in export.heard] == [2, 3, 2]


def test_a_round_that_ran_while_something_was_to_be_relearned_does_not_bring_it_back(
    config: Config, export: Listening
) -> None:
    def way(_: Config, host: str) -> Shell:
        at_work.relearn(host, "quick")
        return LocalShell()

    at_work = Conductor(config, CATALOGUE, Fleet(way), None, {"listening": export})
    rounds_on(at_work)(Lane.FAST)
    assert export.heard[0].outcomes == ()
    assert at_work.board.facts("web-01") == {}


def test_a_check_that_looks_back_is_handed_what_it_measured(
    config: Config, export: Listening, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Past] = []

    def locked(*_: object) -> Past:
        raise HistoryError("the database is locked")

    def judge(facts: object, params: Params, past: Past) -> Iterator[Result]:
        seen.append(past)
        yield Result("item", State.OK, Text("", ""), (Measurement("size", 4.0),))

    check = replace(CATALOGUE.checks["quick"].check, evaluate=judge, recalls=Recall(("size",), 2))
    plugin = replace(CATALOGUE.checks["quick"], check=check)
    looking_back = replace(CATALOGUE, checks={**CATALOGUE.checks, "quick": plugin})
    with History.open(f"sqlite:///{tmp_path}/history.db") as history:
        at_work = Conductor(config, looking_back, Fleet(lambda *_: LocalShell()), history, {"listening": export})
        for _ in range(2):
            at_work._asked_at.clear()
            rounds_on(at_work)(Lane.FAST)
            assert history.flush(10)
        monkeypatch.setattr(history, "past", locked)
        at_work._asked_at.clear()
        rounds_on(at_work)(Lane.FAST)
    assert [[span.mean for span in past.of("item", "size")] for past in seen] == [[], [4.0], []]
    assert seen[1].now > seen[0].now > 0, "and a history that does not answer stops no round"
