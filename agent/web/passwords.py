"""Passwords against bcrypt hashes: slow on purpose, so verdicts are remembered, and guessing gets half a processor."""

import asyncio
import base64
import hashlib
import hmac
import secrets
import time
from collections import Counter, OrderedDict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import bcrypt

from agent.web.sources import HOME, source
from agent.web.turns import Turns

LONGEST = 72
"""Bytes of a password that bcrypt looks at; htpasswd and Prometheus cut there too."""

REMEMBERED = 512
"""Credentials that are remembered, right ones and wrong ones each."""

WAITING = 32
WAITING_OF_ONE = 2
"""How many unknown credentials with the name of one user may wait for their turn, of all clients and of one."""

WAITING_OF_NOBODY = 4
"""How many with names that no user has, all together."""

LONGEST_REST = 2.0

_NOBODY = ""
"""The queue of names that no user has; no user's name is empty."""


class TooManyLoginsError(Exception):
    """Too many wait already."""


class Passwords:
    """Tells whether a password is right. To be used in one event loop.

    What is remembered is keyed by an HMAC of name, hash and password with a key of this process: the memory holds no
    password, and a changed hash is another key. An unknown user costs what one of the known ones does.

    Each user has a queue of his own, and those that nobody is have a short one together; the queues take turns. So
    whoever guesses keeps nobody out but the user whose name he knows, and him only from many addresses at once. That a
    queue is full tells who makes it so which names are known: names are no secrets here.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._right: OrderedDict[bytes, None] = OrderedDict()
        self._wrong: OrderedDict[bytes, None] = OrderedDict()
        self._under_way: dict[bytes, asyncio.Future[bool]] = {}
        self._waiting: Counter[tuple[str, str]] = Counter()
        self._turns = Turns()
        self._worker = ThreadPoolExecutor(1, "passwords")

    async def is_right(self, users: Mapping[str, str], name: str, password: bytes, client: str) -> bool:
        """Whether that is the user's password. Raises `TooManyLoginsError`. `users`: hashes by name, at least one."""
        kept, key = self._kept(users, name, password)
        for memory, verdict in ((self._right, True), (self._wrong, False)):
            if key in memory:
                memory.move_to_end(key)
                return verdict
        if key not in self._under_way:
            lane = name if name in users else _NOBODY
            whose = source(client)
            self._make_room(lane, whose)
            self._under_way[key] = asyncio.ensure_future(self._look(key, password, kept, lane, whose))
        return await asyncio.shield(self._under_way[key]) and name in users

    def remembers(self, users: Mapping[str, str], name: str, password: bytes) -> bool:
        """Whether that is known to be right, without looking anew."""
        _, key = self._kept(users, name, password)
        if key not in self._right or name not in users:
            return False
        self._right.move_to_end(key)  # what is used is forgotten last
        return True

    def _make_room(self, lane: str, client: str) -> None:
        """`client` is one who may not have more than his share; of those on this machine nobody knows who they are."""
        waiting = sum(count for (one, _), count in self._waiting.items() if one == lane)
        if waiting >= (WAITING_OF_NOBODY if lane == _NOBODY else WAITING):
            raise TooManyLoginsError
        if client != HOME and self._waiting[lane, client] >= WAITING_OF_ONE:
            raise TooManyLoginsError
        self._waiting[lane, client] += 1

    async def _look(self, key: bytes, password: bytes, kept: str, lane: str, client: str) -> bool:
        try:
            async with self._turns.turn(lane):
                verdict = await asyncio.get_running_loop().run_in_executor(self._worker, _compare, password, kept)
        finally:
            self._waiting[lane, client] -= 1
            self._waiting += Counter()  # forget those at zero
            del self._under_way[key]
        memory = self._right if verdict else self._wrong
        memory[key] = None
        if len(memory) > REMEMBERED:
            memory.popitem(last=False)
        return verdict

    def _kept(self, users: Mapping[str, str], name: str, password: bytes) -> tuple[str, bytes]:
        """The hash to look at, and the key under which the verdict is remembered."""
        kept = users.get(name) or self._decoy(users, name)
        return kept, self._digest(name.encode("utf-8", "replace"), kept.encode(), password)

    def _decoy(self, users: Mapping[str, str], name: str) -> str:
        """A hash that no password has, always the same for a name, as dear as one of the users'."""
        digest = self._digest(name.encode("utf-8", "replace"))
        costs = sorted(one.split("$")[2] for one in users.values())
        letters = base64.b64encode(digest + digest, b"./").decode()
        return f"$2b${costs[digest[0] % len(costs)]}${letters[:21]}.{letters[22:53]}"

    def _digest(self, *parts: bytes) -> bytes:
        whole = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
        return hmac.new(self._key, whole, hashlib.sha256).digest()


def _compare(password: bytes, kept: str) -> bool:
    """Whether they belong together; after a wrong one the thread rests as long as it worked."""
    began = time.monotonic()
    verdict = bcrypt.checkpw(password[:LONGEST], kept.encode())
    if not verdict:
        time.sleep(min(time.monotonic() - began, LONGEST_REST))
    return verdict
