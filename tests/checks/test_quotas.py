from dataclasses import replace

import pytest

from checks.contract import Result, State, Unit
from checks.quotas import QuotasParams, evaluate
from collectors.quotas import Limit, Quota, Quotas

NOW, DAY, MIB = 1_800_000_000, 86400, 1024**2
NONE = Limit(0, 0, 0, 0)
SPACE = Limit(50 * MIB, 80 * MIB, 100 * MIB, 0)
FILES = Limit(10, 80, 100, 0)
ALICE = Quota("/home", "user", "alice", SPACE, NONE)


def judged(quota: Quota, params: QuotasParams | None = None) -> Result:
    (result,) = evaluate(Quotas(NOW, ("/home",), (quota,)), params or QuotasParams())
    return result


def space(used: int, grace: int = 0, soft: int = 80, hard: int = 100) -> Quota:
    return replace(ALICE, space=Limit(used * MIB, soft * MIB, hard * MIB, grace))


@pytest.mark.parametrize(
    ("quota", "state", "en"),
    [
        (space(81), State.WARN, "space: 81 MiB / 100 MiB, over the soft limit"),
        (space(81, NOW + DAY), State.WARN, "space: 81 MiB / 100 MiB, over the soft limit, 1 d of grace left"),
        (space(81, NOW), State.CRIT, "space: 81 MiB / 100 MiB, over the soft limit, and its grace has run out"),
        (space(90, soft=0), State.WARN, "space: 90 MiB / 100 MiB, 90.0 % of the hard limit (warn at 90 %)"),
        (space(95, NOW + DAY), State.CRIT, "space: 95 MiB / 100 MiB, 95.0 % of the hard limit (crit at 95 %)"),
        (space(100, soft=0), State.CRIT, "space: 100 MiB / 100 MiB, 100.0 % of the hard limit (crit at 95 %)"),
        (space(81, hard=0), State.WARN, "space: 81 MiB / 80 MiB, over the soft limit"),
        (replace(ALICE, files=replace(FILES, used=81)), State.WARN, "files: 81 / 100, over the soft limit"),
        (
            replace(space(81), files=replace(FILES, used=99)),
            State.CRIT,
            "files: 99 / 100, 99.0 % of the hard limit (crit at 95 %)",
        ),
    ],
)
def test_over_or_near_a_limit(quota: Quota, state: State, en: str) -> None:
    result = judged(quota)
    assert (result.item, result.state, result.summary.en) == ("/home user alice", state, en)


def test_within_the_limits() -> None:
    for quota in (space(80), space(89, soft=0), space(50, NOW - DAY), replace(ALICE, files=FILES)):
        result = judged(quota)
        assert (result.item, result.state, result.summary.en) == ("/home", State.OK, "1 with limits, all within them")


def test_words_in_chinese() -> None:
    assert judged(space(81, NOW + DAY)).summary.zh == "用户空间:81 MiB / 100 MiB,超过软限制,宽限期剩余 1 天"
    assert judged(space(50)).summary.zh == "1 个配额,均未超限"


def test_measured_in_bytes_with_the_limits() -> None:
    (measured,) = judged(space(81)).measurements
    assert (measured.unit, measured.value, measured.warn, measured.crit) == (Unit.BYTES, 81 * MIB, 80 * MIB, 100 * MIB)


def test_ignored_and_elsewhere() -> None:
    ignored = judged(space(99), QuotasParams(ignore=("alice",)))
    assert (ignored.item, ignored.summary.en) == ("/home", "0 with limits, all within them")
    two = Quotas(NOW, ("/home", "/srv"), (space(99),))
    assert [(r.item, r.state) for r in evaluate(two, QuotasParams())] == [
        ("/home user alice", State.CRIT),
        ("/srv", State.OK),
    ]
