"""The web side of evidence: which answers the lines of a day's record rest on, and whether these are kept."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, HTTPException, Query
from pydantic import Field

from agent.history.answers import Keeping
from agent.tracing import Traced, trace
from agent.web.answers import Answer, StateName, moment_out

if TYPE_CHECKING:
    from agent.daemon import Daemon


class EvidenceOut(Answer):
    """A line of a daily record, and the answer it rests on: null where it was not checked, or nothing was kept."""

    record: str = Field(description="the record's number", examples=["20261121-01"])
    host: str = Field(examples=["web-01"])
    check: str = Field(examples=["disk_usage"])
    item: str = Field(examples=["/var"])
    state: StateName | None = Field(description="null: not checked")
    checked_at: datetime | None
    collector: str | None = Field(description="which part of the round asked", examples=["filesystems"])
    exit_status: int | None
    seconds: float | None = Field(description="how long the host worked on it")
    command_sha256: str | None = Field(description="SHA-256 of the command as it was sent")
    answer_sha256: str | None = Field(description="SHA-256 of what the host answered")
    command: Keeping | None = Field(description="whether the command's text is kept and still has that hash")
    answer: Keeping | None = Field(description="the same of the answer")


def evidence_routes(daemon: "Daemon") -> APIRouter:
    """The route."""
    routes = APIRouter(prefix="/api/v1", tags=["past"])

    @routes.get("/evidence", responses={404: {"description": "No such record, host or check in it."}})
    def evidence(
        date: Annotated[date, Query(description="the day the record's period ends on", examples=["2026-11-21"])],
        host: Annotated[str, Query(description="the host of the lines", examples=["web-01"])],
        check: Annotated[str | None, Query(description="only this check", examples=["disk_usage"])] = None,
    ) -> list[EvidenceOut]:
        """What each line of a day's record rests on; the texts themselves are shown by `rounds evidence`."""
        record = daemon.history.published(date)
        if record is None:
            raise HTTPException(404, f"there is no record of {date}")
        found = [_out(one, record.number) for one in trace(daemon.history.archive, record, host, check)]
        if not found:
            raise HTTPException(404, f"the record of {date} has no such line")
        return found

    return routes


def _out(one: Traced, number: str) -> EvidenceOut:
    line, found = one.line, one.evidence
    return EvidenceOut(
        record=number,
        host=line.host,
        check=line.check.name,
        item=line.item,
        state=StateName.of(line.state),
        checked_at=moment_out(line.checked_at),
        collector=line.check.collector or None,
        exit_status=found.exit_status if found else None,
        seconds=found.seconds if found else None,
        command_sha256=found.command_sha256 if found else None,
        answer_sha256=found.answer_sha256 if found else None,
        command=one.command,
        answer=one.answer,
    )
