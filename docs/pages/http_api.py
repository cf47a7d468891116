"""The web side of the agent, from its OpenAPI description."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from agent.web.application import application
from docs.pages.agent_at_rest import agent_at_rest
from docs.pages.markdown import cell, code, joined, table

_Schema = Mapping[str, Any]

_HEAD = """\
Served at `web.listen`, by default on this machine only. It changes nothing on servers. `POST /-/reload` reads the
configuration anew. The machine-readable description is at `/openapi.json`, a page for people at `/`.

A scope that somebody holds, by a [password or a token](../how-to/access.md), is asked for: 401 without one, 403 with
one that does not hold it. What wants `operate` always wants a token, but for `POST /-/reload` on this machine while
nobody holds one.
"""


def pages() -> Mapping[Path, str]:
    """One page."""
    with agent_at_rest() as daemon:
        described = application(daemon).openapi()
    parts = [
        "# HTTP API\n",
        _HEAD,
    ]
    for path, methods in sorted(described["paths"].items()):
        for method, operation in methods.items():
            parts += _operation(method, path, operation)
    parts.append("## Shapes\n")
    for name, model in sorted(described["components"]["schemas"].items()):
        if name not in ("HTTPValidationError", "ValidationError") and "properties" in model:
            parts += [
                f"### {name}\n",
                f"{cell(model.get('description', ''))}\n",
                table(("Field", "Kind", "Meaning"), _fields(model)),
            ]
    return {Path("http-api.md"): joined(parts)}


def _operation(method: str, path: str, operation: _Schema) -> Iterator[str]:
    yield f"## {method.upper()} {path}\n"
    yield f"{cell(operation.get('description', operation['summary']))}\n"
    yield f"{_scope(operation)}\n"
    rows = [
        (code(p["name"]), p["in"], _kind(p["schema"]), p.get("description", p["schema"].get("description", "")))
        for p in operation.get("parameters", ())
    ]
    yield table(("Parameter", "In", "Kind", "Meaning"), rows)
    taken = operation.get("requestBody", {}).get("content", {})
    if taken:
        yield f"Takes {_contents(taken)}.\n"
    status, answer = next((status, said) for status, said in operation["responses"].items() if status[0] in "23")
    with_status = "" if status == "200" else f"{status} with "
    yield f"Answers {with_status}{_contents(answer.get('content', {}))}.\n"


def _scope(operation: _Schema) -> str:
    scopes = {scope for one in operation["security"] for scopes in one.values() for scope in scopes}
    return f"Scope: {', '.join(map(code, sorted(scopes)))}." if scopes else "Open to everybody."


def _contents(content: _Schema) -> str:
    return " or ".join(
        f"`{kind}`" + (f": {_kind(body['schema'])}" if "json" in kind else "") for kind, body in content.items()
    )


def _fields(model: _Schema) -> Iterator[tuple[str, str, str]]:
    for name, field in model["properties"].items():
        yield code(name), _kind(field), field.get("description", "")


def _kind(schema: _Schema) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})" if name.endswith(("Out", "In")) else name
    if "anyOf" in schema:
        return " or ".join(map(_kind, schema["anyOf"]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    return str(schema.get("format") or schema.get("type", "any"))
