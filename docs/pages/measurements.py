"""The metrics each check makes: found by replaying the recordings, and by reading its source for what none shows."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import checks
from agent.catalogue import catalogue
from checks.contract import Unit
from docs.pages.replay import replayed

_ROOT = Path(checks.__file__).parent


@cache
def measurements() -> Mapping[str, Mapping[str, Unit]]:
    """Metric names with their units, by check."""
    found: dict[str, dict[str, Unit]] = defaultdict(dict)
    for report in replayed():
        for outcome in report.outcomes:
            for result in outcome.results:
                for one in result.measurements:
                    found[outcome.check.name][metric_name(outcome.check.name, one.name, one.unit)] = one.unit
    for name in catalogue().checks:
        for measured, unit in _in_source(_ROOT / f"{name}.py"):
            found[name].setdefault(metric_name(name, measured, unit), unit)
    return {name: dict(sorted(found[name].items())) for name in catalogue().checks}


def metric_name(check: str, name: str, unit: Unit) -> str:
    """As the Prometheus exporter makes it."""
    return f"rounds_{check}_{name}" + (f"_{unit}" if unit else "")


def _in_source(path: Path) -> Iterator[tuple[str, Unit]]:
    """Measurements a check makes under a literal name: some need parameters that no recording was made with."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id="measured_ratio"), args=[ast.Constant(value=str(name)), *_]):
                yield name, Unit.RATIO
            case ast.Call(func=ast.Name(id="Measurement"), args=[ast.Constant(value=str(name)), *rest]):
                units = [Unit[a.attr] for a in rest if isinstance(a, ast.Attribute) and a.attr in Unit.__members__]
                yield name, units[0] if units else Unit.COUNT
