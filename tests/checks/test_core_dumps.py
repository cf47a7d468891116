from checks.contract import Result, State
from checks.core_dumps import CoreDumpsParams, evaluate
from collectors.core_dumps import CoreDump, CoreDumps

NOW = 1795291200
MIB = 1024**2


def judged(*dumps: CoreDump, params: CoreDumpsParams | None = None) -> dict[str, Result]:
    facts = CoreDumps(NOW, "/var/cores", len(dumps), sum(dump.size_bytes for dump in dumps), dumps)
    return {result.item: result for result in evaluate(facts, params or CoreDumpsParams())}


def test_none() -> None:
    (result,) = judged().values()
    assert (result.item, result.state, result.summary.en) == ("core dumps", State.OK, "none in /var/cores")


def test_new_ones_by_program() -> None:
    new, older = CoreDump("nginx", NOW - 60, MIB), CoreDump("nginx", NOW - 7200, 2 * MIB)
    results = judged(
        new, older, CoreDump("", NOW - 90, MIB), CoreDump("core dumps", NOW - 95, 0), CoreDump("java", NOW - 86400, MIB)
    )
    assert {item: result.state for item, result in results.items()} == {
        "core dumps": State.OK,
        "nginx": State.WARN,
        "unknown program": State.WARN,
    }
    assert results["nginx"].summary.en == "crashed 2 times in 1 d (warn at 1), last 1 min ago, 1 MiB"
    assert results["nginx"].summary.zh == "1 天内崩溃 2 次(警告阈值 1),最近一次在 1 分钟前,1 MiB"
    assert results["unknown program"].summary.en.startswith("crashed 2 times in 1 d")
    assert results["core dumps"].summary.en == "5 in /var/cores, 5 MiB"


def test_many_are_critical() -> None:
    assert judged(*(CoreDump("nginx", NOW - n, MIB) for n in range(10)))["nginx"].state is State.CRIT


def test_size() -> None:
    params = CoreDumpsParams.model_validate({"total_size": {"warn": "1GiB", "crit": "2GiB"}})
    result = judged(CoreDump("java", NOW - 90000, 1024 * MIB), params=params)["core dumps"]
    assert (result.state, result.summary.en) == (State.WARN, "1 in /var/cores, 1 GiB (warn at 1 GiB)")


def test_once() -> None:
    assert judged(CoreDump("sh", NOW, MIB))["sh"].summary.en == "crashed once in 1 d (warn at 1), last 0 s ago, 1 MiB"


def test_ignored() -> None:
    assert list(judged(CoreDump("chromium", NOW, MIB), params=CoreDumpsParams(ignore=("chromium",)))) == ["core dumps"]
