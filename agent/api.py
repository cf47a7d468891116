"""The web side of the agent: metrics, health, and what it knows as JSON. Nothing here changes a server."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from fastapi import FastAPI, HTTPException, Query, Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, Field

from agent import __version__
from agent.board import Standing
from checks.contract import State
from collectors.contract import Reason
from exporters.contract import Lane
from exporters.prometheus import CONTENT_TYPE, PrometheusExport

if TYPE_CHECKING:
    from agent.daemon import Daemon

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True, undefined=StrictUndefined
)


class MeasurementOut(BaseModel):
    """A number a check looked at, in base units, with the levels that applied."""

    name: str
    value: float
    unit: str
    warn: float | None
    crit: float | None


class ResultOut(BaseModel):
    """What one check says of one item of one host. `state` is null when it was not checked; `reason` says why."""

    host: str
    check: str
    item: str
    state: str | None = Field(description="OK, WARN, UNKNOWN, CRIT; null: not checked")
    reason: str | None = Field(description="why it was not checked")
    detail: str
    summary: dict[str, str] = Field(description="in English (en) and Chinese (zh)")
    checked_at: datetime
    measurements: list[MeasurementOut]


class HostOut(BaseModel):
    """How a host stands."""

    name: str
    address: str
    transport: str
    in_service: bool
    role: str
    owner: str
    location: str
    project: str
    groups: list[str]
    up: bool | None = Field(description="whether the last round reached it; null: no round yet")
    state: str | None = Field(description="the worst state; null: nothing judged yet")
    failure: str | None = Field(description="why it could not be checked")
    last_run_at: datetime | None
    last_success_at: datetime | None


class HostDetailOut(HostOut):
    """How a host stands, with every result."""

    results: list[ResultOut]


def application(daemon: "Daemon") -> FastAPI:
    """The web application of a running agent."""
    app = FastAPI(
        title="rounds",
        version=__version__,
        summary="Agentless IT operations monitoring",
        docs_url=None,  # the usual pages load scripts from the network; the schema itself is at /openapi.json
        redoc_url=None,
    )
    prometheus = next(e for e in daemon.conductor.exports.values() if isinstance(e, PrometheusExport))
    prometheus.add_source(daemon.vitals.samples)

    def known(name: str) -> str:
        if daemon.config.find(name) is None:
            raise HTTPException(404, f"no host named {name!r} in the configuration")
        return name

    @app.get("/", response_class=HTMLResponse, include_in_schema=False)
    def landing() -> str:
        hosts = [_host(daemon, host.name) for host in daemon.config.hosts]
        worst = [
            r
            for h in daemon.config.on_rounds
            for r in _results(daemon, h.name)
            if r.state not in ("OK", None) or r.reason
        ]
        problems = sorted(
            (r for r in worst if r.reason is None or not Reason(r.reason).is_harmless),
            key=lambda r: -(State[r.state] if r.state else State.UNKNOWN),
        )
        return _PAGES.get_template("landing.html").render(
            system=daemon.config.system, version=__version__, hosts=hosts, problems=problems
        )

    @app.get("/metrics", response_class=PlainTextResponse, tags=["metrics"])
    def metrics() -> Response:
        """All hosts and the agent itself, for Prometheus."""
        return Response(prometheus.render(), media_type=CONTENT_TYPE)

    @app.get("/hosts/{name}/metrics", response_class=PlainTextResponse, tags=["metrics"])
    def host_metrics(name: str) -> Response:
        """One host as node_exporter would show it; 503 while it cannot be reached."""
        page = prometheus.render_host(known(name))
        if page is None:
            return PlainTextResponse(f"{name} was not reached in its last round\n", 503)
        return Response(page, media_type=CONTENT_TYPE)

    @app.get("/-/healthy", response_class=PlainTextResponse, tags=["management"])
    def healthy() -> str:
        """200 while the agent lives."""
        return "rounds is alive\n"

    @app.get("/-/ready", response_class=PlainTextResponse, tags=["management"])
    def ready() -> Response:
        """200 once every host on rounds has had its first round; 503 before."""
        waiting = [h.name for h in daemon.config.on_rounds if not _has_run(daemon.conductor.board.standing(h.name))]
        if waiting:
            return PlainTextResponse(f"{len(waiting)} hosts wait for their first round\n", 503)
        return PlainTextResponse("rounds is ready\n")

    @app.post("/-/reload", response_class=PlainTextResponse, tags=["management"])
    def reload() -> Response:
        """Read the configuration anew; a bad file changes nothing and is described."""
        error = daemon.reload()
        if error is None:
            return PlainTextResponse("configuration reloaded\n")
        return PlainTextResponse("".join(f"{problem}\n" for problem in error.problems), 422)

    @app.get("/api/v1/hosts", tags=["api"])
    def hosts(
        project: str | None = None, group: str | None = None, up: bool | None = None, state: str | None = None
    ) -> list[HostOut]:
        """Every configured host and how it stands."""
        found = (_host(daemon, host.name) for host in daemon.config.hosts)
        return [
            host
            for host in found
            if (project is None or host.project == project)
            and (group is None or group in host.groups)
            and (up is None or host.up == up)
            and (state is None or host.state == state.upper())
        ]

    @app.get("/api/v1/hosts/{name}", tags=["api"])
    def one_host(name: str) -> HostDetailOut:
        """One host with all its results."""
        host = _host(daemon, known(name))
        return HostDetailOut(**host.model_dump(), results=list(_results(daemon, name)))

    @app.get("/api/v1/results", tags=["api"])
    def results(
        host: str | None = None,
        check: str | None = None,
        item: str | None = None,
        state: Annotated[list[str] | None, Query(description="any of OK, WARN, UNKNOWN, CRIT")] = None,
        reason: Annotated[Reason | None, Query(description="only what was not checked for this reason")] = None,
    ) -> list[ResultOut]:
        """The present results, filtered."""
        wanted = None if state is None else {name.upper() for name in state}
        if wanted is not None and (strange := wanted - set(State.__members__)):
            raise HTTPException(422, f"no such state: {', '.join(sorted(strange))}; there are OK, WARN, UNKNOWN, CRIT")
        names = [known(host)] if host else [h.name for h in daemon.config.on_rounds]
        return [
            result
            for name in names
            for result in _results(daemon, name)
            if (check is None or result.check == check)
            and (item is None or result.item == item)
            and (wanted is None or result.state in wanted)
            and (reason is None or result.reason == reason.value)
        ]

    return app


def _has_run(standing: Standing | None) -> bool:
    return standing is not None and Lane.FAST in standing.last_run_at


def _host(daemon: "Daemon", name: str) -> HostOut:
    card = daemon.config.host(name).card()
    standing = daemon.conductor.board.standing(name) or Standing(card)
    state = standing.state
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
        up=(standing.failure is None) if _has_run(standing) else None,
        state=None if state is None else state.name,
        failure=f"{standing.failure.reason.value}: {standing.failure.message}" if standing.failure else None,
        last_run_at=_moment(max(standing.last_run_at.values(), default=None)),
        last_success_at=_moment(max(standing.last_success_at.values(), default=None)),
    )


def _results(daemon: "Daemon", name: str) -> Iterator[ResultOut]:
    standing = daemon.conductor.board.standing(name)
    for check, outcome in sorted(standing.outcomes.items()) if standing else ():
        checked_at = datetime.fromtimestamp(standing.checked_at[check], UTC) if standing else datetime.now(UTC)
        if outcome.reason is not None:
            yield ResultOut(
                host=name, check=check, item="", state=None, reason=outcome.reason.value, detail=outcome.detail,
                summary={}, checked_at=checked_at, measurements=[],
            )  # fmt: skip
        for result in outcome.results:
            yield ResultOut(
                host=name, check=check, item=result.item, state=result.state.name, reason=None, detail="",
                summary={"en": result.summary.en, "zh": result.summary.zh}, checked_at=checked_at,
                measurements=[
                    MeasurementOut(name=m.name, value=m.value, unit=m.unit.value, warn=m.warn, crit=m.crit)
                    for m in result.measurements
                ],
            )  # fmt: skip


def _moment(at: float | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at, UTC)
