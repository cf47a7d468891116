from dataclasses import replace

import pytest

from checks.contract import Result, State
from checks.kernel_errors import KernelErrorsParams, evaluate
from collectors.kernel_families import Family
from collectors.kernel_log import KernelEvent, KernelLog

NOW = 1795291200.0
ERROR = KernelEvent(Family.IO_ERROR, NOW - 60, "1", "sda", "I/O error, dev sda, sector 5")


def judged(*events: KernelEvent, params: KernelErrorsParams | None = None) -> dict[str, Result]:
    facts = KernelLog(NOW, "journal", events)
    return {result.item: result for result in evaluate(facts, params or KernelErrorsParams())}


def test_nothing() -> None:
    (result,) = judged().values()
    assert (result.item, result.state, result.summary.en) == ("kernel", State.OK, "no errors")


@pytest.mark.parametrize(("count", "state"), [(1, State.WARN), (9, State.WARN), (10, State.CRIT)])
def test_levels(count: int, state: State) -> None:
    results = judged(*(replace(ERROR, mark=str(n)) for n in range(count)))
    assert {item: result.state for item, result in results.items()} == {"io_error": state}
    assert results["io_error"].measurements[0].value == count


def test_words() -> None:
    other = replace(ERROR, at=NOW - 600, subject="sdb", text="I/O error, dev sdb, sector 9")
    summary = judged(ERROR, other)["io_error"].summary
    assert summary.en == "disk error sda, sdb: 2 in 1 d (warn at 1), last 1 min ago: I/O error, dev sda, sector 5"
    assert (
        summary.zh == "磁盘读写错误 sda, sdb：1 天内 2 条(警告阈值 1),最近一条在 1 分钟前:I/O error, dev sda, sector 5"
    )


def test_it_clears() -> None:
    result = judged(replace(ERROR, at=NOW - 86400))["io_error"]
    assert (result.state, result.summary.en) == (State.OK, "disk error, last 1 d ago")
    shorter = KernelErrorsParams.model_validate({"shown_for": "30s"})
    assert judged(ERROR, params=shorter)["io_error"].state is State.OK


def test_what_was_killed_is_judged_elsewhere() -> None:
    killed = replace(ERROR, family=Family.OOM, subject="java", text="Out of memory: Killed process 7 (java)")
    result = judged(killed)["oom"]
    assert result.state is State.OK
    assert result.summary.en.startswith("killed for want of memory java: 1 in 1 d, last 1 min ago")
    strict = KernelErrorsParams.model_validate({"oom": {"warn": 1}})
    assert judged(killed, params=strict)["oom"].state is State.WARN


def test_ignored() -> None:
    floppy = replace(ERROR, text="blk_update_request: I/O error, dev fd0, sector 0")
    assert list(judged(floppy)) == ["kernel"]
    assert list(judged(floppy, params=KernelErrorsParams(ignore=()))) == ["io_error"]


def test_every_family_has_its_levels() -> None:
    events = [replace(ERROR, family=family, mark=f"{family}{n}") for family in Family for n in range(50)]
    results = judged(*events)
    assert set(results) == {family.value for family in Family}
    assert {item for item, result in results.items() if result.state is State.OK} == {"oom"}


def test_a_link_flaps_alone() -> None:
    """Each link is lost once when the host is started."""
    lost = replace(ERROR, family=Family.LINK_DOWN, subject="eth0", text="igb: eth0 NIC Link is Down")
    others = [replace(lost, subject=f"eth{n}") for n in range(1, 8)]
    assert judged(lost, *others)["link_down"].state is State.OK
    result = judged(*others, lost, lost, lost)["link_down"]
    assert result.state is State.WARN
    assert result.summary.en.startswith("network link lost eth0: 3 in 1 d (warn at 3)")
