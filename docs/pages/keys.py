"""The keys of a place in the JSON Schema of config.yaml, as rows of a table."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from docs.pages.markdown import code
from docs.pages.values import seconds, size, written

Schema = Mapping[str, Any]
HEAD = ("Key", "Kind", "Default", "Meaning")

_LEVELS = {"warn", "crit"}


class Keys:
    """Reads one JSON Schema, with its definitions."""

    def __init__(self, whole: Schema) -> None:
        self._whole = whole

    def model(self, place: Schema) -> Schema | None:
        """The definition of what stands at a place, or in its list or mapping; None for plain values."""
        if "$ref" in place:
            found: Schema = self._whole["$defs"][place["$ref"].rpartition("/")[2]]
            return found
        inner = [place[key] for key in ("items", "additionalProperties") if isinstance(place.get(key), dict)]
        for one in (*place.get("anyOf", ()), *inner):
            if (below := self.model(one)) is not None:
                return below
        return None

    def rows(self, model: Schema, *, last: Collection[str] = (), deep: bool = True) -> Iterator[tuple[str, ...]]:
        """Key, kind, default, meaning; `last` are keys to come last. Entries of lists follow as `sets[].name`."""
        properties = model["properties"]
        for key in sorted(properties, key=lambda name: name in last):
            place = properties[key]
            default = code(self._default(place, place["default"])) if "default" in place else " "
            meaning = place.get("description", "")
            yield code(key), self._kind(place), "required" if key in model.get("required", ()) else default, meaning
            below = self.model(place)
            if not deep or key == "checks" or below is None or set(below.get("properties", _LEVELS)) == _LEVELS:
                continue
            for name, *rest in self.rows(below):
                yield (code(f"{key}{'[]' if self._is_list(place) else ''}.{name.strip('`')}"), *rest)

    def _is_list(self, place: Schema) -> bool:
        return place.get("type") == "array" or any(map(self._is_list, place.get("anyOf", ())))

    def _default(self, place: Schema, value: Any) -> str:
        """A default as people write it: `26h`, `10GiB`."""
        below = self.model(place)
        if isinstance(value, dict) and below is not None:
            parts = (f"{key}: {self._default(below['properties'][key], part)}" for key, part in value.items())
            return "{" + ", ".join(parts) + "}"
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            examples = _examples(place)
            return seconds(value) if "60s" in examples else size(value) if "5GiB" in examples else written(value)
        return written(value)

    def _kind(self, place: Schema) -> str:
        if "$ref" in place:
            target = self.model(place) or {}
            if set(target.get("properties", ())) == _LEVELS:
                return f"warn, crit: {self._kind(target['properties']['warn'])}"
            return self._kind(target) if "enum" in target else "keys"
        if "enum" in place:
            return " or ".join(map(str, place["enum"]))
        if examples := place.get("examples"):
            return f"such as {', '.join(map(str, examples))}"
        if "anyOf" in place:
            return " or ".join(dict.fromkeys(kind for one in place["anyOf"] if (kind := self._kind(one)) != "null"))
        words = {"object": "keys", "array": "list", "integer": "whole number", "boolean": "true or false"}
        words |= {"string": "path" if place.get("format") == "path" else "text"}
        return words.get(place.get("type", ""), str(place.get("type", "any")))


def _examples(place: Schema) -> tuple[Any, ...]:
    own = tuple(place.get("examples", ()))
    return own + tuple(example for one in place.get("anyOf", ()) for example in _examples(one))
