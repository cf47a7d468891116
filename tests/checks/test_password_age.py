from typing import Any

import pytest

from checks.contract import Result, State
from checks.password_age import PasswordAgeParams, evaluate
from collectors.account_files import Account, Aging, Password
from tests.checks.accounts_made import CLOSED, DAY, TODAY, account, aging, facts


def judged(days: Aging, **params: object) -> Result:
    found, looked = evaluate(facts(account("a", aging=days)), PasswordAgeParams.model_validate(params))
    assert (looked.item, looked.state) == ("passwords", State.OK)
    return found


def of_all(one: Account, **params: object) -> str:
    *_, looked = evaluate(facts(one), PasswordAgeParams.model_validate(params))
    assert (looked.item, looked.state) == ("passwords", State.OK)
    return looked.summary.en


def test_as_the_manual_wants_it() -> None:
    found = judged(aging())
    assert (found.item, found.state, found.summary.en) == ("a", State.OK, "changed 7 d 1 h ago")
    assert found.measurements[0].value == 7 * DAY + 3600
    assert found.measurements[0].warn == 30 * DAY


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (aging(TODAY - 30), "changed 30 d 1 h ago (at most 30 d)"),
        (aging(high=31), "valid for 31 d"),
        (aging(high=99999), "valid for ever"),
        (aging(high=None), "valid for ever"),
        (aging(low=4), "may be changed again after 4 d (at least 5 d)"),
        (aging(low=None), "may be changed again after 0 d (at least 5 d)"),
        (aging(None), "no date of its last change: it never ages"),
        (aging(TODAY + 9), "last changed in the future: it does not age"),
        (aging(TODAY - 99, high=90), "changed 99 d 1 h ago (at most 30 d); valid for 90 d"),
    ],
)
def test_findings(days: Aging, words: str) -> None:
    found = judged(days)
    assert (found.state, found.summary.en) == (State.WARN, words)


def test_boundaries() -> None:
    assert judged(aging(TODAY - 29)).state is State.OK
    assert judged(aging(TODAY)).state is State.OK
    assert judged(aging(0)).summary.en == "must be changed at the next login"


def test_an_organisation_without_such_rules() -> None:
    assert judged(aging(TODAY - 999, None, None), max_age=None, min_age=None).state is State.OK
    assert judged(aging(TODAY - 60, 0, 90), max_age="90d", min_age=None).state is State.OK


@pytest.mark.parametrize(
    "others",
    [
        {"password": Password.LOCKED},
        {"password": Password.NONE},
        {"password": Password.EMPTY},
        {"aging": aging(TODAY - 99, expires_day=TODAY - 1)},
    ],
)
def test_left_out(others: dict[str, Any]) -> None:
    one = account("a", **{"aging": aging(TODAY - 99), **others})
    assert of_all(one, ignore=["svc-*"]) == "no account has a password that must be changed"


def test_ignored() -> None:
    assert of_all(account("svc-web", aging=None)) == "no account has a password that must be changed"
    ignored = of_all(account("svc-web", aging=aging(1)), ignore=["svc-*"])
    assert ignored == "no account has a password that must be changed"


def test_that_somebody_looked_is_always_told() -> None:
    assert of_all(account("a")) == "1 password, none older than 30 d"
    assert of_all(account("a"), max_age=None) == "1 password, of any age"
    assert of_all(account("a", aging=aging(TODAY - 99))) == "1 password, 1 not as asked for"


def test_closed() -> None:
    (found,) = evaluate(facts(account("a", password=Password.UNKNOWN, aging=None), closed=CLOSED), PasswordAgeParams())
    assert (found.item, found.state) == ("passwords", State.UNKNOWN)
