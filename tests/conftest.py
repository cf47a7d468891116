"""How the tests are dealt out where several run at a time (`make test` does it): whole modules, real hosts first."""

from pathlib import Path

import pytest

LAB = Path(__file__).parent / "lab"
FIRST_LAB = ("test_check_in_the_lab", "test_faults", "test_lab", "test_rounds_in_the_lab", "test_server_faults")
"""These share one lab, the other modules another: each takes about as long."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """Modules keep together what their fixtures made."""
    item.add_marker(pytest.mark.xdist_group(_group(item.path)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The labs, which wait more than they work, begin at once."""
    items.sort(key=lambda item: LAB not in item.path.parents)


def _group(path: Path) -> str:
    if LAB not in path.parents:
        return str(path)
    return "first lab" if path.stem in FIRST_LAB else "second lab"
