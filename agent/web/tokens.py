"""Bearer tokens, of which only hashes are kept, and what those who write through the API have to heed."""

import hashlib
import hmac
import secrets
import threading
import time
from collections import defaultdict, deque
from collections.abc import Sequence

from fastapi import HTTPException, Request

from agent.config import TokenConfig

PREFIX = "rounds_"
"""Tells what a token is for, to people and to programs that look for secrets in wrong places."""

WRITES_PER_MINUTE = 60
"""Of one account: what it writes stays for good."""


def new_token() -> str:
    """A token of 256 random bits: nobody guesses it, so one round of SHA-256 keeps it as well as any slow hash."""
    return PREFIX + secrets.token_urlsafe(32)


def hash_of(token: bytes) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token).hexdigest()


def owner(tokens: Sequence[TokenConfig], given: bytes) -> TokenConfig | None:
    """Whose token it is. All are compared, and by their hashes: how long it takes tells nothing."""
    found, digest = None, hash_of(given)
    for token in tokens:
        if hmac.compare_digest(token.sha256, digest):
            found = token
    return found


class Doorkeeper:
    """Says who writes, and how often he may. The gate has asked for his token before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._writes: dict[str, deque[float]] = defaultdict(deque)

    def account(self, request: Request) -> str:
        """The name of the token that came with a request. Raises `HTTPException`: 415 or 429."""
        name = str(request.state.account)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise HTTPException(415, "only JSON is read here: Content-Type: application/json")
        self._count(name)
        return name

    def _count(self, name: str) -> None:
        now = time.monotonic()
        with self._lock:
            writes = self._writes[name]
            while writes and writes[0] <= now - 60:
                writes.popleft()
            if len(writes) >= WRITES_PER_MINUTE:
                words = f"{name} has written {WRITES_PER_MINUTE} times within a minute"
                raise HTTPException(429, words, {"Retry-After": str(round(writes[0] + 60 - now) + 1)})
            writes.append(now)
