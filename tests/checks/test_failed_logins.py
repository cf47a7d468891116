from dataclasses import replace
from typing import Any

import pytest

from checks.contract import Result, State
from checks.failed_logins import FailedLoginsParams, evaluate
from collectors.failed_logins import FailedLogins, Failures, Success

QUIET = FailedLogins("journal", Failures("all", 0, 0), Failures("unknown", 0, 0), 0, (), (), (), None, cut=False)


def judged(facts: FailedLogins, **params: Any) -> dict[str, Result]:
    results = list(evaluate(facts, FailedLoginsParams.model_validate(params)))
    assert [result.item for result in results] == ["total", "sources", "accounts", "success"]
    return {result.item: result for result in results}


def test_nothing_failed() -> None:
    found = judged(QUIET)
    assert {result.state for result in found.values()} == {State.OK}
    assert found["sources"].summary.en == "none in the last day"


@pytest.mark.parametrize(("failures", "state"), [(499, State.OK), (500, State.WARN), (5000, State.CRIT)])
def test_levels_of_all(failures: int, state: State) -> None:
    facts = replace(QUIET, all=Failures("all", failures, 9000), unknown=Failures("unknown", 1, 70), bans=2)
    result = judged(facts)["total"]
    assert result.state is state
    assert result.summary.en.endswith("9000 in the last day, 70 of them for unknown users; 2 bans by fail2ban")


def test_the_source_with_most_is_named() -> None:
    sources = (Failures("192.0.2.7", 40, 41), Failures("192.0.2.8", 3, 900), Failures("local", 1, 1))
    facts = replace(QUIET, by_source=sources, sources=12)
    result = judged(facts)["sources"]
    assert (result.state, result.summary.en) == (
        State.WARN,
        "12 in the last day; in the last hour (warn at 30): 192.0.2.7 40, 192.0.2.8 3, local 1",
    )
    assert judged(facts, ignore=["192.0.2.7"])["sources"].state is State.OK
    assert judged(facts, per_source={"crit": 40})["sources"].state is State.CRIT


def test_one_account_tried_from_everywhere() -> None:
    facts = replace(QUIET, by_account=(Failures("root", 100, 200),))
    assert judged(facts)["accounts"].state is State.WARN
    assert "root 100" in judged(facts)["accounts"].summary.en


@pytest.mark.parametrize(("failures", "state"), [(4, State.OK), (5, State.WARN), (9, State.WARN), (10, State.CRIT)])
def test_success_after_failures(failures: int, state: State) -> None:
    facts = replace(QUIET, successes=(Success("192.0.2.8", "eve", 3), Success("192.0.2.7", "anna", failures)))
    result = judged(facts)["success"]
    assert result.state is state
    if state is not State.OK:
        assert f"192.0.2.7 was let in as anna after {failures} failures" in result.summary.en
        assert "eve" not in result.summary.en


def test_a_log_that_was_cut_says_so() -> None:
    assert "or more" in judged(replace(QUIET, cut=True))["total"].summary.en
