"""What waits to be written, bounded: the hot path puts, the writer takes."""

import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from agent.deposition import Deposition
from agent.problems import Transition
from collectors.contract import Entry
from exporters.contract import HostReport

_TRANSITIONS_ONLY = 100_000
"""How many notes are kept for their transitions after their observations were dropped."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something to remember. `report` is bare: without samples, inventory, facts, answers and raw text.

    `inventory` is what the host is made of, by collector, where that is worth comparing with what is known.
    `depositions` are the answers to be kept word for word.
    `forgets` names a host that is no longer on rounds.
    """

    report: HostReport | None = None
    transitions: Sequence[Transition] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    inventory: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    depositions: Sequence[Deposition] = ()
    forgets: str | None = None
    number: int = 0


class Backlog:
    """Notes in their order. Over `most` reports the oldest observations are dropped and counted.

    Transitions are small and cannot be made up for, so they outlive the observations they came with. Answers are large:
    those beyond `most_characters` are not taken in.
    """

    def __init__(self, most: int, most_characters: int = 128 * 1024 * 1024) -> None:
        self._most = most
        self._most_characters = most_characters
        self._characters = 0
        self._stripped: deque[Note] = deque(maxlen=_TRANSITIONS_ONLY)
        self._notes: deque[Note] = deque()
        self._numbers = count(1)
        self._last = 0
        self._settled = 0
        self._in_flight = 0
        self._wanted = 1
        self._hurried = False
        self._changed = threading.Condition()
        self.dropped = 0

    def __len__(self) -> int:
        """How many notes are not yet written."""
        return len(self._stripped) + len(self._notes) + self._in_flight

    def put(self, note: Note) -> None:
        """Add a note. Never waits for the database."""
        with self._changed:
            self._last = next(self._numbers)
            self._notes.append(self._weighed(replace(note, number=self._last)))
            self._trim()
            if len(self) >= self._wanted:  # else the writer lingers anyway, and need not be woken for each note
                self._changed.notify_all()

    def take(self, most: int, linger: float) -> list[Note]:
        """The oldest notes: as soon as there are `most`, or what came within `linger` seconds."""
        end = time.monotonic() + linger
        with self._changed:
            self._wanted = most
            while len(self) < most and not self._hurried:
                left = end - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(left)
            batch: list[Note] = []
            for queue in (self._stripped, self._notes):
                while queue and len(batch) < most:
                    batch.append(queue.popleft())
            self._in_flight = len(batch)
            return batch

    def put_back(self, batch: Sequence[Note]) -> None:
        """The batch could not be written; it is the oldest again."""
        with self._changed:
            self._in_flight = 0
            self._notes.extendleft(reversed(batch))
            self._trim()

    def settle(self, batch: Sequence[Note], dropped: int = 0) -> None:
        """The batch is written, but for what had to be dropped."""
        with self._changed:
            self._in_flight = 0
            self._characters -= sum(map(_characters, batch))
            self.dropped += dropped
            self._settled = max(self._settled, max((note.number for note in batch), default=0))
            self._changed.notify_all()

    def hurry(self, hurried: bool = True) -> None:
        """Whether `take` is to return at once."""
        with self._changed:
            self._hurried = hurried
            self._changed.notify_all()

    def wait_settled(self, timeout: float) -> bool:
        """Wait until all that was put before now is written; False when `timeout` seconds were not enough."""
        with self._changed:
            target = self._last
            return self._changed.wait_for(lambda: self._settled >= target, timeout)

    def _weighed(self, note: Note) -> Note:
        """The note, without its answers where too many wait."""
        if self._characters + _characters(note) > self._most_characters:
            return replace(note, depositions=())
        self._characters += _characters(note)
        return note

    def _trim(self) -> None:
        while len(self._notes) > self._most:
            oldest = self._notes.popleft()
            self._characters -= _characters(oldest)
            if oldest.report is not None:
                self.dropped += 1
            if oldest.transitions or oldest.forgets:
                self._stripped.append(replace(oldest, report=None, facts={}, inventory={}, depositions=()))


def _characters(note: Note) -> int:
    return sum(len(deposition.answer.text) for deposition in note.depositions)
