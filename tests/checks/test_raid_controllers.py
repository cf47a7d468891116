from dataclasses import replace

import pytest

from checks.contract import Result, State
from checks.raid_controllers import RaidControllersParams, evaluate
from collectors.raid_controllers import Raid
from collectors.raid_tools import Battery, Condition, LogicalDrive, PhysicalDrive, RaidController

MIRROR = LogicalDrive("v0", "RAID1", "Optl", Condition.WELL)
DISK = PhysicalDrive("252:0", "Onln", Condition.WELL, False, "ST1000NM0011", "Z1N0AAAA", 0, 0, 0)
SPARE = PhysicalDrive("252:7", "GHS", Condition.WELL, True, "ST1000NM0011", "Z1N0GGGG", 0, 0, 0)
BATTERY = Battery("battery iBBU", "Optimal", Condition.WELL)
WELL = RaidController(
    "c0", "PERC H730P", "SV1", "25.5", "Optimal", Condition.WELL, (MIRROR,), (DISK, SPARE), BATTERY, None, 1
)


def judged(controller: RaidController, **params: object) -> dict[str, Result]:
    results = list(evaluate(Raid((controller,)), RaidControllersParams.model_validate(params)))
    return {result.item: result for result in results}


def told(controller: RaidController, item: str, **params: object) -> tuple[State, str]:
    result = judged(controller, **params)[item]
    assert result.summary.zh != result.summary.en
    return result.state, str(result.summary)


def test_well() -> None:
    assert {item: str(result.summary) for item, result in judged(WELL).items()} == {
        "c0": "PERC H730P: well (Optimal)",
        "c0 v0": "RAID1: well (Optl)",
        "c0 252:0": "ST1000NM0011 Z1N0AAAA: well (Onln)",
        "c0 252:7": "ST1000NM0011 Z1N0GGGG: well (GHS)",
        "c0 battery": "battery iBBU: well (Optimal)",
    }
    assert {result.state for result in judged(WELL).values()} == {State.OK}


@pytest.mark.parametrize(
    ("condition", "controller", "logical", "physical"),
    [
        (Condition.WELL, State.OK, State.OK, State.OK),
        (Condition.ATTENTION, State.WARN, State.WARN, State.WARN),
        (Condition.REBUILDING, State.WARN, State.CRIT, State.WARN),
        (Condition.FOREIGN, State.WARN, State.WARN, State.WARN),
        (Condition.PREDICTED, State.CRIT, State.CRIT, State.CRIT),
        (Condition.DEGRADED, State.CRIT, State.CRIT, State.CRIT),
        (Condition.FAILED, State.CRIT, State.CRIT, State.CRIT),
        (Condition.UNKNOWN, State.UNKNOWN, State.UNKNOWN, State.UNKNOWN),
    ],
)
def test_states(condition: Condition, controller: State, logical: State, physical: State) -> None:
    facts = replace(
        WELL,
        condition=condition,
        logical_drives=(replace(MIRROR, condition=condition),),
        physical_drives=(replace(DISK, condition=condition), SPARE),
    )
    states = {item: result.state for item, result in judged(facts).items()}
    assert (states["c0"], states["c0 v0"], states["c0 252:0"]) == (controller, logical, physical)


@pytest.mark.parametrize(
    ("condition", "state"),
    [(Condition.CHARGING, State.WARN), (Condition.ATTENTION, State.WARN), (Condition.FAILED, State.CRIT)],
)
def test_battery_and_cache(condition: Condition, state: State) -> None:
    facts = replace(WELL, battery=replace(BATTERY, condition=condition), cache=Battery("cache", "?", condition))
    assert (told(facts, "c0 battery")[0], told(facts, "c0 cache")[0]) == (state, state)
    assert set(judged(replace(WELL, battery=None))) == set(judged(WELL)) - {"c0 battery"}


def test_words() -> None:
    degraded = replace(WELL, logical_drives=(replace(MIRROR, state="Dgrd", condition=Condition.DEGRADED),))
    assert told(degraded, "c0 v0") == (State.CRIT, "RAID1: degraded (Dgrd)")
    missing = PhysicalDrive("missing 1/0/1", "Msng", Condition.FAILED, False, None, None)
    assert told(replace(WELL, physical_drives=(missing,)), "c0 missing 1/0/1") == (State.CRIT, "failed (Msng)")


def test_media_errors_are_held_against_their_baseline() -> None:
    known = replace(DISK, media_errors=37, first_media_errors=37)
    assert told(replace(WELL, physical_drives=(known,)), "c0 252:0")[0] is State.OK
    worse = replace(DISK, media_errors=38, first_media_errors=37)
    assert told(replace(WELL, physical_drives=(worse, SPARE)), "c0 252:0") == (
        State.WARN,
        "ST1000NM0011 Z1N0AAAA: well (Onln), 38 media errors (baseline 37)",
    )
    (measured, _) = judged(replace(WELL, physical_drives=(worse,)))["c0 252:0"].measurements
    assert (measured.name, measured.value, measured.warn) == ("media_errors", 38, 38)


def test_spares() -> None:
    used = replace(WELL, physical_drives=(DISK,))
    assert told(used, "c0") == (State.WARN, "PERC H730P: well (Optimal), 0 of 1 hot spares")
    assert told(used, "c0", spares=0)[0] is State.OK
    assert told(WELL, "c0", spares=2)[0] is State.WARN
    failed = replace(SPARE, condition=Condition.FAILED)
    assert told(replace(WELL, physical_drives=(DISK, failed)), "c0")[0] is State.WARN


def test_one_that_is_gone() -> None:
    (result,) = evaluate(Raid((), (WELL,)), RaidControllersParams())
    words = "PERC H730P: gone: no tool tells of it any more"
    assert (result.item, result.state, result.summary.en) == ("c0", State.CRIT, words)
    assert list(evaluate(Raid((), (WELL,)), RaidControllersParams(ignore=("c0*",)))) == []


def test_ignored() -> None:
    assert set(judged(WELL, ignore=("c0 battery", "c0 252:*"))) == {"c0", "c0 v0"}
    assert judged(WELL, ignore=("c0*",)) == {}
