"""What hosts last answered is held in memory, and written where a day or a change of state rests on it."""

import json
import time
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from agent.catalogue import catalogue
from agent.config import Config, load
from agent.daemon import Daemon
from agent.deposition import heard, sha256
from agent.evidence import Keeper
from agent.history.answers import Keeping
from agent.history.schema import evidence, hosts
from agent.problems import Kind, Transition
from checks.contract import Layer, Past, Section, State, Text
from collectors.contract import SectionError
from exporters.contract import Answer, CheckCard, HostReport, Lane
from tests.agent.reports import judged, report, used
from tests.recordings_on_disk import recordings

DISK = CheckCard("disk", Text("Disk", "磁盘"), Layer.BASE_SOFTWARE, Section.SERVERS, collector="filesystems")
NOON = 1_700_000_100.0  # a slot of five minutes begins


def round_at(at: float, words: str = "answer", *, lane: Lane = Lane.FAST, host: str = "web-01") -> HostReport:
    made = report(at, judged(used("/", 0.5), check=DISK), host=host, lane=lane)
    return replace(made, answers={"filesystems": Answer("df", (), 0, words)}, facts={"filesystems": words})


def hard(before: State | None, after: State | None, kind: Kind = Kind.HARD) -> Transition:
    return Transition(NOON, "web-01", "disk", "/", before, after, kind, None, Text("", ""), NOON)


def held(keeper: Keeper) -> list[float]:
    return [one.at for one in keeper.everything()]


def test_of_each_collector_the_last_answer_is_held_and_the_last_before_its_five_minutes() -> None:
    keeper = Keeper()
    for at in (NOON - 70, NOON - 10, NOON + 50, NOON + 110):
        assert keeper.hear(round_at(at, str(at)), ()) == ()
    assert held(keeper) == [NOON + 110, NOON - 10]
    assert [one.at for one in keeper.between(NOON - 86400, NOON)] == [NOON - 10], "the last of the day that ended"
    assert [one.at for one in keeper.between(NOON, NOON + 86400)] == [NOON + 110]
    assert list(keeper.between(NOON - 86400, NOON - 60)) == []


def test_what_could_not_be_read_does_not_take_the_place_of_what_was_judged() -> None:
    keeper = Keeper()
    keeper.hear(round_at(NOON), ())
    keeper.hear(replace(round_at(NOON + 60, "?"), facts={}), ())
    assert held(keeper) == [NOON]


def test_an_answer_that_stays_the_same_is_held_once() -> None:
    keeper = Keeper()
    for minute in range(30):
        keeper.hear(round_at(NOON + 60 * minute, "".join(["same "] * 100)), ())
    assert len(held(keeper)) == 2
    assert keeper.characters == 500
    first, second = keeper.everything()
    assert first.answer is second.answer


def test_a_clock_that_is_set_back_begins_anew() -> None:
    keeper = Keeper()
    for at in (NOON + 86400, NOON, NOON + 600):
        keeper.hear(round_at(at), ())
    assert held(keeper) == [NOON + 600, NOON]


@pytest.mark.parametrize("limits", [{"longest": 1000}, {"most": 1000}])
def test_what_is_too_much_is_written_at_once_with_what_was_held_before(limits: dict[str, int]) -> None:
    keeper = Keeper(**limits)
    assert keeper.hear(round_at(NOON - 10, "x" * 900), ()) == ()
    assert [one.at for one in keeper.hear(round_at(NOON + 10, "y" * 1001), ())] == [NOON - 10, NOON + 10]
    assert (held(keeper), keeper.characters) == ([], 0)
    assert keeper.hear(round_at(NOON + 70, "x" * 900), ()) == ()
    assert (held(keeper), keeper.characters) == ([NOON + 70], 900)


def test_no_more_is_held_than_the_limit_however_many_hosts_there_are() -> None:
    keeper = Keeper(most=100_000)
    for turn in range(3):
        for number in range(50):
            keeper.hear(round_at(NOON + 400 * turn, f"{turn}{number:05}" * 1000, host=f"web-{number:02}"), ())
            real = {id(one.answer): len(one.answer.text) for one in keeper.everything()}
            assert sum(real.values()) == keeper.characters <= 100_000


def test_what_goes_off_rounds_or_is_not_asked_any_more_is_not_held() -> None:
    keeper = Keeper()
    keeper.hear(round_at(NOON, host="web-01"), ())
    keeper.hear(round_at(NOON, host="web-02"), ())
    keeper.forget("web-01")
    keeper.forget("web-03")
    keeper.retain("web-02", {"memory"})
    keeper.retain("web-03", {"memory"})
    assert (held(keeper), keeper.characters) == ([], 0)


def test_the_slow_lane_is_written_at_once_and_not_held() -> None:
    keeper = Keeper()
    (written,) = keeper.hear(round_at(NOON, lane=Lane.SLOW), ())
    assert (written.at, written.lasting, held(keeper)) == (NOON, False, [])


@pytest.mark.parametrize(
    ("transition", "is_kept"),
    [
        (hard(State.OK, State.CRIT), True),
        (hard(State.WARN, State.CRIT), True),
        (hard(State.CRIT, State.OK), True),
        (hard(State.CRIT, None), True),
        (hard(None, State.UNKNOWN), True),
        (hard(None, State.OK), False),
        (hard(State.OK, None), False),
        (hard(State.OK, State.CRIT, Kind.SOFT), False),
    ],
)
@pytest.mark.parametrize("lane", Lane)
def test_what_a_problem_was_found_or_ended_by_lasts(transition: Transition, is_kept: bool, lane: Lane) -> None:
    written = Keeper().hear(round_at(NOON, lane=lane), (transition,))
    assert [one.collector for one in written if one.lasting] == (["filesystems"] if is_kept else [])
    assert len(written) == (1 if is_kept or lane is Lane.SLOW else 0)


def test_what_could_not_be_read_lasts_where_it_made_a_problem() -> None:
    seen = replace(round_at(NOON, "nonsense"), facts={})
    (written,) = Keeper().hear(seen, (hard(State.OK, State.UNKNOWN),))
    assert written.answer.text == "nonsense"


# A real agent on this machine, but for its clock and its scheduler.

DAY = date(2026, 11, 20)
BEFORE_EIGHT, AFTER_EIGHT = "2026-11-19T23:58:00Z", "2026-11-20T00:03:00Z"  # 08:00 in Shanghai


@pytest.fixture
def config(tmp_path: Path) -> Config:
    path = tmp_path / "config.yaml"
    path.write_text(
        "system: 门户平台 Portal\ntimezone: Asia/Shanghai\nhosts: [{name: here, transport: local}]\n"
        'history: {url: "sqlite:///history.db"}\nmaintenance_log: {folder: log, at: "08:00"}\n',
        encoding="utf-8",
    )
    return load(path)


def started(config: Config) -> Daemon:
    daemon = Daemon(config, catalogue())
    daemon.history.start()
    daemon.conductor.when_reached = lambda host: None
    return daemon


def go_round(daemon: Daemon) -> HostReport:
    found: list[HostReport] = []
    daemon.listen(found.append)
    daemon.conductor._asked_at.clear()  # all is due, whatever the processor's clock says
    assert daemon.conductor.make_round("here", Lane.FAST, nullcontext())
    return found[-1]


def test_every_line_of_a_day_is_traced_to_an_answer_that_gives_the_same_facts_again(config: Config) -> None:
    with time_machine.travel(BEFORE_EIGHT, tick=True) as clock:
        daemon = started(config)
        go_round(daemon)
        last = go_round(daemon)
        clock.move_to(AFTER_EIGHT)
        go_round(daemon)
        record = daemon.daily.make(DAY)
        named = {one.collector: one for one in record.evidence}
        judged_lines = [line for line in record.items if line.checked_at is not None]
        assert len(judged_lines) > 20
        for line in judged_lines:
            assert line.checked_at == named[line.check.collector].at == last.finished_at
        for name, one in named.items():
            command, answer = (daemon.history.archive.text(s) for s in (one.command_sha256, one.answer_sha256))
            assert (command.keeping, answer.keeping) == (Keeping.KEPT, Keeping.KEPT)
            assert command.text is not None
            assert answer.text is not None
            plugin = catalogue().collectors[name]
            by_psutil = command.text == f"psutil: collectors.{name}.read_local".encode()
            read = plugin.facts.validate_json if by_psutil else plugin.collector.parse
            facts = read(answer.text.decode())
            if plugin.collector.compare is None:
                assert facts == last.facts[name]
            for check in catalogue().checks.values():
                if check.collector == name and plugin.collector.compare is None:
                    again = tuple(check.check.judge(facts, config.checks_for("here")[check.name], Past()))
                    was = next(o for o in last.outcomes if o.check.name == check.name)
                    assert again == was.results
        daemon.stop()


def test_an_agent_that_stopped_before_the_day_was_over_left_what_it_rests_on(config: Config) -> None:
    with time_machine.travel(BEFORE_EIGHT, tick=True) as clock:
        daemon = started(config)
        last = go_round(daemon)
        daemon.stop()
        clock.move_to("2026-11-20T02:00:00Z")
        daemon = started(config)
        go_round(daemon)
        daemon.daily.make_due()
        record = daemon.history.published(DAY)
        daemon.stop()
    assert record is not None
    wanted = {line.check.collector for line in record.items if line.checked_at is not None}
    assert {one.collector for one in record.evidence} == wanted != set()
    assert {one.at for one in record.evidence} == {last.finished_at}


def test_of_an_agent_that_was_killed_the_record_names_only_what_was_kept(config: Config) -> None:
    with time_machine.travel(BEFORE_EIGHT, tick=True) as clock:
        daemon = started(config)
        go_round(daemon)
        daemon.history.flush(10)
        with daemon.history._database.read() as connection:
            kept = {row.collector for row in connection.execute(select(evidence))}
        daemon.history.stop(10)  # what is in memory goes with it
        clock.move_to("2026-11-20T02:00:00Z")
        daemon = started(config)
        daemon.daily.make_due()
        record = daemon.history.published(DAY)
        daemon.stop()
    assert record is not None
    wanted = {line.check.collector for line in record.items if line.checked_at is not None}
    assert {one.collector for one in record.evidence} == kept & wanted
    assert wanted - kept, "something was in memory only"


def test_evidence_that_cannot_be_kept_stops_no_agent_from_stopping(config: Config) -> None:
    daemon = started(config)
    go_round(daemon)
    with daemon.history._database.write() as connection:
        connection.exec_driver_sql("DROP TABLE evidence")
    begun = time.monotonic()
    daemon.stop()
    assert time.monotonic() - begun < 30


def facts_of(collector: str, output: str) -> object:
    """As JSON, or what its parser says is wrong."""
    plugin = catalogue().collectors[collector]
    try:
        return plugin.facts.dump_python(plugin.collector.parse(output), mode="json")
    except SectionError as error:
        return {"raises": type(error).__name__}


def test_facts_of_every_recording_come_out_of_what_is_kept_of_it_as_they_went_in(config: Config) -> None:
    daemon = started(config)
    every = recordings()
    made = [
        replace(round_at(NOON + n, r.output), answers={r.collector: Answer("", (), 0, r.output)})
        for n, r in enumerate(every)
    ]
    daemon.history.archive.keep(one for m in made for one in heard(m, m.answers, lasting=True))
    with daemon.history._database.read() as connection:
        assert len(connection.execute(select(evidence).join(hosts)).all()) == len(every)
    for recording, deposition in zip(every, (next(heard(m, m.answers, lasting=True)) for m in made), strict=True):
        kept = daemon.history.archive.text(sha256(deposition.answer.text.encode()))
        assert kept.keeping is Keeping.KEPT
        assert kept.text is not None
        assert facts_of(recording.collector, kept.text.decode()) == json.loads(
            recording.expected_path.read_text("utf-8")
        )
    daemon.stop()
