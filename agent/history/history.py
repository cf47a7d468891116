"""The history: what the agent remembers, in one place, behind one door."""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import TracebackType

from agent.deposition import Deposition
from agent.history import answers, lifespan, outbox, publication, relearning, search, surveys
from agent.history.additions import with_additions
from agent.history.backlog import Backlog, Note
from agent.history.changes import changes
from agent.history.courses import courses
from agent.history.database import Database
from agent.history.day import DayMaker
from agent.history.daybook import Daybook
from agent.history.errors import HistoryError
from agent.history.ids import ItemKey
from agent.history.ledger import EntryKind, Ledger, next_number
from agent.history.lifespan import Lifespan
from agent.history.outbox import OutboxEntry
from agent.history.plan import Plan
from agent.history.prune import outdated, roll_up_days
from agent.history.recall import recalled
from agent.history.records import Records
from agent.history.relearning import Relearning
from agent.history.restored import Restored, kept_facts, restored
from agent.history.retention import Retention
from agent.history.rollup import Granularity, Rollup, measured
from agent.history.schema import DAY
from agent.history.search import Event, Found, PastRound, Sought
from agent.history.stock_of_day import with_stock
from agent.history.surveys import Stock
from agent.history.upheavals import Upheavals
from agent.history.writer import HistoryHealth, Writer
from agent.problems import Transition
from agent.signing import KeyFile
from checks.contract import Past, Recall
from collectors.contract import Entry, Kind
from exporters.contract import Change, DayRecord, HostReport, Letter

BACKLOG_REPORTS = 10_000
"""How many reports wait in memory while the database cannot be written: ten minutes of a thousand hosts."""

FLUSH_SECONDS = 30.0
"""How long an errand waits for what was recorded before it."""


class History(Records):
    """An open history. Methods may be called from any thread.

    `record`, `record_changes`, `forget` and `heartbeat` never wait for the database and never raise. All others read or
    write at once, and raise `HistoryError` when that cannot be done.
    """

    def __init__(
        self,
        database: Database,
        retention: Retention,
        backlog: int = BACKLOG_REPORTS,
        key_file: KeyFile | None = None,
    ) -> None:
        super().__init__(database, Ledger(database, key_file))
        self._retention = retention
        self._lifespan = Lifespan()
        self._backlog = Backlog(backlog)
        self._writer = Writer(database, self._backlog, self._lifespan)
        self.change_counts = self._writer.changes
        """How often what hosts are made of became different since the start, as far as it is written."""
        self._is_running = False

    @classmethod
    def open(
        cls,
        url: str,
        retention: Retention | None = None,
        backlog: int = BACKLOG_REPORTS,
        key_file: KeyFile | None = None,
    ) -> "History":
        """Open and migrate; makes the folder of a SQLite file. Raises `HistoryError`.

        `key_file` is whose key signs what is kept for good; it is made when the first record is. None: nobody signs.
        """
        return cls(Database.open(url), retention or Retention(), backlog, key_file)

    def start(self) -> None:
        """The agent begins its work: from now on what is recorded is written."""
        self._lifespan.begin()
        self._writer.start()
        self._is_running = True

    def stop(self, timeout: float) -> bool:
        """Write what is left, mark the end of this life, close. False: `timeout` seconds were not enough for all."""
        written = self._writer.stop(timeout) if self._is_running else True
        if self._is_running and written:
            try:
                with self._database.write() as connection:
                    self._lifespan.end(connection)
            except HistoryError:
                written = False  # then this life counts as ended at its last heartbeat
        self._is_running = False
        self._database.close()
        return written

    def __enter__(self) -> "History":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop(timeout=10.0)

    def record(
        self,
        report: HostReport,
        transitions: Sequence[Transition],
        facts: Mapping[str, str],
        inventory: Mapping[str, tuple[Entry, ...]] | None = None,
        depositions: Sequence[Deposition] = (),
    ) -> None:
        """A round has ended. `facts` is JSON by collector, for `restore`. `depositions` are kept word for word.

        `inventory` is compared with what is known; a collector left out of it counts as not asked.
        """
        bare = replace(report, sections=(), samples=(), inventory={}, facts={}, raw={}, answers={})
        self._backlog.put(Note(bare, transitions, facts, inventory or {}, depositions))

    def record_changes(self, transitions: Sequence[Transition]) -> None:
        """States changed without a round: a check is no longer made, say."""
        self._backlog.put(Note(transitions=transitions))

    def forget(self, host: str, transitions: Sequence[Transition] = ()) -> None:
        """A host is off rounds. Its past stays; nothing of it is restored."""
        self._backlog.put(Note(transitions=transitions, forgets=host))

    def heartbeat(self) -> None:
        """The agent is alive. To be called every half minute or so."""
        self._lifespan.live()

    def health(self) -> HistoryHealth:
        """How the writing goes."""
        return self._writer.health

    def flush(self, timeout: float) -> bool:
        """Wait until all that was recorded before now is written; False when `timeout` seconds were not enough."""
        return self._writer.flush(timeout)

    def restore(self) -> Restored:
        """What an earlier life of the agent left."""
        with self._database.read() as connection:
            self.change_counts.begin(surveys.last_changes(connection))
            return restored(connection)

    def day(self, day: date, plan: Plan, made_at: float | None = None) -> DayRecord:
        """The record of the maintenance day that ends on `day`, from what is known now; `publish_day` keeps it.

        Raises `ZoneInfoNotFoundError` for a time zone that does not exist.
        """
        now = time.time() if made_at is None else made_at
        begin, end = plan.period(day)
        with self._database.read() as connection:
            book = Daybook.read(connection, begin, end)
            alive, first_at = lifespan.spans_alive(connection, begin, end), lifespan.first_start(connection)
            number = next_number(connection, EntryKind.DAY, day)
            previous_sha256 = publication.head(connection)
            yesterday = publication.published(connection, day - timedelta(days=1))
            changed = surveys.changes(connection, begin - DAY, max(now, end))
            compared, first_looks = surveys.compared(connection, begin), surveys.known_since(connection)
        lives = [*alive, *filter(None, [self._lifespan.span(now)])]
        began_at = None if yesterday else lifespan.began_in(first_at, lives, begin, min(end, now))
        gaps = lifespan.gaps(lives, began_at or begin, min(end, now))
        upheavals = Upheavals(changed, compared, begin, end, yesterday, first_looks)
        made = DayMaker(book, plan, gaps, upheavals, yesterday).make(day, number, now)
        with self._database.read() as connection:
            made = with_stock(connection, courses(connection, made, yesterday), plan.needs)
            made = with_additions(connection, made)
            evidence = answers.grounds(connection, made)
        return replace(made, previous_sha256=previous_sha256, evidence=evidence, began_at=began_at)

    def transitions(self, begin: float, end: float, host: str | None = None) -> tuple[Transition, ...]:
        """Every change of state between `begin` and `end` (epoch seconds), the oldest first."""
        with self._database.read() as connection:
            return changes(connection, begin, end, host)

    def events(self, sought: Sought, *, everything: bool = False) -> Found[Event]:
        """The changes of state that fit a description: the confirmed ones that mean something, or all."""
        with self._database.read() as connection:
            return search.events(connection, sought, everything=everything)

    def rounds(self, sought: Sought) -> Found[PastRound]:
        """The rounds that fit a description."""
        with self._database.read() as connection:
            return search.rounds(connection, sought)

    def changes(
        self, begin: float, end: float, host: str | None = None, kinds: Collection[Kind] = ()
    ) -> tuple[Change, ...]:
        """What became different about hosts, or one, from `begin` to `end` (epoch seconds), the oldest first."""
        with self._database.read() as connection:
            return surveys.changes(connection, begin, end, host, kinds)

    def known_since(self, now: float) -> Mapping[str, float]:
        """By host, since when it is known what it was made of, in epoch seconds: its first look, or what is not pruned.

        An `inventory` of a time before would tell what was there later.
        """
        kept_since = now - self._retention.transitions
        with self._database.read() as connection:
            return {host: max(first_at, kept_since) for host, first_at in surveys.known_since(connection).items()}

    def inventory(self, host: str, at: float) -> tuple[Stock, ...]:
        """What a host was made of at a time (epoch seconds), by the collector that told it; empty: nothing is known."""
        with self._database.read() as connection:
            return surveys.stock(connection, host, at)

    def measured(
        self, key: ItemKey, name: str, granularity: Granularity, begin: float, end: float
    ) -> tuple[Rollup, ...]:
        """A measurement of the item `key`, (host, check, item), over time."""
        with self._database.read() as connection:
            return measured(connection, key, name, granularity, begin, end)

    def kept(self, host: str) -> Mapping[str, str]:
        """The facts of a host that are kept for comparison, as JSON by collector."""
        with self._database.read() as connection:
            return kept_facts(connection, host)

    def past(self, host: str, check: str, recall: Recall, now: float) -> Past:
        """What a check measured on a host before, as far as it wants to know; `now` in epoch seconds."""
        with self._database.read() as connection:
            return recalled(connection, host, check, recall, now)

    def ask_to_relearn(self, host: str, collectors: Sequence[str], by: str) -> None:
        """Wish that what was first seen of a host is learned anew; the agent at work does it. `by`: who asks."""
        with self._database.write() as connection:
            relearning.ask(connection, host, collectors, by, time.time())

    def relearnings(self) -> tuple[Relearning, ...]:
        """What was wished and not done yet, the oldest first."""
        with self._database.read() as connection:
            return relearning.waiting(connection)

    def relearned(self, wish: Relearning) -> None:
        """The agent has forgotten what was wished; what the history kept of it goes too, once all before is written."""
        if not self.flush(FLUSH_SECONDS):
            raise HistoryError(f"{wish.host}: the rounds before are not written yet")
        with self._database.write() as connection:
            relearning.done(connection, wish, time.time())

    def put_letter(self, exporter: str, letter: Letter, *, again: bool = False) -> bool:
        """Put a letter into the outbox. False: it was there already, by its Message-ID.

        `again`: whoever calls sends it now, even if it was delivered before; the agent leaves it alone for a minute.
        """
        with self._database.write() as connection:
            return outbox.put(connection, exporter, letter, time.time(), again=again)

    def due_letters(self, now: float) -> Iterator[OutboxEntry]:
        """The letters to try now, the oldest first. Only one at a time is held: a backlog may be large."""
        with self._database.read() as connection:
            due = outbox.due(connection, now)
        for letter in due:
            with self._database.read() as connection:
                entry = outbox.waiting(connection, letter)
            if entry is not None:
                yield entry

    def letter_delivered(self, message_id: str) -> None:
        """A letter was accepted."""
        with self._database.write() as connection:
            outbox.delivered(connection, message_id, time.time())

    def letter_failed(
        self, message_id: str, error: str, next_try: float | None, remaining: tuple[str, ...] = ()
    ) -> None:
        """A letter was not accepted. Without `next_try` (epoch seconds) it is given up.

        `remaining` are the recipients to try again, when it was accepted for the others.
        """
        with self._database.write() as connection:
            outbox.failed(connection, message_id, error, next_try, time.time(), remaining)

    def outbox_length(self, *, given_up_since: float | None = None) -> int:
        """How many letters wait; or how many were given up since a time, and not sent by hand after that."""
        with self._database.read() as connection:
            return outbox.length(connection, given_up_since)

    def prune(self, now: float) -> None:
        """Add finished days up and remove what is older than the retention says. For the clock, some times a day."""
        with self._database.write() as connection:
            roll_up_days(connection, now)
            surveys.forget_old(connection, now - self._retention.transitions)
        self.archive.prune(now - self._retention.evidence - DAY)  # a day of that time rests on what was seen before
        for statement in outdated(self._retention, now):
            with self._database.write() as connection:
                connection.execute(statement)
