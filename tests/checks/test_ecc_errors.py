import pytest

from checks.contract import State
from checks.ecc_errors import EccErrorsParams, evaluate
from collectors.memory_errors import compare, parse
from tests.recordings_on_disk import recordings

SEEN = {r.system: r.output for r in recordings() if r.collector == "memory_errors"}


def states(output: str, **params: object) -> dict[str, State]:
    return {r.item: r.state for r in evaluate(parse(output), EccErrorsParams(**params))}


def one(corrected: int, uncorrected: int = 0) -> str:
    counts = f"mc0/ce_count:{corrected}\nmc0/ue_count:{uncorrected}\nmc0/ce_noinfo_count:0\nmc0/ue_noinfo_count:0"
    return f"clock 1795291915\n{counts}\nmc0/seconds_since_reset:7200\n"


def test_all_is_well() -> None:
    found = list(evaluate(parse(SEEN["debian-12"]), EccErrorsParams()))
    assert {r.state for r in found} == {State.OK}
    assert {r.summary.en for r in found} == {"no errors"}
    assert "mc0 CPU_SrcID#0_MC#0_Chan#0_DIMM#0" in {r.item for r in found}


def test_a_bad_module_is_named() -> None:
    bad = {item: state for item, state in states(SEEN["debian-11-faults"]).items() if state is not State.OK}
    assert bad == {"mc1 CPU_SrcID#1_MC#0_Chan#0_DIMM#0": State.CRIT}
    (result,) = (r for r in evaluate(parse(SEEN["debian-11-faults"]), EccErrorsParams()) if r.item in bad)
    assert result.summary.en == "1 uncorrectable lately, 6 corrected in 24 h"
    assert result.summary.zh == "近期不可纠正错误 1 次,24 小时内纠正 6 次"


@pytest.mark.parametrize(
    ("corrected", "uncorrected", "state"),
    [
        (0, 0, State.OK),
        (9, 0, State.OK),
        (10, 0, State.WARN),
        (99, 0, State.WARN),
        (100, 0, State.CRIT),
        (0, 1, State.CRIT),
    ],
)
def test_levels(corrected: int, uncorrected: int, state: State) -> None:
    assert states(one(corrected, uncorrected)) == {"mc0": state}


def test_own_levels() -> None:
    assert states(one(100), corrected_per_day=None) == {"mc0": State.OK}


def test_an_uncorrectable_error_is_shown_for_a_week() -> None:
    first = parse(one(0, 1))
    week_later = parse(one(0, 1).replace("1795291915", str(1795291915 + 7 * 86400)).replace("7200", "612000"))
    (result,) = evaluate(compare(first, week_later), EccErrorsParams())
    assert result.state is State.OK
    (result,) = evaluate(compare(first, week_later), EccErrorsParams(shown_for="30d"))
    assert result.state is State.CRIT
