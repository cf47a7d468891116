"""The copies that one source of backups holds, whatever made them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

SHOWN = 40
"""So many of the newest copies are told one by one."""

REMEMBERED = 4000
"""Of all of them it is told when they were made, once for each six hours (UTC) that have one, and so many times."""

SIX_HOURS = 6 * 3600


class Obstacle(StrEnum):
    """Why what is there may not be all that there is."""

    ABSENT = "absent"  # the folder, the repository, the stanza does not exist
    CLOSED = "closed"  # the login may not look into a folder or file
    DENIED = "denied"  # sudo did not let a command be run as root
    FAILED = "failed"  # the tool is not installed, or said that it could not


@dataclass(frozen=True, slots=True)
class Obstruction:
    """What stood in the way. `said` is what is absent or closed, the command denied, or the tool's own words."""

    why: Obstacle
    said: str


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy: a file, a folder, a snapshot, an archive. Times are in epoch seconds, by the host's clock.

    name        what people find it by: a path, the beginning of a snapshot's id, an archive's name
    made_at     when it was whole; for tools that tell only when they began, that
    began_at    when its making began, where that is known
    size_bytes  how much was saved, before the tool found out what it had already; the same meaning for all copies of
                a source, so that they can be compared. None where nobody says so without reading it all
    is_full     it can be restored without another copy that may be thinned out before it. A snapshot can
    checksum    `sha256:0f3a...` as a file beside it says; empty without one
    """

    name: str
    made_at: int
    began_at: int | None = None
    size_bytes: int | None = None
    is_full: bool = True
    checksum: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a tool's lines tell. `count` is how many copies there are, where not each was told one by one."""

    copies: tuple[Copy, ...] = ()
    obstructions: tuple[Obstruction, ...] = ()
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The copies of one source.

    asked         the whole argument it was asked by
    tool, target  which tool made them, and where they are: a pattern, a repository, a stanza
    count         how many copies there are
    newest        the newest of them, newest first
    made          when they were made, newest first: the last of each six hours (UTC) that have one, which is enough
                  to see which days have one wherever the host is
    made_full     the same, of full copies
    obstructions  what may hide copies, or the reason why there are none
    names         what the sets are called in config.yaml that have their copies here
    """

    asked: str
    tool: str
    target: str
    count: int
    newest: tuple[Copy, ...]
    made: tuple[int, ...]
    made_full: tuple[int, ...]
    obstructions: tuple[Obstruction, ...] = ()
    names: tuple[str, ...] = ()


def source_of(asked: str, listing: Listing, names: Iterable[str] = ()) -> Source:
    """The source that an argument asked about, from what its tool listed."""
    tool, _, rest = asked.partition("\t")
    newest_first = sorted(listing.copies, key=lambda copy: (-copy.made_at, copy.name))
    return Source(
        asked=asked,
        tool=tool,
        target=rest.partition("\t")[0],
        count=max(listing.count or 0, len(newest_first)),
        newest=tuple(newest_first[:SHOWN]),
        made=_thinned(copy.made_at for copy in newest_first),
        made_full=_thinned(copy.made_at for copy in newest_first if copy.is_full),
        obstructions=tuple(dict.fromkeys(listing.obstructions)),
        names=tuple(names),
    )


def _thinned(newest_first: Iterable[int]) -> tuple[int, ...]:
    last: dict[int, int] = {}
    for made_at in newest_first:
        last.setdefault(made_at // SIX_HOURS, made_at)
    return tuple(last.values())[:REMEMBERED]
