"""The benchmark of a scrape measures the same series twice."""

from benchmarks.results import README
from benchmarks.scrape import looks, measure, registry_of, report_with
from exporters.prometheus import PrometheusExport


def test_a_small_fleet() -> None:
    cost = measure(hosts=5, series=400)
    assert (cost.hosts, len(cost.scrapes)) == (5, 2)
    assert cost.series >= 400
    assert all(scrape.ratio > 1 for scrape in cost.scrapes)
    assert all(0 < one.megabytes < cost.megabytes for one in cost.compressed)
    assert 0 < cost.observe_ms < 1000
    assert str(cost.series) in cost.as_markdown()


def test_both_sides_have_the_same_series() -> None:
    export = PrometheusExport()
    export.observe(report_with(looks(2)[0], 100))
    page = export.render()
    ours = [line for line in page.decode().splitlines() if line.startswith("rounds_")]
    theirs = [sample for family in registry_of(page).collect() for sample in family.samples]
    assert len(ours) == len(theirs) >= 100


def test_the_readme_has_a_place_for_the_results() -> None:
    text = README.read_text(encoding="utf-8")
    assert text.index("<!-- scrape -->") < text.index("| openmetrics |") < text.index("<!-- /scrape -->")
