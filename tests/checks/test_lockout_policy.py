from dataclasses import replace

import pytest

from checks.contract import Result, State
from checks.lockout_policy import LockoutPolicyParams, evaluate
from collectors.login_policy import LoginPolicy
from collectors.pam_stack import Lockout

SSHD = Lockout("sshd", "pam_faillock", 5, 900, covers_root=False)
POLICY = LoginPolicy((SSHD, replace(SSHD, service="sudo")), 30, 5, 7, "yescrypt", None)


def judged(lockout: Lockout, **params: object) -> Result:
    (found,) = evaluate(replace(POLICY, lockouts=(lockout,)), LockoutPolicyParams.model_validate(params))
    return found


def test_only_what_people_log_in_by() -> None:
    assert [one.item for one in evaluate(POLICY, LockoutPolicyParams())] == ["sshd"]
    assert [one.item for one in evaluate(POLICY, LockoutPolicyParams(services=("sudo",)))] == ["sudo"]


def test_in_force() -> None:
    found = judged(SSHD)
    assert (found.state, found.summary.en) == (State.OK, "locked after 5 failures, for 15 min")
    assert found.summary.zh == "失败 5 次后锁定 15 分钟"
    forever = judged(replace(SSHD, unlock_seconds=0))
    assert (forever.state, forever.summary.en) == (State.OK, "locked after 5 failures, until unlocked")


@pytest.mark.parametrize(
    ("lockout", "words"),
    [
        (Lockout("sshd", None, None, 0, False), "no lock-out: failed passwords are not counted"),
        (replace(SSHD, deny=None), "no lock-out: failed passwords are not counted"),
        (replace(SSHD, deny=6), "locked after 6 failures only (at most 5)"),
        (replace(SSHD, unlock_seconds=599), "for 9 min 59 s only (at least 10 min)"),
    ],
)
def test_not_as_wanted(lockout: Lockout, words: str) -> None:
    found = judged(lockout)
    assert (found.state, found.summary.en) == (State.WARN, words)


def test_none_is_needed_where_there_is_no_password_to_be_guessed() -> None:
    none = Lockout("sshd", None, None, 0, covers_root=False)
    facts = replace(POLICY, lockouts=(none, replace(none, service="login")))

    def found(**others: object) -> list[tuple[State, str]]:
        judged = evaluate(replace(facts, **others), LockoutPolicyParams())  # type: ignore[arg-type]
        return [(one.state, one.summary.en) for one in judged]

    missing = "no lock-out: failed passwords are not counted"
    assert found() == found(with_password=1, by_ssh=True) == [(State.WARN, missing)] * 2
    assert found(with_password=0) == [(State.OK, f"{missing}, but no account has a password")] * 2
    assert found(with_password=2, by_ssh=False) == [
        (State.OK, f"{missing}, but sshd takes no passwords"),
        (State.WARN, missing),
    ]
    elsewhere = replace(none, asks_elsewhere=True)
    assert found(with_password=0, lockouts=(elsewhere,)) == [(State.WARN, missing)]
    assert found(with_password=0, lockouts=(SSHD,)) == [(State.OK, "locked after 5 failures, for 15 min")]


def test_params() -> None:
    assert judged(replace(SSHD, deny=6), max_failures=6).state is State.OK
    assert judged(replace(SSHD, unlock_seconds=1), min_unlock=None).state is State.OK
