"""Finds collectors, checks and exporters by their place: a plain module in their folder IS a plugin."""

import inspect
import pkgutil
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache, cached_property
from importlib import import_module
from types import ModuleType
from typing import Any, get_type_hints

from pydantic import TypeAdapter

import checks
import collectors
import exporters
from checks.contract import Check, Params
from collectors.contract import Collector
from exporters.contract import CheckCard, Exporter, Settings


class CatalogueError(Exception):
    """A module in a plugin folder is not a plugin; the message says what it lacks."""


@dataclass(frozen=True)
class CollectorPlugin:
    """A collector under its name."""

    name: str
    doc: str
    collector: Collector[Any]

    @cached_property
    def facts(self) -> TypeAdapter[Any]:
        """Turns this collector's facts into JSON and back."""
        return TypeAdapter(self._facts_type)

    @property
    def fields(self) -> frozenset[str]:
        """The names of its facts, as JSON has them at the top; none where they are a list."""
        kind = self._facts_type
        return frozenset(field.name for field in fields(kind)) if is_dataclass(kind) else frozenset()

    @property
    def _facts_type(self) -> Any:
        return get_type_hints(self.collector.parse)["return"]


@dataclass(frozen=True)
class CheckPlugin:
    """A check under its name, with the name of the collector it reads."""

    name: str
    doc: str
    check: Check[Any, Any]
    collector: str

    @cached_property
    def card(self) -> CheckCard:
        """What exporters may know of it."""
        check = self.check
        items = self.doc_block.get("Item", "").partition(";")[0].replace("`", "")
        return CheckCard(self.name, check.title, check.layer, check.section, check.vital, self.collector, items)

    @cached_property
    def doc_block(self) -> Mapping[str, str]:
        """The fields of the doc block (Item, State, Why, What to do, Manual); `""` is the summary line."""
        fields: dict[str, str] = {}
        current = ""
        for line in self.doc.splitlines():
            match = re.match(r"(Item|State|Why|What to do|Manual) {2,}(.*)", line)
            current = match[1] if match else current
            words = match[2] if match else line.strip()
            fields[current] = f"{fields.get(current, '')} {words}".strip()
        return fields


@dataclass(frozen=True)
class ExporterPlugin:
    """An exporter under its name."""

    name: str
    doc: str
    exporter: Exporter[Any]


@dataclass(frozen=True)
class Catalogue:
    """Every plugin there is, by name, in alphabetical order."""

    collectors: Mapping[str, CollectorPlugin]
    checks: Mapping[str, CheckPlugin]
    exporters: Mapping[str, ExporterPlugin]


@cache
def catalogue() -> Catalogue:
    """Look into the three folders. Raises `CatalogueError`."""
    found = {
        name: CollectorPlugin(name, _doc(module), _declaration(module, "COLLECTOR", Collector))
        for name, module in _modules(collectors)
    }
    by_identity = {id(plugin.collector): name for name, plugin in found.items()}
    judges = {}
    for name, module in _modules(checks):
        check = _declaration(module, "CHECK", Check)
        if id(check.reads) not in by_identity:
            raise CatalogueError(f"checks/{name}.py reads a collector that is not in collectors/")
        if not (isinstance(check.params, type) and issubclass(check.params, Params)):
            raise CatalogueError(f"checks/{name}.py: params must be a subclass of Params")
        judges[name] = CheckPlugin(name, _doc(module), check, by_identity[id(check.reads)])
    for name, plugin in judges.items():
        for parameter, other in plugin.check.takes.items():
            if other not in judges or not all(parameter in judges[c].check.params.model_fields for c in (name, other)):
                raise CatalogueError(f"checks/{name}.py takes {parameter} from {other}: both must have it")
    tellers = {}
    for name, module in _modules(exporters):
        exporter = _declaration(module, "EXPORTER", Exporter)
        if not issubclass(exporter.settings, Settings):
            raise CatalogueError(f"exporters/{name}.py: settings must be a subclass of Settings")
        tellers[name] = ExporterPlugin(name, _doc(module), exporter)
    return Catalogue(found, judges, tellers)


def _modules(package: ModuleType) -> list[tuple[str, ModuleType]]:
    names = sorted(m.name for m in pkgutil.iter_modules(package.__path__) if not m.ispkg)
    return [(name, import_module(f"{package.__name__}.{name}")) for name in names]


def _declaration(module: ModuleType, name: str, kind: type) -> Any:
    declaration = getattr(module, name, None)
    if not isinstance(declaration, kind):
        path = module.__name__.replace(".", "/")
        raise CatalogueError(f"{path}.py has no {name} = {kind.__name__}(...)")
    return declaration


def _doc(module: ModuleType) -> str:
    doc = inspect.getdoc(module)
    if not doc:
        raise CatalogueError(f"{module.__name__.replace('.', '/')}.py has no docstring")
    return doc
