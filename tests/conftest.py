"""How the tests are dealt out where several run at a time, as `make test` has it: file by file, real hosts first."""

import os
from pathlib import Path

import pytest

# A terminal's width belongs to whoever runs the tests; rich takes it for its own as soon as it is imported.
os.environ.pop("COLUMNS", None)

LAB = Path(__file__).parent / "lab"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files of the lab take longest, and wait more than they work: they begin at once."""
    items.sort(key=lambda item: LAB not in item.path.parents)
