"""A host as node_exporter would show it."""

from collections.abc import Collection, Iterable

from exporters.contract import HostReport, Lane
from exporters.exposition.cap import cut, length_within
from exporters.exposition.family import Family
from exporters.exposition.heads import Format, page
from exporters.exposition.lines import rendered
from exporters.exposition.scraped import ScrapedSections


class NodePage:
    """The host as node_exporter would show it, from the samples of its rounds.

    Samples do not name their collector, and not every collector is due in every round. So each family keeps
    the sections that may have made it, and goes when all of those have run again without it. Of more than `most`
    series the biggest families lose theirs; `dropped` is how many are left out now.
    """

    def __init__(self, most: int) -> None:
        self.dropped = 0
        self._most = most
        self._length: int | None = None
        self._families: dict[str, Family] = {}
        self._blocks: dict[str, bytes] = {}
        self._counts: dict[str, int] = {}
        self._sections: dict[str, frozenset[str]] = {}
        self._waiting: dict[str, frozenset[str]] = {}
        self._ran: frozenset[str] = frozenset()
        self._ran_in: dict[Lane, frozenset[str]] = {}
        self._scraped = ScrapedSections()

    def observe(self, report: HostReport) -> None:
        """Take over the samples of one round that reached the host."""
        ran = frozenset(timing.collector for timing in report.sections) or frozenset((f"lane {report.lane}",))
        ran = self._ran = self._ran if self._ran == ran else ran  # mostly the same, and then quickly seen to be
        self._ran_in[report.lane] = self._ran_in.get(report.lane, ran) | ran
        lines = rendered(report.samples)
        self._blocks |= lines.blocks()
        for name, of_family in lines.lines.items():
            self._families[name], self._counts[name] = lines.families[name], len(of_family)
            made_by = self._sections.get(name, ran)
            if made_by is not ran and not made_by <= ran:
                made_by = (made_by & ran) or ran
            self._sections[name] = self._waiting[name] = made_by
        self._drop(ran, (name for name in self._sections if name not in lines.families))
        self._scraped.observe(report.sections)
        self._tell_of_sections()
        self._measure()

    def withdraw(self, lane: Lane) -> None:
        """A round of this lane did not reach the host: what its sections told before is not known to be so any more."""
        ran = self._ran_in.pop(lane, frozenset())
        self._drop(ran, self._sections)
        self._scraped.forget(ran)
        self._tell_of_sections()
        self._measure()

    def retain(self, collectors: Collection[str]) -> None:
        """Collectors not named here do not run any more."""
        gone = frozenset().union(*self._sections.values()) - frozenset(collectors)
        self._drop(frozenset(name for name in gone if not name.startswith("lane ")), self._sections)
        self._scraped.retain(collectors)
        self._tell_of_sections()
        self._measure()

    def allow(self, most: int) -> None:
        """Show at most so many series from now on."""
        self._most = most
        self._measure()

    def join(self, form: Format) -> bytes:
        """The page."""
        if self._length is None:
            return page(self._families, self._blocks, form)
        blocks = {}
        for name, block in self._blocks.items():
            if self._counts[name] <= self._length:
                blocks[name] = block
            elif self._length > 0:
                blocks[name] = cut(block, self._length)
        return page(self._families, blocks, form)

    def _tell_of_sections(self) -> None:
        """These two families are the page's own: no section makes them."""
        lines = self._scraped.lines()
        for name in self._blocks.keys() - self._sections.keys() - lines.families.keys():
            del self._families[name], self._blocks[name], self._counts[name]
        self._families |= lines.families
        self._blocks |= lines.blocks()
        self._counts |= {name: len(of_family) for name, of_family in lines.lines.items()}

    def _measure(self) -> None:
        total = sum(self._counts.values())
        self._length = None if total <= self._most else length_within(self._most, self._counts.values())
        length = total if self._length is None else self._length
        self.dropped = total - sum(min(count, length) for count in self._counts.values())

    def _drop(self, ran: frozenset[str], names: Iterable[str]) -> None:
        for name in list(names):
            self._waiting[name] -= ran
            if not self._waiting[name]:
                del self._families[name], self._blocks[name], self._counts[name]
                del self._sections[name], self._waiting[name]
