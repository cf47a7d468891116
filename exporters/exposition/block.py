"""Rendered lines that a later round replaces as a whole."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from exporters.exposition.cap import cut
from exporters.exposition.family import Family
from exporters.exposition.lines import Lines


class Needs(Enum):
    """When something is told of a host."""

    NOTHING = auto()  # always
    BEAT = auto()  # while its rounds come as they should
    HOST = auto()  # and while it answers


@dataclass(frozen=True, slots=True)
class Block:
    """Lines by family, how many there are, and when they are told.

    `told` is what they were made of: most of it is the same in the next round, and need not be rendered again.
    Those `of_items` have lines for each item of a check; how many there are only the host knows, so they may be cut.
    """

    families: Mapping[str, Family]
    lines: Mapping[str, bytes]
    counts: Mapping[str, int]
    count: int
    needs: Needs
    of_items: bool
    told: object

    @classmethod
    def of(cls, lines: Lines, needs: Needs = Needs.NOTHING, *, of_items: bool = False, told: object = None) -> "Block":
        """A block with these lines."""
        counts = {name: len(of_family) for name, of_family in lines.lines.items()}
        return cls(lines.families, lines.blocks(), counts, sum(counts.values()), needs, of_items, told)

    def cut(self, length: int | None) -> Iterator[tuple[str, bytes, int]]:
        """Name, lines and their number of each family, with at most `length` lines where they are of items."""
        for name, lines in self.lines.items():
            count = self.counts[name]
            if length is None or not self.of_items or count <= length:
                yield name, lines, count
            elif length > 0:
                yield name, cut(lines, length), length
