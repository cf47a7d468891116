"""The web side of the agent: metrics, health, and what it knows as JSON. Nothing here changes a server."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse

from agent import __version__
from agent.config import HostConfig
from agent.history import HistoryError, NothingToAddTo
from agent.web.access import Access
from agent.web.answers import (
    HostDetailOut,
    HostOut,
    ResultOut,
    StateName,
    has_run,
    host_detail_out,
    host_out,
    results_out,
)
from agent.web.described import with_scopes
from agent.web.discovery import discovery_routes
from agent.web.evidence import evidence_routes
from agent.web.gate import Gate
from agent.web.guard import Guard
from agent.web.known import HostName, known_host
from agent.web.landing import CONTENT_SECURITY_POLICY, landing_page
from agent.web.metrics import metric_routes
from agent.web.parameters import said_once, unknown_parameter
from agent.web.past import past
from agent.web.probing import probe_routes
from agent.web.records import record_routes
from agent.web.reports import report_routes
from agent.web.scopes import refuse_unknown_routes
from collectors.contract import Reason
from exporters.prometheus import PrometheusExport

if TYPE_CHECKING:
    from agent.daemon import Daemon

_State = Query(description="only this state, in upper or lower case")


def application(daemon: "Daemon", access: Access | None = None) -> FastAPI:
    """The web application of a running agent. `access`: the rules at its door; default: those of the configuration.

    Raises `ConfigError` when these cannot be, `LookupError` for a route that needs a scope nobody thought of.
    """
    door = access or Access(lambda: daemon.config.web)
    app = FastAPI(
        title="rounds",
        version=__version__,
        summary="Agentless IT operations monitoring",
        description="What the agent knows, to be read; and with a token of scope operate, days to be signed and"
        " incidents to be explained. `POST /-/reload` reads config.yaml anew.",
        docs_url=None,  # the usual pages load scripts from the network; the schema itself is at /openapi.json
        redoc_url=None,
        dependencies=[Depends(said_once)],
    )
    app.add_middleware(Gate, access=door)
    app.add_middleware(Guard, access=door)  # added last, it comes first
    app.include_router(metric_routes(daemon))
    next(e for e in daemon.conductor.exports.values() if isinstance(e, PrometheusExport)).add_source(door.samples)
    app.include_router(discovery_routes(daemon))
    app.include_router(probe_routes(daemon))
    _add_management(app, daemon)
    _add_board(app, daemon)
    app.include_router(past(daemon))
    app.include_router(evidence_routes(daemon))
    app.include_router(record_routes(daemon))
    app.include_router(report_routes(daemon))

    @app.exception_handler(HistoryError)
    def history_out_of_reach(request: Request, error: HistoryError) -> Response:
        return PlainTextResponse(f"the history cannot be used: {error}\n", 503)

    @app.exception_handler(NothingToAddTo)
    def nothing_to_add_to(request: Request, error: NothingToAddTo) -> Response:
        return JSONResponse({"detail": str(error)}, 404)

    @app.exception_handler(RequestValidationError)
    def not_as_expected(request: Request, error: RequestValidationError) -> Response:
        """What is wrong, without what was given: that may be long, or no text at all (half of a surrogate pair)."""
        wrong = [{name: one[name] for name in ("type", "loc", "msg")} for one in error.errors()]
        for one in wrong:
            if one["type"] == "extra_forbidden" and one["loc"][0] == "query":
                one["msg"] = unknown_parameter(request, str(one["loc"][-1]))
        return Response(json.dumps({"detail": wrong}), 422, media_type="application/json")

    @app.get("/", response_class=HTMLResponse, include_in_schema=False)
    def landing() -> Response:
        board = daemon.conductor.board
        page = landing_page(daemon.config, board.standing)
        return HTMLResponse(page, headers={"Content-Security-Policy": CONTENT_SECURITY_POLICY})

    refuse_unknown_routes(app)
    described = app.openapi
    app.openapi = lambda: with_scopes(described())  # type: ignore[method-assign]
    return app


def _add_management(app: FastAPI, daemon: "Daemon") -> None:
    @app.get("/-/healthy", response_class=PlainTextResponse, tags=["management"])
    def healthy() -> str:
        """200 while the agent lives."""
        return "rounds is alive\n"

    @app.get(
        "/-/ready",
        response_class=PlainTextResponse,
        tags=["management"],
        responses={503: _words("Hosts wait for their first round.")},
    )
    def ready() -> Response:
        """200 once every host on rounds has had its first round; 503 before."""
        board = daemon.conductor.board
        waiting = sum(not has_run(board.standing(host.name)) for host in daemon.config.on_rounds)
        if waiting:
            return PlainTextResponse(f"waiting for the first round of {waiting} of the hosts\n", 503)
        return PlainTextResponse("rounds is ready\n")

    @app.post(
        "/-/reload",
        response_class=PlainTextResponse,
        tags=["management"],
        responses={422: _words("What is wrong with the file, a line each; the old configuration stays in force.")},
    )
    def reload() -> Response:
        """Read the configuration anew; a bad file changes nothing and is described."""
        error = daemon.reload()
        if error is None:
            return PlainTextResponse("configuration reloaded\n")
        return PlainTextResponse("".join(f"{problem}\n" for problem in error.problems), 422)


def _add_board(app: FastAPI, daemon: "Daemon") -> None:
    board = daemon.conductor.board

    @app.get("/api/v1/hosts", tags=["api"])
    def hosts(
        project: Annotated[str | None, Query(description="only hosts of this project")] = None,
        group: Annotated[str | None, Query(description="only hosts of this group")] = None,
        up: Annotated[bool | None, Query(description="only hosts that the last round reached, or not")] = None,
        state: Annotated[list[StateName] | None, _State] = None,
    ) -> list[HostOut]:
        """Every configured host and how it stands, in the order of config.yaml."""
        found = (host_out(host.card(), board.standing(host.name)) for host in daemon.config.hosts)
        return [
            host
            for host in found
            if (project is None or host.project == project)
            and (group is None or group in host.groups)
            and (up is None or host.up == up)
            and (state is None or host.state in state)
        ]

    @app.get("/api/v1/hosts/{name}", tags=["api"], responses={404: _words("No such host.")})
    def one_host(name: HostName) -> HostDetailOut:
        """One host with all its checks and results."""
        host = known_host(daemon, name)
        return host_detail_out(host.card(), board.standing(name))

    @app.get("/api/v1/results", tags=["api"], responses={404: _words("No such host.")})
    def results(
        host: Annotated[str | None, Query(description="only this host", examples=["web-01"])] = None,
        check: Annotated[str | None, Query(description="only this check", examples=["disk_usage"])] = None,
        item: Annotated[str | None, Query(description="only this item", examples=["/var"])] = None,
        state: Annotated[list[StateName] | None, _State] = None,
        reason: Annotated[Reason | None, Query(description="only what was not checked for this reason")] = None,
    ) -> list[ResultOut]:
        """The present results of the hosts on rounds, filtered; `state` may be repeated."""
        return [
            result
            for chosen in ([known_host(daemon, host)] if host else daemon.config.on_rounds)
            for result in _results(daemon, chosen)
            if (check is None or result.check == check)
            and (item is None or result.item == item)
            and (state is None or result.state in state)
            and (reason is None or result.reason is reason)
        ]


def _results(daemon: "Daemon", host: HostConfig) -> Iterator[ResultOut]:
    standing = daemon.conductor.board.standing(host.name)
    return results_out(standing) if standing else iter(())


def _words(description: str) -> dict[str, Any]:
    return {"description": description}
