"""The page that tells Prometheus which hosts there are: its HTTP service discovery."""

import re
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from agent.config import HostConfig
from exporters.exposition import label_value

if TYPE_CHECKING:
    from agent.daemon import Daemon

_AUTHORITY = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?")
_ESCAPED = re.compile(r'\\([\\"])')


class Which(BaseModel):
    """Which hosts are to be listed. Nothing else is understood: a misspelled `group` must not mean all of them."""

    model_config = ConfigDict(extra="forbid")

    project: str | None = Field(None, description="only hosts of this project")
    group: str | None = Field(None, description="only hosts of this group")


class TargetGroup(BaseModel):
    """One host, as Prometheus' HTTP service discovery wants it."""

    model_config = ConfigDict(frozen=True)

    targets: list[str] = Field(description="the agent's own address", examples=[["127.0.0.1:9610"]])
    labels: dict[str, str] = Field(
        description="where the host's page is, and who the host is; a label that would be empty is left out",
        examples=[{"__metrics_path__": "/hosts/web-01/metrics", "instance": "web-01", "host": "web-01"}],
    )


def discovery_routes(daemon: "Daemon") -> APIRouter:
    """The route, for the application of a running agent."""
    routes = APIRouter(tags=["metrics"])

    @routes.get("/sd", responses={400: {"description": "The Host header is no address."}})
    def targets(request: Request, which: Annotated[Which, Query()]) -> list[TargetGroup]:
        """Every host on rounds as a target of its own, for `http_sd_configs`. All lead to the address that was called,
        or to `web.external_url`."""
        base = daemon.config.web.external_url or f"{request.url.scheme}://{_called(request)}"
        return [
            _target(host, base)
            for host in daemon.config.on_rounds
            if which.project in (None, host.project) and (which.group is None or which.group in host.groups)
        ]

    return routes


def _called(request: Request) -> str:
    """The address that the scraper used. Raises `HTTPException`: 400."""
    host = request.headers.get("host", "")
    if not _AUTHORITY.fullmatch(host):
        raise HTTPException(400, "the Host header is no address:port")
    return host


def _target(host: HostConfig, base: str) -> TargetGroup:
    url = urlsplit(base)
    labels = {
        "__scheme__": "" if url.scheme == "http" else url.scheme,
        # Prometheus itself quotes what a path cannot hold; a name holds nothing of that kind.
        "__metrics_path__": f"{url.path.rstrip('/')}/hosts/{host.name}/metrics",
        "instance": host.name,
        "host": host.name,
        "group": ",".join(host.groups),
        "project": host.project,
        "role": host.role,
        "location": host.location,
        "owner": host.owner,
    }
    return TargetGroup(targets=[url.netloc], labels={name: _as_read(value) for name, value in labels.items() if value})


def _as_read(text: str) -> str:
    """A label's value as Prometheus reads it from /metrics: what is made harmless there is the same here."""
    return _ESCAPED.sub(r"\1", label_value(text))
