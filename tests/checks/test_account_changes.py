from dataclasses import replace

from checks.account_changes import AccountChangesParams, evaluate
from checks.contract import Result, State
from collectors.account_files import Account
from collectors.accounts import Accounts, compare
from tests.checks.accounts_made import account, facts

ALICE = account("alice")
FIRST = facts(ALICE)


def judged(now: Accounts, **params: object) -> dict[str, Result]:
    return {one.item: one for one in evaluate(now, AccountChangesParams.model_validate(params))}


def after(*accounts: Account) -> Accounts:
    return compare(FIRST, facts(*accounts))


def test_what_is_there_at_the_first_look_is_meant() -> None:
    assert {item: one.state for item, one in judged(FIRST).items()} == {"root": State.OK, "alice": State.OK}
    assert judged(after(ALICE)) == judged(FIRST)


def test_a_new_one_and_one_that_is_gone() -> None:
    found = judged(after(account("bob", 1002)))
    assert found["bob"].state is State.WARN
    assert found["bob"].summary.en == "not there at the first look: uid 1002, groups bob, /bin/bash"
    assert found["alice"].state is State.WARN
    assert found["alice"].summary.en == "gone; first seen: uid 1001, groups alice, /bin/bash"
    assert found["alice"].measurements[0].value == 1


def test_the_first_look_is_carried_on() -> None:
    again = compare(after(account("bob", 1002)), facts(ALICE))
    assert judged(again) == judged(FIRST)


def test_what_changed_is_told() -> None:
    now = replace(ALICE, uid=1009, groups=("alice", "video"), shell="/bin/zsh", home="/srv/alice")
    found = judged(after(now))["alice"]
    assert found.state is State.WARN
    assert found.summary.en == (
        "uid 1001 -> 1009; shell /bin/bash -> /bin/zsh; home /home/alice -> /srv/alice; groups +video"
    )
    assert judged(after(replace(ALICE, last_login=1, running=True)))["alice"].state is State.OK


def test_who_becomes_root_or_can() -> None:
    assert judged(after(replace(ALICE, groups=("alice", "sudo"))))["alice"].state is State.CRIT
    assert judged(after(replace(ALICE, uid=0)))["alice"].state is State.CRIT
    assert judged(after(ALICE, account("toor", 0)))["toor"].state is State.CRIT
    calm = judged(after(replace(ALICE, groups=("alice", "sudo"))), admin_groups=[], unexpected="ok")
    assert calm["alice"].state is State.OK


def test_who_was_an_admin_and_is_no_more() -> None:
    first = facts(replace(ALICE, groups=("alice", "sudo")))
    found = judged(compare(first, facts(ALICE)))["alice"]
    assert (found.state, found.summary.en) == (State.WARN, "groups -sudo")


def test_a_list_overrides_the_first_look() -> None:
    found = judged(after(account("bob", 1002), account("eve", 1003)), allowed=["root", "b*"])
    assert {item: one.state for item, one in found.items()} == {
        "root": State.OK,
        "bob": State.OK,
        "eve": State.WARN,
    }
    assert found["eve"].summary.en.startswith("not allowed: uid 1003")
    changed = judged(after(replace(ALICE, uid=0)), allowed=["root", "alice"])
    assert changed["alice"].state is State.CRIT


def test_ignored() -> None:
    assert set(judged(after(account("systemd-x", 990)), ignore=["systemd-*", "alice"])) == {"root"}
