"""How the tests are dealt out where several run at a time, as `make test` has it: file by file, the longest first."""

import os
from pathlib import Path

import pytest

# A terminal's width belongs to whoever runs the tests; rich takes it for its own as soon as it is imported.
os.environ.pop("COLUMNS", None)

TESTS = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those of the lab wait more than they work, and begin at once; then come those that look at the whole project."""
    items.sort(key=lambda item: (TESTS / "lab" not in item.path.parents, item.path.parent != TESTS))
