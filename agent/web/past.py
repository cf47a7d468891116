"""The web side of what is remembered: past states, rounds, lines of records, changes, and what hosts are made of."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Annotated, TypeVar

from fastapi import APIRouter, HTTPException, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from agent.history import Event, PastRound, Sought
from agent.lookback import RecordLine, lines
from agent.problems import Kind as Firmness
from agent.web.answers import Answer, StateName, TextOut, moment_out, text_out
from agent.web.known import HostName, known_host
from checks.contract import State
from collectors.contract import Kind, Reason
from exporters.contract import Change, Lane

if TYPE_CHECKING:
    from agent.daemon import Daemon

T = TypeVar("T")

DEFAULT_SPAN = timedelta(days=7)

FIRST, LAST = datetime(1970, 1, 9, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""Outside of these there is nothing, and calendars and time zones have no words for it."""

Kinds = Annotated[list[Kind] | None, Query(description="only of this kind; may be repeated")]


class When(BaseModel):
    """From when to when, of which hosts, and how many at most."""

    model_config = ConfigDict(extra="forbid")

    since: AwareDatetime | None = Field(
        None, alias="from", ge=FIRST, le=LAST, description="the first moment; default: seven days before the end"
    )
    to: AwareDatetime | None = Field(None, ge=FIRST, le=LAST, description="the moment after the last; default: now")
    host: list[str] = Field([], description="only this host; may be repeated")
    most: int = Field(1000, ge=1, le=10_000, description="of more than these, the last")

    @property
    def end(self) -> datetime:
        """The end of the time."""
        return self.to or datetime.now(UTC)

    def sought(self) -> Sought:
        """The same as the history takes it. Raises `HTTPException`."""
        end = self.end
        begin = self.since or end - DEFAULT_SPAN
        if begin > end:
            raise HTTPException(422, f"from ({begin.isoformat()}) is after to ({end.isoformat()})")
        return Sought(begin.timestamp(), end.timestamp(), tuple(self.host), most=self.most)


class WhenInState(When):
    """The same, and in which state."""

    state: list[StateName] = Field([], description="only this state, in upper or lower case; may be repeated")

    def sought(self) -> Sought:
        """The same as the history takes it. Raises `HTTPException`."""
        return replace(super().sought(), states=tuple(State[name] for name in self.state))


class Which(WhenInState):
    """The same, and of which checks and items."""

    check: list[str] = Field([], description="only this check; may be repeated")
    item: str = Field("", description="only items like this; `*` and `?` stand for anything", max_length=500)

    def sought(self) -> Sought:
        """The same as the history takes it. Raises `HTTPException`."""
        return replace(super().sought(), checks=tuple(self.check), item=self.item)


class WhichEvents(Which):
    """The same, and whether every change counts."""

    everything: bool = Field(
        False, alias="all", description="also what was not confirmed, and what was normal at its first sight"
    )


class WhenOfKind(When):
    """From when to when, of which hosts, and of which kind."""

    kind: list[Kind] = Field([], description="only of this kind; may be repeated")


class EventOut(Answer):
    """A change of state."""

    at: datetime = Field(description="when it was noticed")
    since: datetime = Field(description="when the new state was first seen")
    host: str = Field(examples=["web-01"])
    check: str = Field(examples=["disk_usage"])
    item: str = Field(examples=["/var"])
    before: StateName | None = Field(description="null: it was not there")
    after: StateName | None = Field(description="null: it is no longer there")
    confirmed: bool = Field(description="false: seen, and not yet by enough rounds")
    reason: Reason | None = Field(description="why it could not be judged; null: it could")
    incident: str | None = Field(description="the id of the incident it belongs to; null: to none")
    summary: TextOut


class RoundOut(Answer):
    """A round on a host."""

    host: str = Field(examples=["web-01"])
    lane: Lane
    started_at: datetime
    finished_at: datetime
    reached: bool
    reason: Reason | None = Field(description="why the host was not reached; null: it was")


class LineOut(Answer):
    """A line of a daily record."""

    date: str = Field(description="the day its period ends on", examples=["2026-11-21"])
    number: str = Field(description="of the record", examples=["20261121-01"])
    host: str = Field(examples=["web-01"])
    check: str = Field(examples=["disk_usage"])
    item: str = Field(examples=["/var"])
    state: StateName | None = Field(description="null: not checked, see `reason`")
    reason: Reason | None
    summary: TextOut
    checked_at: datetime | None


class ChangeOut(Answer):
    """Something about a host became different."""

    host: str = Field(examples=["web-01"])
    kind: Kind
    name: str = Field(examples=["nginx"])
    before: str | None = Field(description="null: it was not there")
    after: str | None = Field(description="null: it is no longer there")
    not_before: datetime = Field(description="the last look that still found it as before")
    seen_at: datetime = Field(description="the look that found it so")


class EntryOut(Answer):
    """Something that a host is made of."""

    kind: Kind
    name: str = Field(examples=["nginx"])
    value: str = Field(examples=["1.24.0-2"])


def past(daemon: "Daemon") -> APIRouter:
    """The routes."""
    routes = APIRouter(
        prefix="/api/v1", tags=["past"], responses={404: {"description": "Nothing is known of such a host."}}
    )
    history = daemon.history

    def _some(found: Sequence[T], hosts: Sequence[str]) -> Sequence[T]:
        """What was found. Nothing of a name that was never heard of is a slip of whoever asks."""
        strange = [name for name in hosts if daemon.config.find(name) is None]
        if strange and not found:
            raise HTTPException(404, f"nothing is known of a host named {strange[0]!r}")
        return found

    @routes.get("/log")
    def log(which: Annotated[WhichEvents, Query()]) -> list[EventOut]:
        """Past changes of state, the oldest first."""
        found = history.events(which.sought(), everything=which.everything).found
        return [_event(event) for event in _some(found, which.host)]

    @routes.get("/rounds")
    def rounds(when: Annotated[WhenInState, Query()]) -> list[RoundOut]:
        """Past rounds, the oldest first; one that did not reach its host is UNKNOWN, any other OK."""
        return [_round(made) for made in _some(history.rounds(when.sought()).found, when.host)]

    @routes.get("/lines")
    def record_lines(which: Annotated[Which, Query()]) -> list[LineOut]:
        """What the daily records say, the newest day last."""
        found = list(islice(lines(history, which.sought(), daemon.config.zone), which.most))
        return [_line(line) for line in reversed(_some(found, which.host))]

    @routes.get("/changes")
    def changes(when: Annotated[WhenOfKind, Query()]) -> list[ChangeOut]:
        """What became different about hosts, the oldest first."""
        sought = when.sought()
        found = [
            change
            for name in sought.hosts or (None,)
            for change in history.changes(sought.begin, sought.end, name, when.kind)
        ]
        return [_change(change) for change in sorted(_some(found, when.host), key=lambda c: c.at)[-when.most :]]

    @routes.get("/hosts/{name}/inventory", responses={404: {"description": "No such host."}})
    def inventory(
        name: HostName,
        at: Annotated[AwareDatetime | None, Query(description="as it was then; default: now")] = None,
        kind: Kinds = None,
    ) -> list[EntryOut]:
        """What a host is made of; empty: it was not looked at by then."""
        stocks = history.inventory(known_host(daemon, name).name, (at or datetime.now(UTC)).timestamp())
        entries = sorted(entry for stock in stocks for entry in stock.entries if kind is None or entry.kind in kind)
        return [EntryOut(kind=entry.kind, name=entry.name, value=entry.value) for entry in entries]

    return routes


def _event(event: Event) -> EventOut:
    change = event.change
    return EventOut(
        at=_utc(change.at),
        since=_utc(change.since),
        host=change.host,
        check=change.check,
        item=change.item,
        before=StateName.of(change.before),
        after=StateName.of(change.after),
        confirmed=change.kind is Firmness.HARD,
        reason=change.reason,
        incident=event.incident or None,
        summary=text_out(change.summary),
    )


def _round(made: PastRound) -> RoundOut:
    return RoundOut(
        host=made.host,
        lane=made.lane,
        started_at=_utc(made.started_at),
        finished_at=_utc(made.finished_at),
        reached=made.reason is None,
        reason=made.reason,
    )


def _line(found: RecordLine) -> LineOut:
    line = found.line
    return LineOut(
        date=found.record.date.isoformat(),
        number=found.record.number,
        host=line.host,
        check=line.check.name,
        item=line.item,
        state=StateName.of(line.state),
        reason=line.reason,
        summary=text_out(line.summary),
        checked_at=moment_out(line.checked_at),
    )


def _change(change: Change) -> ChangeOut:
    return ChangeOut(
        host=change.host,
        kind=change.kind,
        name=change.name,
        before=change.before,
        after=change.after,
        not_before=_utc(change.since),
        seen_at=_utc(change.at),
    )


def _utc(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
