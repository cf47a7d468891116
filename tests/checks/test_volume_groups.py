from dataclasses import replace

import pytest

from checks.contract import Result, State
from checks.volume_groups import VolumeGroupsParams, evaluate
from collectors.logical_volumes import NEVER, LogicalVolumes
from collectors.lvm_reports import LogicalVolume, VolumeGroup

GIB = 1024**3
GROUP = VolumeGroup("vg0", 200 * GIB, 16 * GIB, 2, 0)
SNAPSHOT = LogicalVolume("vg0", "snap", "swi-aos---", GIB, "home", 42.0, None, "", "", True)
RAID = LogicalVolume("vg0", "db", "rwi-aor-r-", GIB, "", None, None, "refresh needed", "", True)


def judged(group: VolumeGroup, *volumes: LogicalVolume, seen: tuple[str, ...] = ("vg0",)) -> dict[str, Result]:
    facts = LogicalVolumes((group,), volumes, NEVER, seen)
    return {result.item: result for result in evaluate(facts, VolumeGroupsParams())}


def test_all_disks_are_there() -> None:
    result = judged(GROUP)["vg0"]
    assert (result.state, result.summary.en) == (State.OK, "all 2 disks there, 16 GiB free")
    assert judged(replace(GROUP, disks=1))["vg0"].summary.en == "1 disk, 16 GiB free"


def test_a_missing_disk_and_what_breaks_with_it() -> None:
    volumes = [replace(RAID, name=f"lv{n}", health="partial") for n in range(6)]
    found = judged(replace(GROUP, disks_missing=1), *volumes)
    assert list(found) == ["vg0"]
    assert found["vg0"].state is State.CRIT
    assert found["vg0"].summary.en == "1 of 2 disks missing; broken: lv0, lv1, lv2, lv3 ..."
    assert found["vg0"].summary.zh == "2 块磁盘中缺少 1 块;受损:lv0, lv1, lv2, lv3 ..."


def test_a_group_that_is_gone() -> None:
    found = judged(GROUP, seen=("vg0", "vg1"))
    assert (found["vg1"].state, found["vg1"].summary.en) == (State.CRIT, "gone: all of its disks are")


@pytest.mark.parametrize(
    ("snapshot", "state", "en"),
    [
        (SNAPSHOT, State.OK, "snapshot of home: 42.0 % used"),
        (replace(SNAPSHOT, data_percent=80.0), State.WARN, "snapshot of home: 80.0 % used (warn at 80 %)"),
        (replace(SNAPSHOT, data_percent=90.0), State.CRIT, "snapshot of home: 90.0 % used (crit at 90 %)"),
        (replace(SNAPSHOT, data_percent=100.0), State.WARN, "overflowed: of no use any more (of home)"),
        (replace(SNAPSHOT, attributes="swi-I-s---"), State.WARN, "overflowed: of no use any more (of home)"),
        (replace(SNAPSHOT, data_percent=None), State.OK, "snapshot, not in use"),
    ],
)
def test_snapshots(snapshot: LogicalVolume, state: State, en: str) -> None:
    result = judged(GROUP, snapshot)["vg0/snap"]
    assert (result.state, result.summary.en) == (state, en)


@pytest.mark.parametrize(
    ("health", "state"),
    [("refresh needed", State.WARN), ("mismatches exist", State.WARN), ("unknown", State.CRIT)],
)
def test_health(health: str, state: State) -> None:
    result = judged(GROUP, replace(RAID, health=health))["vg0/db"]
    assert (result.state, result.summary.en) == (state, health)


def test_pools_are_judged_elsewhere() -> None:
    assert list(judged(GROUP, replace(RAID, attributes="twi-aotzD-", health="out_of_data"))) == ["vg0"]
