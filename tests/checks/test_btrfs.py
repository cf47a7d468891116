from dataclasses import replace

import pytest

from checks.btrfs import BtrfsParams, evaluate
from checks.btrfs_metadata import BtrfsMetadataParams
from checks.btrfs_metadata import evaluate as evaluate_metadata
from checks.contract import Result, State, UpperLevels
from collectors.btrfs import Btrfs, BtrfsFilesystem, Device
from collectors.btrfs_files import BlockGroup, Errors, Scrub

DAY, MIB, GIB = 86400, 1024**2, 1024**3
NOW = 1_800_000_000
WELL = BtrfsFilesystem(
    uuid="u",
    name="/srv",
    label="",
    devices=(Device("sdb", 10 * GIB), Device("sdc", 10 * GIB)),
    missing=(),
    errors=(Errors("1"), Errors("2")),
    block_groups=(BlockGroup("data", "raid1", 8 * GIB, 7 * GIB), BlockGroup("metadata", "raid1", 1000, 600)),
    unallocated_bytes=2 * GIB,
    reserve_bytes=100,
    scrub=None,
    scrub_hidden=False,
    first_errors=(Errors("1"), Errors("2")),
)


def results(filesystem: BtrfsFilesystem, params: BtrfsParams | None = None) -> dict[str, Result]:
    return {result.item: result for result in evaluate(Btrfs(NOW, (filesystem,)), params or BtrfsParams())}


def test_all_is_well() -> None:
    found = results(WELL)
    assert {item: (r.state, r.summary.en) for item, r in found.items()} == {
        "/srv": (State.OK, "all 2 devices are there"),
        "/srv errors": (State.OK, "none"),
    }


def test_a_missing_device() -> None:
    result = results(replace(WELL, missing=("2",), devices=WELL.devices[:1]))["/srv"]
    assert (result.state, result.summary.en) == (State.CRIT, "degraded: device 2 is missing")
    assert result.summary.zh == "已降级:缺少设备 2"


@pytest.mark.parametrize(
    ("errors", "first", "state", "en"),
    [
        ((Errors("1"), Errors("2", corruption=8)), WELL.first_errors, State.CRIT, "new errors: device 2 corruption +8"),
        ((Errors("1", write=2, flush=1),), (), State.OK, "3, as when first seen"),
        ((Errors("1", write=2, flush=1),), (Errors("1", write=2),), State.CRIT, "new errors: device 1 flush +1"),
        (None, (), State.UNKNOWN, "not known: before kernel 5.14 only root is told (btrfs device stats)"),
    ],
)
def test_errors(errors: tuple[Errors, ...] | None, first: tuple[Errors, ...], state: State, en: str) -> None:
    result = results(replace(WELL, errors=errors, first_errors=first))["/srv errors"]
    assert (result.state, result.summary.en) == (state, en)


@pytest.mark.parametrize(
    ("scrub", "levels", "state", "en"),
    [
        (Scrub(NOW - 2 * DAY, True, 0, 0), None, State.OK, "errors: 0 not mended, 0 mended, 2 d ago"),
        (Scrub(NOW - 2 * DAY, True, 8, 0), None, State.WARN, "errors: 0 not mended, 8 mended, 2 d ago"),
        (Scrub(NOW - 2 * DAY, True, 8, 1), None, State.CRIT, "errors: 1 not mended, 8 mended, 2 d ago"),
        (Scrub(NOW - 41 * DAY, True, 0, 0), 40, State.WARN, "errors: 0 not mended, 0 mended, 41 d ago (warn at 40 d)"),
        (None, 40, State.WARN, "never made"),
    ],
)
def test_scrub(scrub: Scrub | None, levels: int | None, state: State, en: str) -> None:
    params = BtrfsParams(scrub_age=UpperLevels[float](warn=levels * DAY)) if levels else BtrfsParams()
    result = results(replace(WELL, scrub=scrub), params)["/srv scrub"]
    assert (result.state, result.summary.en) == (state, en)


def test_a_hidden_scrub_is_missed_only_where_its_age_is_asked_for() -> None:
    hidden = replace(WELL, scrub_hidden=True)
    assert "/srv scrub" not in results(hidden)
    asked = results(hidden, BtrfsParams(scrub_age=UpperLevels[float](warn=DAY)))
    assert asked["/srv scrub"].state is State.UNKNOWN


@pytest.mark.parametrize(
    ("used", "unallocated", "state"),
    [
        (600, 0, State.OK),
        (700, 0, State.WARN),
        (800, 0, State.CRIT),
        (1000, 0, State.CRIT),
        (1000, GIB - 1, State.CRIT),
        (1000, GIB, State.OK),
    ],
)
def test_metadata(used: int, unallocated: int, state: State) -> None:
    groups = (BlockGroup("metadata", "dup", 1000, used),)
    full = replace(WELL, block_groups=groups, unallocated_bytes=unallocated)
    (result,) = evaluate_metadata(Btrfs(NOW, (full,)), BtrfsMetadataParams())
    assert (result.item, result.state) == ("/srv", state)
    assert (result.measurements[0].warn is None) == (unallocated == GIB)


def test_metadata_words() -> None:
    groups = (BlockGroup("metadata", "dup", 1000, 750),)
    full = replace(WELL, block_groups=groups, unallocated_bytes=5 * MIB)
    (result,) = evaluate_metadata(Btrfs(NOW, (full,)), BtrfsMetadataParams())
    assert result.summary.en == "85.0 % used, 5 MiB not allocated yet (warn at 80 %)"
    assert result.summary.zh == "已用 85.0 %,未分配空间 5 MiB(警告阈值 80 %)"


def test_metadata_is_not_judged_while_a_device_is_missing() -> None:
    assert list(evaluate_metadata(Btrfs(NOW, (replace(WELL, missing=("1",)),)), BtrfsMetadataParams())) == []
    assert list(evaluate_metadata(Btrfs(NOW, (replace(WELL, block_groups=()),)), BtrfsMetadataParams())) == []
