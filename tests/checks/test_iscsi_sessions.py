from dataclasses import replace

import pytest

from checks.contract import Result, State
from checks.iscsi_sessions import IscsiSessionsParams, evaluate
from collectors.iscsi_sessions import IscsiSession, IscsiSessions, SeenTarget

ONE = IscsiSession(1, "iqn.x", "LOGGED_IN", "192.0.2.51:3260")
TWO = replace(ONE, number=2, portal="192.0.2.52:3260")
LOST = replace(TWO, state="FAILED")
SEEN = (SeenTarget("iqn.x", 2),)


def judged(facts: IscsiSessions, params: IscsiSessionsParams | None = None) -> Result:
    (result,) = evaluate(facts, params or IscsiSessionsParams())
    return result


@pytest.mark.parametrize(
    ("sessions", "state", "en", "zh"),
    [
        ((ONE, TWO), State.OK, "2 sessions logged in", "2 个会话已登录"),
        (
            (ONE, LOST),
            State.WARN,
            "1 session logged in, 2 seen before: 192.0.2.52:3260 FAILED",
            "1 个会话已登录,此前最多 2 个:192.0.2.52:3260 FAILED",
        ),
        ((ONE,), State.WARN, "1 session logged in, 2 seen before", "1 个会话已登录,此前最多 2 个"),
        ((LOST,), State.CRIT, "0 sessions logged in, 2 seen before: 192.0.2.52:3260 FAILED", None),
        ((), State.CRIT, "0 sessions logged in, 2 seen before", None),
    ],
)
def test_states(sessions: tuple[IscsiSession, ...], state: State, en: str, zh: str | None) -> None:
    result = judged(IscsiSessions(sessions, SEEN))
    assert (result.item, result.state, result.summary.en) == ("iqn.x", state, en)
    assert zh is None or result.summary.zh == zh


def test_a_session_that_never_came_up_is_no_path() -> None:
    result = judged(IscsiSessions((replace(ONE, state="FREE", portal=""),)))
    assert (result.state, result.summary.en) == (State.CRIT, "0 sessions logged in: 1 FREE")


def test_what_is_expected_overrides_what_was_seen() -> None:
    few = judged(IscsiSessions((ONE, TWO), SEEN), IscsiSessionsParams(expected_sessions={"iqn.*": 4}))
    assert (few.state, few.summary.en) == (State.WARN, "2 sessions logged in, 4 expected")
    enough = judged(IscsiSessions((ONE,), SEEN), IscsiSessionsParams(expected_sessions={"iqn.*": 1}))
    assert enough.state is State.OK
    missing = judged(IscsiSessions(()), IscsiSessionsParams(expected_sessions={"iqn.y": 1, "iqn.z*": 1}))
    assert (missing.item, missing.state) == ("iqn.y", State.CRIT)


def test_ignored() -> None:
    assert list(evaluate(IscsiSessions((LOST,), SEEN), IscsiSessionsParams(ignore=("iqn.*",)))) == []
