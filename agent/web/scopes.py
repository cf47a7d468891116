"""Which scope each route needs: the one place. A route that is not here stops the agent from starting."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from starlette.routing import compile_path

from agent.config import Scope

OPEN = None
"""For everybody: nothing is told but that the agent lives."""

NEEDS: Mapping[str, Scope | None] = {
    "GET /-/healthy": OPEN,
    "GET /-/ready": OPEN,
    "POST /-/reload": Scope.OPERATE,
    "GET /metrics": Scope.METRICS,
    "GET /hosts/{name}/metrics": Scope.METRICS,
    "GET /sd": Scope.METRICS,
    "GET /probe": Scope.METRICS,
    "GET /": Scope.READ,
    "GET /openapi.json": Scope.READ,
    "GET /reports": Scope.READ,
    "GET /reports/latest": Scope.READ,
    "GET /reports/{name}/{file}": Scope.READ,
    "GET /api/v1/hosts": Scope.READ,
    "GET /api/v1/hosts/{name}": Scope.READ,
    "GET /api/v1/hosts/{name}/inventory": Scope.READ,
    "GET /api/v1/results": Scope.READ,
    "GET /api/v1/log": Scope.READ,
    "GET /api/v1/rounds": Scope.READ,
    "GET /api/v1/lines": Scope.READ,
    "GET /api/v1/changes": Scope.READ,
    "GET /api/v1/evidence": Scope.READ,
    "GET /api/v1/days": Scope.READ,
    "GET /api/v1/days/{date}/reviews": Scope.READ,
    "POST /api/v1/days/{date}/reviews": Scope.OPERATE,
    "GET /api/v1/periods": Scope.READ,
    "GET /api/v1/periods/{name}": Scope.READ,
    "GET /api/v1/periods/{name}/reviews": Scope.READ,
    "POST /api/v1/periods/{name}/reviews": Scope.OPERATE,
    "GET /api/v1/incidents/{id}/notes": Scope.READ,
    "POST /api/v1/incidents/{id}/notes": Scope.OPERATE,
}
"""By method and path, as the routes are declared."""

AT_HOME_WITHOUT_OPERATORS = {"POST /-/reload": Scope.READ}
"""What is needed instead on loopback while nobody holds operate."""

_PATTERNS = {route: (route.partition(" ")[0], compile_path(route.partition(" ")[2])[0]) for route in NEEDS}
_OTHERWISE = Scope.READ


def needed(method: str, path: str) -> tuple[str, Scope | None]:
    """The route that a request is for, and its scope; no route needs reading, so that strangers learn no names."""
    for route, (of_method, pattern) in _PATTERNS.items():
        if of_method == method and pattern.match(path):
            return route, NEEDS[route]
    return "", _OTHERWISE


def routes_of(app: FastAPI) -> set[str]:
    """`GET /metrics` and so on: every route of the application."""
    return set(_routes(app.routes, ""))


def refuse_unknown_routes(app: FastAPI) -> None:
    """Raises LookupError when a route was added whose scope nobody thought of."""
    forgotten = sorted(routes_of(app) - NEEDS.keys())
    if forgotten:
        raise LookupError(f"agent/web/scopes.py does not say who may use {', '.join(forgotten)}")


def _routes(routes: Iterable[Any], prefix: str) -> Iterator[str]:
    for route in routes:
        if hasattr(route, "original_router"):  # what include_router adds
            yield from _routes(route.original_router.routes, prefix + route.include_context.prefix)
            continue
        for method in sorted(getattr(route, "methods", None) or ("ANY",)):
            if method != "HEAD":
                yield f"{method} {prefix}{route.path}"
