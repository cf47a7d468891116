"""A host with too many series loses some, always the same ones, and says so."""

from dataclasses import replace

import structlog
from hypothesis import given
from hypothesis import strategies as st

from checks.contract import Measurement, Result, State, Text
from collectors.contract import Sample
from exporters.contract import CheckOutcome, HostReport
from exporters.exposition import Format
from exporters.exposition.cap import cut, length_within
from exporters.prometheus import PrometheusExport, PrometheusSettings
from tests.exporters.sample_report import DISK, fast
from tests.exporters.test_prometheus import series

MOST = 1000


def crowded(items: int, at: float = 1000.0) -> HostReport:
    """A host with so many items in one check and as many series on its page, beside the usual."""
    measured = (Measurement("used", 1.0), Measurement("free", 2.0))
    results = tuple(Result(f"item-{n:05}", State.OK, Text("", ""), measured) for n in reversed(range(items)))
    usual = fast(at=at)
    samples = tuple(Sample("node_many", n, (("item", f"{n:05}"),)) for n in reversed(range(items)))
    outcomes = (CheckOutcome(DISK, results), usual.outcomes[1])
    return replace(usual, outcomes=outcomes, samples=(*usual.samples, *samples))


def capped() -> PrometheusExport:
    return PrometheusExport(PrometheusSettings(series_per_host=MOST))


def lines(page: bytes, word: bytes) -> list[bytes]:
    return [line for line in page.splitlines() if word in line and not line.startswith(b"#")]


def of_host(export: PrometheusExport, name: str) -> float | None:
    return series(export.render()).get((name, (("host", "web-01"),)))


def test_a_host_below_the_cap_loses_nothing_and_counts_its_series():
    export = capped()
    export.observe(crowded(200))
    assert of_host(export, "rounds_series_dropped_total") == 0
    assert of_host(export, "rounds_host_series") == len(lines(export.render(), b'host="web-01"'))
    assert len(lines(export.render_host("web-01"), b"node_many")) == 200


def test_a_host_above_it_keeps_what_is_small_and_the_first_items_of_what_is_big():
    export = capped()
    export.observe(crowded(5000))
    page = export.render()
    shown = lines(page, b'host="web-01"')
    assert len(shown) <= MOST
    assert of_host(export, "rounds_host_series") == len(shown)
    assert of_host(export, "rounds_host_up") == 1
    assert len(lines(page, b'check="memory"')) == 1
    for family in (b"rounds_check_state", b"rounds_disk_usage_used", b"rounds_disk_usage_free"):
        kept = lines(page, family + b"{")
        assert b'item="item-00000"' in b"".join(kept)
        assert len([line for line in kept if b"item-" in line]) == 200
    node = export.render_host("web-01")
    assert len(lines(node, b"node_many")) == 500
    assert lines(node, b"node_cpu_seconds_total")
    left_out = 3 * (5000 - 200) + 5000 - 500
    assert of_host(export, "rounds_series_dropped_total") == left_out


def test_what_is_left_out_is_counted_in_every_round_and_the_same_in_each():
    export = capped()
    kept = set()
    for turn, items in enumerate((5000, 5001, 4990, 6000)):
        export.observe(crowded(items, at=1000.0 + 60 * turn))
        kept.add(tuple(line.rpartition(b" ")[0] for line in lines(export.render(), b"rounds_disk_usage_used")))
        kept.add(tuple(line.rpartition(b" ")[0] for line in lines(export.render(), b"rounds_disk_usage_used")))
    assert len(kept) == 1
    assert of_host(export, "rounds_series_dropped_total") == sum(
        3 * (n - 200) + n - 500 for n in (5000, 5001, 4990, 6000)
    )


def test_it_is_said_once():
    export = capped()
    with structlog.testing.capture_logs() as log:
        for _ in range(3):
            export.observe(crowded(5000))
        assert [(line["event"], line["host"], line["series_per_host"]) for line in log] == [
            ("series_left_out", "web-01", MOST)
        ]
        export.observe(crowded(5))
        export.observe(crowded(5000))
    assert len(log) == 2


def test_another_cap_holds_at_once_and_nothing_is_forgotten():
    export = capped()
    export.observe(crowded(5000))
    export.adopt(PrometheusSettings())
    assert len(lines(export.render(), b"rounds_disk_usage_used")) == 5000
    assert len(lines(export.render_host("web-01"), b"node_many")) == 5000
    export.adopt(PrometheusSettings(series_per_host=MOST))
    assert len(lines(export.render(), b'host="web-01"')) <= MOST


def test_more_families_than_the_cap_allows_leave_those_of_the_host_itself():
    export = capped()
    measured = tuple(Measurement(f"number_{n}", n) for n in range(2000))
    outcome = CheckOutcome(DISK, (Result("one", State.OK, Text("", ""), measured),))
    samples = tuple(Sample(f"node_{n}", n) for n in range(2000))
    export.observe(replace(fast(), outcomes=(outcome,), samples=samples))
    assert of_host(export, "rounds_host_up") == 1
    assert len(lines(export.render(), b'host="web-01"')) < 20
    assert export.render_host("web-01", Format.OPENMETRICS) == b"# EOF\n"


@given(limit=st.integers(-5, 3000), counts=st.lists(st.integers(0, 5000), max_size=30))
def test_as_much_as_fits_and_no_more(limit, counts):
    length = length_within(limit, counts)
    assert sum(min(count, length) for count in counts) <= max(0, limit)
    if sum(counts) > limit > 0:
        assert sum(min(count, 3 * max(1, length)) for count in counts) > min(limit, len(counts))


@given(st.lists(st.binary(max_size=5).map(lambda line: line.replace(b"\n", b"") + b"\n"), max_size=10, unique=True))
def test_a_cut_block_keeps_whole_lines(block):
    assert cut(b"".join(block), 3) == b"".join(sorted(block, key=lambda line: line[:-1])[:3])
