"""The web side of the records kept for good: the lists of days and periods, their reviews, and notes to incidents."""

import time
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Self

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi import Path as InPath
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, model_validator

from agent.catalogue import catalogue
from agent.history import PublishedPeriod
from agent.review import Desk, NoteIn, ReviewIn
from agent.web.answers import Answer
from agent.web.tokens import Doorkeeper
from exporters.contract import IncidentNote, PeriodKind, Review, period_name
from exporters.periodic import read_any
from exporters.periodic.record import document

if TYPE_CHECKING:
    from agent.daemon import Daemon

Day = Annotated[date, InPath(description="the day the record's period ends on", examples=["2026-11-21"])]
PeriodName = Annotated[
    str, InPath(description="a week as 2026-W47, a month as 2026-11", max_length=8, examples=["2026-W47"])
]
IncidentId = Annotated[
    str,
    InPath(description="its eight digits, as the daily log has them", pattern="^[0-9a-f]{8}$", examples=["1f3a09bc"]),
]


class Days(BaseModel):
    """From which day to which, and how many at most."""

    model_config = ConfigDict(extra="forbid")

    begin: date = Field(date.min, alias="from", description="the first day")
    end: date = Field(date.max, alias="to", description="the last day")
    most: int = Field(31, ge=1, le=400, description="of more than these, the newest")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.begin > self.end:
            raise ValueError(f"from ({self.begin}) is after to ({self.end})")
        return self


class Periods(BaseModel):
    """Weeks or months or both, and how many at most."""

    model_config = ConfigDict(extra="forbid")

    kind: PeriodKind | None = Field(None, description="only weeks, or only months")
    most: int = Field(31, ge=1, le=400, description="of more than these, the newest")


class DayOut(Answer):
    """The record of a maintenance day: the one in force, where it was corrected."""

    date: date
    number: str = Field(examples=["20261121-01"])
    made_at: datetime
    position: int = Field(description="which entry of the ledger it is, counted from 1")
    sha256: str = Field(description="the hash that seals it and all entries before it")
    reviews: int = Field(description="how often it was signed")


class PeriodOut(Answer):
    """The record of a week or a month."""

    name: str = Field(examples=["2026-W47"])
    kind: PeriodKind
    ends_on: date = Field(description="the day that its last night ends on", examples=["2026-11-23"])
    number: str = Field(examples=["2026-W47-01"])
    made_at: datetime
    position: int = Field(description="which entry of the ledger it is, counted from 1")
    sha256: str = Field(description="the hash that seals it and all entries before it")
    reviews: int = Field(description="how often it was signed")


class ReviewOut(Answer):
    """Somebody read a record and answers for it."""

    number: str = Field(description="the record that was read", examples=["20261121-01"])
    by: str
    at: datetime
    comment: str
    account: str = Field(description="who it really came from: the login on the agent's machine, or the token's name")


class NoteOut(Answer):
    """What somebody found out about an incident, or did about it. What is empty was not said."""

    incident: str = Field(examples=["1f3a09bc"])
    by: str
    at: datetime
    effect: str
    cause: str
    measure: str
    owner: str
    due: str = Field(description="YYYY-MM-DD, or empty")
    comment: str
    account: str = Field(description="who it really came from: the login on the agent's machine, or the token's name")


_NO_PERIOD: dict[int | str, dict[str, Any]] = {404: {"description": "No such week or month, or no record of it."}}

_WRITES: dict[int | str, dict[str, Any]] = {
    401: {"description": "No token, or nobody's."},
    403: {"description": "The token does not hold the scope operate; or nobody does."},
    404: {"description": "There is no such record, or it is not the one in force; or no such incident."},
    415: {"description": "Not JSON."},
    429: {"description": "Too much at once."},
    503: {"description": "It could not be kept."},
}


def record_routes(daemon: "Daemon") -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/api/v1", tags=["records"])
    doorkeeper = Doorkeeper()
    account_of = Annotated[str, Depends(doorkeeper.account)]

    def desk() -> Desk:
        return Desk(daemon.history, daemon.config, catalogue())

    @routes.get("/days")
    def days(which: Annotated[Days, Query()]) -> list[DayOut]:
        """The days that have a record, the newest first."""
        return [
            DayOut(
                date=one.date,
                number=one.number,
                made_at=datetime.fromtimestamp(one.made_at, UTC),
                position=one.position,
                sha256=one.sha256,
                reviews=one.reviews,
            )
            for one in daemon.history.published_days(which.begin, which.end, which.most)
        ]

    @routes.get("/days/{date}/reviews")
    def reviews(date: Day) -> list[ReviewOut]:
        """All reviews of a day's records, also of those that were corrected since, the oldest first."""
        return [_review_out(review) for review in daemon.history.reviews(date)]

    @routes.post("/days/{date}/reviews", status_code=201, responses=_WRITES)
    def sign(date: Day, given: ReviewIn, account: account_of) -> ReviewOut:
        """Sign the record of a day. It stays: to take something back, sign again and say so."""
        return _review_out(desk().sign(date, given, account, time.time()))

    @routes.get("/periods")
    def periods(which: Annotated[Periods, Query()]) -> list[PeriodOut]:
        """The weeks and months that have a record, the newest first."""
        kinds = tuple(PeriodKind) if which.kind is None else (which.kind,)
        return [_period_out(one) for one in daemon.history.published_periods(kinds, which.most)]

    @routes.get("/periods/{name}", responses=_NO_PERIOD)
    def period(name: PeriodName) -> JSONResponse:
        """The record of a week or a month, as its folder has it: `rounds.period/1`."""
        kind, ends_on = _period(name)
        record = daemon.history.published_period(kind, ends_on)
        if record is None:
            raise HTTPException(404, f"there is no record of {name}: it is made when its last day is over")
        return JSONResponse(document(record))

    @routes.get("/periods/{name}/reviews", responses=_NO_PERIOD)
    def period_reviews(name: PeriodName) -> list[ReviewOut]:
        """All reviews of the record of a week or a month, the oldest first."""
        return [_review_out(review) for review in daemon.history.period_reviews(*_period(name))]

    @routes.post("/periods/{name}/reviews", status_code=201, responses=_WRITES)
    def sign_period(name: PeriodName, given: ReviewIn, account: account_of) -> ReviewOut:
        """Sign the record of a week or a month. It stays: to take something back, sign again and say so."""
        kind, ends_on = _period(name)
        return _review_out(desk().sign_period(kind, ends_on, given, account, time.time()))

    @routes.get("/incidents/{id}/notes")
    def notes(id: IncidentId) -> list[NoteOut]:
        """All notes to an incident, the oldest first; of several the last that says something of a field holds."""
        return [_note_out(note) for note in daemon.history.notes(id)]

    @routes.post("/incidents/{id}/notes", status_code=201, responses=_WRITES)
    def note(id: IncidentId, given: NoteIn, account: account_of) -> NoteOut:
        """Note something of an incident: its cause, or what was done. It stays."""
        return _note_out(desk().note(id, given, account, time.time()))

    return routes


def _period(name: str) -> tuple[PeriodKind, date]:
    """Which week or month is meant. Raises `HTTPException`."""
    try:
        return read_any(name)
    except ValueError as error:
        raise HTTPException(404, f"expected a week as 2026-W47 or a month as 2026-11, not {name!r}") from error


def _period_out(one: PublishedPeriod) -> PeriodOut:
    return PeriodOut(
        name=period_name(one.kind, one.ends_on),
        kind=one.kind,
        ends_on=one.ends_on,
        number=one.number,
        made_at=datetime.fromtimestamp(one.made_at, UTC),
        position=one.position,
        sha256=one.sha256,
        reviews=one.reviews,
    )


def _review_out(review: Review) -> ReviewOut:
    return ReviewOut(
        number=review.number,
        by=review.by,
        at=datetime.fromtimestamp(review.at, UTC),
        comment=review.comment,
        account=review.account,
    )


def _note_out(note: IncidentNote) -> NoteOut:
    return NoteOut(
        incident=note.incident,
        by=note.by,
        at=datetime.fromtimestamp(note.at, UTC),
        effect=note.effect,
        cause=note.cause,
        measure=note.measure,
        owner=note.owner,
        due=note.due,
        comment=note.comment,
        account=note.account,
    )
