"""How long making the newest copy took, against the others."""

from collections.abc import Iterator
from statistics import median

from checks.backup_sets.expected import SetExpected
from checks.backup_sets.finding import Finding
from checks.contract import State, Text, duration_text
from collectors.backup_sources import Copy, Source

_FEWEST = 3
"""With fewer others nothing is usual yet."""

_AT_LEAST = 600
"""Seconds: what takes less is not worth a word, however often the usual time it is."""


def seconds_taken(copy: Copy) -> int | None:
    """How long making it took; None where the tool does not tell."""
    return None if copy.began_at is None else max(0, copy.made_at - copy.began_at)


def duration_of_newest(wanted: SetExpected, source: Source) -> Iterator[Finding]:
    """Making the newest copy took about as long as usual."""
    taken = [seconds for copy in source.newest if (seconds := seconds_taken(copy)) is not None]
    if wanted.longer is None or not source.newest or seconds_taken(source.newest[0]) is None or len(taken) <= _FEWEST:
        return
    usual = median(taken[1:])
    if taken[0] >= _AT_LEAST and taken[0] > usual * wanted.longer:
        took, often = duration_text(taken[0]), duration_text(usual)
        yield Finding(
            State.WARN,
            Text(
                en=f"took {took.en}, usually {often.en} (warn above {wanted.longer:g} times)",
                zh=f"耗时 {took.zh},通常为 {often.zh}(警告阈值 {wanted.longer:g} 倍)",
            ),
        )
