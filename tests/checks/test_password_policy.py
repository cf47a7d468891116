from dataclasses import replace

from checks.contract import State
from checks.password_policy import PasswordPolicyParams, evaluate
from collectors.login_policy import LoginPolicy

GOOD = LoginPolicy((), 30, 5, 7, "yescrypt", 12)


def states(facts: LoginPolicy, **params: object) -> dict[str, State]:
    return {one.item: one.state for one in evaluate(facts, PasswordPolicyParams.model_validate(params))}


def said(facts: LoginPolicy, item: str, **params: object) -> str:
    found = evaluate(facts, PasswordPolicyParams.model_validate(params))
    return next(one.summary.en for one in found if one.item == item)


def test_as_the_manual_wants_it() -> None:
    assert states(GOOD) == {"maximum age": State.OK, "minimum age": State.OK, "hash": State.OK}
    assert said(GOOD, "maximum age") == "valid for 30 d"


def test_ages() -> None:
    assert states(replace(GOOD, max_days=31))["maximum age"] is State.WARN
    assert said(replace(GOOD, max_days=99999), "maximum age") == "valid for ever (at most 30 d)"
    assert said(replace(GOOD, max_days=None), "maximum age") == "valid for ever (at most 30 d)"
    assert said(replace(GOOD, min_days=4), "minimum age") == "may be changed again after 4 d (at least 5 d)"
    assert states(replace(GOOD, min_days=None))["minimum age"] is State.WARN
    assert set(states(GOOD, max_age=None, min_age=None)) == {"hash"}


def test_ages_while_there_is_no_password() -> None:
    fresh = replace(GOOD, max_days=99999, min_days=0)
    assert states(replace(fresh, with_password=None)) == states(replace(fresh, with_password=1)) == states(fresh)
    assert states(fresh)["maximum age"] is states(fresh)["minimum age"] is State.WARN
    assert set(states(replace(fresh, with_password=0)).values()) == {State.OK}
    told = said(replace(fresh, with_password=0), "maximum age")
    assert told == "valid for ever (at most 30 d), but no account has a password"
    assert said(replace(GOOD, with_password=0), "maximum age") == "valid for 30 d"


def test_hash() -> None:
    assert states(replace(GOOD, encrypt_method="md5"))["hash"] is State.WARN
    assert states(replace(GOOD, encrypt_method=None))["hash"] is State.UNKNOWN
    assert states(replace(GOOD, encrypt_method="sha512"), weak=["sha512"])["hash"] is State.WARN


def test_length_where_one_is_asked_for() -> None:
    assert states(GOOD, min_length=12)["length"] is State.OK
    assert said(GOOD, "length", min_length=13) == "12 characters are enough (at least 13)"
    assert said(replace(GOOD, min_length=None), "length", min_length=8) == "no module asks for a length"
