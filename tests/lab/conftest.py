"""The fixture `lab`: real hosts, booted once for all the tests that ask for them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab import Lab, LabUnavailable
from tests.lab.premises import PREFIX, Premises


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents and "lab" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.lab)
            # The first one may have to build three root file systems.
            item.add_marker(pytest.mark.timeout(1800))


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """The lab. Skipped with the reason where it cannot be built; `ROUNDS_LAB=required` makes that a failure."""
    if os.environ.get("ROUNDS_LAB") == "off":
        pytest.skip("ROUNDS_LAB=off")
    lab = Lab(Premises(f"{PREFIX}{os.getpid()}"))
    try:
        lab.build()
    except LabUnavailable as reason:
        if os.environ.get("ROUNDS_LAB") == "required":
            pytest.fail(f"the lab is required, and cannot be built: {reason}")
        pytest.skip(f"no lab: {reason}")
    try:
        yield lab
    finally:
        lab.premises.demolish()
