"""What of the history is kept for good: the records of maintenance days, behind `History`."""

from collections.abc import Collection, Iterator
from datetime import date

from agent.history import additions, lifespan, periods, publication
from agent.history.archive import Archive
from agent.history.database import Database
from agent.history.inspection import Inspection, OnEntry, Outside, inspect
from agent.history.ledger import EntryKind, Ledger, between, next_number
from agent.history.periods import PublishedPeriod
from agent.history.publication import PublishedDay
from exporters.contract import DayRecord, IncidentNote, PeriodKind, PeriodRecord, Review


class Records:
    """The part of `History` that keeps records. Methods may be called from any thread, and raise `HistoryError`."""

    def __init__(self, database: Database, ledger: Ledger) -> None:
        self._database = database
        self.archive = Archive(database)
        self._ledger = ledger

    def begin_signing(self, now: float) -> None:
        """The agent begins its work: its key is made when there was none, and what is not signed yet is sealed."""
        self._ledger.begin_signing(now)

    def renew_key(self, now: float, *, is_lost: bool = False) -> str:
        """Sign with a new key from now on; the one before vouches for it unless that `is_lost`. Its fingerprint."""
        return self._ledger.renew_key(now, is_lost=is_lost)

    def publish_day(self, record: DayRecord, *, force: bool = False, tell_by: Collection[str] = ()) -> DayRecord:
        """Keep a record for good, and return the one that is kept: a day that has one keeps it, unless `force`.

        Nothing is replaced: a forced record is a correction, added after the one it corrects, under the next number.
        A record that is new is `untold` until each exporter in `tell_by` has told of it.
        """
        self.archive.hold(record.evidence)  # first: what a record names must not be removed in between
        with (
            self._database.read() as connection
        ):  # of a thousand hosts it is long, and the ledger's lock is others' too
            draft = publication.Draft.of(connection, record)
        with self._ledger.append(record.made_at) as appender:
            known = publication.published(appender.connection, record.date)
            if known is not None and not force:
                return known
            kept = publication.add(appender, record, draft)
            publication.tell_by(appender.connection, kept.number, tell_by)
        return kept

    def untold(self, made: DayRecord | None = None) -> Iterator[tuple[DayRecord, str]]:
        """The records not told of yet, the oldest first, each with the name of the exporter that is to do it.

        Each is read when its turn comes: of a thousand hosts one fills some hundred megabytes. `made` was published
        just now, and is not read again.
        """
        with self._database.read() as connection:
            waiting = publication.to_be_told(connection)
        record = made
        for number, exporter in waiting:
            with self._database.read() as connection:
                if record is None or record.number != number:
                    record = publication.numbered_record(connection, number)
                told = None if record is None else additions.with_additions(connection, record)
            if told is not None:
                yield told, exporter

    def told(self, number: str, exporter: str) -> None:
        """An exporter has told of the record `number`: its files are written, its letters are in the outbox."""
        with self._database.write() as connection:
            publication.told(connection, number, exporter)

    def published(self, day: date) -> DayRecord | None:
        """The record kept of a day, with its last correction."""
        with self._database.read() as connection:
            return publication.published(connection, day)

    def published_days(self, begin: date, end: date, limit: int) -> tuple[PublishedDay, ...]:
        """The days from `begin` to `end` that have a record, the newest first, `limit` of them."""
        with self._database.read() as connection:
            return publication.days(connection, begin, end, limit)

    def first_run_at(self) -> float | None:
        """When the agent first ran, in epoch seconds."""
        with self._database.read() as connection:
            return lifespan.first_start(connection)

    def beginning(self) -> float | None:
        """The first that is remembered, in epoch seconds: of what was before it only kept records can tell."""
        with self._database.read() as connection:
            return lifespan.beginning(connection)

    def last_published_date(self, until: date = date.max) -> date | None:
        """The newest day until then that there is a record of. A clock that was wrong may have made later ones."""
        with self._database.read() as connection:
            return publication.last_date(connection, until)

    def publish_period(self, record: PeriodRecord, *, tell_by: Collection[str] = ()) -> PeriodRecord:
        """Keep the record of a week or a month, and return the one that is kept: one that has a record keeps it."""
        with self._ledger.append(record.made_at) as appender:
            known = periods.published(appender.connection, record.kind, record.date)
            if known is not None:
                return known
            kept = periods.add(appender, record)
            publication.tell_by(appender.connection, kept.number, tell_by)
        return kept

    def untold_periods(self) -> tuple[tuple[PeriodRecord, str], ...]:
        """The weeks and months not told of yet, the oldest first, each with the exporter that is to do it."""
        with self._database.read() as connection:
            return periods.to_be_told(connection)

    def published_period(self, kind: PeriodKind, ends_on: date) -> PeriodRecord | None:
        """The record kept of the week or month that ends on a day."""
        with self._database.read() as connection:
            return periods.published(connection, kind, ends_on)

    def published_periods(self, kinds: Collection[PeriodKind], limit: int) -> tuple[PublishedPeriod, ...]:
        """The weeks or months that have a record, the newest first, `limit` of them."""
        with self._database.read() as connection:
            return periods.listed(connection, kinds, limit)

    def period_reviews(self, kind: PeriodKind, ends_on: date) -> tuple[Review, ...]:
        """All reviews of the records of a week or month, the oldest first."""
        with self._database.read() as connection:
            return periods.reviews_of(connection, kind, ends_on)

    def last_period_end(self, kind: PeriodKind, until: date = date.max) -> date | None:
        """The day until then on which the newest week or month ended that there is a record of."""
        with self._database.read() as connection:
            return periods.last_end(connection, kind, until)

    def period_number(self, kind: PeriodKind, ends_on: date) -> str:
        """The number that the record of a week or month would get now."""
        with self._database.read() as connection:
            return periods.number(connection, kind, ends_on)

    def first_published_date(self) -> date | None:
        """The oldest day there is a record of."""
        with self._database.read() as connection:
            return periods.first_day(connection)

    def sign(self, review: Review, *, tell_by: Collection[str] = ()) -> None:
        """Keep a review of the record `review.number`; `tell_by` are to tell of it again. Raises `NothingToAddTo`."""
        with self._ledger.append(review.at) as appender:
            additions.add_review(appender, review)
            publication.tell_by(appender.connection, review.number, tell_by)

    def note(self, note: IncidentNote, known: Collection[str], *, tell_by: Collection[str] = ()) -> None:
        """Keep a note to an incident of a record, or to one in `known`. Raises `NothingToAddTo`.

        Where a record tells of the incident's end, `tell_by` are to tell of it again.
        """
        with self._database.read() as connection:
            place, seen = additions.place_of(connection, note.incident), publication.length(connection)
        with self._ledger.append(note.at) as appender:
            place = additions.place_of(appender.connection, note.incident, behind=seen) or place
            number = additions.add_note(appender, note, place, known)
            if number is not None:
                publication.tell_by(appender.connection, number, tell_by)

    def reviews(self, day: date) -> tuple[Review, ...]:
        """All reviews of the records filed under `day`, the oldest first."""
        with self._database.read() as connection:
            return additions.reviews(connection, day)

    def notes(self, incident: str) -> tuple[IncidentNote, ...]:
        """All notes to an incident, the oldest first."""
        with self._database.read() as connection:
            return additions.notes_to(connection, incident)

    def seal_files(self, day: date, manifest: str, now: float) -> None:
        """Keep what files were written for the record of a day, as JSON; what is kept already is not kept twice."""
        with self._ledger.append(now) as appender:
            known = between(appender.connection, EntryKind.FILES, day, day)
            if manifest not in [entry.body for entry in known]:
                number = next_number(appender.connection, EntryKind.FILES, day)
                appender.add(EntryKind.FILES, day, number, manifest, now)

    def inspect(self, outside: Outside, heard_by: Collection[OnEntry] = ()) -> Inspection:
        """Look at every entry of the ledger; `heard_by` hears of each that is whole and in the range."""
        with self._database.read() as connection:
            return inspect(connection, outside, heard_by)

    def broken_records(self) -> tuple[str, ...]:
        """The numbers of kept records that were altered, or whose predecessor is missing. There should be none."""
        return tuple(finding.number for finding in self.inspect(Outside()).findings if finding.number)
