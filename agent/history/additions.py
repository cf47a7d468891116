"""What people add to records once they are made: reviews, and notes to incidents. Each is an entry of the ledger."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, select

from agent.history.errors import HistoryError, NothingToAddTo
from agent.history.ledger import Appender, Entry, EntryKind, latest, next_number, numbered, read
from agent.history.schema import ledger
from exporters.contract import DayRecord, Incident, IncidentNote, Review

SIGNABLE = (EntryKind.DAY, EntryKind.WEEK, EntryKind.MONTH)

_REVIEW = TypeAdapter(Review)
_NOTE = TypeAdapter(IncidentNote)

_SEARCHED = 400
"""Records that are searched for an incident, the newest first: more than a year of days."""


@dataclass(frozen=True, slots=True)
class _OfTheDay:
    """The part of a day's record that tells of its incidents."""

    incidents: tuple[Incident, ...] = ()


_INCIDENTS = TypeAdapter(_OfTheDay)


def add_review(appender: Appender, review: Review) -> None:
    """Append a review of the record `review.number`, which must be in force. Raises `NothingToAddTo`."""
    signed = numbered(appender.connection, review.number)
    if signed is None or signed.kind not in SIGNABLE:
        raise NothingToAddTo(f"there is no record {review.number!r}")
    newest = latest(appender.connection, EntryKind(signed.kind), signed.date)
    if newest is not None and newest.number != signed.number:
        raise NothingToAddTo(f"the record {signed.number} was corrected: in force is {newest.number}")
    number = next_number(appender.connection, EntryKind.REVIEW, signed.date)
    body = _REVIEW.dump_json(review).decode()
    appender.add(EntryKind.REVIEW, signed.date, number, body, review.at)


@dataclass(frozen=True, slots=True)
class Place:
    """The newest record that tells of an incident, and whether it tells of its end."""

    number: str
    has_ended: bool


def place_of(connection: Connection, incident: str, *, behind: int = 0) -> Place | None:
    """Where an incident is told of, among the last records; `behind` a position of the ledger.

    It reads up to a year of records, which takes long: nobody who wants to write is to wait for it.
    """
    here = (ledger.c.kind == EntryKind.DAY, ledger.c.id > behind)
    query = select(ledger).where(*here).order_by(ledger.c.date.desc(), ledger.c.id.desc()).limit(_SEARCHED)
    for row in connection.execute(query.execution_options(yield_per=5)):
        entry = read(row)
        try:
            told = _INCIDENTS.validate_json(entry.body)
        except ValidationError as error:
            raise HistoryError(f"the record {entry.number} is damaged; `rounds verify` tells more") from error
        for one in told.incidents:
            if one.id == incident:
                return Place(entry.number, one.ended_at is not None)
    return None


def add_note(appender: Appender, note: IncidentNote, place: Place | None, known: Collection[str]) -> str | None:
    """Append a note; `known` are incidents of the day that has no record yet. Raises `NothingToAddTo`.

    Returns the number of the record that tells of the incident's end, None where the next daily will tell.
    """
    if place is None and note.incident not in known:
        raise NothingToAddTo(f"there is no incident {note.incident!r} in the last {_SEARCHED} records of days")
    day = datetime.fromtimestamp(note.at, UTC).date()
    number = next_number(appender.connection, EntryKind.NOTE, day)
    appender.add(EntryKind.NOTE, day, number, _NOTE.dump_json(note).decode(), note.at)
    return place.number if place is not None and place.has_ended else None


def with_additions(connection: Connection, record: DayRecord) -> DayRecord:
    """A record with the reviews of it, and the notes to its incidents."""
    notes = _notes(connection, record.incidents)
    return replace(
        record,
        reviews=tuple(review for review in reviews(connection, record.date) if review.number == record.number),
        incidents=tuple(replace(incident, notes=tuple(notes.get(incident.id, ()))) for incident in record.incidents),
    )


def reviews(connection: Connection, day: date) -> tuple[Review, ...]:
    """All reviews of the records filed under `day`, also of those that were corrected since, the oldest first."""
    query = select(ledger).where(ledger.c.kind == EntryKind.REVIEW, ledger.c.date == day.isoformat())
    return tuple(review_of(read(row)) for row in connection.execute(query.order_by(ledger.c.id)))


def notes_to(connection: Connection, incident: str) -> tuple[IncidentNote, ...]:
    """All notes to an incident, the oldest first."""
    query = select(ledger).where(ledger.c.kind == EntryKind.NOTE).order_by(ledger.c.id)
    return tuple(note for row in connection.execute(query) if (note := note_of(read(row))).incident == incident)


def review_of(entry: Entry) -> Review:
    """The review that an entry holds. Raises `HistoryError`."""
    try:
        return _REVIEW.validate_json(entry.body)
    except ValidationError as error:
        raise HistoryError(f"the review {entry.number} is damaged; `rounds verify` tells more") from error


def note_of(entry: Entry) -> IncidentNote:
    """The note that an entry holds. Raises `HistoryError`."""
    try:
        return _NOTE.validate_json(entry.body)
    except ValidationError as error:
        raise HistoryError(f"the note {entry.number} is damaged; `rounds verify` tells more") from error


def _notes(connection: Connection, incidents: Iterable[Incident]) -> dict[str, list[IncidentNote]]:
    """By incident. A note is made after its incident began, or a little before by another clock."""
    began = [incident.began_at for incident in incidents]
    found: dict[str, list[IncidentNote]] = defaultdict(list)
    if began:
        since = datetime.fromtimestamp(min(began), UTC).date() - timedelta(days=1)
        query = select(ledger).where(ledger.c.kind == EntryKind.NOTE, ledger.c.date >= since.isoformat())
        for row in connection.execute(query.order_by(ledger.c.id)):
            note = note_of(read(row))
            found[note.incident].append(note)
    return found
