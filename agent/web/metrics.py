"""The pages that Prometheus reads."""

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse

from agent.bulletin import Bulletin
from agent.web.known import HostName, known_host
from exporters.prometheus import CONTENT_TYPE, PrometheusExport

if TYPE_CHECKING:
    from agent.daemon import Daemon

_NO_PAGE: dict[int | str, dict[str, Any]] = {
    404: {"description": "No such host."},
    503: {"description": "It was not reached in its last round."},
}


def metric_routes(daemon: "Daemon") -> APIRouter:
    """The routes, for the application of a running agent."""
    routes = APIRouter(tags=["metrics"])
    prometheus = next(e for e in daemon.conductor.exports.values() if isinstance(e, PrometheusExport))
    prometheus.add_source(daemon.vitals.samples)
    daemon.listen(Bulletin(daemon.conductor.tracker, daemon.history.change_counts, prometheus).hear)

    @routes.get("/metrics", response_class=PlainTextResponse)
    def metrics() -> Response:
        """All hosts and the agent itself, for Prometheus."""
        return Response(prometheus.render(), media_type=CONTENT_TYPE)

    @routes.get("/hosts/{name}/metrics", response_class=PlainTextResponse, responses=_NO_PAGE)
    def host_metrics(name: HostName) -> Response:
        """One host as node_exporter would show it; 503 while it cannot be reached."""
        page = prometheus.render_host(known_host(daemon, name).name)
        if page is None:
            return PlainTextResponse(f"{name} was not reached in its last round\n", 503)
        return Response(page, media_type=CONTENT_TYPE)

    return routes
