"""The pages that Prometheus reads."""

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from agent.bulletin import Bulletin
from agent.web.known import HostName, known_host
from agent.web.negotiation import exposition
from exporters.prometheus import NoPage, PrometheusExport

if TYPE_CHECKING:
    from agent.daemon import Daemon

_NO_PAGE: dict[int | str, dict[str, Any]] = {
    404: {"description": "No such host."},
    503: {"description": "It was not reached in its last round, had none for three beats, or is out of service."},
}


def metric_routes(daemon: "Daemon") -> APIRouter:
    """The routes, for the application of a running agent."""
    routes = APIRouter(tags=["metrics"])
    prometheus = next(e for e in daemon.conductor.exports.values() if isinstance(e, PrometheusExport))
    prometheus.add_source(daemon.vitals.samples)
    daemon.listen(Bulletin(daemon.conductor.tracker, daemon.history.change_counts, prometheus).hear)

    @routes.get("/metrics", response_class=PlainTextResponse)
    def metrics(request: Request) -> Response:
        """All hosts and the agent itself, for Prometheus: as text, or as OpenMetrics where that is accepted."""
        return exposition(request, prometheus.render)

    @routes.get("/hosts/{name}/metrics", response_class=PlainTextResponse, responses=_NO_PAGE)
    def host_metrics(request: Request, name: HostName) -> Response:
        """One host as node_exporter would show it; 503 while nothing recent is known of it."""
        host = known_host(daemon, name)
        if not host.in_service:
            return PlainTextResponse(f"{host.name} is out of service: it is not asked\n", 503)
        try:
            return exposition(request, lambda form: prometheus.render_host(host.name, form))
        except NoPage as reason:
            return PlainTextResponse(f"{reason}\n", 503)

    return routes
