"""Looking back, in either database."""

import pytest

from agent.history import History, Sought
from agent.problems import REACHABLE, Kind, Transition
from checks.contract import State, Text
from collectors.contract import Reason
from exporters.contract import Lane, incident_id
from tests.agent.reports import failed, found, judged, report

OK, WARN, UNKNOWN, CRIT = State.OK, State.WARN, State.UNKNOWN, State.CRIT
ALL = Sought(0, 10_000)


def change(at: float, after: State | None, before: State | None = None, **more: object) -> Transition:
    fields = {
        "host": "web-01",
        "check": "disk_usage",
        "item": "/var",
        "kind": Kind.HARD,
        "reason": None,
        "summary": Text("95 % used", "已用 95 %"),
        "since": at - 20,
    }
    return Transition(at=at, before=before, after=after, **(fields | more))  # type: ignore[arg-type]


@pytest.fixture
def past(history: History) -> History:
    """A disk that was full twice, one that only seemed so, a check on another host, and a round that failed."""
    history.record(report(100, judged(found("/var", OK))), [change(100, OK, kind=Kind.SOFT)], {})
    history.record(report(200, judged(found("/var", WARN))), [change(200, WARN, OK, kind=Kind.SOFT, since=200)], {})
    history.record(report(220, judged(found("/var", WARN))), [change(220, WARN, OK, since=200)], {})
    history.record(report(300, judged(found("/var", CRIT))), [change(300, CRIT, WARN, since=290)], {})
    history.record(report(400, judged(found("/var", OK))), [change(400, OK, CRIT, since=380)], {})
    history.record(report(500, judged(found("/var", WARN))), [change(500, WARN, OK, since=480)], {})
    other = {"host": "db-01", "check": "backup_freshness", "item": "100%_sure"}
    history.record(report(600, host="db-01", lane=Lane.SLOW), [change(600, CRIT, **other)], {})
    unreached = {"check": REACHABLE.name, "item": "", "reason": Reason.UNREACHABLE}
    history.record(failed(700), [change(700, UNKNOWN, OK, **unreached)], {})
    assert history.flush(10)
    return history


def at(history: History, sought: Sought, **more: bool) -> list[float]:
    return [event.change.at for event in history.events(sought, **more).found]


def test_confirmed_changes_are_found_the_oldest_first(past: History) -> None:
    assert at(past, ALL) == [220, 300, 400, 500, 600, 700]
    assert at(past, ALL, everything=True) == [100, 200, 220, 300, 400, 500, 600, 700]


@pytest.mark.parametrize(
    ("sought", "expected"),
    [
        (Sought(0, 10_000, hosts=("db-01",)), [600]),
        (Sought(0, 10_000, hosts=("db-01", "web-01"), checks=("disk_usage",)), [220, 300, 400, 500]),
        (Sought(0, 10_000, states=(CRIT,)), [300, 600]),
        (Sought(0, 10_000, states=(OK, UNKNOWN)), [400, 700]),
        (Sought(0, 10_000, item="/v*"), [220, 300, 400, 500]),
        (Sought(0, 10_000, item="/?ar"), [220, 300, 400, 500]),
        (Sought(0, 10_000, item="100%_*"), [600]),
        (Sought(0, 10_000, item="%"), []),
        (Sought(220, 300), [220]),
        (Sought(0, 10_000, hosts=("nobody",)), []),
    ],
)
def test_what_fits(past: History, sought: Sought, expected: list[float]) -> None:
    assert at(past, sought) == expected


def test_of_many_the_last_are_found_and_all_are_counted(past: History) -> None:
    some = past.events(Sought(0, 10_000, most=2))
    assert [event.change.at for event in some.found] == [600, 700]
    assert some.total == 6


def test_a_change_names_the_incident_it_belongs_to(past: History) -> None:
    first, second = (incident_id("web-01", "disk_usage", "/var", began) for began in (200, 480))
    named = {event.change.at: event.incident for event in past.events(Sought(0, 10_000, hosts=("web-01",))).found}
    assert named[220] == named[300] == named[400] == first
    assert named[500] == second
    assert named[700] == incident_id("web-01", REACHABLE.name, "", 680)


def test_rounds_are_found_by_host_and_by_whether_they_reached_it(past: History) -> None:
    every = past.rounds(ALL)
    assert every.total == 8
    assert [made.finished_at for made in every.found] == [100, 200, 220, 300, 400, 500, 600, 700]
    assert every.found[-1].reason is Reason.UNREACHABLE
    assert every.found[-2].lane is Lane.SLOW
    assert [made.finished_at for made in past.rounds(Sought(0, 10_000, hosts=("db-01",))).found] == [600]
    assert [made.finished_at for made in past.rounds(Sought(0, 10_000, states=(UNKNOWN,))).found] == [700]
    assert past.rounds(Sought(0, 10_000, states=(OK, UNKNOWN))).total == 8
    assert past.rounds(Sought(0, 10_000, states=(CRIT,))).total == 0
    assert [made.finished_at for made in past.rounds(Sought(0, 10_000, most=1)).found] == [700]
