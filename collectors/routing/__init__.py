"""Addresses and routes as iproute2 and busybox print them, and which of them stay."""

from collectors.routing.addresses import Address, addresses
from collectors.routing.interfaces import comes_and_goes
from collectors.routing.routes import Route, routes

__all__ = ["Address", "Route", "addresses", "comes_and_goes", "routes"]
