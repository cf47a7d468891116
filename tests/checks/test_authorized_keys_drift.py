from dataclasses import replace
from typing import Any

import pytest

from checks.authorized_keys_drift import AuthorizedKeysDriftParams, evaluate
from checks.contract import Result, State
from collectors.authorized_keys import AuthorizedKeys, compare, inventory
from collectors.key_files import Key, KeyFile

ALICE = Key("alice", "SHA256:AAA", "ed25519", 256, ("from",), "alice@laptop")
ROOT = Key("root", "SHA256:RRR", "rsa", 3072, (), "backup")
EVIL = Key("root", "SHA256:EEE", "ed25519", 256, (), None)
FILES = (
    KeyFile("alice", "/home/alice/.ssh/authorized_keys", 0o600, 1001, 1001, False),
    KeyFile("root", "/root/.ssh/authorized_keys", 0o600, 0, 0, False),
)
FIRST = AuthorizedKeys((ALICE, ROOT), FILES)


def judged(facts: AuthorizedKeys, **params: object) -> dict[str, Result]:
    return {one.item: one for one in evaluate(facts, AuthorizedKeysDriftParams.model_validate(params))}


def after(*keys: Key, **others: Any) -> AuthorizedKeys:
    return compare(FIRST, replace(FIRST, keys=keys, **others))


def test_what_is_there_at_the_first_look_is_meant() -> None:
    found = judged(FIRST)
    assert {item: one.state for item, one in found.items()} == {
        "alice": State.OK,
        "root": State.OK,
        "closed accounts": State.OK,
    }
    assert found["root"].summary.en == "1 key: backup rsa"
    assert judged(after(ALICE, ROOT)) == found


def test_a_new_key_is_named_and_clears() -> None:
    found = judged(after(ALICE, ROOT, EVIL))
    assert (found["root"].state, found["alice"].state) == (State.CRIT, State.OK)
    assert found["root"].summary.en == "new key: SHA256:EEE (ed25519)"
    assert found["root"].summary.zh == "新增密钥:SHA256:EEE (ed25519)"
    assert judged(after(ALICE, ROOT, EVIL), unexpected="warn")["root"].state is State.WARN
    assert judged(after(ALICE, ROOT)) == judged(FIRST)


def test_a_known_key_is_new_to_another_account() -> None:
    assert judged(after(ALICE, ROOT, replace(ALICE, account="root")))["root"].state is State.CRIT
    moved = judged(after(ALICE, ROOT, replace(EVIL, account="bob")))
    assert moved["bob"].state is State.CRIT


def test_a_key_that_is_gone_is_told_and_fine() -> None:
    found = judged(after(ALICE, files=FILES[:1]))["root"]
    assert (found.state, found.summary.en) == (State.OK, "no keys; gone since the first look: backup rsa")


def test_a_list_overrides_the_first_look() -> None:
    found = judged(after(ALICE, ROOT, EVIL), allowed=["root SHA256:EEE", "alice *"])
    assert found["alice"].state is State.OK
    assert (found["root"].state, found["root"].summary.en) == (State.CRIT, "not allowed: SHA256:RRR (backup rsa)")
    assert judged(after(ALICE), allowed=["*"])["root"].summary.en == "no keys"


@pytest.mark.parametrize(("kind", "bits", "is_weak"), [("dsa", 1024, True), ("rsa", 1024, True), ("rsa", 2048, False)])
def test_weak_keys(kind: str, bits: int, is_weak: bool) -> None:
    found = judged(replace(FIRST, keys=(replace(ALICE, kind=kind, bits=bits),)))["alice"]
    assert (found.state is State.WARN, "weak key" in found.summary.en) == (is_weak, is_weak)


def test_who_may_write_the_file() -> None:
    def of(**others: Any) -> Result:
        return judged(replace(FIRST, files=(replace(FILES[0], **others),)))["alice"]

    assert of(mode=0o620).summary.en == "/home/alice/.ssh/authorized_keys may be written by others (620)"
    assert of(owner=1002).summary.en == "/home/alice/.ssh/authorized_keys belongs to uid 1002"
    assert of(is_link=True, mode=0o777).summary.en == "/home/alice/.ssh/authorized_keys is a link: not followed"
    assert {of(mode=0o620).state, of(owner=1002).state, of(is_link=True).state} == {State.WARN}
    assert of(owner=0, mode=0o644).state is State.OK


def test_what_was_closed_is_never_fine_and_is_learned_when_it_opens() -> None:
    first = AuthorizedKeys((ALICE,), FILES[:1], ("root",), "needs root", None, ("root",))
    found = judged(first)
    assert {item: one.state for item, one in found.items()} == {
        "alice": State.OK,
        "closed accounts": State.UNKNOWN,
    }
    assert found["closed accounts"].summary.en == "not checked: root: needs root"
    opened = compare(first, FIRST)
    assert judged(opened)["root"].state is State.OK
    assert judged(compare(opened, replace(FIRST, keys=(ALICE, ROOT, EVIL))))["root"].state is State.CRIT
    closed_again = compare(opened, replace(first, never_seen=("root",)))
    assert "root" not in judged(closed_again)
    assert judged(compare(closed_again, replace(FIRST, keys=(ALICE, ROOT, EVIL))))["root"].state is State.CRIT


def test_ignored() -> None:
    assert set(judged(after(ALICE, EVIL, closed=("bob",)), ignore=["root", "bob"])) == {"alice", "closed accounts"}


def test_that_somebody_looked_is_always_told() -> None:
    assert judged(FIRST)["closed accounts"].summary.en == "none; 2 keys of 2 accounts looked at"
    looked = judged(FIRST, ignore=["root"])["closed accounts"]
    assert (looked.summary.en, looked.summary.zh) == (
        "none; 1 key of 1 account looked at",
        "无;已检查 1 个账号的 1 个密钥",
    )
    looked = judged(AuthorizedKeys((), ()))["closed accounts"]
    assert (looked.state, looked.summary.en) == (State.OK, "none; no account has a key")
    assert looked.summary.zh == "无;没有账号设有密钥"


def test_a_key_that_cannot_be_seen_any_more_has_not_gone_from_the_inventory() -> None:
    withdrawn = compare(FIRST, AuthorizedKeys((ALICE,), FILES[:1], ("root",), "needs root", None, ("root",)))
    assert set(inventory(withdrawn)) == set(inventory(FIRST))
    still = compare(withdrawn, AuthorizedKeys((ALICE,), FILES[:1], ("root",), "needs root", None, ("root",)))
    assert set(inventory(still)) == set(inventory(FIRST))
    assert "root" not in judged(still), "what is not seen now is not judged"
    granted = compare(still, AuthorizedKeys((ALICE,), FILES))
    assert [entry.name for entry in inventory(granted)] == ["alice SHA256:AAA"]


def test_inventory() -> None:
    assert {entry.name: entry.value for entry in inventory(FIRST)} == {
        "alice SHA256:AAA": "ed25519 256, alice@laptop, from",
        "root SHA256:RRR": "rsa 3072, backup",
    }
