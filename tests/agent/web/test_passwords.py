"""Passwords: right or wrong, remembered without being kept, and never the way to eat a processor."""

import asyncio
import time

import bcrypt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.config.web_file import _password_hash
from agent.web.passwords import REMEMBERED, WAITING_OF_NOBODY, WAITING_OF_ONE, Passwords, TooManyLoginsError
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


def slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look that takes so long that everything asked at once has to wait."""

    def look(password: bytes, kept: str) -> bool:
        time.sleep(0.01)
        return bcrypt.checkpw(password, kept.encode())

    monkeypatch.setattr("agent.web.passwords._compare", look)


async def gets_in_among(guesses: list[tuple[str, str]], client: str) -> tuple[bool, int]:
    """Whether anna gets in while others, each a name and an address, guess; and how many of these were refused."""
    passwords = Passwords()
    others = [
        asyncio.ensure_future(passwords.is_right(USERS, name, str(number).encode(), address))
        for number, (name, address) in enumerate(guesses)
    ]
    await asyncio.sleep(0)  # they are there first
    right = await passwords.is_right(USERS, "anna", PASSWORD.encode(), client)
    found = await asyncio.gather(*others, return_exceptions=True)
    return right, sum(isinstance(one, TooManyLoginsError) for one in found)


FROM_MANY = [f"198.51.100.{number // 2}" for number in range(24)]


@pytest.mark.parametrize(
    "name", ["nobody", "王丽", "anna", None], ids=["nobody's", "another's", "her own", "each another"]
)
@pytest.mark.parametrize("client", ["192.0.2.1", "127.0.0.1"])
def test_guesses_from_many_addresses_lock_nobody_out(
    monkeypatch: pytest.MonkeyPatch, name: str | None, client: str
) -> None:
    slowly(monkeypatch)
    guesses = [(name or f"nobody-{number}", address) for number, address in enumerate(FROM_MANY)]
    assert asyncio.run(gets_in_among(guesses, client))[0]


@pytest.mark.parametrize("said", ["127.0.0.1", "10.0.0.{}", "all is well {}", "2001:db8::{}"])
def test_guesses_through_a_proxy_lock_nobody_out_whatever_they_say(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    """Twenty at once, of which a proxy on this machine says many things or nothing; anna comes through it as well."""
    slowly(monkeypatch)
    guesses = [("anna", said.format(number)) for number in range(20)]
    right, refused = asyncio.run(gets_in_among(guesses, "127.0.0.1"))
    assert right
    assert refused == (18 if said[:4] in ("all ", "2001") else 0), "what is no address is one client, as is a /64"


def test_names_that_nobody_has_get_a_small_share(monkeypatch: pytest.MonkeyPatch) -> None:
    slowly(monkeypatch)
    guesses = [(f"nobody-{number}", address) for number, address in enumerate(FROM_MANY)]
    assert asyncio.run(gets_in_among(guesses, "192.0.2.1")) == (True, len(guesses) - WAITING_OF_NOBODY)
    done: list[str] = []

    async def crowd() -> None:
        passwords = Passwords()

        async def ask_and_tell(name: str, password: str) -> None:
            await passwords.is_right(USERS, name, password.encode(), "127.0.0.1")
            done.append(name)

        asked = [("anna", f"{number}") for number in range(20)] + [("nobody", "x"), ("王丽", "口令")]
        await asyncio.gather(*(ask_and_tell(*one) for one in asked))

    asyncio.run(crowd())
    assert done.index("王丽") < 5, "she does not wait for all who want to be anna"


def test_what_is_remembered_is_told_without_looking() -> None:
    passwords = Passwords()
    assert not passwords.remembers(USERS, "anna", PASSWORD.encode())
    ask(passwords, "anna", PASSWORD)
    ask(passwords, "anna", "wrong")
    assert passwords.remembers(USERS, "anna", PASSWORD.encode())
    assert not passwords.remembers(USERS, "anna", b"wrong")
    assert not passwords.remembers({"王丽": HASH}, "anna", PASSWORD.encode()), "taken out of the file since"


def test_what_is_used_is_forgotten_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.web.passwords.REMEMBERED", 2)
    users = dict.fromkeys(("anna", "bert", "carl"), HASH)
    passwords = Passwords()
    for name in ("anna", "bert"):
        assert ask(passwords, name, PASSWORD, users)
    assert passwords.remembers(users, "anna", PASSWORD.encode())
    assert ask(passwords, "carl", PASSWORD, users)
    assert [name for name in users if passwords.remembers(users, name, PASSWORD.encode())] == ["anna", "carl"]
