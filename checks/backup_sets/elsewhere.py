"""The copy elsewhere is there, in time, and the same."""

from collections.abc import Iterator, Sequence

from checks.backup_sets.expected import OffSiteExpected, SetExpected
from checks.backup_sets.finding import Finding, in_words
from checks.backup_sets.paired import CLOCKS_DIFFER, Pair, are_files, newest_elsewhere, paired
from checks.contract import State, Text, duration_text, format_bytes
from collectors.backup_sources import Copy, Source

_NAMED = 3


def held_against(
    wanted: SetExpected, elsewhere: OffSiteExpected, original: Source, copy: Source, now: int
) -> Iterator[Finding]:
    """What is wrong with `copy`, as the copy elsewhere of `original`."""
    if not copy.newest:
        why = in_words(copy.obstructions[0]) if copy.obstructions else Text(en=copy.target, zh=copy.target)
        yield Finding(State.CRIT, Text(en=f"no off-site copy: {why.en}", zh=f"没有异地副本:{why.zh}"))
        return
    yield from _age(wanted, elsewhere, now - newest_elsewhere(original, copy))
    if are_files(original, copy):
        pairs = tuple(paired(original, copy))
        yield from _missing(pairs, elsewhere, now)
        arrived = [pair for pair in pairs if _has_arrived(pair, wanted, now)][: elsewhere.compared]
        yield from _of_another_size(arrived)
        yield from _of_another_checksum(arrived)
    else:
        due = next((one for one in original.newest if now - one.made_at > elsewhere.within), None)
        if due and copy.newest[0].made_at < due.made_at - CLOCKS_DIFFER:
            yield _not_yet(due.name, due, now)


def _age(wanted: SetExpected, elsewhere: OffSiteExpected, age: int) -> Iterator[Finding]:
    limit = wanted.newest_within + elsewhere.within
    if age > limit:
        old, most = duration_text(age), duration_text(limit)
        yield Finding(
            State.CRIT,
            Text(
                en=f"newest off-site copy {old.en} old (crit above {most.en})",
                zh=f"最新异地副本于 {old.zh}前(严重阈值 {most.zh})",
            ),
        )


def _missing(pairs: Sequence[Pair], elsewhere: OffSiteExpected, now: int) -> Iterator[Finding]:
    """What had its time to be carried over is there: the newest, and what lies between others.

    What is older than all that is there is not looked for: fewer may be kept there.
    """
    due = [at for at, pair in enumerate(pairs) if now - pair.here.made_at > elsewhere.within][: elsewhere.compared]
    there = [at for at, pair in enumerate(pairs) if pair.there and due and at <= due[-1]]
    if due and (not there or due[0] < there[0]):
        yield _not_yet(pairs[due[0]].name, pairs[due[0]].here, now)
        del due[0]
    names = [pairs[at].name for at in due if there and at < there[-1] and not pairs[at].there]
    listed = _listed(names)
    if len(names) == 1:
        yield Finding(State.WARN, Text(en=f"{names[0]} is missing off-site", zh=f"{names[0]} 缺少异地副本"))
    elif names:
        yield Finding(
            State.WARN,
            Text(
                en=f"{len(names)} files are missing off-site: {listed.en}",
                zh=f"{len(names)} 个文件缺少异地副本:{listed.zh}",
            ),
        )


def _not_yet(name: str, due: Copy, now: int) -> Finding:
    age = duration_text(now - due.made_at)
    return Finding(
        State.WARN,
        Text(en=f"{name}, made {age.en} ago, is not off-site yet", zh=f"{age.zh}前的备份 {name} 尚无异地副本"),
    )


def _has_arrived(pair: Pair, wanted: SetExpected, now: int) -> bool:
    """Whether it is not just being carried over."""
    return pair.there is not None and pair.is_of_one and now - pair.there.made_at >= wanted.still_written


def _of_another_size(pairs: Sequence[Pair]) -> Iterator[Finding]:
    differing = [
        (pair.name, pair.here.size_bytes, pair.there.size_bytes)
        for pair in pairs
        if pair.there and None not in (pair.here.size_bytes, pair.there.size_bytes)
        if pair.here.size_bytes != pair.there.size_bytes
    ]
    if len(differing) == 1:
        name, one, other = differing[0]
        here, there = format_bytes(one or 0), format_bytes(other or 0)
        if here == there:
            here, there = f"{one} B", f"{other} B"
        yield Finding(
            State.CRIT,
            Text(en=f"{name} is {there} off-site, {here} here", zh=f"{name} 的异地副本为 {there},本地为 {here}"),
        )
    elif differing:
        listed = _listed([name for name, _, _ in differing])
        yield Finding(
            State.CRIT,
            Text(
                en=f"{len(differing)} files have another size off-site: {listed.en}",
                zh=f"{len(differing)} 个文件的异地副本大小不一致:{listed.zh}",
            ),
        )


def _of_another_checksum(pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Only of the newest in each place is a checksum told."""
    for pair in pairs:
        here, there = pair.here, pair.there
        if there is None or here.size_bytes != there.size_bytes:
            continue
        if here.checksum and there.checksum and here.checksum.lower() != there.checksum.lower():
            yield Finding(
                State.CRIT,
                Text(en=f"{pair.name} has another checksum off-site", zh=f"{pair.name} 的异地副本校验和不一致"),
            )


def _listed(names: Sequence[str]) -> Text:
    some, more = ", ".join(names[:_NAMED]), len(names) - _NAMED
    return Text(en=some + (f", and {more} more" if more > 0 else ""), zh=some + (" 等" if more > 0 else ""))
