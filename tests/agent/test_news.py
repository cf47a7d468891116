"""What the log says of a change of state, and of which it says nothing."""

import pytest
from structlog.testing import capture_logs

from agent.news import tell
from agent.problems import REACHABLE, Kind, Transition
from checks.contract import State, Text
from collectors.contract import Reason


def level(before: State | None, after: State | None, kind: Kind = Kind.HARD, reason: Reason | None = None) -> str:
    return _level_of("disk_usage", before, after, kind, reason)


def _level_of(check: str, before: State | None, after: State | None, kind: Kind, reason: Reason | None) -> str:
    with capture_logs() as said:
        tell(Transition(1.0, "web-01", check, "/", before, after, kind, reason, Text("full", "已满"), 1.0))
    (line,) = said
    assert (line["host"], line["check"], line["summary"]) == ("web-01", check, "full")
    return str(line["log_level"])


@pytest.mark.parametrize(
    ("before", "after", "kind", "said"),
    [
        (State.OK, State.CRIT, Kind.HARD, "info"),
        (State.CRIT, State.WARN, Kind.HARD, "info"),
        (State.CRIT, State.OK, Kind.HARD, "info"),
        (State.CRIT, None, Kind.HARD, "info"),
        (State.OK, State.CRIT, Kind.SOFT, "debug"),  # not confirmed
        (None, State.OK, Kind.HARD, "debug"),  # seen first, and well
        (State.OK, None, Kind.HARD, "debug"),  # gone, and was well
    ],
)
def test_a_confirmed_change_that_matters_is_told(before: State, after: State, kind: Kind, said: str) -> None:
    assert level(before, after, kind) == said


def test_of_a_host_that_goes_and_comes_one_line_is_told() -> None:
    for before, after in ((State.OK, State.UNKNOWN), (State.UNKNOWN, State.OK)):
        reason = Reason.UNREACHABLE if after is State.UNKNOWN else None
        assert _level_of(REACHABLE.name, before, after, Kind.HARD, reason) == "info"
        assert level(before, after, reason=reason) == "debug"


def test_what_could_not_be_judged_for_a_reason_of_its_own_is_told() -> None:
    assert level(State.OK, State.UNKNOWN, reason=Reason.UNREADABLE) == "info"
    assert level(State.UNKNOWN, State.CRIT) == "info"
