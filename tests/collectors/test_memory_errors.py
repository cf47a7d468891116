import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from collectors import memory_errors
from collectors.growth import Growth, grown, grown_within
from collectors.memory_errors import MemoryErrors, compare, parse
from tests.collectors.hardware_tree import printed_in, scraped, told, write
from tests.collectors.in_shells import every_shell

EXPORTER = shutil.which("prometheus-node-exporter") or shutil.which("node_exporter")
DAY = 86400.0


@pytest.fixture
def sys(tmp_path: Path) -> Path:
    controller = tmp_path / "devices/system/edac/mc/mc0"
    write(controller, ce_count=57, ce_noinfo_count=1, ue_count=1, ue_noinfo_count=0, seconds_since_reset=864000)
    write(controller / "csrow0", ce_count=56, ue_count=1)
    write(controller / "dimm0", dimm_label="CPU#0_Chan#0_DIMM#0", dimm_ce_count=56, dimm_ue_count=1)
    write(controller / "dimm1", dimm_label="CPU#0_Chan#0_DIMM#1", dimm_ce_count=0, dimm_ue_count=0)
    return tmp_path


@every_shell
def test_probe(sys: Path, shell: list[str]) -> None:
    facts = parse(printed_in(sys, memory_errors.COLLECTOR, shell))
    assert {m.item: (m.errors.corrected, m.errors.uncorrected) for m in facts.modules} == {
        "mc0 CPU#0_Chan#0_DIMM#0": (56, 1),
        "mc0 CPU#0_Chan#0_DIMM#1": (0, 0),
        "mc0": (1, 0),  # what could not be placed
    }


@pytest.mark.skipif(EXPORTER is None, reason="no node_exporter here")
def test_samples_are_those_of_node_exporter(sys: Path) -> None:
    assert EXPORTER is not None
    found = told(memory_errors.COLLECTOR, printed_in(sys, memory_errors.COLLECTOR, ["sh"]))
    assert found == scraped(EXPORTER, sys, "edac")


def facts(ce: int, ue: int, at: float, age: int) -> MemoryErrors:
    counts = f"mc0/ce_count:{ce}\nmc0/ue_count:{ue}\nmc0/ce_noinfo_count:0\nmc0/ue_noinfo_count:0"
    return parse(f"clock {at:.0f}\n{counts}\nmc0/seconds_since_reset:{age}\n")


def lately(found: MemoryErrors) -> tuple[int, int]:
    (module,) = found.modules
    now = found.clock_seconds
    return grown_within(module.corrected, now, DAY), grown_within(module.uncorrected, now, 7 * DAY)


def test_growth_is_remembered_for_its_time() -> None:
    first = facts(0, 0, 1000.0, 5000)
    second = compare(first, facts(12, 1, 1300.0, 5300))
    third = compare(second, facts(15, 1, 1600.0, 5600))
    assert [lately(look) for look in (first, second, third)] == [(0, 0), (12, 1), (15, 1)]
    next_day = compare(third, facts(15, 1, 1300.0 + DAY, 5300 + int(DAY)))
    assert lately(next_day) == (0, 1)
    next_week = compare(next_day, facts(15, 1, 1300.0 + 7 * DAY, 5300 + 7 * int(DAY)))
    assert lately(next_week) == (0, 0)


def test_a_restart_begins_to_count_anew() -> None:
    before = facts(100, 0, 1000.0, 50000)
    assert lately(compare(before, facts(3, 1, 1300.0, 120))) == (3 + 100, 1)  # 100: of the first look's day
    assert lately(compare(before, facts(0, 0, 1300.0, 120))) == (100, 0)


def test_the_first_look_tells_the_mean_day() -> None:
    assert lately(facts(300, 2, 1000.0, 300 * 86400)) == (1, 2)
    assert lately(facts(300, 0, 1000.0, 3600)) == (300, 0)


def test_a_new_module_is_a_first_look() -> None:
    one = facts(5, 0, 1000.0, 100)
    other = replace(one, modules=tuple(replace(m, item="mc1") for m in one.modules))
    assert compare(one, other) == other


def test_growths_within_an_hour_are_one() -> None:
    assert grown((), 0, 100.0, DAY) == ()
    once = grown((), 1, 100.0, DAY)
    assert grown(once, 2, 400.0, DAY) == (Growth(100.0, 3),)
    assert grown(once, 2, 4000.0, DAY) == (Growth(100.0, 1), Growth(4000.0, 2))
    assert grown(once, 0, 100.0 + DAY, DAY) == ()
    assert grown_within(grown(once, 2, 4000.0, DAY), 4100.0, 1000.0) == 2
