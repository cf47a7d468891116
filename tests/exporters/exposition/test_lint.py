"""What Prometheus' own linter says: nothing of what is ours, and of node_exporter's names only what it says of its."""

import re
import shutil
import subprocess

import pytest

from agent.catalogue import catalogue
from docs.pages.live_metrics import whole_page
from docs.pages.replay import samples
from exporters.exposition import Format, rendered
from exporters.exposition.heads import page

pytestmark = pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")

OF_NODE_EXPORTER = re.compile(
    r"(node|smartmon)_\w+ ("
    r"metric names should be written in 'snake_case' not 'camelCase'"
    r'|use base unit "\w+" instead of "\w+"'
    r'|(non-)?counter metrics should (not )?have "_total" suffix)'
)
"""The same names, types and units as there; docs/explanation/metrics.md lists them."""


def complaints(text: bytes) -> list[str]:
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, check=False, timeout=60)
    return (done.stdout + done.stderr).decode().splitlines()


def test_nothing_is_said_against_what_is_ours() -> None:
    assert complaints(whole_page(Format.TEXT)) == []


def test_against_the_names_of_node_exporter_only_what_is_theirs() -> None:
    lines = rendered(sample for name in catalogue().collectors for sample in samples(name))
    said = complaints(page(lines.families, lines.blocks(), Format.TEXT))
    assert len(said) > 20
    assert [line for line in said if not OF_NODE_EXPORTER.fullmatch(line)] == []
