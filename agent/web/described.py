"""The scopes as the OpenAPI document tells them."""

from typing import Any

from agent.config import Scope
from agent.config.web import OF_PASSWORDS
from agent.web.scopes import NEEDS

SCHEMES = {
    "password": {
        "type": "http",
        "scheme": "basic",
        "description": "A user of `web.config.yml`: holds metrics and read.",
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of `web.tokens`, with its scopes; made by `rounds token`.",
    },
}
_ASKED = {"description": "No password or token, or nobody's."}


def with_scopes(document: dict[str, Any]) -> dict[str, Any]:
    """The document, with what each operation wants. An empty entry: where nobody holds that scope, nobody is asked."""
    document.setdefault("components", {})["securitySchemes"] = SCHEMES
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            scope = NEEDS[f"{method.upper()} {path}"]
            operation["security"] = _security(scope)
            if scope is not None:
                operation["responses"].setdefault("401", _ASKED)
                operation["responses"].setdefault("403", {"description": f"It does not hold the scope {scope.value}."})
    return document


def _security(scope: Scope | None) -> list[dict[str, list[str]]]:
    if scope is None:
        return []
    token = {"token": [scope.value]}
    return [{}, {"password": [scope.value]}, token] if scope in OF_PASSWORDS else [token]
