"""Containers, as `ps` and `inspect` of docker and podman tell of them."""

from collectors.container_engines.container import Container, Status
from collectors.container_engines.lasting import lasting
from collectors.container_engines.listing import containers, inspected

__all__ = ["Container", "Status", "containers", "inspected", "lasting"]
