"""The two formats: their sample lines are the same, and only what stands above and below them differs.

Text 0.0.4 is Prometheus' own, OpenMetrics 1.0.0 its stricter child. In the latter the family of a counter is named
without `_total`, and an info metric of ours, in text a gauge that ends in `_info`, has a type of its own.
"""

from collections.abc import Collection, Iterator, Mapping
from enum import Enum
from functools import lru_cache

from collectors.contract import SampleType
from exporters.exposition.family import Family


class Format(Enum):
    """A format, and the content type it is sent as."""

    TEXT = "text/plain; version=0.0.4; charset=utf-8"
    OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"

    @property
    def end(self) -> bytes:
        """What closes a page."""
        return b"# EOF\n" if self is Format.OPENMETRICS else b""


UNITS = ("seconds", "bytes", "ratio", "celsius", "volts", "amperes", "joules", "watts", "hertz", "meters")
"""Base units that a name may end in."""

_TOTAL, _INFO = "_total", "_info"

_OURS = ("rounds_", "probe_")
"""Of these it is known that what ends in `_info` is always 1; node_exporter calls its own gauges."""


def page(families: Mapping[str, Family], blocks: Mapping[str, bytes], form: Format) -> bytes:
    """A whole page: each family that has a block."""
    found = heads({name: families[name] for name in blocks}, form)
    return b"".join((*(head + blocks[name] for name, head in found), form.end))


def heads(families: Mapping[str, Family], form: Format) -> Iterator[tuple[str, bytes]]:
    """The names of the families in order, each with its head."""
    names = sorted(families)
    if form is Format.TEXT:
        for name in names:
            family = families[name]
            yield name, _text(name, family.help, family.type)
        return
    taken = set(names)
    for name in names:
        family = families[name]
        base, kind = _open_type(name, family.type, taken)
        taken.add(base)
        yield name, _openmetrics(base, family.help, kind)


def _open_type(name: str, kind: SampleType, taken: Collection[str]) -> tuple[str, str]:
    """What OpenMetrics calls a family, and of which type it is. Two families must not share a name there."""
    if kind is SampleType.COUNTER:
        base = name.removesuffix(_TOTAL)
        if base and base not in taken and f"{base}_created" not in taken:
            return base, "counter"
    elif kind is SampleType.GAUGE:
        base = name.removesuffix(_INFO)
        return (base, "info") if name.startswith(_OURS) and base not in taken else (name, "gauge")
    return name, "unknown"


@lru_cache(maxsize=4096)
def _text(name: str, help_text: str, kind: SampleType) -> bytes:
    text = _in_a_line(help_text)
    return f"# HELP {name} {text}\n# TYPE {name} {kind}\n".encode("utf-8", "replace")


@lru_cache(maxsize=4096)
def _openmetrics(name: str, help_text: str, kind: str) -> bytes:
    text = _in_a_line(help_text).replace('"', '\\"')
    unit = name.rpartition("_")[2]
    unit_line = f"# UNIT {name} {unit}\n" if "_" in name and unit in UNITS and kind in ("gauge", "counter") else ""
    return f"# HELP {name} {text}\n# TYPE {name} {kind}\n{unit_line}".encode("utf-8", "replace")


def _in_a_line(help_text: str) -> str:
    return " ".join(help_text.split()).replace("\\", "\\\\") or "No help."
