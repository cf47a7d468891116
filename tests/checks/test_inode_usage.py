import pytest

from checks.contract import State, Unit
from checks.inode_usage import InodeUsageParams, evaluate
from collectors.filesystems import Filesystem, Filesystems


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
