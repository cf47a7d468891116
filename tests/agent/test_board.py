"""The last word of every check, and how a host stands."""

from agent.board import Board
from checks.contract import State
from collectors.contract import Reason
from exporters.contract import Lane
from tests.agent.reports import BACKUP, CPU, DISK, failed, judged, report, used


def test_both_lanes_add_up_to_one_standing() -> None:
    board = Board()
    board.observe(report(100, judged(used("/", 0.5))))
    board.observe(report(110, judged(used("db", 0.95), check=BACKUP), lane=Lane.SLOW))
    board.observe(report(160, judged(used("/", 0.85))))
    standing = board.standing("web-01")
    assert standing is not None
    assert standing.state is State.CRIT
    assert {name: outcome.state for name, outcome in standing.outcomes.items()} == {
        "disk_usage": State.WARN,
        "backup_freshness": State.CRIT,
    }
    assert standing.checked_at == {"disk_usage": 160, "backup_freshness": 110}
    assert standing.last_success_at == {Lane.FAST: 160, Lane.SLOW: 110}


def test_a_host_that_cannot_be_checked_is_unknown_until_the_fast_lane_reaches_it() -> None:
    board = Board()
    board.observe(report(100, judged(used("/", 0.5))))
    board.observe(failed(160, Reason.UNREACHABLE, DISK))
    board.observe(failed(160, Reason.UNREACHABLE, BACKUP, lane=Lane.SLOW))
    standing = board.standing("web-01")
    assert standing is not None
    assert standing.failure is not None
    assert standing.state is State.UNKNOWN
    assert standing.last_success_at == {Lane.FAST: 100}
    board.observe(report(220, judged(used("/", 0.5))))
    standing = board.standing("web-01")
    assert standing is not None
    assert standing.failure is None


def test_facts_outlive_a_failure_and_are_put_back_only_where_there_are_none() -> None:
    board = Board()
    board.remember("web-01", "uptime", "of an earlier run")
    board.observe(failed(100))
    assert board.facts("web-01") == {"uptime": "of an earlier run"}
    board.remember("web-01", "uptime", "older still")
    assert board.facts("web-01") == {"uptime": "of an earlier run"}


def test_what_is_no_longer_checked_is_forgotten() -> None:
    board = Board()
    board.observe(report(100, judged(used("/", 0.5)), judged(used("cpu", 0.5), check=CPU)))
    board.retain_checks("web-01", frozenset({"disk_usage"}))
    standing = board.standing("web-01")
    assert standing is not None
    assert set(standing.outcomes) == {"disk_usage"}
    board.forget("web-01")
    assert board.standing("web-01") is None
    assert board.standings() == ()
    assert board.facts("web-01") == {}
