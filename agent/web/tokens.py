"""Who may write through the API: those whose token stands in the Authorization header."""

import hashlib
import hmac
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence

import structlog
from fastapi import HTTPException, Request

from agent.config.sections import TokenConfig
from exporters.contract.secret import SecretError

log = structlog.get_logger()

SHORTEST = 16
"""Characters of a token; a shorter one could be guessed, and opens nothing."""

WRITES_PER_MINUTE = 60
"""Of one account: what it writes stays for good."""

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="rounds"'}


class Doorkeeper:
    """Asks for a token, and says whose it is. `tokens` gives those in force; their secrets are read anew each time."""

    def __init__(self, tokens: Callable[[], Sequence[TokenConfig]]) -> None:
        self._tokens = tokens
        self._lock = threading.Lock()
        self._writes: dict[str, deque[float]] = defaultdict(deque)

    def account(self, request: Request) -> str:
        """The name of the token that came with a request. Raises `HTTPException`: 401, 403, 415 or 429."""
        tokens = self._tokens()
        if not tokens:
            raise HTTPException(403, "nobody may write here: web.tokens in config.yaml names nobody")
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not given.strip():
            raise HTTPException(401, "this needs a token: Authorization: Bearer TOKEN", _CHALLENGE)
        name = _owner(tokens, given.strip().encode("latin-1", "replace"))
        if name is None:
            log.warning("token_refused", client=request.client.host if request.client else "")
            raise HTTPException(401, "nobody has this token", _CHALLENGE)
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


def _owner(tokens: Sequence[TokenConfig], given: bytes) -> str | None:
    """Whose token it is. All are compared, and by their hashes: how long it takes tells nothing."""
    found, digest = None, hashlib.sha256(given).digest()
    for token in tokens:
        try:
            value = token.token.read() if token.token else ""
        except SecretError as error:
            log.warning("token_unreadable", name=token.name, error=str(error))
            continue
        if len(value) < SHORTEST:
            log.warning("token_too_short", name=token.name, at_least=SHORTEST)
            continue
        if hmac.compare_digest(hashlib.sha256(value.encode("utf-8")).digest(), digest):
            found = token.name
    return found
