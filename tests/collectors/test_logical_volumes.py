from collectors.logical_volumes import NEVER, LogicalVolumes, compare, parse
from collectors.lvm_reports import VolumeGroup
from tests.recordings_on_disk import recordings

RECORDED = {one.system: one.output for one in recordings() if one.collector == "logical_volumes"}
VG0, VG1 = VolumeGroup("vg0", 10, 5, 1, 0), VolumeGroup("vg1", 10, 5, 1, 0)


def look(*groups: VolumeGroup) -> LogicalVolumes:
    return LogicalVolumes(groups, (), NEVER, tuple(group.name for group in groups))


def test_groups_are_remembered() -> None:
    gone = compare(look(VG0, VG1), look(VG1))
    assert (gone.seen, gone.groups) == (("vg0", "vg1"), (VG1,))
    assert compare(gone, LogicalVolumes((), (), NEVER)).seen == ("vg0", "vg1")


def test_only_volumes_worth_a_word_are_kept() -> None:
    facts = parse(RECORDED["snapshots-raid-transcribed"])
    assert [volume.name for volume in facts.volumes] == ["snap_home", "snap_old", "snap_off", "db", "logs"]
    assert [volume.is_invalid for volume in facts.volumes] == [False, True, False, False, False]


def test_when_pools_grow() -> None:
    facts = parse(RECORDED["thin-pools-transcribed"])
    assert facts.autoextend_percent == 80
    assert {volume.name: volume.monitored for volume in facts.volumes} == {
        "data": True,
        "pool": True,
        "pool2": False,
        "old": False,
    }


def test_an_lvm_without_lvmconfig_grows_nothing() -> None:
    text = RECORDED["thin-pools-transcribed"].replace("thin_pool_autoextend_threshold=80\n", "")
    assert parse(text).autoextend_percent == NEVER
