"""The one thread that writes: notes go in without waiting, and come out in batches."""

import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from agent.history.archive import Archive
from agent.history.backlog import Backlog, Note
from agent.history.change_counts import ChangeCounts
from agent.history.database import Database
from agent.history.errors import HistoryError
from agent.history.ids import Ids
from agent.history.inscribe import inscribe, inscribe_surveys
from agent.history.lifespan import Lifespan
from agent.history.sheet import Sheet

log = structlog.get_logger()

BATCH = 500
LINGER_SECONDS = 1.0
TRANSACTION_SECONDS = 0.5
"""How long inventories are written at a time: who waits for the lock gives up after some seconds."""
OTHERS_SECONDS = 0.15
"""The pause after it: SQLite asks for its lock ten times a second."""
RETRY_FIRST_SECONDS = 0.5
RETRY_MOST_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class HistoryHealth:
    """How the writing goes. `backlog` and `dropped` count reports; `last_error` is empty when the last write succeeded.

    `last_written_at` is in epoch seconds, None before the first write.
    """

    backlog: int = 0
    dropped: int = 0
    last_error: str = ""
    last_written_at: float | None = None


class Writer:
    """Writes the backlog. While the database is locked or full it keeps trying, and the backlog keeps what it can."""

    def __init__(self, database: Database, backlog: Backlog, lifespan: Lifespan) -> None:
        self._database = database
        self._backlog = backlog
        self._lifespan = lifespan
        self._archive = Archive(database)
        self._ids = Ids()
        self.changes = ChangeCounts()
        self._health = HistoryHealth()
        self._stopping = threading.Event()
        self._give_up_at = float("inf")
        self._thread = threading.Thread(target=self._run, name="history-writer", daemon=True)

    @property
    def health(self) -> HistoryHealth:
        """How it goes."""
        return replace(self._health, backlog=len(self._backlog), dropped=self._backlog.dropped)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self, timeout: float) -> bool:
        """Write what is left and end. False when that could not be done within `timeout` seconds."""
        self._give_up_at = time.monotonic() + timeout
        self._stopping.set()
        self._backlog.hurry()
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return len(self._backlog) == 0 and not self._thread.is_alive()

    def flush(self, timeout: float) -> bool:
        """Wait until all that was recorded before now is written; False when it took too long."""
        if not self._thread.is_alive():
            return len(self._backlog) == 0
        self._backlog.hurry()
        try:
            return self._backlog.wait_settled(timeout)
        finally:
            self._backlog.hurry(self._stopping.is_set())

    def _run(self) -> None:
        pause = RETRY_FIRST_SECONDS
        while not (self._stopping.is_set() and len(self._backlog) == 0):
            batch = self._backlog.take(BATCH, LINGER_SECONDS)
            if not batch and not self._lifespan.is_due:
                continue
            if self._write(batch):
                pause = RETRY_FIRST_SECONDS
            elif time.monotonic() + pause > self._give_up_at:
                return
            else:
                self._stopping.wait(pause)
                # While stopping there is no time to be patient: whoever holds the lock may let go any moment.
                pause = RETRY_FIRST_SECONDS if self._stopping.is_set() else min(pause * 2, RETRY_MOST_SECONDS)

    def _write(self, batch: Sequence[Note]) -> bool:
        """Write a batch. False: it is in the backlog again, and worth another try."""
        try:
            self._inscribe(batch)
        except HistoryError as error:
            if _may_pass(error):
                self._backlog.put_back(batch)
                self._failed(error)
                return False
            self._write_singly(batch)
        except Exception:  # the thread's boundary: a note nobody foresaw must not end all writing
            log.exception("history_batch_broke")
            self._write_singly(batch)
        else:
            if self._health.last_error:
                log.info("history_written_again", backlog=len(self._backlog))
            self._health = replace(self._health, last_error="")
            self._backlog.settle(batch)
        return True

    def _write_singly(self, batch: Sequence[Note]) -> None:
        """The database refuses something in this batch for good: find it, and drop it alone."""
        dropped = 0
        for position, note in enumerate(batch):
            try:
                self._inscribe([note])
            except HistoryError as error:
                self._failed(error)
                if _may_pass(error):
                    self._backlog.settle(batch[:position], dropped)
                    self._backlog.put_back(batch[position:])
                    return
                dropped += 1
            except Exception as error:  # noqa: BLE001 (as in _write)
                self._failed(error)
                dropped += 1
        self._backlog.settle(batch, dropped)

    def _inscribe(self, batch: Sequence[Note]) -> None:
        sheet = Sheet(batch)
        try:
            self._inscribe_surveys(sheet)
            self._archive.keep(sheet.depositions)
            with self._database.write() as connection:
                inscribe(connection, sheet, self._ids)
                self._lifespan.beat(connection)
            self._lifespan.kept()
            self._health = replace(self._health, last_written_at=time.time())
        except BaseException:
            self._ids.clear()  # what was learned in it is rolled back with it
            raise

    def _inscribe_surveys(self, sheet: Sheet) -> None:
        """Before the rest, which must not be written twice. First looks at many hosts take long: others wait."""
        surveys = deque(sheet.surveys)
        while surveys:
            with self._database.write() as connection:
                compared = inscribe_surveys(connection, surveys, self._ids, TRANSACTION_SECONDS)
            for survey, changed in compared:
                self.changes.add(survey.host, changed, survey.at)
            if surveys:
                self._stopping.wait(OTHERS_SECONDS)

    def _failed(self, error: Exception) -> None:
        message = str(error)
        if message != self._health.last_error:
            log.warning("history_not_written", error=message, backlog=len(self._backlog))
        self._health = replace(self._health, last_error=message)


def _may_pass(error: HistoryError) -> bool:
    """Whether the same batch may be accepted later: the database was locked, full, or not there."""
    cause = error.__cause__
    if isinstance(cause, (DataError, IntegrityError, ProgrammingError, NotSupportedError)):
        return False
    return isinstance(cause, (DBAPIError, PoolTimeoutError))
