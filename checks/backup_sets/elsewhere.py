"""The copy elsewhere is there, in time, and the same."""

from collections.abc import Iterator, Mapping

from checks.backup_sets.expected import OffSiteExpected, SetExpected
from checks.backup_sets.finding import Finding, in_words
from checks.contract import State, Text, duration_text, format_bytes
from collectors.backup_sources import Copy, Source

_CLOCKS_DIFFER = 300  # seconds the times of one copy in two places may be apart


def held_against(
    wanted: SetExpected, elsewhere: OffSiteExpected, original: Source, copy: Source, now: int
) -> Iterator[Finding]:
    """What is wrong with `copy`, as the copy elsewhere of `original`."""
    yield from _age(wanted, elsewhere, copy, now)
    yield from _missing(elsewhere, original, copy, now)
    yield from _differing(wanted, original, copy, now)


def _age(wanted: SetExpected, elsewhere: OffSiteExpected, copy: Source, now: int) -> Iterator[Finding]:
    if not copy.newest:
        why = in_words(copy.obstructions[0]) if copy.obstructions else Text(en=copy.target, zh=copy.target)
        yield Finding(State.CRIT, Text(en=f"no off-site copy: {why.en}", zh=f"没有异地副本:{why.zh}"))
        return
    age, limit = now - copy.newest[0].made_at, wanted.newest_within + elsewhere.within
    if age > limit:
        old, most = duration_text(age), duration_text(limit)
        yield Finding(
            State.CRIT,
            Text(
                en=f"newest off-site copy {old.en} old (crit above {most.en})",
                zh=f"最新异地副本于 {old.zh}前(严重阈值 {most.zh})",
            ),
        )


def _missing(elsewhere: OffSiteExpected, original: Source, copy: Source, now: int) -> Iterator[Finding]:
    """The newest original that had its time to be carried over is there."""
    due = next((one for one in original.newest if now - one.made_at > elsewhere.within), None)
    if due is None or not copy.newest:
        return
    if _are_files(original, copy):
        is_there = due.name.rpartition("/")[2] in _by_name(copy)
    else:
        is_there = copy.newest[0].made_at >= due.made_at - _CLOCKS_DIFFER
    if not is_there:
        age = duration_text(now - due.made_at)
        name = due.name.rpartition("/")[2]
        yield Finding(
            State.WARN,
            Text(
                en=f"{name}, made {age.en} ago, is not off-site yet",
                zh=f"{age.zh}前的备份 {name} 尚无异地副本",
            ),
        )


def _differing(wanted: SetExpected, original: Source, copy: Source, now: int) -> Iterator[Finding]:
    """The newest file that is in both places, and not just being carried over, is the same in both."""
    if not _are_files(original, copy):
        return
    there = _by_name(copy)
    for one in original.newest:
        name = one.name.rpartition("/")[2]
        other = there.get(name)
        if other and now - other.made_at >= wanted.still_written:
            yield from _difference(name, one, other)
            return


def _difference(name: str, one: Copy, other: Copy) -> Iterator[Finding]:
    if one.size_bytes is not None and other.size_bytes is not None and one.size_bytes != other.size_bytes:
        here, there = format_bytes(one.size_bytes), format_bytes(other.size_bytes)
        if here == there:
            here, there = f"{one.size_bytes} B", f"{other.size_bytes} B"
        yield Finding(
            State.CRIT,
            Text(
                en=f"{name} is {there} off-site, {here} here",
                zh=f"{name} 的异地副本为 {there},本地为 {here}",
            ),
        )
    elif one.checksum and other.checksum and one.checksum.lower() != other.checksum.lower():
        yield Finding(
            State.CRIT,
            Text(en=f"{name} has another checksum off-site", zh=f"{name} 的异地副本校验和不一致"),
        )


def _are_files(original: Source, copy: Source) -> bool:
    return original.tool == copy.tool == "files"


def _by_name(source: Source) -> Mapping[str, Copy]:
    return {one.name.rpartition("/")[2]: one for one in reversed(source.newest)}
