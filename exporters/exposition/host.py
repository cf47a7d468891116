"""What is known of one host, kept by the part of a round that said it."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

import structlog

from checks.contract import State
from collectors.contract import Reason, Sample
from exporters.contract import CheckOutcome, HostReport, Lane
from exporters.exposition import rounds
from exporters.exposition.block import Block, Needs
from exporters.exposition.cap import length_within
from exporters.exposition.family import Family
from exporters.exposition.lines import rendered
from exporters.exposition.node_page import NodePage

log = structlog.get_logger()

OVERDUE_BEATS = 3
"""After so many beats without a round, what the last one said of a host is too old to be told."""


@dataclass(slots=True)
class Counts:
    """What is counted of a host since the agent started, whether it is on rounds all the time or not."""

    errors: Counter[Reason] = field(default_factory=Counter)
    dropped: int = 0


class HostSeries:
    """The series of one host. A source is what a later round replaces as a whole: a check, a lane, a section.

    A round tells only of what was due in it, so what it does not mention stays. While the host is down the states and
    measurements of checks that were not due stay hidden, and come back with the host: they are then as old as their
    beat allows. When rounds cease to come, all that is as old as the last one is hidden. At most `most` series are
    shown, and as many on the page. `clock` gives monotonic seconds. Not thread-safe.
    """

    def __init__(self, name: str, most: int, clock: Callable[[], float], counts: Counts | None = None) -> None:
        self.up = False
        self.is_overdue = False
        self.shown: dict[str, bytes] = {}
        self.families: dict[str, Family] = {}
        """All that ever were shown."""
        self.page = NodePage(most)
        self._name = name
        self._most = most
        self._clock = clock
        self._heard_at = clock()
        self._beat: float | None = None
        self._blocks: dict[tuple[str, str], Block] = {}
        self._counts = counts or Counts()
        self._dropped = 0

    @property
    def silence(self) -> str:
        """How long ago its last round was, in words."""
        seconds = self._clock() - self._heard_at
        return f"its last round ended {seconds:.0f} s ago, though one is due every {self._beat or 0:g} s"

    def observe(self, report: HostReport) -> None:
        """Take over one round. One that did not ask the host tells of its checks only."""
        if report.asked:
            self._observe_round(report)
        if report.failure is not None:
            self.page.withdraw(report.lane)
        self._put(("info", ""), Block.of(rounds.info_lines(report.host)))
        self._put(("up", ""), Block.of(rounds.up_lines(self._name, self.up), Needs.BEAT))
        for outcome in report.outcomes:
            key = ("check", outcome.check.name)
            if not self._has_told(key, outcome):
                self._put(key, _check_block(self._name, outcome))
        self._judge()
        self._show(is_round=True)

    def note(self, subject: str, samples: Iterable[Sample], *, of_items: bool = False) -> None:
        """Numbers that no round tells: they replace what was noted of the same subject.

        `of_items`: they are of items of checks, and told as long as these may be.
        """
        key, told = ("noted", subject), tuple(samples)
        if not self._has_told(key, told):
            needs = Needs.BEAT if of_items else Needs.NOTHING
            self._put(key, Block.of(rendered(told), needs, of_items=of_items, told=told))
            self._show()

    def retain(self, checks: Collection[str], collectors: Collection[str]) -> None:
        """Drop what is told by checks and collectors that are not made on this host any more."""
        kept = {"check": checks, "section": collectors}
        gone = [key for key in self._blocks if key[0] in kept and key[1] not in kept[key[0]]]
        for key in gone:
            del self._blocks[key]
        self._strike({("check", name) for kind, name in gone if kind == "check"})
        self.page.retain(collectors)
        self._judge()
        self._show()

    def allow(self, most: int) -> None:
        """Show at most so many series from now on."""
        self._most = most
        self.page.allow(most)
        self._show()

    def hide_if_overdue(self) -> bool:
        """Hide what is too old to be told; returns whether that is news.

        A host that is down stays down until a round reaches it: those of such hosts wait for each other.
        """
        if self.is_overdue or not self.up or self._beat is None:
            return False
        if self._clock() - self._heard_at <= OVERDUE_BEATS * self._beat:
            return False
        self.is_overdue = True
        log.warning("host_overdue", host=self._name, why=self.silence)
        self._show()
        return True

    def _observe_round(self, report: HostReport) -> None:
        lane = report.lane
        if lane is Lane.FAST:
            # The slow lane has a connection of its own; when that fails, the host may still be well.
            self.up = report.failure is None
            self.is_overdue = False
            self._heard_at, self._beat = self._clock(), report.host.every_seconds
        self._put(("round", lane), Block.of(rounds.round_lines(report)))
        if report.failure is None:
            self._put(("success", lane), Block.of(rounds.success_lines(report)))
            self.page.observe(report)
        for timing in report.sections:
            key = ("section", timing.collector)
            if not self._has_told(key, timing):
                lines = rounds.section_lines(self._name, timing)
                self._put(key, Block.of(lines, Needs.HOST, told=timing))
        self._counts.errors.update(rounds.errors_of(report))
        self._put(("errors", ""), Block.of(rounds.error_lines(self._name, self._counts.errors)))

    def _judge(self) -> None:
        """How the host stands, said here once, so that nobody has to go through the states of all its items."""
        told = (block.told for (kind, _), block in self._blocks.items() if kind == "check")
        worst = rounds.worst_by_section(outcome for outcome in told if isinstance(outcome, CheckOutcome))
        if not self.up:
            # Of checks that were not due when it was lost, too: a host that nobody sees must not vanish from a map.
            worst = dict.fromkeys(worst, State.UNKNOWN)
        state = max(worst.values(), default=None) if self.up else State.UNKNOWN
        if not self._has_told(("state", ""), (state, worst)):
            self._put(("state", ""), Block.of(rounds.state_lines(self._name, state), Needs.BEAT, told=(state, worst)))
            self._put(("sections", ""), Block.of(rounds.section_state_lines(self._name, worst), Needs.BEAT))

    def _strike(self, labels: set[tuple[str, str]]) -> None:
        """What was noted of these checks goes with them."""
        for (kind, subject), block in list(self._blocks.items()):
            if kind == "noted" and block.of_items and isinstance(block.told, tuple):
                left = (sample for sample in block.told if not labels.intersection(sample.labels))
                self.note(subject, left, of_items=True)

    def _put(self, key: tuple[str, str], block: Block) -> None:
        self._blocks[key] = block
        self.families.update(block.families)

    def _has_told(self, key: tuple[str, str], now: object) -> bool:
        block = self._blocks.get(key)
        return block is not None and block.told == now

    def _show(self, *, is_round: bool = False) -> None:
        told = [block for block in self._blocks.values() if self._may_tell(block.needs)]
        total = sum(block.count for block in told)
        length = None if total + rounds.COUNT_LINES <= self._most else self._length_within(told)
        joined: dict[str, list[bytes]] = {}
        count = 0
        for block in told:
            for name, lines, number in block.cut(length):
                joined.setdefault(name, []).append(lines)
                count += number
        self.shown = {name: b"".join(lines) for name, lines in joined.items()}
        self._note_dropped(total - count + self.page.dropped, is_round=is_round)
        of_count = rounds.count_lines(self._name, count + rounds.COUNT_LINES, self._counts.dropped)
        self.families.update(of_count.families)
        self.shown.update(of_count.blocks())

    def _length_within(self, told: Iterable[Block]) -> int:
        """How many lines each block of items may have."""
        fixed = rounds.COUNT_LINES + sum(block.count for block in told if not block.of_items)
        counts = (count for block in told if block.of_items for count in block.counts.values())
        return length_within(self._most - fixed, counts)

    def _may_tell(self, needs: Needs) -> bool:
        return needs is Needs.NOTHING or (not self.is_overdue and (self.up or needs is Needs.BEAT))

    def _note_dropped(self, dropped: int, *, is_round: bool) -> None:
        if dropped and not self._dropped:
            log.warning("series_left_out", host=self._name, left_out=dropped, series_per_host=self._most)
        self._dropped = dropped
        if is_round:
            self._counts.dropped += dropped


def _check_block(host: str, outcome: CheckOutcome) -> Block:
    # Why a check was not made is worth knowing above all while the host is down.
    needs = Needs.HOST if outcome.reason is None else Needs.BEAT
    return Block.of(rounds.outcome_lines(host, outcome), needs, of_items=outcome.reason is None, told=outcome)
