from dataclasses import replace

import pytest

from checks.contract import Result, State, UpperLevels
from checks.zfs_pools import ZfsPoolsParams, evaluate
from checks.zfs_space import ZfsSpaceParams
from checks.zfs_space import evaluate as evaluate_space
from collectors.zfs_pools import Pool, ZfsPools
from collectors.zpool_status import PoolStatus, Scan, Vdev

DAY, GIB = 86400, 1024**3
DISK = Vdev("sda", "ONLINE", 0, 0, 0, "")
STATUS = PoolStatus("tank", "ONLINE", "", None, (replace(DISK, name="tank"), DISK), 0)
POOL = Pool(STATUS, 100 * GIB, 50 * GIB, 12, 50)


def judged(pool: Pool, params: ZfsPoolsParams | None = None) -> dict[str, Result]:
    return {r.item: r for r in evaluate(ZfsPools((pool,), ("tank",)), params or ZfsPoolsParams())}


def with_status(**changes: object) -> Pool:
    return replace(POOL, status=replace(STATUS, **changes))  # type: ignore[arg-type]


def test_all_is_well() -> None:
    assert {item: (r.state, r.summary.en) for item, r in judged(POOL).items()} == {
        "tank": (State.OK, "online"),
        "tank errors": (State.OK, "none"),
    }


def test_a_degraded_pool_names_the_disk_first() -> None:
    vdevs = (
        replace(DISK, state="DEGRADED"),
        replace(DISK, name="mirror-0", state="DEGRADED"),
        replace(DISK, state="UNAVAIL"),
    )
    result = judged(with_status(state="DEGRADED", vdevs=vdevs))["tank"]
    assert (result.state, result.summary.en) == (State.CRIT, "degraded: sda UNAVAIL, mirror-0 DEGRADED")


def test_a_pool_that_is_gone() -> None:
    (result,) = evaluate(ZfsPools((), ("tank",)), ZfsPoolsParams())
    assert (result.item, result.state) == ("tank", State.CRIT)


@pytest.mark.parametrize(
    ("changes", "state", "en", "zh"),
    [
        ({"vdevs": (replace(DISK, checksum_errors=3),)}, State.WARN, "sda 3 checksum", "sda 校验 3"),
        (
            {"vdevs": (replace(DISK, read_errors=6, write_errors=1),), "data_errors": 412},
            State.CRIT,
            "data errors: 412; sda 6 read 1 write",
            "数据损坏 412 处;sda 读 6 写 1",
        ),
        ({"data_errors": 1}, State.CRIT, "data errors: 1", "数据损坏 1 处"),
        ({"data_errors": None}, State.UNKNOWN, "zpool does not tell of damaged data", None),
    ],
)
def test_errors(changes: dict[str, object], state: State, en: str, zh: str | None) -> None:
    result = judged(with_status(**changes))["tank errors"]
    assert (result.state, result.summary.en) == (state, en)
    assert zh is None or result.summary.zh == zh


@pytest.mark.parametrize(("used", "state"), [(79, State.OK), (80, State.WARN), (89, State.WARN), (90, State.CRIT)])
def test_space(used: int, state: State) -> None:
    (result,) = evaluate_space(ZfsPools((replace(POOL, used_percent=used),)), ZfsSpaceParams())
    assert (result.item, result.state) == ("tank", state)
    assert [m.name for m in result.measurements] == ["used", "fragmented"]


def test_space_in_words() -> None:
    (result,) = evaluate_space(ZfsPools((replace(POOL, used_percent=80),)), ZfsSpaceParams())
    assert result.summary.en == "80 % used, 50 GiB free (warn at 80 %)"
    assert result.summary.zh == "已用 80 %,剩余 50 GiB(警告阈值 80 %)"


def test_a_faulted_pool_has_no_space_to_judge() -> None:
    assert list(evaluate_space(ZfsPools((replace(POOL, used_percent=None),)), ZfsSpaceParams())) == []


@pytest.mark.parametrize(
    ("scan", "warn_days", "state", "en"),
    [
        (Scan("scrub", "finished", 41 * DAY, 0), None, State.OK, "scrub 41 d ago, errors left: 0"),
        (Scan("scrub", "finished", 41 * DAY, 0), 40, State.WARN, "scrub 41 d ago, errors left: 0 (warn at 40 d)"),
        (Scan("scrub", "finished", DAY, 2), None, State.CRIT, "scrub 1 d ago, errors left: 2"),
        (Scan("resilver", "running", 3600, 0), None, State.OK, "resilver running, 1 h ago"),
        (None, 40, State.WARN, "never made"),
    ],
)
def test_scrub(scan: Scan | None, warn_days: int | None, state: State, en: str) -> None:
    levels = UpperLevels[float](warn=warn_days * DAY if warn_days else None)
    result = judged(with_status(scan=scan), ZfsPoolsParams(scrub_age=levels))["tank scrub"]
    assert (result.state, result.summary.en) == (state, en)


def test_nobody_asks_for_a_scrub_by_default() -> None:
    assert "tank scrub" not in judged(POOL)
