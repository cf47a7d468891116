"""What a path of the web side may name."""

from typing import TYPE_CHECKING, Annotated

from fastapi import HTTPException
from fastapi import Path as InPath

from agent.config import HostConfig

if TYPE_CHECKING:
    from agent.daemon import Daemon

HostName = Annotated[str, InPath(description="the host's name in config.yaml", examples=["web-01"])]


def known_host(daemon: "Daemon", name: str) -> HostConfig:
    """The host as it is configured. Raises `HTTPException`: 404."""
    host = daemon.config.find(name)
    if host is None:
        raise HTTPException(404, f"no host named {name!r} in the configuration")
    return host
