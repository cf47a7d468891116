from dataclasses import replace

import pytest

from checks.contract import Result, State
from checks.multipath import MultipathParams, evaluate
from collectors.multipath import Multipath, MultipathMap, Path, SeenMap

GOOD = [Path(f"sd{letter}", "active", "ready", False) for letter in "abcd"]
BAD = [replace(path, kernel_state="failed", checked="faulty") for path in GOOD]
FOUR = MultipathMap("mpatha", "360", "on", tuple(GOOD))
SEEN = (SeenMap("360", "mpatha", 4),)


def judged(paths: list[Path], params: MultipathParams | None = None, seen: tuple[SeenMap, ...] = SEEN) -> Result:
    facts = Multipath(("360",), (replace(FOUR, paths=tuple(paths)),), seen)
    (result,) = evaluate(facts, params or MultipathParams())
    return result


@pytest.mark.parametrize(
    ("paths", "state", "en", "zh"),
    [
        (GOOD, State.OK, "4 of 4 paths alive", "4 条路径中 4 条可用"),
        (
            GOOD[:3] + BAD[3:],
            State.WARN,
            "3 of 4 paths alive: sdd failed faulty",
            "4 条路径中 3 条可用:sdd failed faulty",
        ),
        (GOOD[:2], State.WARN, "2 of 2 paths alive, 4 seen before", "2 条路径中 2 条可用,此前最多 4 条"),
        (GOOD[:1], State.CRIT, "1 of 1 paths alive, 4 seen before", None),
        (GOOD[:1] + BAD[1:2], State.CRIT, "1 of 2 paths alive, 4 seen before: sdb failed faulty", None),
        (
            BAD[:3],
            State.CRIT,
            "0 of 3 paths alive, 4 seen before: sda failed faulty, sdb failed faulty, sdc failed faulty; queueing: on",
            None,
        ),
        ([], State.CRIT, "0 of 0 paths alive, 4 seen before; queueing: on", None),
        ([*GOOD[:3], replace(GOOD[3], marginal=True)], State.WARN, "4 of 4 paths alive: sdd marginal", None),
    ],
)
def test_states(paths: list[Path], state: State, en: str, zh: str | None) -> None:
    result = judged(paths)
    assert (result.item, result.state, result.summary.en) == ("mpatha", state, en)
    assert zh is None or result.summary.zh == zh


def test_one_path_that_was_always_alone_is_no_fault() -> None:
    assert judged(GOOD[:1], seen=(SeenMap("360", "mpatha", 1),)).state is State.OK
    assert judged(GOOD[:1], seen=()).state is State.OK
    assert judged([], seen=()).state is State.CRIT


def test_a_map_found_with_a_failed_path_is_no_good_first_sight() -> None:
    assert judged(GOOD[:1] + BAD[1:2], seen=()).state is State.CRIT
    assert judged(GOOD[:3] + BAD[3:], seen=()).state is State.WARN


def test_what_is_expected_overrides_what_was_seen() -> None:
    assert judged(GOOD, MultipathParams(expected_paths={"mpath?": 8})).summary.en == "4 of 4 paths alive, 8 expected"
    assert judged(GOOD[:2], MultipathParams(expected_paths={"360": 2})).state is State.OK


def test_a_lun_that_is_gone() -> None:
    (result,) = evaluate(Multipath((), (), SEEN), MultipathParams())
    assert (result.item, result.state) == ("mpatha", State.CRIT)
    assert result.summary.en == "gone: 360 was there with 4 paths"
    renamed = Multipath((), (replace(FOUR, wwid="361"),), SEEN)
    assert [r.item for r in evaluate(renamed, MultipathParams())] == ["mpatha", "360"]


def test_a_daemon_that_does_not_answer() -> None:
    (result,) = evaluate(Multipath(("360", "361"), None, SEEN), MultipathParams())
    assert (result.item, result.state) == ("multipathd", State.CRIT)
    assert result.summary.en == "does not answer: nobody looks after the paths of 2 maps"


def test_ignored() -> None:
    assert list(evaluate(Multipath((), (FOUR,), SEEN), MultipathParams(ignore=("mpath*",)))) == []
    assert list(evaluate(Multipath((), (), SEEN), MultipathParams(ignore=("360",)))) == []


def test_luns_that_bore_one_name_after_the_other_are_told_apart() -> None:
    """When the second is gone as well, the name says no more which of them."""
    seen = (SeenMap("360", "mpatha", 4), SeenMap("361", "mpatha", 4), SeenMap("362", "mpathb", 2))
    found = evaluate(Multipath((), (), seen), MultipathParams())
    assert [(result.item, result.state) for result in found] == [
        ("360", State.CRIT),
        ("361", State.CRIT),
        ("mpathb", State.CRIT),
    ]
