"""Section 14 says how far the day can be traced to what servers answered."""

from dataclasses import replace

from exporters.contract import DayRecord, Evidence
from exporters.daily.rendering import render
from tests.exporters.sample_day import all_well


def day(*, traced: int) -> DayRecord:
    made = all_well()
    judged = [line for line in made.items if line.checked_at is not None]
    evidence = tuple(
        Evidence(line.host, line.check.collector, line.checked_at or 0.0, "0" * 64, "1" * 64)
        for line in judged[: traced if traced >= 0 else None]
    )
    return replace(made, evidence=evidence)


def test_results_without_evidence_are_counted() -> None:
    all_of_them = len([line for line in all_well().items if line.checked_at is not None])
    text = render(day(traced=-1), "md", ("en", "zh"))
    assert f"all {all_of_them} results can be traced to what the server answered" in text
    assert f"{all_of_them} 项检查结果均可追溯到服务器的原始应答" in text
    text = render(day(traced=0), "md", ("en", "zh"))
    assert f"{all_of_them} of {all_of_them} results without evidence: what the server answered was not kept" in text
    assert f"{all_of_them} 项检查结果中有 {all_of_them} 项无据可查：服务器的原始应答未留存" in text
