"""Whom the web side turned away, counted by reason, and told in the log without flooding it."""

import ipaddress
import time
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum

import structlog

from collectors.contract import Sample
from exporters.exposition.vocabulary import REFUSED

log = structlog.get_logger()

QUIET_SECONDS = 10.0
"""How long the log is silent about a reason after it was told."""


class Refused(StrEnum):
    """Why."""

    FOREIGN_NAME = "foreign_name"
    FOREIGN_ORIGIN = "foreign_origin"
    TOO_LONG = "too_long"
    RATE_LIMITED = "rate_limited"
    NO_CREDENTIALS = "no_credentials"
    WRONG_PASSWORD = "wrong_password"
    WRONG_TOKEN = "wrong_token"
    MISSING_SCOPE = "missing_scope"
    TOO_MANY_LOGINS = "too_many_logins"
    TLS_HANDSHAKE = "tls_handshake"
    WRONG_CERTIFICATE = "wrong_certificate"
    MALFORMED = "malformed"
    TOO_SLOW = "too_slow"
    TOO_MANY_CONNECTIONS = "too_many_connections"


_HARMLESS = frozenset({Refused.NO_CREDENTIALS})
"""What every browser does first; it is counted, and not told."""


class Refusals:
    """The count. It is kept by the thread that serves; any thread may read it."""

    def __init__(self) -> None:
        self._count: Counter[Refused] = Counter()
        self._told_at: dict[Refused, float] = {}
        self._untold: Counter[Refused] = Counter()

    def add(self, reason: Refused, client: str, **more: str) -> None:
        """Somebody was turned away. `client` may be what a proxy said, and is told only where it is an address; `more`
        goes into the log as it is, so it holds nothing that was sent."""
        self._count[reason] += 1
        now = time.monotonic()
        if reason in _HARMLESS:
            return
        if now - self._told_at.get(reason, -QUIET_SECONDS) < QUIET_SECONDS:
            self._untold[reason] += 1
            return
        self._told_at[reason] = now
        untold = self._untold.pop(reason, 0)
        log.warning("request_refused", reason=reason.value, client=_address(client), untold=untold, **more)

    def samples(self) -> Iterator[Sample]:
        """One counter, all its reasons from the start."""
        for reason in Refused:
            yield REFUSED.sample(self._count[reason], reason=reason)


def _address(client: str) -> str:
    try:
        return str(ipaddress.ip_address(client.partition("%")[0]))
    except ValueError:
        return "?"
