"""Passwords: right or wrong, remembered without being kept, and never the way to eat a processor."""

import asyncio
import time

import bcrypt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.config.web_file import _password_hash
from agent.web.passwords import REMEMBERED, WAITING_OF_ONE, Passwords, TooManyLoginsError
from tests.agent.web.doors import HASH, PASSWORD

USERS = {"anna": HASH, "王丽": bcrypt.hashpw("口令".encode(), bcrypt.gensalt(4)).decode()}


def ask(passwords: Passwords, name: str, password: str | bytes, users: dict[str, str] = USERS) -> bool:
    given = password if isinstance(password, bytes) else password.encode()
    return asyncio.run(passwords.is_right(users, name, given, "192.0.2.1"))


@pytest.mark.parametrize(
    ("name", "password", "right"),
    [
        ("anna", PASSWORD, True),
        ("王丽", "口令", True),
        ("anna", "口令", False),
        ("anna", "", False),
        ("anna", PASSWORD + "x", False),
        ("anna", HASH, False),
        ("nobody", PASSWORD, False),
        ("", "", False),
        ("anna\0", PASSWORD, False),
        ("anna", b"\xff\x00", False),
        ("anna", "x" * 5000, False),
    ],
)
def test_only_the_right_password_is_right(name: str, password: str | bytes, right: bool) -> None:
    passwords = Passwords()
    assert [ask(passwords, name, password) for _ in range(2)] == [right, right]


def test_a_long_password_is_cut_where_bcrypt_cuts() -> None:
    """As htpasswd and Prometheus' exporters do: the same file opens the same door."""
    kept = bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode()
    assert ask(Passwords(), "a", "x" * 100, {"a": kept})
    assert not ask(Passwords(), "a", "x" * 71, {"a": kept})


def test_a_changed_hash_is_not_answered_from_memory() -> None:
    passwords = Passwords()
    assert ask(passwords, "anna", PASSWORD)
    assert not ask(passwords, "anna", PASSWORD, {**USERS, "anna": USERS["王丽"]})
    assert not ask(passwords, "anna", PASSWORD, {"王丽": USERS["王丽"]})


def test_what_is_remembered_holds_no_password_and_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = Passwords()
    assert ask(passwords, "anna", PASSWORD)
    assert PASSWORD not in repr(vars(passwords))
    monkeypatch.setattr("agent.web.passwords._compare", lambda password, kept: False)
    for number in range(REMEMBERED + 10):
        ask(passwords, "anna", str(number))
    assert len(passwords._wrong) == REMEMBERED
    assert ask(passwords, "anna", PASSWORD), "wrong guesses do not push out what was right"


def test_a_remembered_login_is_quick() -> None:
    users = {"anna": bcrypt.hashpw(b"slow", bcrypt.gensalt(11)).decode()}
    passwords = Passwords()
    began = time.process_time()
    assert ask(passwords, "anna", "slow", users)
    first = time.process_time() - began
    began = time.process_time()
    assert all(ask(passwords, "anna", "slow", users) for _ in range(10))
    assert time.process_time() - began < first, "ten of them together"


@given(st.text(max_size=40))
def test_an_unknown_user_costs_what_a_known_one_does(name: str) -> None:
    users = {"a": HASH.replace("$04", "$05"), "b": HASH}
    passwords = Passwords()
    decoy = passwords._decoy(users, name)
    assert decoy == passwords._decoy(users, name), "asked twice it is as dear as before"
    assert decoy.split("$")[2] in ("04", "05")
    assert _password_hash(decoy) == decoy
    assert not bcrypt.checkpw(b"x", decoy.replace("$05", "$04").encode())


def test_the_same_credentials_are_looked_at_once_and_many_guesses_are_refused() -> None:
    async def many() -> tuple[list[bool], int]:
        passwords = Passwords()
        same = [passwords.is_right(USERS, "anna", PASSWORD.encode(), "192.0.2.1") for _ in range(100)]
        right = await asyncio.gather(*same)
        guesses = [passwords.is_right(USERS, "anna", str(n).encode(), "192.0.2.1") for n in range(20)]
        found = await asyncio.gather(*guesses, return_exceptions=True)
        other = passwords.is_right(USERS, "王丽", "口令".encode(), "192.0.2.2")
        assert await other, "the next may log in"
        return right, sum(isinstance(one, TooManyLoginsError) for one in found)

    right, refused = asyncio.run(many())
    assert right == [True] * 100
    assert refused == 20 - WAITING_OF_ONE
