"""Which series a host that has too many of them keeps.

What a block has for each item is cut to the same length everywhere, so that small families stay whole and the biggest
lose first. The length moves in steps, and of a block that is cut the first lines by name stay: so the same series are
there in every round, and none comes and goes because another family grew a little.
"""

from collections.abc import Iterable, Iterator

STEPS = (1, 2, 5)


def length_within(limit: int, counts: Iterable[int]) -> int:
    """How many lines of each block stay, so that those of all blocks (`counts`) are at most `limit`: a step, or 0."""
    sizes = sorted(counts)
    longest = 0
    for length in _steps(limit):
        if sum(min(size, length) for size in sizes) > limit:
            break
        longest = length
    return longest


def cut(block: bytes, length: int) -> bytes:
    """The first lines of a block, by name."""
    return b"".join([line + b"\n" for line in sorted(block.split(b"\n")[:-1])[:length]])


def _steps(limit: int) -> Iterator[int]:
    """1, 2, 5, 10, 20... up to a limit."""
    power = 1
    while power <= limit:
        yield from (step * power for step in STEPS if step * power <= limit)
        power *= 10
