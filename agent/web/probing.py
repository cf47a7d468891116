"""A round on one host while Prometheus waits for it, as blackbox_exporter makes its probes."""

import asyncio
import math
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field

from agent.catalogue import catalogue
from agent.config.problem import did_you_mean
from agent.prober import Probe, RefusedError
from agent.web.known import known_host
from agent.web.negotiation import exposition
from collectors.transport.deadline import Deadline
from exporters.exposition.probe import probe_page
from exporters.prometheus import PrometheusExport

if TYPE_CHECKING:
    from agent.daemon import Daemon

TIMEOUT_HEADER = "X-Prometheus-Scrape-Timeout-Seconds"

OFFSET_SECONDS = 0.5
"""Of the scraper's patience, for the way back."""

_ANSWERS: dict[int | str, dict[str, Any]] = {
    400: {"description": "No such check, or not made on this host; or no time for a round."},
    403: {"description": "Not from a page of another origin."},
    404: {"description": "No such host, or out of service."},
    429: {"description": "Too often."},
    503: {"description": "The host, or the agent, was not free in time."},
}


class Which(BaseModel):
    """What is to be probed. Nothing else is understood: a misspelled `check` must not mean all of them."""

    model_config = ConfigDict(extra="forbid")

    target: str = Field(description="the host's name in config.yaml", max_length=100, examples=["web-01"])
    check: list[str] = Field([], description="checks to be made; default: all of the fast lane", max_length=200)


def probe_routes(daemon: "Daemon") -> APIRouter:
    """The route, for the application of a running agent."""
    routes = APIRouter(tags=["metrics"])
    prometheus = next(e for e in daemon.conductor.exports.values() if isinstance(e, PrometheusExport))
    prometheus.add_source(daemon.prober.samples)

    @routes.get("/probe", response_class=PlainTextResponse, responses=_ANSWERS)
    async def probe(request: Request, which: Annotated[Which, Query()]) -> Response:
        """One round on a host, now, within the scraper's timeout: what it found, as `probe_*`. It changes nothing of
        what the other pages tell."""
        if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            raise HTTPException(403, "not from a page of another origin")
        name = _host(daemon, which)
        seconds = min(_patience(request), daemon.config.rounds.deadline)
        try:
            found = await _found(daemon, name, which.check, seconds)
        except RefusedError as error:
            return _refusal(error)
        return exposition(request, lambda form: probe_page(found.report, found.seconds, found.waited_seconds, form))

    return routes


async def _found(daemon: "Daemon", name: str, checks: list[str], seconds: float) -> Probe:
    """Raises `RefusedError`. The probe goes on when its time is up, or nobody waits any more: others may."""
    asked = asyncio.wrap_future(daemon.prober.ask(name, checks, Deadline(seconds)))
    try:
        return await asyncio.wait_for(asyncio.shield(asked), seconds + OFFSET_SECONDS / 2)
    except TimeoutError:
        raise RefusedError(f"{name} was not done within {seconds:g} s") from None


def _host(daemon: "Daemon", which: Which) -> str:
    """The host's name. Raises `HTTPException`: 400 or 404."""
    host = known_host(daemon, which.target)
    if not host.in_service:
        raise HTTPException(404, f"{host.name} is out of service: it is not asked")
    made = daemon.config.checks_for(host.name)
    for check in which.check:
        if check not in made:
            known = catalogue().checks
            why = f"is not made on {host.name}" if check in known else f"is not known{did_you_mean(check, known)}"
            raise HTTPException(400, f"the check {check[:60]!r} {why}")
    return host.name


def _patience(request: Request) -> float:
    """For how many seconds the scraper waits, less the way back. Raises `HTTPException`: 400."""
    written = request.headers.get(TIMEOUT_HEADER)
    if written is None:
        return math.inf
    try:
        seconds = float(written) - OFFSET_SECONDS
    except ValueError as error:
        raise HTTPException(400, f"{TIMEOUT_HEADER}: {written[:20]!r} is no number of seconds") from error
    if not seconds > 0:
        raise HTTPException(400, f"{TIMEOUT_HEADER}: {written[:20]!r} leaves no time for a round")
    return seconds


def _refusal(error: RefusedError) -> Response:
    if error.retry_after is None:
        return PlainTextResponse(f"{error}\n", 503)
    return PlainTextResponse(f"{error}\n", 429, {"Retry-After": str(math.ceil(error.retry_after))})
