from dataclasses import replace
from pathlib import Path

import pytest

from collectors import btrfs
from collectors.btrfs import Btrfs, BtrfsFilesystem, compare, parse, samples
from collectors.btrfs_files import BlockGroup, Errors
from collectors.contract import NotApplicable
from tests.collectors.in_shells import every_shell, printed
from tests.recordings_on_disk import recordings

RECORDED = {recording.system: recording.output for recording in recordings() if recording.collector == "btrfs"}
POOL = BtrfsFilesystem("u", "/srv", "", (), (), (Errors("1"), Errors("2", corruption=3)), (), 0, 0, None, False)


def btrfs_of(*filesystems: BtrfsFilesystem) -> Btrfs:
    return Btrfs(1_800_000_000, filesystems)


@every_shell
def test_probe(shell: list[str]) -> None:
    text = printed(btrfs.COLLECTOR, shell)
    if " - btrfs " in Path("/proc/self/mountinfo").read_text("utf-8"):
        assert parse(text).filesystems
    else:
        with pytest.raises(NotApplicable):
            parse(text)


def test_those_of_the_host_are_not_the_containers() -> None:
    text = RECORDED["debian-12"]
    for mounts, found in (("/dev/sdb", "/srv/data"), ("/dev/mapper/none", "e09ca0af-5e5c-47a7-8981-e58d7a9b3999")):
        (filesystem,) = parse(text.replace("btrfs /dev/sdb", f"btrfs {mounts}")).filesystems
        assert filesystem.name == found
    with pytest.raises(NotApplicable):
        parse("".join(line for line in text.splitlines(keepends=True) if " - btrfs " not in line))


def test_copies_that_bear_one_label_go_by_their_uuid() -> None:
    text = RECORDED["debian-12"].replace("btrfs /dev/sdb", "btrfs /dev/mapper/none")
    uuid = "e09ca0af-5e5c-47a7-8981-e58d7a9b3999"
    labelled = f"{uuid}/label:archive\n{uuid}/devices/"
    before, files, after = text.partition("== files\n")
    named = files + after.replace(f"{uuid}/devices/", labelled, 1)
    (only,) = parse(before + named).filesystems
    assert only.name == "archive"
    copied = "".join(line for line in named.splitlines(keepends=True) if line.startswith(f"{uuid}/"))
    both = parse(before + named.replace("== files\n", "== files\n" + copied.replace(uuid, uuid[::-1]))).filesystems
    assert {filesystem.name for filesystem in both} == {uuid, uuid[::-1]}


def test_the_device_mapper_has_names_of_its_own() -> None:
    named = RECORDED["debian-12"].replace(
        "e09ca0af-5e5c-47a7-8981-e58d7a9b3999/devinfo/1/missing:0",
        "e09ca0af-5e5c-47a7-8981-e58d7a9b3999/devinfo/1/missing:0\n"
        "e09ca0af-5e5c-47a7-8981-e58d7a9b3999/devices/dm-3/dm/name:vg0-data",
    )
    (filesystem,) = parse(named.replace("btrfs /dev/sdb", "btrfs /dev/mapper/vg0-data")).filesystems
    assert filesystem.name == "/srv/data"


def test_errors_are_held_against_the_first_look() -> None:
    first = btrfs_of(POOL)
    grown = replace(POOL, errors=(Errors("1", write=4), Errors("2", corruption=3)))
    second = compare(first, btrfs_of(grown))
    third = compare(second, btrfs_of(grown))
    assert [look.filesystems[0].first_errors for look in (second, third)] == [
        (Errors("1"), Errors("2", corruption=3))
    ] * 2


def test_a_counter_that_was_set_to_zero_begins_anew() -> None:
    reset = compare(btrfs_of(POOL), btrfs_of(replace(POOL, errors=(Errors("1"), Errors("2")))))
    assert reset.filesystems[0].first_errors == (Errors("1"), Errors("2"))


def test_a_new_device_or_file_system_has_its_first_look() -> None:
    wider = replace(POOL, errors=(*(POOL.errors or ()), Errors("3", read=1)))
    assert Errors("3", read=1) in compare(btrfs_of(POOL), btrfs_of(wider)).filesystems[0].first_errors
    assert compare(btrfs_of(), btrfs_of(POOL)).filesystems[0].first_errors == ()


def test_a_device_that_is_away_for_a_look_keeps_its_first_one() -> None:
    away = compare(btrfs_of(POOL), btrfs_of(replace(POOL, errors=(Errors("1"),))))
    back = compare(away, btrfs_of(POOL))
    assert Errors("2", corruption=3) in back.filesystems[0].first_errors


def test_samples() -> None:
    named = replace(POOL, label="data", block_groups=(BlockGroup("data", "raid1", 10, 4),), reserve_bytes=7)
    found = {sample.name: (sample.value, dict(sample.labels)) for sample in samples(btrfs_of(named))}
    assert found["node_btrfs_info"] == (1, {"label": "data", "uuid": "u"})
    assert found["node_btrfs_used_bytes"] == (4, {"block_group_type": "data", "mode": "raid1", "uuid": "u"})
    assert found["node_btrfs_global_rsv_size_bytes"][0] == 7
