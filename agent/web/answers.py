"""What the API and `rounds check --format json` answer: the shapes, and how they are made of what is known."""

from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from agent.board import Standing
from agent.reasons import not_checked_text
from checks.contract import Layer, Measurement, Section, State, Text, Unit
from collectors.contract import Reason
from exporters.contract import CheckOutcome, HostCard, HostFailure, Lane


class StateName(StrEnum):
    """How bad it is, from best to worst; read in upper or lower case."""

    OK = "OK"
    WARN = "WARN"
    UNKNOWN = "UNKNOWN"
    CRIT = "CRIT"

    @classmethod
    def _missing_(cls, value: object) -> "StateName | None":
        return cls.__members__.get(str(value).upper())

    @classmethod
    def of(cls, state: State | None) -> "StateName | None":
        """The name of a state; None stays None."""
        return None if state is None else cls[state.name]


class Answer(BaseModel):
    """A part of an answer: frozen, and described field by field."""

    model_config = ConfigDict(frozen=True)


class TextOut(Answer):
    """Words for people, in both languages."""

    en: str = Field(description="in English")
    zh: str = Field(description="in Chinese")


class MeasurementOut(Answer):
    """A number a check looked at, in base units, with the levels that applied."""

    name: str = Field(description="what was measured", examples=["used"])
    value: float = Field(description="in `unit`", examples=[0.831])
    unit: Unit = Field(description="base unit; empty: a plain number", examples=["ratio"])
    warn: float | None = Field(description="the level of a warning, in `unit`; null: none", examples=[0.8])
    crit: float | None = Field(description="the level of a critical problem, in `unit`; null: none", examples=[0.9])
    lower: bool = Field(description="true: bad below the levels; false: bad at or above them")


class ResultOut(Answer):
    """What one check says of one item of one host; or, with a `reason`, why it says nothing."""

    host: str = Field(examples=["web-01"])
    check: str = Field(description="the check's name, as in config.yaml", examples=["disk_usage"])
    item: str = Field(description="what was judged; empty: the check as a whole was not made", examples=["/var"])
    state: StateName | None = Field(description="null: not checked, see `reason`", examples=["WARN"])
    reason: Reason | None = Field(description="why it was not checked; null: it was")
    detail: str = Field(description="more about `reason`, in English")
    summary: TextOut = Field(description="the finding in words")
    checked_at: datetime = Field(description="when this was last looked at")
    measurements: list[MeasurementOut]


class CheckOut(Answer):
    """How one check went on one host, all its items together."""

    name: str = Field(description="as in config.yaml", examples=["disk_usage"])
    title: TextOut = Field(description="what people call it")
    layer: Layer = Field(description="of the five layers of the maintenance manual")
    section: Section = Field(description="of the daily log")
    state: StateName | None = Field(description="the worst state; null: there was nothing to judge", examples=["WARN"])
    reason: Reason | None = Field(description="why it was not made; null: it was")
    detail: str = Field(description="more about `reason`, in English")
    items: int = Field(description="how many items were judged", examples=[3])
    checked_at: datetime = Field(description="when it was last tried")


class FailureOut(Answer):
    """Why a host could not be checked at all."""

    reason: Reason = Field(examples=["refused"])
    message: str = Field(examples=["web-01 (192.0.2.10:22) refused the connection"])
    hint: str = Field(description="what an engineer would do next; may be empty")


class HostOut(Answer):
    """How a host stands."""

    name: str = Field(examples=["web-01"])
    address: str = Field(examples=["192.0.2.10"])
    transport: str = Field(examples=["ssh"], description="local: the machine the agent runs on")
    in_service: bool = Field(description="false: not on rounds")
    role: str
    owner: str
    location: str
    project: str
    groups: list[str] = Field(examples=[["web"]])
    up: bool | None = Field(description="whether the last round reached it; null: no round yet")
    state: StateName | None = Field(description="the worst state; UNKNOWN while down; null: nothing judged yet")
    failure: FailureOut | None = Field(description="why it could not be checked; null: it could")
    last_run_at: datetime | None = Field(description="end of the last round; null: no round yet")
    last_success_at: datetime | None = Field(description="end of the last round that reached it")


class HostDetailOut(HostOut):
    """How a host stands, with every check and every result."""

    checks: list[CheckOut] = Field(description="every check that was due so far, by name")
    results: list[ResultOut] = Field(description="by check, in the check's own order")


def host_out(card: HostCard, standing: Standing | None) -> HostOut:
    """How a host stands; `standing` is None before its first round."""
    standing = standing or Standing(card)
    return HostOut(
        name=card.name,
        address=card.address,
        transport=card.transport,
        in_service=card.in_service,
        role=card.role,
        owner=card.owner,
        location=card.location,
        project=card.project,
        groups=list(card.groups),
        up=standing.failure is None if has_run(standing) else None,
        state=StateName.of(standing.state),
        failure=_failure(standing.failure),
        last_run_at=moment_out(max(standing.last_run_at.values(), default=None)),
        last_success_at=moment_out(max(standing.last_success_at.values(), default=None)),
    )


def host_detail_out(card: HostCard, standing: Standing | None) -> HostDetailOut:
    """The same with every check and result."""
    standing = standing or Standing(card)
    return HostDetailOut(
        **dict(host_out(card, standing)), checks=list(_checks_out(standing)), results=list(results_out(standing))
    )


def has_run(standing: Standing | None) -> bool:
    """Whether a host has had a round of its fast lane, which looks at all but packages and backups."""
    return standing is not None and Lane.FAST in standing.last_run_at


def results_out(standing: Standing) -> Iterator[ResultOut]:
    """Everything known of a host, by check and in the check's own order."""
    for check, outcome, at in _outcomes(standing):
        if outcome.reason is not None:
            yield ResultOut(
                host=standing.host.name,
                check=check,
                item="",
                state=None,
                reason=outcome.reason,
                detail=outcome.detail,
                summary=text_out(not_checked_text(outcome.reason, outcome.detail)),
                checked_at=at,
                measurements=[],
            )
        for result in outcome.results:
            yield ResultOut(
                host=standing.host.name,
                check=check,
                item=result.item,
                state=StateName.of(result.state),
                reason=None,
                detail="",
                summary=text_out(result.summary),
                checked_at=at,
                measurements=[_measurement(measurement) for measurement in result.measurements],
            )


def _checks_out(standing: Standing) -> Iterator[CheckOut]:
    for check, outcome, at in _outcomes(standing):
        yield CheckOut(
            name=check,
            title=text_out(outcome.check.title),
            layer=outcome.check.layer,
            section=outcome.check.section,
            state=StateName.of(outcome.state),
            reason=outcome.reason,
            detail=outcome.detail,
            items=len(outcome.results),
            checked_at=at,
        )


def _outcomes(standing: Standing) -> Iterator[tuple[str, CheckOutcome, datetime]]:
    for check, outcome in sorted(standing.outcomes.items()):
        yield check, outcome, datetime.fromtimestamp(standing.checked_at[check], UTC)


def _failure(failure: HostFailure | None) -> FailureOut | None:
    return FailureOut(reason=failure.reason, message=failure.message, hint=failure.hint) if failure else None


def _measurement(measured: Measurement) -> MeasurementOut:
    return MeasurementOut(
        name=measured.name,
        value=measured.value,
        unit=measured.unit,
        warn=measured.warn,
        crit=measured.crit,
        lower=measured.lower,
    )


def text_out(text: Text) -> TextOut:
    """Words in both languages."""
    return TextOut(en=text.en, zh=text.zh)


def moment_out(at: float | None) -> datetime | None:
    """A moment from epoch seconds; None stays None."""
    return None if at is None else datetime.fromtimestamp(at, UTC)
