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

LONGEST = 72
"""Bytes of a password that bcrypt looks at; htpasswd and Prometheus cut there too."""

REMEMBERED = 512
"""Credentials that are remembered, right ones and wrong ones each."""

WAITING = 16
WAITING_OF_ONE = 2
"""How many unknown credentials may wait for their turn, of all clients and of one."""

LONGEST_REST = 2.0


class TooManyLoginsError(Exception):
    """Too many wait already."""


class Passwords:
    """Tells whether a password is right. To be used in one event loop.

    What is remembered is keyed by an HMAC of name, hash and password with a key of this process: the memory holds no
    password, and a changed hash is another key. An unknown user costs what one of the known ones does.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._right: OrderedDict[bytes, None] = OrderedDict()
        self._wrong: OrderedDict[bytes, None] = OrderedDict()
        self._under_way: dict[bytes, asyncio.Future[bool]] = {}
        self._waiting: Counter[str] = Counter()
        self._worker = ThreadPoolExecutor(1, "passwords")

    async def is_right(self, users: Mapping[str, str], name: str, password: bytes, client: str) -> bool:
        """Whether that is the user's password. Raises `TooManyLoginsError`. `users`: hashes by name, at least one."""
        kept = users.get(name) or self._decoy(users, name)
        key = self._digest(name.encode("utf-8", "replace"), kept.encode(), password)
        for memory, verdict in ((self._right, True), (self._wrong, False)):
            if key in memory:
                memory.move_to_end(key)
                return verdict
        if key not in self._under_way:
            if self._waiting.total() >= WAITING or self._waiting[client] >= WAITING_OF_ONE:
                raise TooManyLoginsError
            self._waiting[client] += 1
            self._under_way[key] = asyncio.ensure_future(self._look(key, password, kept, client))
        return await asyncio.shield(self._under_way[key]) and name in users

    async def _look(self, key: bytes, password: bytes, kept: str, client: str) -> bool:
        try:
            verdict = await asyncio.get_running_loop().run_in_executor(self._worker, _compare, password, kept)
        finally:
            self._waiting[client] -= 1
            self._waiting += Counter()  # forget the clients at zero
            del self._under_way[key]
        memory = self._right if verdict else self._wrong
        memory[key] = None
        if len(memory) > REMEMBERED:
            memory.popitem(last=False)
        return verdict

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
