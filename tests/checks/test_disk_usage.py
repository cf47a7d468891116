import pytest

from checks.contract import LowerLevels, Size, State, Unit, UpperLevels
from checks.disk_usage import DiskUsageParams, evaluate
from collectors.filesystem_space import Filesystem, Filesystems, SilentFilesystem

GIB = 1024**3


def disk(
    size: int, available: int, mount: str = "/srv", fstype: str = "ext4", *, read_only: bool = False
) -> Filesystem:
    """Sizes in GiB."""
    return Filesystem(mount, "/dev/sda1", fstype, read_only, size * GIB, available * GIB, available * GIB, None, None)


def state(filesystem: Filesystem, **params: object) -> State:
    (result,) = evaluate(Filesystems((filesystem,), ()), DiskUsageParams.model_validate(params))
    return result.state


@pytest.mark.parametrize(
    ("size", "available", "expected"),
    [
        (10, 3, State.OK),
        (10, 2, State.WARN),
        (10, 1, State.CRIT),
        (10, 0, State.CRIT),
        (40, 8, State.WARN),
        (40, 4, State.CRIT),
        # Large: the percentage is reached long before little is left.
        (100, 15, State.OK),
        (100, 10, State.OK),
        (100, 9, State.WARN),
        (100, 5, State.WARN),
        (100, 4, State.CRIT),
        (10000, 12, State.OK),
        (10000, 4, State.CRIT),
    ],
)
def test_both_rules_must_hold(size: int, available: int, expected: State) -> None:
    assert state(disk(size, available)) is expected


def test_the_percentage_alone() -> None:
    assert state(disk(1000, 200), free_space={"warn": None, "crit": None}) is State.WARN
    assert state(disk(1000, 100), free_space={}) is State.CRIT


def test_no_level_no_problem() -> None:
    assert state(disk(10, 0), used_percent={}) is State.OK
    assert state(disk(10, 0), used_percent={"warn": "80%"}) is State.WARN


def test_the_reserve_of_root_is_not_free() -> None:
    full = Filesystem("/", "/dev/sda1", "ext4", False, 10 * GIB, GIB // 2, 0, None, None)
    (result,) = evaluate(Filesystems((full,), ()), DiskUsageParams())
    assert (result.state, result.summary.en) == (State.CRIT, "100.0 % used, 0 B free (crit at 90 %)")


def test_words_and_measurements() -> None:
    (small,) = evaluate(Filesystems((disk(20, 3),), ()), DiskUsageParams())
    assert small.item == "/srv"
    assert small.summary.en == "85.0 % used, 3 GiB free (warn at 80 %)"
    assert small.summary.zh == "已用 85.0 %,剩余 3 GiB(警告阈值 80 %)"
    used, available, size = small.measurements
    assert (used.name, used.unit, used.warn, used.crit) == ("used", Unit.RATIO, 0.8, 0.9)
    assert (available.name, available.value, size.name, size.value) == ("available", 3 * GIB, "size", 20 * GIB)

    (large,) = evaluate(Filesystems((disk(1000, 4),), ()), DiskUsageParams())
    assert large.summary.en == "99.6 % used, 4 GiB free (crit at 90 % with less than 5 GiB free)"
    assert large.summary.zh == "已用 99.6 %,剩余 4 GiB(严重阈值 90 % 且剩余不足 5 GiB)"
    assert (large.measurements[0].warn, large.measurements[0].crit) == (pytest.approx(0.99), pytest.approx(0.995))


def test_a_full_disk_with_enough_left_says_why_it_is_well() -> None:
    (well,) = evaluate(Filesystems((disk(1000, 100),), ()), DiskUsageParams())
    assert (well.state, well.summary.en) == (
        State.OK,
        "90.0 % used, 100 GiB free (80 % counts with less than 10 GiB free)",
    )
    assert well.summary.zh == "已用 90.0 %,剩余 100 GiB(剩余不足 10 GiB 时才按 80 % 判定)"


def test_what_cannot_fill_is_left_out() -> None:
    assert not list(evaluate(Filesystems((disk(10, 0, read_only=True),), ()), DiskUsageParams()))


def test_ignored() -> None:
    params = DiskUsageParams(ignore_mounts=("/media/*",), ignore_types=("tmpfs",))
    several = (disk(10, 0, "/media/a/b"), disk(10, 0, "/run", "tmpfs"), disk(10, 0, "/srv"))
    silent = SilentFilesystem("/media/c", "/dev/sdb", "ext4", False)
    assert [result.item for result in evaluate(Filesystems(several, (silent,)), params)] == ["/srv"]


def test_one_that_does_not_answer_is_unknown() -> None:
    silent = SilentFilesystem("/srv/data", "/dev/sdb1", "xfs", False)
    (result,) = evaluate(Filesystems((), (silent,)), DiskUsageParams())
    assert (result.item, result.state) == ("/srv/data", State.UNKNOWN)
    assert "/dev/sdb1 is mounted but does not answer" in result.summary.en


def test_levels_as_people_write_them() -> None:
    params = DiskUsageParams.model_validate(
        {"used_percent": {"warn": "70%", "crit": 85}, "free_space": {"warn": "1TiB"}}
    )
    assert params.used_percent == UpperLevels[float](warn=70, crit=85)
    assert params.free_space == LowerLevels[Size](warn=1024 * GIB, crit=None)


def test_null_levels_never_speak() -> None:
    """As their description says: the percentage counts however much is left."""
    params = DiskUsageParams.model_validate({"free_space": None})
    assert params.free_space == LowerLevels[Size](warn=None, crit=None)
    (large,) = evaluate(Filesystems((disk(1000, 150),), ()), params)
    assert large.state is State.WARN
