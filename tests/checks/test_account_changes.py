from dataclasses import replace

from checks.account_changes import AccountChangesParams, evaluate
from checks.contract import Result, State
from collectors.account_files import Account, Password
from collectors.accounts import Accounts, compare
from tests.checks.accounts_made import account, facts

ALICE = account("alice")
GAMES = account("games", 5, shell="/usr/sbin/nologin", password=Password.NONE)
NEWS = account("news", 9, shell="/usr/sbin/nologin", password=Password.NONE)
FIRST = facts(ALICE)
DAEMONS = facts(GAMES, NEWS)


def judged(now: Accounts, **params: object) -> dict[str, Result]:
    return {one.item: one for one in evaluate(now, AccountChangesParams.model_validate(params))}


def after(*accounts: Account) -> Accounts:
    return compare(FIRST, facts(*accounts))


def test_what_is_there_at_the_first_look_is_meant() -> None:
    states = {item: one.state for item, one in judged(FIRST).items()}
    assert states == {"root": State.OK, "alice": State.OK, "system accounts": State.OK}
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


def test_who_nobody_logs_in_to_is_only_counted() -> None:
    assert set(judged(DAEMONS)) == {"root", "system accounts"}
    assert judged(DAEMONS)["system accounts"].summary.en == "2, as at the first look"
    assert judged(DAEMONS)["system accounts"].summary.zh == "共 2 个,与首次检查一致"
    assert judged(DAEMONS, allowed=["*"])["system accounts"].summary.en == "2, all allowed"
    found = judged(DAEMONS, allowed=["root", "news"])
    assert (found["games"].state, found["system accounts"].summary.en) == (State.WARN, "1, all allowed")


def test_one_that_has_differed_is_told_of_until_it_is_learned_anew() -> None:
    changed = compare(DAEMONS, facts(replace(GAMES, groups=("games", "sudo")), NEWS))
    found = judged(changed)
    assert (found["games"].state, found["games"].summary.en) == (State.CRIT, "groups +sudo")
    assert found["system accounts"].summary.en == "1, as at the first look"
    mended = judged(compare(changed, DAEMONS))
    assert set(mended) == set(found)
    assert (mended["games"].state, mended["games"].summary.en) == (State.OK, "uid 5, groups games, /usr/sbin/nologin")
    gone = compare(changed, facts(NEWS))
    assert judged(gone)["games"].summary.en.startswith("gone; first seen: ")
    assert judged(compare(gone, DAEMONS))["games"].state is State.OK


def test_one_that_came_and_went_is_no_longer_told_of() -> None:
    came = compare(DAEMONS, facts(GAMES, NEWS, account("bob")))
    assert judged(came)["bob"].state is State.WARN
    assert judged(compare(came, DAEMONS)) == judged(DAEMONS)


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
        "system accounts": State.OK,
    }
    assert found["eve"].summary.en.startswith("not allowed: uid 1003")
    changed = judged(after(replace(ALICE, uid=0)), allowed=["root", "alice"])
    assert changed["alice"].state is State.CRIT


def test_ignored() -> None:
    assert set(judged(after(account("systemd-x", 990)), ignore=["systemd-*", "alice"])) == {"root", "system accounts"}
