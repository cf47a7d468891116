"""What counts as agreement, on numbers made for it: so that the comparison can fail."""

import pytest

from tests.compatibility.beats import beat_of
from tests.compatibility.comparison import Comparison, Row, kind_of
from tests.compatibility.footprint import footprint
from tests.compatibility.judgement import Agreement, Kind, Labels, Points, Timing, Verdict, judge
from tests.compatibility.left_out import reason_for
from tests.compatibility.query import Query

TIMING = Timing(scrape=5, beat=5, span=60)
ONE: Labels = frozenset()
ETH0: Labels = frozenset({("device", "eth0")})
ETH1: Labels = frozenset({("device", "eth1")})


def series(*values: float) -> Points:
    """One value each five seconds."""
    return [(1000.0 + 5 * index, value) for index, value in enumerate(values)]


def judged(here: Points, there: Points, kind: Kind, footprint: float = 0.0) -> Agreement:
    return judge({ONE: here}, {ONE: there}, TIMING, kind, footprint).agreement


COUNTS = series(100, 110, 120, 130, 140)


@pytest.mark.parametrize("last", [110, 120, 130, 140, 150])
def test_a_counter_may_be_one_round_and_one_scrape_behind(last: float) -> None:
    assert judged(series(100, 100, 110, 110, last), COUNTS, Kind.COUNTER) is Agreement.AGREES


@pytest.mark.parametrize("last", [0, 99, 109, 151, 140_000])
def test_a_counter_that_is_further_off_differs(last: float) -> None:
    assert judged(series(100, 100, 110, 110, last), COUNTS, Kind.COUNTER) is Agreement.DIFFERS


def test_a_counter_that_rests_must_be_the_same() -> None:
    assert judged(series(7, 7, 7), series(7, 7, 7), Kind.COUNTER) is Agreement.AGREES
    assert judged(series(7, 7, 8), series(7, 7, 7), Kind.COUNTER) is Agreement.DIFFERS


def test_a_gauge_that_rests_must_be_the_same() -> None:
    size = series(67108864, 67108864, 67108864)
    assert judged(size, size, Kind.GAUGE) is Agreement.AGREES
    assert judged(series(*(65536.0,) * 3), size, Kind.GAUGE) is Agreement.DIFFERS, "another unit"


def test_a_gauge_may_be_off_by_what_it_moves() -> None:
    there = series(10, 12, 11, 13)
    assert judged(series(7, 8, 9), there, Kind.GAUGE) is Agreement.AGREES
    assert judged(series(17, 18, 19), there, Kind.GAUGE) is Agreement.DIFFERS
    assert judged(series(11, 500, 11), there, Kind.GAUGE) is Agreement.AGREES, "one look in between is no difference"


def test_a_gauge_that_is_seldom_looked_at_may_have_moved_on() -> None:
    seldom = Timing(scrape=5, beat=295, span=60)
    assert judge({ONE: series(5, 5, 5)}, {ONE: series(10, 11)}, seldom, Kind.GAUGE).agreement is Agreement.AGREES
    assert judge({ONE: series(4, 4, 4)}, {ONE: series(10, 11)}, seldom, Kind.GAUGE).agreement is Agreement.DIFFERS
    assert judge({ONE: series(9, 9, 9)}, {ONE: series(10, 10)}, seldom, Kind.GAUGE).agreement is Agreement.DIFFERS


def test_each_metric_has_the_beat_of_its_collector() -> None:
    assert beat_of(["node_load1"], 5) == 5
    assert beat_of(["node_load1", "node_systemd_units"], 5) == 120


def test_who_looks_is_seen() -> None:
    assert judged(series(3, 3, 3), series(1, 1, 1), Kind.GAUGE) is Agreement.DIFFERS
    assert judged(series(3, 3, 3), series(1, 1, 1), Kind.GAUGE, footprint=2) is Agreement.AGREES
    assert footprint("node_procs_running") > 0
    assert footprint("node_filesystem_size_bytes") == footprint("node_uname_info") == 0


def test_a_rate_is_compared_over_the_whole_time() -> None:
    there = series(10, 10, 10, 10)
    assert judged(series(0, 20, 0, 20), there, Kind.RATE) is Agreement.AGREES, "a round twice, and then two at once"
    assert judged(series(0, 10, 0, 10), there, Kind.RATE) is Agreement.DIFFERS, "half of it"
    assert judged(series(0, 0, 0, 0), series(0, 0, 0, 0), Kind.RATE) is Agreement.AGREES


def test_what_is_computed_may_be_off_by_little() -> None:
    there = series(50, 50, 50)
    assert judged(series(50.5, 50.5), there, Kind.COMPUTED) is Agreement.AGREES
    assert judged(series(55, 55), there, Kind.COMPUTED) is Agreement.DIFFERS


def test_a_series_that_is_missing_is_named() -> None:
    verdict = judge({ETH0: COUNTS}, {ETH0: COUNTS, ETH1: COUNTS}, TIMING, Kind.COUNTER)
    assert verdict == Verdict(Agreement.INCOMPLETE, 1, 2, ('missing: {device="eth1"}',))


def test_a_label_too_many_makes_another_series() -> None:
    more: Labels = ETH0 | {("address", "02:00:00:00:00:01")}
    assert judge({more: COUNTS}, {ETH0: COUNTS}, TIMING, Kind.COUNTER).agreement is Agreement.INCOMPLETE


def test_a_series_more_is_no_fault() -> None:
    assert judge({ETH0: COUNTS, ETH1: COUNTS}, {ETH0: COUNTS}, TIMING, Kind.COUNTER).agreement is Agreement.AGREES


def test_numbers_that_differ_weigh_more_than_series_that_are_missing() -> None:
    verdict = judge({ETH0: series(1, 1)}, {ETH0: COUNTS, ETH1: COUNTS}, TIMING, Kind.COUNTER)
    assert verdict.agreement is Agreement.DIFFERS
    assert verdict.remarks == (
        '{device="eth0"} is 1 here, and 90 to 150 there',
        'missing: {device="eth1"}',
    )


@pytest.mark.parametrize("kind", Kind)
def test_no_data_is_said(kind: Kind) -> None:
    assert judge({}, {ONE: COUNTS}, TIMING, kind).agreement is Agreement.MISSING
    assert judge({ONE: COUNTS}, {}, TIMING, kind).agreement is Agreement.ONLY_HERE
    assert judge({}, {}, TIMING, kind).agreement is Agreement.QUIET


def test_what_an_exporter_tells_of_itself_is_not_compared() -> None:
    assert judged(series(1, 2), series(900, 901), Kind.OWN) is Agreement.OWN


TYPES = {
    "node_forks_total": "counter",
    "node_load1": "gauge",
    "node_vmstat_pgfault": "unknown",
    "node_netstat_Tcp_CurrEstab": "unknown",
    "process_open_fds": "gauge",
}


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ('node_forks_total{instance="$node",job="$job"}', Kind.COUNTER),
        ('node_vmstat_pgfault{instance="$node"}', Kind.COUNTER),
        ('node_netstat_Tcp_CurrEstab{instance="$node"}', Kind.GAUGE),
        ("node_load1", Kind.GAUGE),
        ("irate(node_forks_total[5m])", Kind.RATE),
        ("increase (node_forks_total[5m]) > 2", Kind.RATE),
        ("node_load1 * 100", Kind.COMPUTED),
        ("process_open_fds", Kind.OWN),
        ("process_open_fds / node_load1", Kind.COMPUTED),
    ],
)
def test_how_a_query_is_compared(expression: str, kind: Kind) -> None:
    assert kind_of(Query("", "", "", "", expression), TYPES) is kind


def test_what_is_left_out_has_its_reason() -> None:
    assert reason_for(["node_disk_io_now"], frozenset({("device", "zram0")}))
    assert reason_for(["node_load1", "node_disk_info"], frozenset({("device", "zram0")}))
    assert reason_for(["node_network_up"], frozenset({("device", "veth1234")})) is None
    assert reason_for(["node_network_mtu_bytes"], frozenset({("device", "ifb0")}))
    assert reason_for(["node_disk_io_now"], frozenset({("device", "vda")})) is None
    assert reason_for(["node_filesystem_files"], frozenset({("device", "zram0")})) is None
    assert reason_for(["node_disk_io_now"], ONE) is None


def comparison(**verdicts: int) -> Comparison:
    query = Query("source", "", "", "", "node_load1")
    counts = {Agreement[name.upper()]: count for name, count in verdicts.items()}
    sides = {Agreement.QUIET: (0, 0), Agreement.MISSING: (0, 1), Agreement.ONLY_HERE: (1, 0)}
    return Comparison([
        Row("host", query, Verdict(agreement, *sides.get(agreement, (1, 1))))
        for agreement, count in counts.items()
        for _ in range(count)
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("found", "share", "good"),
    [
        (comparison(agrees=9, missing=1, quiet=50, only_here=3), 0.9, True),
        (comparison(agrees=89, missing=11), 0.89, False),
        (comparison(agrees=99, differs=1), 1.0, False),
        (comparison(agrees=99, incomplete=1), 1.0, False),
        (comparison(own=1, agrees=1), 1.0, True),
        (comparison(quiet=5, only_here=5), 0.0, False),
        (comparison(), 0.0, False),
    ],
)
def test_what_is_promised(found: Comparison, share: float, good: bool) -> None:
    assert found.share == pytest.approx(share)
    assert found.is_good is good
