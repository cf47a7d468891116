"""The JSON Schema (2020-12) of config.yaml, for editors."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from agent.catalogue import Catalogue, catalogue
from agent.config.model import MAY_BE_EMPTY, Written

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_Schema = dict[str, Any]
_Models = dict[str, type[BaseModel]]

_LIMITS = {"gt": "exclusiveMinimum", "ge": "minimum", "lt": "exclusiveMaximum", "le": "maximum"}


def schema(plugins: Catalogue | None = None) -> _Schema:
    """Every key that may stand in config.yaml, described.

    `plugins`: the checks and exporters it may speak of; default: all there are.
    """
    plugins = plugins or catalogue()
    checks: _Models = {name: plugin.check.params for name, plugin in plugins.checks.items()}
    exporters: _Models = {name: plugin.exporter.settings for name, plugin in plugins.exporters.items()}
    models: list[type[BaseModel]] = [Written, *checks.values(), *exporters.values()]
    wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = [(model, "validation") for model in dict.fromkeys(models)]
    references, top = models_json_schema(wanted, ref_template="#/$defs/{model}")
    definitions: _Schema = top["$defs"]

    def place(model: type[BaseModel], doc: str) -> _Schema:
        return {**references[model, "validation"], "description": doc.partition("\n")[0]}

    for model in checks.values():
        _allow_parts(_target(references[model, "validation"]), definitions)
    root: _Schema = definitions.pop(_target(references[Written, "validation"]))
    keys = root["properties"]
    for name, model in exporters.items():
        keys[name] = place(model, plugins.exporters[name].doc)
    judged = {name: _or_empty(place(model, plugins.checks[name].doc)) for name, model in checks.items()}
    definitions["Checks"] = {"type": "object", "properties": judged, "additionalProperties": False}
    for owner in (keys, definitions["HostConfig"]["properties"], definitions["GroupConfig"]["properties"]):
        owner["checks"] = {"$ref": "#/$defs/Checks", "description": owner["checks"]["description"]}
    for owner in (definitions["HostConfig"]["properties"], definitions["GroupConfig"]["properties"]):
        owner["checks"] = _or_empty(owner["checks"])
    keys["groups"]["propertyNames"] = {"pattern": next(iter(keys["groups"].pop("patternProperties")))}
    keys["groups"]["additionalProperties"] = _or_empty({"$ref": "#/$defs/GroupConfig"})
    keys |= {name: _or_empty(keys[name]) for name in (*MAY_BE_EMPTY, *exporters)}
    head = {"$schema": DIALECT, "title": "rounds configuration", "description": "config.yaml of rounds"}
    tidy = _Tidying(definitions)
    body = tidy.schema(root)
    return body | head | {"$defs": {tidy.names[name]: tidy.schema(one) for name, one in definitions.items()}}


def _target(place: Mapping[str, Any]) -> str:
    """The name of the definition a place refers to."""
    return str(place["$ref"]).rpartition("/")[2]


def _or_empty(place: Mapping[str, Any]) -> _Schema:
    """The schema of a place that may also be left empty; its description and default stay outside."""
    outside = {key: value for key, value in place.items() if key in ("description", "default")}
    inside = {key: value for key, value in place.items() if key not in outside}
    return {"anyOf": [inside, {"type": "null"}], **outside}


def _allow_parts(name: str, definitions: _Schema) -> None:
    """Let a model be written in part, because the layers below complete it; entries of lists stay whole."""
    definitions[name].pop("required", None)
    for place in definitions[name].get("properties", {}).values():
        for below in _direct(place):
            _allow_parts(below, definitions)


def _direct(place: Mapping[str, Any]) -> Iterator[str]:
    """The definitions that stand at a place itself, not in a list there."""
    if "$ref" in place:
        yield _target(place)
    for key in ("anyOf", "oneOf", "allOf"):
        for alternative in place.get(key, ()):
            yield from _direct(alternative)


class _Tidying:
    """Takes pydantic's noise away: made-up titles, null defaults, limits and definitions under odd names."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self.names: dict[str, str] = {}
        for long in definitions:
            word = long.partition("_")[0]  # a generic model's name holds its whole parameter
            double = sum(name.rstrip("0123456789") == word for name in self.names.values())
            self.names[long] = f"{word}{double + 1}" if double else word

    def schema(self, schema: _Schema) -> _Schema:
        """One schema, tidied all the way down."""
        tidy: _Schema = {}
        for key, value in schema.items():
            if key == "properties":
                tidy[key] = {name: self.schema(one) for name, one in value.items()}
            elif key == "$ref":
                tidy[key] = f"#/$defs/{self.names[_target(schema)]}"
            elif key == "default":
                tidy |= {} if value is None else {key: value}
            elif key != "title":
                tidy[_LIMITS.get(key, key)] = self._value(value)
        return tidy

    def _value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return self.schema(value)
        return [self._value(one) for one in value] if isinstance(value, list) else value
