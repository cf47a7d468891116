"""What is asked of both sides: the expressions of dashboards and rules, or the selectors that they read."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

INDEXES = (Path(__file__).with_name("node_exporter_full.yaml"), Path(__file__).with_name("node_mixin.yaml"))
"""Our own notes of what the two best known sets read: facts, not their queries."""

_VARIABLE = re.compile(r"\$(?:\{(?P<braced>\w+)(?::\w+)?\}|(?P<bare>\w+))")
_SELECTOR = re.compile(r"(?P<name>\b(?:node|process)_[a-zA-Z0-9_:]+)\s*(?:\{(?P<matchers>[^}]*)\})?")
_MATCHER = re.compile(r"""(\w+)\s*(=~|!~|!=|=)\s*("[^"]*"|'[^']*')""")
_TARGET = ("job", "instance")  # what names the host, not the series


@dataclass(frozen=True, slots=True)
class Query:
    """One expression, and where it stands.

    `place` is the row or group, `title` the panel or rule, `part` which of its expressions (A, B...).
    """

    source: str
    place: str
    title: str
    part: str
    expression: str

    @property
    def selectors(self) -> tuple[str, ...]:
        """What it reads: names and matchers, without those that name the host; each once, in their order."""
        return tuple(dict.fromkeys(_selectors(self.expression)))

    @property
    def metrics(self) -> tuple[str, ...]:
        """The names it reads; each once, in their order."""
        return tuple(dict.fromkeys(selector.partition("{")[0] for selector in self.selectors))

    @property
    def is_selector(self) -> bool:
        """Whether it shows a series as it is."""
        return re.fullmatch(r"\w+(\{[^}]*\})?", self.expression.strip()) is not None

    def filled(self, job: str, instance: str, rate_interval: str) -> str:
        """The expression for one host, as Grafana would send it. Raises `KeyError` for a variable nobody knows."""
        values = {
            "job": job, "cluster": "", "node": instance, "instance": instance, "nodename": instance,
            "__rate_interval": rate_interval, "__interval": rate_interval, "interval": rate_interval,
        }  # fmt: skip
        return _VARIABLE.sub(lambda found: values[found["braced"] or found["bare"]], self.expression)


def of_dashboard(path: Path) -> Iterator[Query]:
    """Every query of a dashboard's JSON, as exported from Grafana."""
    board = json.loads(path.read_text(encoding="utf-8"))
    source = f"{board['title']} {board.get('gnetId') or ''}, version {board.get('version')}".replace(" ,", ",")
    for row, panel in _panels(board["panels"]):
        for target in panel.get("targets", ()):
            yield Query(source, row, panel["title"], target["refId"], target["expr"])


def of_rules(path: Path) -> Iterator[Query]:
    """Every rule of a Prometheus rules file. One that names no host asks for all."""
    for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]:
        for rule in group["rules"]:
            yield Query(path.name, group["name"], rule.get("record") or rule["alert"], "", rule["expr"])


def of_index(path: Path) -> Iterator[Query]:
    """Every selector that an index notes: as it is, for one host."""
    index = yaml.safe_load(path.read_text(encoding="utf-8"))
    for place, titles in index["reads"].items():
        for title, selectors in titles.items():
            for selector in selectors:
                name, _, matchers = selector.partition("{")
                scope = ",".join(filter(None, (matchers.removesuffix("}"), 'job="$job"', 'instance="$instance"')))
                yield Query(f"{index['source']}, {index['version']}", place, title, "", f"{name}{{{scope}}}")


def index_of(queries: Iterable[Query], source: str, version: str) -> Mapping[str, Any]:
    """The index of what `queries` read, for the files named in `INDEXES`."""
    reads: dict[str, dict[str, list[str]]] = {}
    for query in queries:
        known = reads.setdefault(query.place, {}).setdefault(query.title, [])
        known.extend(selector for selector in query.selectors if selector not in known)
    return {"source": source, "version": version, "reads": reads}


def _panels(panels: Iterable[Mapping[str, Any]], row: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    for panel in panels:
        if panel["type"] == "row":
            row = panel["title"]
            yield from _panels(panel.get("panels", ()), row)
        else:
            yield row, panel


def _selectors(expression: str) -> Iterator[str]:
    for found in _SELECTOR.finditer(expression):
        parts = _MATCHER.findall(found["matchers"] or "")
        matchers = [f'{label}{how}"{value[1:-1]}"' for label, how, value in parts if label not in _TARGET]
        yield found["name"] + (f"{{{','.join(sorted(matchers))}}}" if matchers else "")
