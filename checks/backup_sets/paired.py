"""Files here and their copies elsewhere, paired by name."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from collectors.backup_sources import Copy, Source

CLOCKS_DIFFER = 300
"""Seconds that the times of one copy in two places may be apart."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A file here, and its copy elsewhere.

    name       so many last parts of its path as tell it from the others
    there      None: it is missing elsewhere
    is_of_one  both are of one time or one name, so that sizes can be compared
    """

    name: str
    here: Copy
    there: Copy | None
    is_of_one: bool


def are_files(original: Source, copy: Source) -> bool:
    """Whether the copies in both places have names to be paired by."""
    return original.tool == copy.tool == "files"


def paired(original: Source, copy: Source) -> Iterator[Pair]:
    """The files here, the newest first; without those which may be elsewhere among what was not told one by one."""
    there = _by_name(copy, parts := _telling_parts(original))
    pairs = [(_name(one, parts), one, there.get(_name(one, parts))) for one in original.newest]
    # The name of last night's copy may be that of this night's here already.
    is_used_again = any(other and _is_before(other, one) for _, one, other in pairs)
    told_since = copy.newest[-1].made_at if copy.count > len(copy.newest) > 0 else None
    for name, one, other in pairs:
        if other and not _is_before(other, one):
            yield Pair(name, one, other, not is_used_again or _is_of_time(other, one))
        elif other and (renamed := next((each for each in copy.newest if _is_of_time(each, one)), None)):
            yield Pair(name, one, renamed, is_of_one=False)
        elif told_since is None or one.made_at > told_since:
            yield Pair(name, one, None, is_of_one=False)


def newest_elsewhere(original: Source, copy: Source) -> int:
    """When what the newest copy elsewhere holds was made: a file copied, or touched, later is no newer for that."""
    if not are_files(original, copy):
        return copy.newest[0].made_at
    here = _by_name(original, parts := _telling_parts(original))
    pairs = ((other, here.get(_name(other, parts))) for other in copy.newest)
    return max(min(other.made_at, one.made_at) if one else other.made_at for other, one in pairs)


def _is_before(other: Copy, one: Copy) -> bool:
    """Whether `other` is of an earlier file of that name; one of the same size may just have a clock of its own."""
    is_as_large = one.size_bytes is not None and one.size_bytes == other.size_bytes
    return other.made_at < one.made_at - CLOCKS_DIFFER and not is_as_large


def _is_of_time(other: Copy, one: Copy) -> bool:
    return abs(other.made_at - one.made_at) <= CLOCKS_DIFFER


def _telling_parts(source: Source) -> int:
    """How many last parts of the paths tell the files apart."""
    deepest = max((one.name.count("/") for one in source.newest), default=1)
    for parts in range(1, deepest):
        if max(Counter(_name(one, parts) for one in source.newest).values()) == 1:
            return parts
    return max(1, deepest)


def _name(one: Copy, parts: int) -> str:
    return "/".join(one.name.rsplit("/", parts)[-parts:])


def _by_name(source: Source, parts: int) -> Mapping[str, Copy]:
    """The newest of each name."""
    return {_name(one, parts): one for one in reversed(source.newest)}
