"""What of the history is kept for good: the records of maintenance days, behind `History`."""

from collections.abc import Collection
from datetime import date

from agent.history import answers, publication
from agent.history.database import Database
from agent.history.ledger import Ledger
from exporters.contract import DayRecord


class Records:
    """The part of `History` that keeps records. Methods may be called from any thread, and raise `HistoryError`."""

    def __init__(self, database: Database, ledger: Ledger) -> None:
        self._database = database
        self._ledger = ledger

    def begin_signing(self, now: float) -> None:
        """The agent begins its work: its key is made when there was none, and what is not signed yet is sealed."""
        self._ledger.begin_signing(now)

    def publish_day(self, record: DayRecord, *, force: bool = False, tell_by: Collection[str] = ()) -> DayRecord:
        """Keep a record for good, and return the one that is kept: a day that has one keeps it, unless `force`.

        Nothing is replaced: a forced record is a correction, added after the one it corrects, under the next number.
        A record that is new is `untold` until each exporter in `tell_by` has told of it.
        """
        with self._ledger.append(record.made_at) as appender:
            known = publication.published(appender.connection, record.date)
            if known is not None and not force:
                return known
            kept = publication.add(appender, record)
            answers.hold(appender.connection, kept.evidence)
            publication.tell_by(appender.connection, kept.number, tell_by)
        return kept

    def untold(self) -> tuple[tuple[DayRecord, str], ...]:
        """The records not told of yet, the oldest first, each with the name of the exporter that is to do it."""
        with self._database.read() as connection:
            return publication.to_be_told(connection)

    def told(self, number: str, exporter: str) -> None:
        """An exporter has told of the record `number`: its files are written, its letters are in the outbox."""
        with self._database.write() as connection:
            publication.told(connection, number, exporter)

    def published(self, day: date) -> DayRecord | None:
        """The record kept of a day, with its last correction."""
        with self._database.read() as connection:
            return publication.published(connection, day)

    def last_published_date(self) -> date | None:
        """The newest day there is a record of."""
        with self._database.read() as connection:
            return publication.last_date(connection)

    def broken_records(self) -> tuple[str, ...]:
        """The numbers of kept records that were altered, or whose predecessor is missing. There should be none."""
        with self._database.read() as connection:
            return publication.broken(connection)
