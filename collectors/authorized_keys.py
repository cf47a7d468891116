"""Public keys by which accounts may log in: fingerprints, and who may write the files they stand in."""

# As collectors.key_files prints them: no key leaves the host, nor the value of an option, nor a comment beyond a word.
#   file alice 1001 8180 1001 /home/alice/.ssh/authorized_keys
#   key alice 1 ssh-ed25519 68 from,command alice@laptop
#   closed bob
#   == digests
#   256 SHA256:iKQ6ljYJMlUUcOG2RkOUOdRcONHUkKMqDuYbxbvGYVk 1 (ED25519)

from collections.abc import Iterator
from dataclasses import dataclass, replace

from collectors.contract import Collector, Entry, Kind
from collectors.contract.reading import blocks, denial
from collectors.key_files import COMMANDS, KEY_FILES, REDUCED, Key, KeyFile, files, keys

PROBE = KEY_FILES + REDUCED

_ELSEWHERE = "closed to the login, and not where sudo lets it look: /root, /home, /srv, /opt, /var, /var/lib"


@dataclass(frozen=True, slots=True)
class AuthorizedKeys:
    """Every key of every account, as far as it could be seen.

    `closed` are the accounts whose files could not be looked at, `reason` says what that takes. `first` are the keys
    seen first, None on the first look; `never_seen` are the accounts that were closed at each look so far. `last` are
    the keys that accounts which are closed now had when they could last be seen.
    """

    keys: tuple[Key, ...]
    files: tuple[KeyFile, ...]
    closed: tuple[str, ...] = ()
    reason: str = ""
    first: tuple[Key, ...] | None = None
    never_seen: tuple[str, ...] = ()
    last: tuple[Key, ...] = ()


def parse(output: str) -> AuthorizedKeys:
    """Raises `UnreadableOutput`."""
    parts = blocks(output, "digests")
    closed = tuple(line.partition(" ")[2] for line in parts[""].split("\n") if line.startswith("closed "))
    found = tuple(dict.fromkeys(keys(parts[""], parts["digests"])))
    reason = (denial(output) or _ELSEWHERE) if closed else ""
    return AuthorizedKeys(found, tuple(files(parts[""])), closed, reason, None, closed)


def compare(previous: AuthorizedKeys, current: AuthorizedKeys) -> AuthorizedKeys:
    """Carry on what was seen first, and last; an account that can be seen only now is seen first now."""
    first = previous.keys if previous.first is None else previous.first
    opened, known = set(previous.never_seen) - set(current.closed), set(first)
    learned = tuple(key for key in current.keys if key.account in opened and key not in known)
    still = tuple(name for name in previous.never_seen if name not in opened)
    closed, present = set(current.closed), set(current.keys)
    last = (key for key in (*previous.keys, *previous.last) if key.account in closed and key not in present)
    return replace(current, first=first + learned, never_seen=still, last=tuple(dict.fromkeys(last)))


def inventory(facts: AuthorizedKeys) -> Iterator[Entry]:
    """Each key of each account; those of one that is closed now have not changed."""
    found: dict[str, Entry] = {}
    for key in (*facts.last, *facts.keys):
        name = f"{key.account} {key.fingerprint}"
        words = [f"{key.kind} {key.bits}", *([key.comment] if key.comment else []), *key.options]
        found[name] = Entry(Kind.ACCESS, name, ", ".join(words)[:200])
    yield from found.values()


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    needs_command="awk",
    every_seconds=3600,
    timeout_seconds=30,
    compare=compare,
    keep_facts=True,
    inventory=inventory,
    root_commands=COMMANDS,
)
