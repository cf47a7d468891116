from dataclasses import replace
from typing import Any

from checks.contract import Result, State
from checks.expired_accounts import ExpiredAccountsParams, evaluate
from collectors.account_files import Account, Password
from tests.checks.accounts_made import CLOSED, DAY, TODAY, account, aging, facts


def judged(one: Account, **params: object) -> Result:
    found, looked = evaluate(facts(one), ExpiredAccountsParams.model_validate(params))
    assert (looked.item, looked.state) == ("passwords", State.OK)
    return found


def expired(days: int, **others: Any) -> Account:
    return account("a", aging=aging(expires_day=TODAY - days), **others)


def test_expired_and_open() -> None:
    assert judged(expired(4)).state is State.OK
    found = judged(expired(5))
    assert (found.item, found.state) == ("a", State.WARN)
    assert found.summary.en == "expired 5 d 1 h ago, not disabled (within 5 d)"
    assert found.summary.zh == "5 天 1 小时前到期,未停用(应在 5 天内停用)"
    assert (found.measurements[0].value, found.measurements[0].warn) == (5 * DAY + 3600, 5 * DAY)
    assert judged(expired(5), grace="6d").state is State.OK


def test_disabled_by_whatever_means() -> None:
    for others in ({"password": Password.LOCKED}, {"password": Password.NONE}, {"shell": "/usr/sbin/nologin"}):
        found = judged(expired(99, **others))
        assert (found.state, found.summary.en) == (State.OK, "expired 99 d 1 h ago, disabled")
    assert judged(expired(99, password=Password.LOCKED, has_key=True)).state is State.WARN


def test_not_yet() -> None:
    found = judged(expired(-10))
    assert (found.state, found.summary.en) == (State.OK, "expires in 9 d 23 h")


def test_that_somebody_looked_is_always_told() -> None:
    (looked,) = evaluate(facts(account("a")), ExpiredAccountsParams())
    assert (looked.item, looked.state, looked.summary.en) == ("passwords", State.OK, "2 accounts, none expired")
    assert looked.summary.zh == "共 2 个账号,均未过期"
    _, looked = evaluate(facts(expired(1)), ExpiredAccountsParams())
    assert (looked.item, looked.state, looked.summary.en) == ("passwords", State.OK, "2 accounts, 1 expired")


def test_leavers() -> None:
    found = judged(account("ext-1"), leavers=["ext-*"])
    assert (found.state, found.summary.en) == (State.CRIT, "its owner has left, and it is open")
    locked = judged(account("ext-1", password=Password.LOCKED), leavers=["ext-*"])
    assert (locked.state, locked.summary.en) == (State.WARN, "its owner has left; disabled, but still there")
    one = account("ext-1", password=Password.UNKNOWN, aging=None)
    unseen, closed = evaluate(facts(one, closed=CLOSED), ExpiredAccountsParams(leavers=("ext-*",)))
    assert closed.state is State.UNKNOWN
    assert unseen.summary.en == "its owner has left; whether it is locked was not seen"


def test_closed() -> None:
    one = replace(account("a"), password=Password.UNKNOWN, aging=None)
    (found,) = evaluate(facts(one, closed=CLOSED), ExpiredAccountsParams())
    assert (found.item, found.state) == ("passwords", State.UNKNOWN)
