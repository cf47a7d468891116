from dataclasses import replace

import pytest

from checks.contract import Result, State
from checks.idle_accounts import IdleAccountsParams, evaluate
from collectors.account_files import Account, Password
from tests.checks.accounts_made import CLOSED, DAY, NOW, ROOT, TODAY, account, aging, facts


def judged(one: Account, since: int | None = 0, **others: object) -> dict[str, Result]:
    return {found.item: found for found in evaluate(facts(one, recorded_since=since, **others), IdleAccountsParams())}


def test_from_the_last_login() -> None:
    assert judged(account("a"))["a"].summary.en == "last login 1 d ago"
    found = judged(account("a", last_login=NOW - 30 * DAY))["a"]
    assert (found.state, found.summary.en) == (State.WARN, "last login 30 d ago (warn at 30 d)")
    assert judged(account("a", last_login=NOW - 30 * DAY + 1))["a"].state is State.OK
    assert judged(account("a", last_login=NOW + 999))["a"].state is State.OK


def test_never() -> None:
    new = judged(account("a", last_login=None))["a"]
    assert (new.state, new.summary.en) == (State.OK, "never logged in; password last changed 7 d 1 h ago")
    old = judged(account("a", last_login=None, aging=aging(TODAY - 31)))["a"]
    assert (old.state, old.summary.en) == (
        State.WARN,
        "never logged in; password last changed 31 d 1 h ago (warn at 30 d)",
    )
    assert old.summary.zh == "从未登录,口令最近修改于 31 天 1 小时前(警告阈值 30 天)"
    unknown = judged(account("a", last_login=None, aging=None))["a"]
    assert (unknown.state, unknown.summary.en) == (State.WARN, "never logged in")


def test_records_that_do_not_go_back_far_enough() -> None:
    one = account("a", last_login=None, aging=aging(TODAY - 99))
    short = judged(one, since=NOW - 20 * DAY)["a"]
    assert (short.state, short.summary.en) == (State.OK, "no login on record for 20 d")
    assert judged(one, since=NOW - 40 * DAY)["a"].state is State.WARN


def test_no_records_at_all() -> None:
    found = judged(account("a", last_login=None), since=None)
    assert {item: one.state for item, one in found.items()} == {"logins": State.UNKNOWN}
    running = judged(account("a", last_login=None, running=True), since=None)
    assert running["a"].state is State.OK


def test_what_runs_is_in_use() -> None:
    found = judged(account("a", last_login=None, aging=aging(TODAY - 999), running=True))["a"]
    assert (found.state, found.summary.en) == (State.OK, "in use: its processes run")


def test_a_key_opens_what_a_password_does_not() -> None:
    locked = account("a", password=Password.LOCKED, last_login=NOW - 99 * DAY)
    assert judged(locked)["logins"].summary.en == "no account is open to logins"
    assert judged(replace(locked, has_key=True))["a"].state is State.WARN


@pytest.mark.parametrize(
    "one",
    [
        ROOT,
        account("a", shell="/usr/sbin/nologin", last_login=1),
        account("a", last_login=1, aging=aging(expires_day=TODAY)),
        account("a", password=Password.NONE, last_login=1),
    ],
)
def test_left_out(one: Account) -> None:
    (looked,) = evaluate(replace(facts(), accounts=(one,)), IdleAccountsParams())
    assert (looked.item, looked.state, looked.summary.en) == ("logins", State.OK, "no account is open to logins")


def test_that_somebody_looked_is_always_told() -> None:
    looked = judged(account("a"))["logins"]
    assert (looked.state, looked.summary.en) == (State.OK, "1 account open to logins, none idle")
    assert looked.summary.zh == "1 个账号可登录,均未闲置"
    assert judged(account("a", last_login=1))["logins"].summary.en == "1 account open to logins, 1 idle"


def test_root_too_where_that_is_asked() -> None:
    one = account("root", 0, last_login=NOW - 99 * DAY)
    found, _ = evaluate(replace(facts(), accounts=(one,)), IdleAccountsParams(ignore=()))
    assert found.state is State.WARN


def test_closed() -> None:
    used = account("a", password=Password.UNKNOWN, aging=None, last_login=NOW - 99 * DAY)
    found = judged(used, closed=CLOSED)
    assert found["a"].state is State.WARN
    assert found["a"].summary.en == "last login 99 d ago (warn at 30 d); whether it is locked was not seen"
    never = judged(replace(used, last_login=None), closed=CLOSED)
    assert {item: one.state for item, one in never.items()} == {"passwords": State.UNKNOWN, "logins": State.OK}
    assert never["logins"].summary.en == "no account is known to be open to logins"
