"""Replaces what identifies a host or a person in what a host printed."""

import ipaddress
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

Replacement = Callable[[int], str]
"""What stands for the n-th different thing of a kind, from 1."""

_UNITS = "service|socket|timer|mount|automount|target|slice|scope|path|device|swap"
_NO_NAMES = ("root", "localhost", "unknown", "(none)")


def _documentation_address(number: int) -> str:
    blocks = ("192.0.2", "198.51.100", "203.0.113")
    return f"{blocks[(number - 1) // 254 % 3]}.{(number - 1) % 254 + 1}"


def _hardware_address(number: int) -> str:
    return f"02:00:00:00:{number >> 8 & 255:02x}:{number & 255:02x}"


def _identifies(match: re.Match[str]) -> bool:
    """Whether a text is an address of this host or another, not just like one; times and versions are not."""
    try:
        address = ipaddress.ip_address(match[0])
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified or address.is_multicast or match[0].startswith("255."))


def _always(match: re.Match[str]) -> bool:
    # Zeros and broadcasts identify nobody.
    return bool(set(match[0]) - set("0f:-"))


_RULES: tuple[tuple[str, Replacement, Callable[[re.Match[str]], bool]], ...] = (
    # password hashes, as crypt(5) writes them
    (r"\$(?:[0-9a-z]{1,4}|gy)\$[./a-z0-9$=,]{16,}", lambda n: f"$hash${n}", _always),
    # hardware addresses, of Ethernet and InfiniBand
    (r"(?<![\w:])(?:[0-9a-f]{2}:){5}(?:(?:[0-9a-f]{2}:){14})?[0-9a-f]{2}(?![\w:])", _hardware_address, _always),
    (r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\.?\w)", _documentation_address, _identifies),
    (r"(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])", lambda n: f"2001:db8::{n:x}", _identifies),
    # UUIDs, machine ids, and addresses as /proc/net/if_inet6 has them
    (r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", lambda n: f"00000000-0000-0000-0000-{n:012x}", _always),
    (r"\b[0-9a-f]{32}\b", lambda n: f"{n:032x}", _always),
    # people; `postgresql@15-main.service` is none
    (rf"[\w.+-]+@(?![\w.-]+\.(?:{_UNITS})\b)[\w-]+(?:\.[\w-]+)+", lambda n: f"person-{n}@example.org", _always),
    (r"(?<=/home/)[\w.-]+", lambda n: f"user-{n}", _always),
)


@dataclass(frozen=True, slots=True)
class _Rule:
    """One kind of thing; `seen` holds what stands for each met so far."""

    pattern: re.Pattern[str]
    make: Replacement
    applies: Callable[[re.Match[str]], bool]
    seen: dict[str, str] = field(default_factory=dict)

    def once(self, match: re.Match[str]) -> str:
        """What stands for a match: the same for the same."""
        if not self.applies(match):
            return match[0]
        return self.seen.setdefault(match[0].lower(), self.make(len(self.seen) + 1))


class Redaction:
    """Replaces the same by the same: what was equal stays equal, in every text given to it.

    Addresses become documentation addresses; hardware addresses, ids and home folders counted ones; the given
    words, in any case, `name-1`, `name-2`. What it cannot know (names inside free text) stays: a person must read it.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._rules = [_Rule(re.compile(pattern, re.IGNORECASE), make, applies) for pattern, make, applies in _RULES]
        self._words: set[str] = set()
        self._names = _Rule(re.compile(r"(?!)"), lambda n: f"name-{n}", lambda _: True)
        self.also(words)

    def also(self, words: Iterable[str]) -> None:
        """Replace these words too."""
        new = {word.lower() for word in words if len(word) > 1 and word not in _NO_NAMES}
        if new - self._words:
            self._words |= new
            # The longest first: web-01.corp.example is one name, not two.
            pattern = "|".join(re.escape(name) for name in sorted(self._words, key=len, reverse=True))
            whole = re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE)
            self._names = _Rule(whole, lambda n: f"name-{n}", lambda _: True, self._names.seen)

    def __call__(self, text: str) -> str:
        """The text with everything replaced."""
        for rule in (*self._rules, self._names):
            text = rule.pattern.sub(rule.once, text)
        return text
