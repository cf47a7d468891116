"""What lists, quarantines and rules tell."""

from dataclasses import dataclass

from collectors.contract import UnreadableOutput
from collectors.contract.reading import whole_number


@dataclass(frozen=True, slots=True)
class SpamList:
    """A list of senders, domains or addresses. `kind` is SpamAssassin's word where one file has several, else "".

    `before` is how many there were before the last change that was seen, at `changed_at` (epoch seconds).
    """

    path: str
    kind: str
    entries: int
    modified_at: int
    before: int | None = None
    changed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Quarantine:
    """What was kept back. `oldest_at` is in epoch seconds; None: nothing is there."""

    folder: str
    messages: int
    size_bytes: int
    oldest_at: int | None


@dataclass(frozen=True, slots=True)
class Rules:
    """SpamAssassin's rules as sa-update fetched them; both None: only those of the package are there."""

    version: int | None
    updated_at: int | None


def spam_list(rest: str) -> SpamList:
    """From a line such as `412 1795200000 /etc/blocked`."""
    entries, _, rest = rest.partition(" ")
    written, _, path = rest.partition(" ")
    path, _, kind = path.rpartition(" ") if path.endswith(_KINDS) else (path, "", "")
    if not path.startswith("/"):
        raise UnreadableOutput("a list's entries, time and path", rest)
    return SpamList(path, kind, whole_number(entries, rest), whole_number(written, rest))


_KINDS = tuple(
    f" {color}list_{what}"
    for color in ("block", "black", "welcome", "white")
    for what in ("from", "from_rcvd", "auth", "to")
)


def quarantine(rest: str) -> Quarantine:
    """From a line such as `120 4096000 1794304084 /var/virusmails`."""
    words = rest.split(" ", 3)
    if len(words) != 4 or not words[3].startswith("/"):
        raise UnreadableOutput("a quarantine's messages, size, oldest and folder", rest)
    messages, size, oldest = (whole_number(word, rest) for word in words[:3])
    return Quarantine(words[3], messages, size, oldest if messages else None)


def rules_of(rest: str, known: Rules | None) -> Rules:
    """From a line such as `1905001 1795180000`; the newer of these and of those `known` already."""
    if rest == "packaged":
        return known or Rules(None, None)
    version, _, written = rest.rpartition(" ")
    rules = Rules(whole_number(version, rest) if version else None, whole_number(written, rest))
    # Those of an older SpamAssassin stay when it is upgraded.
    return known if known and (known.updated_at or 0) > (rules.updated_at or 0) else rules
