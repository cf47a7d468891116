from dataclasses import replace
from typing import Any

import pytest

from checks.audit_daemon import AuditDaemonParams, evaluate
from checks.contract import Result, State
from collectors.audit_daemon import AuditDaemon, compare, inventory

ON = AuditDaemon(
    installed=True,
    running=True,
    enabled=1,
    backlog_limit=8192,
    rules=24,
    fingerprint="a" * 64,
    log=(("disk_full_action", "suspend"),),
)


def judged(facts: AuditDaemon, **params: Any) -> dict[str, Result]:
    return {result.item: result for result in evaluate(facts, AuditDaemonParams.model_validate(params))}


def test_one_that_runs() -> None:
    found = judged(ON, required=True)
    assert set(found) == {"auditd", "rules", "lost records", "backlog", "full log"}
    assert {result.state for result in found.values()} == {State.OK}


def test_not_installed_matters_only_where_it_is_required() -> None:
    assert judged(AuditDaemon(installed=False)) == {}
    assert judged(AuditDaemon(installed=False), required=True)["auditd"].state is State.CRIT


@pytest.mark.parametrize(
    ("facts", "required", "state", "words"),
    [
        (replace(ON, running=False), True, State.CRIT, "not running"),
        (replace(ON, running=False), False, State.WARN, "not running"),
        (replace(ON, running=False, rules=0, fingerprint=None), False, State.OK, "not running"),
        (replace(ON, enabled=0), False, State.WARN, "running, but the kernel's audit is off"),
        (replace(ON, enabled=2), True, State.OK, "running, rules are locked"),
    ],
)
def test_the_daemon(facts: AuditDaemon, required: bool, state: State, words: str) -> None:
    result = judged(facts, required=required)["auditd"]
    assert (result.state, result.summary.en) == (state, words)


def test_rules_are_held_against_the_first_look() -> None:
    other, none = replace(ON, rules=25, fingerprint="b" * 64), replace(ON, rules=0, fingerprint=None)
    assert judged(compare(ON, other))["rules"].summary.en == "25, not as at the first look"
    assert judged(compare(compare(ON, other), other))["rules"].state is State.WARN
    assert judged(compare(compare(ON, other), ON))["rules"].state is State.OK
    assert judged(compare(ON, none))["rules"].state is State.WARN
    assert judged(compare(none, ON))["rules"].state is State.WARN
    assert list(inventory(ON)) != list(inventory(other))


def test_one_that_was_removed_is_missed_until_it_is_back() -> None:
    gone = compare(ON, AuditDaemon(installed=False))
    found = judged(compare(gone, AuditDaemon(installed=False)))
    assert {item: (one.state, one.summary.en) for item, one in found.items()} == {
        "auditd": (State.WARN, "no longer installed, as it was at the first look")
    }
    assert judged(gone, changed="crit")["auditd"].state is State.CRIT
    assert judged(compare(gone, ON)) == judged(compare(ON, ON))
    assert judged(compare(gone, replace(ON, rules=25, fingerprint="b" * 64)))["rules"].state is State.WARN
    never = compare(AuditDaemon(installed=False), AuditDaemon(installed=False))
    assert judged(never) == {}


def test_lost_records_are_those_since_the_last_look() -> None:
    before, after = replace(ON, lost=100), replace(ON, lost=103)
    assert judged(before)["lost records"].state is State.OK
    result = judged(compare(before, after))["lost records"]
    assert (result.state, result.summary.en) == (State.WARN, "3 since the last look (warn at 1), 103 in all")
    assert judged(compare(after, replace(ON, lost=2)))["lost records"].summary.en.startswith("2 since"), "it restarted"


def test_a_backlog_and_a_full_disk() -> None:
    found = judged(replace(ON, backlog=8000, log=(("disk_full_action", "ignore"),)))
    assert found["backlog"].state is State.CRIT
    assert found["full log"].state is State.WARN
