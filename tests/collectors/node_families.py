"""The families of node_exporter: name, type, names of labels and help, as its pages have them.

`python -m tests.collectors.node_families PAGE... >tests/collectors/node_exporter-1.5.0.txt` takes them from pages of a
real one, saved to files. Those recorded are of Debian's 1.5.0: on a virtual machine with all that it can collect, on a
server under systemd, and with folders of files in the place of /proc and /sys, for hardware that neither has.
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from prometheus_client.parser import text_string_to_metric_families

RECORDED = Path(__file__).parent / "node_exporter-1.5.0.txt"


class NodeFamily(NamedTuple):
    """`labels` are the names, in the order of the alphabet; `kind` is "unknown" where it says untyped."""

    kind: str
    labels: tuple[str, ...]
    help: str


def of_pages(pages: Iterable[str]) -> Mapping[str, NodeFamily]:
    """The families of `node_*` on these pages, by name."""
    found: dict[str, NodeFamily] = {}
    for page in pages:
        for family in text_string_to_metric_families(page):
            for sample in family.samples:
                if sample.name.startswith("node_"):
                    kind = NodeFamily(family.type, tuple(sorted(sample.labels)), family.documentation)
                    known = found.setdefault(sample.name, kind)
                    # dmi leaves out the labels that a machine has no value for.
                    if len(kind.labels) > len(known.labels):
                        found[sample.name] = kind
    return found


def recorded() -> Mapping[str, NodeFamily]:
    """Those of the file."""
    lines = RECORDED.read_text("utf-8").splitlines()
    fields = (line.split("\t") for line in lines if not line.startswith("#"))
    return {
        name: NodeFamily(kind, tuple(labels.split(",")) if labels else (), text) for name, kind, labels, text in fields
    }


if __name__ == "__main__":
    families = of_pages(Path(name).read_text("utf-8") for name in sys.argv[1:])
    print("# node_exporter 1.5.0: name, type, names of labels, help; made by tests/collectors/node_families.py")
    for name in sorted(families):
        one = families[name]
        print(name, one.kind, ",".join(one.labels), one.help, sep="\t")
