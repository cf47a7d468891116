import pytest

from checks import disk_usage
from checks.contract import State, Unit
from checks.disk_usage import DiskUsageParams
from checks.inode_usage import InodeUsageParams, evaluate
from collectors.filesystem_space import Filesystem, Filesystems, SilentFilesystem


def facts(inodes: int | None, free: int | None, *, read_only: bool = False) -> Filesystems:
    return Filesystems((Filesystem("/srv", "/dev/sda1", "ext4", read_only, 1000, 500, 400, inodes, free),), ())


@pytest.mark.parametrize(
    ("free", "state"),
    [(1000, State.OK), (101, State.OK), (100, State.WARN), (51, State.WARN), (50, State.CRIT), (0, State.CRIT)],
)
def test_states(free: int, state: State) -> None:
    (result,) = evaluate(facts(1000, free), InodeUsageParams())
    assert (result.item, result.state) == ("/srv", state)


def test_words() -> None:
    (result,) = evaluate(facts(1000, 42), InodeUsageParams())
    assert result.summary.en == "95.8 % of inodes used, 42 free (crit at 95 %)"
    assert result.summary.zh == "inode 已用 95.8 %,剩余 42 个(严重阈值 95 %)"
    used, free = result.measurements
    assert (used.unit, used.warn, used.crit, free.value) == (Unit.RATIO, 0.9, 0.95, 42)


def test_without_inodes_or_read_only_there_is_no_item() -> None:
    assert not list(evaluate(facts(None, None), InodeUsageParams()))
    assert not list(evaluate(facts(1000, 0, read_only=True), InodeUsageParams()))
    assert not list(evaluate(facts(1000, 0), InodeUsageParams(ignore_mounts=("/s*",))))


SILENT = SilentFilesystem("/data", "/dev/sdb1", "xfs", False)


def test_one_that_told_its_space_but_not_its_inodes_is_unknown() -> None:
    half = Filesystem("/srv", "/dev/sda1", "ext4", False, 1000, 500, 400, None, None, inodes_told=False)
    (result,) = evaluate(Filesystems((half,), ()), InodeUsageParams())
    assert (result.item, result.state) == ("/srv", State.UNKNOWN)
    assert result.summary.en == "df tells the space of /dev/sda1, but not its inodes"
    assert not list(evaluate(Filesystems((half,), ()), InodeUsageParams(ignore_types=("ext4",))))


def test_a_silent_one_among_others_is_left_to_disk_usage() -> None:
    both = Filesystems(facts(1000, 500).known, (SILENT,))
    assert [result.item for result in evaluate(both, InodeUsageParams())] == ["/srv"]
    assert {r.item: r.state for r in disk_usage.evaluate(both, DiskUsageParams())}["/data"] is State.UNKNOWN


def test_a_host_with_none_that_can_be_read_is_not_one_with_nothing_to_judge() -> None:
    (result,) = evaluate(Filesystems((), (SILENT,)), InodeUsageParams())
    assert (result.item, result.state) == ("/data", State.UNKNOWN)
    ignored = InodeUsageParams(ignore_mounts=("/srv",))
    both = Filesystems(facts(1000, 500).known, (SILENT,))
    assert [result.item for result in evaluate(both, ignored)] == ["/data"]
    assert not list(evaluate(Filesystems((), (SILENT,)), InodeUsageParams(ignore_mounts=("/data",))))
