"""The manual beside the checks: nothing claims what is not asked, and nothing asked goes unanswered."""

import pytest

from agent.catalogue import catalogue
from agent.coverage import Coverage, claimed, coverage

PARTS = coverage(catalogue())


def test_every_check_names_a_part_of_the_manual_that_there_is() -> None:
    known = {part.name for part in PARTS}
    claims = claimed(catalogue())
    assert {name: set(parts) - known for name, parts in claims.items() if set(parts) - known} == {}
    assert [name for name, parts in claims.items() if not parts] == []


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_every_part_is_carried_out_or_says_what_is_left_to_a_person(part: Coverage) -> None:
    assert part.checks or part.part.done_by or part.part.by_hand


def test_the_parts_are_named_once() -> None:
    names = [part.name for part in PARTS]
    assert len(set(names)) == len(names)
