"""The archive: what hosts answered, word for word, behind the history's door."""

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from agent.deposition import Deposition
from agent.history import answers
from agent.history.answers import Bundle, KeptText
from agent.history.database import Database
from agent.history.daybook import batched
from exporters.contract import DayRecord, Evidence

SOME = 1000
"""Depositions of one transaction: others wait for the lock meanwhile."""

PAUSE_SECONDS = 0.02


class Archive:
    """Kept answers. Its methods may be called from any thread and raise `HistoryError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, depositions: Iterable[Deposition], seconds: float = float("inf")) -> int:
        """Keep answers, some at a time. Returns how many were left when `seconds` were over."""
        until = time.monotonic() + seconds
        left = iter(depositions)
        while some := list(islice(left, SOME)):
            if time.monotonic() > until:
                return len(some) + sum(1 for _ in left)
            bundle = Bundle(some)
            with self._database.read() as connection:
                bundle.pack(connection)
            with self._database.write() as connection:
                bundle.write(connection)
        return 0

    def grounds(self, record: DayRecord) -> tuple[Evidence, ...]:
        """The answers that the lines of a day rest on, as far as they are kept."""
        with self._database.read() as connection:
            return answers.grounds(connection, record)

    def hold(self, named: Sequence[Evidence]) -> None:
        """Keep these for the whole retention time, some at a time, for a record that is to name them."""
        for some in batched(named, SOME):
            with self._database.write() as connection:
                answers.hold(connection, some)

    def text(self, sha256: str) -> KeptText:
        """The text with a hash (hexadecimal), and whether it is still what the hash says."""
        with self._database.read() as connection:
            return answers.text_of(connection, sha256)

    def altered(self) -> Iterator[str]:
        """The hashes of kept texts that are not any more what they were; one after another, there may be many."""
        with self._database.read() as connection:
            yield from answers.altered(connection)

    def lost(self, named: Iterable[Evidence]) -> tuple[Evidence, ...]:
        """Those of the answers a record names whose texts are not there: their time was over, or they were removed."""
        with self._database.read() as connection:
            return tuple(answers.lost(connection, named))

    def prune(self, before: float) -> None:
        """Remove what was answered before a time (epoch seconds), and the texts that nothing names then."""
        there_is_more = True
        while there_is_more:
            with self._database.write() as connection:
                there_is_more = answers.remove_old(connection, before)
            time.sleep(PAUSE_SECONDS)
