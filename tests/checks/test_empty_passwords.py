import pytest

from checks.contract import State
from checks.empty_passwords import EmptyPasswordsParams, evaluate
from collectors.account_files import Account, Password
from tests.checks.accounts_made import CLOSED, account, facts


@pytest.mark.parametrize(
    ("one", "state", "words"),
    [
        (account("a"), State.OK, "set, hashed by yescrypt"),
        (account("a", password=Password.EMPTY, scheme=None), State.CRIT, "empty password: anybody gets /bin/bash"),
        (
            account("a", password=Password.EMPTY, shell="/usr/sbin/nologin"),
            State.WARN,
            "empty password, though no shell (/usr/sbin/nologin)",
        ),
        (account("a", scheme="md5"), State.WARN, "password hashed by md5: weak"),
        (account("a", scheme="other"), State.OK, "set, hashed by other"),
    ],
)
def test_states(one: Account, state: State, words: str) -> None:
    found, _ = evaluate(facts(one), EmptyPasswordsParams())
    assert (found.item, found.state, found.summary.en) == ("a", state, words)


@pytest.mark.parametrize("password", [Password.LOCKED, Password.NONE, Password.UNKNOWN])
def test_what_no_password_opens_is_left_out(password: Password) -> None:
    found = evaluate(facts(account("a", password=password, scheme="md5")), EmptyPasswordsParams())
    assert [one.item for one in found] == ["passwords"]


def test_that_somebody_looked_is_always_told() -> None:
    (found,) = evaluate(facts(account("a", password=Password.NONE)), EmptyPasswordsParams())
    assert (found.item, found.state) == ("passwords", State.OK)
    assert found.summary.en == "2 accounts, none with an empty password"
    assert found.summary.zh == "共 2 个账号,均无空口令"
    _, found = evaluate(facts(account("a", password=Password.EMPTY)), EmptyPasswordsParams())
    assert (found.item, found.state) == ("passwords", State.OK)
    assert found.summary.en == "2 accounts, 1 with an empty password"


def test_params() -> None:
    one = account("kiosk1", password=Password.EMPTY)
    (looked,) = evaluate(facts(one), EmptyPasswordsParams(ignore=("kiosk*",)))
    assert looked.summary.en == "1 account, none with an empty password"
    found, _ = evaluate(facts(account("a", scheme="sha512")), EmptyPasswordsParams(weak=("sha512",)))
    assert found.state is State.WARN


def test_a_closed_file_is_never_fine() -> None:
    unseen, empty = account("a", password=Password.UNKNOWN), account("b", password=Password.EMPTY)
    found = {one.item: one for one in evaluate(facts(unseen, empty, closed=CLOSED), EmptyPasswordsParams())}
    assert {item: one.state for item, one in found.items()} == {"b": State.CRIT, "passwords": State.UNKNOWN}
    assert CLOSED in found["passwords"].summary.en
    assert CLOSED in found["passwords"].summary.zh
