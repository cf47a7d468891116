"""What is known of one host, kept by the part of a round that said it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from collectors.contract import Reason, Sample
from exporters.contract import CheckOutcome, HostReport, Lane
from exporters.exposition import rounds
from exporters.exposition.lines import Family, Lines, rendered, series_name
from exporters.exposition.vocabulary import HOST_SERIES, SERIES_DROPPED


@dataclass(frozen=True, slots=True)
class _Block:
    """Rendered lines, and whether they tell of the host itself: such are not shown while it is down.

    `told` is what they were made of: most of it is the same in the next round, and need not be rendered again.
    """

    families: Mapping[str, Family]
    bytes_by_family: Mapping[str, bytes]
    needs_host: bool
    told: object

    @classmethod
    def of(cls, lines: Lines, *, needs_host: bool = False, told: object = None) -> "_Block":
        return cls(lines.families, lines.blocks(), needs_host, told)


class HostSeries:
    """The series of one host. A source is what a later round replaces as a whole: a check, a lane, a section.

    A round tells only of what was due in it, so what it does not mention stays. While the host is down
    the states and measurements of checks that were not due stay hidden, and come back with the host:
    they are then as old as their beat allows. Not thread-safe.
    """

    def __init__(self) -> None:
        self.up = False
        self.shown: dict[str, bytes] = {}
        self._name = ""
        self.families: dict[str, Family] = {}
        self.page = NodePage()
        self._blocks: dict[tuple[str, str], _Block] = {}
        self._errors: Counter[Reason] = Counter()

    def observe(self, report: HostReport) -> None:
        """Take over one round. One that did not ask the host tells of its checks only."""
        host = self._name = report.host.name
        if report.asked:
            self._observe_round(report)
        self._blocks["host", ""] = _Block.of(rounds.host_lines(report.host, self.up))
        for outcome in report.outcomes:
            key = ("check", outcome.check.name)
            if not self._has_told(key, outcome):
                self._blocks[key] = _check_block(host, outcome)
        self._show()

    def note(self, subject: str, samples: Iterable[Sample]) -> None:
        """Numbers that no round tells: they replace what was noted of the same subject."""
        key, told = ("noted", subject), tuple(samples)
        if not self._has_told(key, told):
            self._blocks[key] = _Block.of(rendered(told), told=told)
            self._show()

    def retain(self, checks: Collection[str], collectors: Collection[str]) -> None:
        """Drop what is told by checks and collectors that are not made on this host any more."""
        kept = {"check": checks, "section": collectors}
        gone = [key for key in self._blocks if key[0] in kept and key[1] not in kept[key[0]]]
        for key in gone:
            del self._blocks[key]
        self._strike({("check", name) for kind, name in gone if kind == "check"})
        self.page.retain(collectors)
        self._show()

    def _observe_round(self, report: HostReport) -> None:
        host, lane = report.host.name, report.lane
        if lane is Lane.FAST:
            # The slow lane has a connection of its own; when that fails, the host may still be well.
            self.up = report.failure is None
        self._blocks["round", lane] = _Block.of(rounds.round_lines(report))
        if report.failure is None:
            self._blocks["success", lane] = _Block.of(rounds.success_lines(report))
            self.page.observe(report)
        for timing in report.sections:
            key = ("section", timing.collector)
            if not self._has_told(key, timing):
                self._blocks[key] = _Block.of(rounds.section_lines(host, timing), needs_host=True, told=timing)
        self._errors.update(rounds.errors_of(report))
        self._blocks["errors", ""] = _Block.of(rounds.error_lines(host, self._errors))

    def _strike(self, labels: set[tuple[str, str]]) -> None:
        """What was noted of these goes too."""
        for (kind, subject), block in list(self._blocks.items()):
            if kind == "noted" and isinstance(block.told, tuple):
                self.note(subject, (sample for sample in block.told if not labels.intersection(sample.labels)))

    def _has_told(self, key: tuple[str, str], now: object) -> bool:
        block = self._blocks.get(key)
        return block is not None and block.told == now

    def _show(self) -> None:
        joined: dict[str, list[bytes]] = {}
        self.families = {}
        for block in self._blocks.values():
            if self.up or not block.needs_host:
                self.families.update(block.families)
                for name, lines in block.bytes_by_family.items():
                    joined.setdefault(name, []).append(lines)
        self.shown = {name: b"".join(lines) for name, lines in joined.items()}
        if self._name:
            self._count()

    def _count(self) -> None:
        """How many series these are, with the two that say so."""
        lines = Lines()
        count = 2 + sum(block.count(b"\n") for block in self.shown.values())
        lines.add(HOST_SERIES, series_name((("host", self._name),)), count)
        lines.add(SERIES_DROPPED, series_name((("host", self._name),)), 0)
        self.families.update(lines.families)
        self.shown.update(lines.blocks())


class NodePage:
    """The host as node_exporter would show it, from the samples of its rounds.

    Samples do not name their collector, and not every collector is due in every round. So each family keeps
    the sections that may have made it, and goes when all of those have run again without it.
    """

    def __init__(self) -> None:
        self._blocks: dict[str, bytes] = {}
        self._sections: dict[str, frozenset[str]] = {}
        self._waiting: dict[str, frozenset[str]] = {}

    def observe(self, report: HostReport) -> None:
        """Take over the samples of one round that reached the host."""
        ran = frozenset(timing.collector for timing in report.sections) or frozenset((f"lane {report.lane}",))
        lines = rendered(report.samples)
        for name, block in lines.blocks().items():
            self._blocks[name] = lines.families[name].header() + block
            made_by = self._sections.get(name, ran)
            if not made_by <= ran:
                made_by = (made_by & ran) or ran
            self._sections[name] = self._waiting[name] = made_by
        self._drop(ran, (name for name in self._blocks if name not in lines.families))

    def retain(self, collectors: Collection[str]) -> None:
        """Collectors not named here do not run any more."""
        gone = frozenset().union(*self._sections.values()) - frozenset(collectors)
        self._drop(frozenset(name for name in gone if not name.startswith("lane ")), self._blocks)

    def join(self) -> bytes:
        """The page."""
        return b"".join(self._blocks[name] for name in sorted(self._blocks))

    def _drop(self, ran: frozenset[str], names: Iterable[str]) -> None:
        for name in list(names):
            self._waiting[name] -= ran
            if not self._waiting[name]:
                del self._blocks[name], self._sections[name], self._waiting[name]


def _check_block(host: str, outcome: CheckOutcome) -> _Block:
    # Why a check was not made is worth knowing above all while the host is down.
    return _Block.of(rounds.outcome_lines(host, outcome), needs_host=outcome.reason is None, told=outcome)
