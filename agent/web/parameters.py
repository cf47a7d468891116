"""What a query may say: each name that is known, and what counts once only once."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

from fastapi import HTTPException, Request
from pydantic import BaseModel

from agent.config.problem import did_you_mean


async def said_once(request: Request) -> None:
    """A dependency of every route: of two values for one thing neither is meant. Raises `HTTPException`: 422."""
    for name in request.query_params:
        if len(request.query_params.getlist(name)) > 1 and not _known(request).get(name, True):
            raise HTTPException(422, f"{name} is given more than once")


def unknown_parameter(request: Request, name: str) -> str:
    """What is said of a name that this route does not know."""
    return f"unknown parameter{did_you_mean(name, _known(request))}"


def _known(request: Request) -> Mapping[str, bool]:
    """Each parameter of the route's query, and whether it may be said more than once."""
    dependant = getattr(request.scope.get("route"), "dependant", None)
    return dict(_parameters(dependant)) if dependant is not None else {}


def _parameters(dependant: Any) -> Iterator[tuple[str, bool]]:
    for field in dependant.query_params:
        kind = field.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            for name, of_model in kind.model_fields.items():
                yield of_model.alias or name, _is_list(of_model.annotation)
        else:
            yield field.alias, _is_list(kind)


def _is_list(kind: Any) -> bool:
    return get_origin(kind) is list or any(get_origin(one) is list for one in get_args(kind))
