"""Both formats, read by the strictest parsers there are: whole pages of every recording, and whatever may be named."""

import math
import re
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as strictly
from prometheus_client.parser import text_string_to_metric_families as laxly

from collectors.contract import Sample, SampleType
from docs.pages.replay import replayed
from exporters.contract import HostCard, Lane
from exporters.exposition import Families, Format, rendered
from exporters.prometheus import PrometheusExport
from tests.exporters.sample_report import down, fast, slow

Value = tuple[str, frozenset[tuple[str, str]], float]


def told(families: Iterable[Metric]) -> set[Value]:
    """Every sample, with one value for all that are no number."""
    return {
        (sample.name, frozenset(sample.labels.items()), -1e99 if math.isnan(sample.value) else sample.value)
        for family in families
        for sample in family.samples
    }


def both(samples: Iterable[Sample]) -> tuple[str, str]:
    """The samples as a page of text, and as one of OpenMetrics."""
    lines = rendered(samples)
    opened = Families().join(lines, Format.OPENMETRICS) + Format.OPENMETRICS.end
    return Families().join(lines, Format.TEXT).decode(), opened.decode()


def heads(page: str) -> list[str]:
    return [line for line in page.splitlines() if line.startswith("#")]


@pytest.fixture(scope="module")
def whole() -> PrometheusExport:
    """Every recording as a host's round, and a host that is down."""
    export = PrometheusExport()
    for number, report in enumerate(replayed()):
        host = HostCard(f"host-{number}", "192.0.2.10")
        export.observe(replace(report, host=host, lane=Lane.FAST))
    export.observe(slow())
    export.observe(down("gone"))
    return export


def test_the_whole_page_is_lawful_and_the_same_in_both_formats(whole):
    opened = {family.name: family for family in strictly(whole.render(Format.OPENMETRICS).decode())}
    assert len(opened) > 100
    changing = re.compile("process_|python_|rounds_start")
    told_opened = {value for value in told(opened.values()) if not changing.match(value[0])}
    assert told_opened == {value for value in told(laxly(whole.render().decode())) if not changing.match(value[0])}
    assert (opened["rounds_errors"].type, opened["rounds_host"].type, opened["rounds_host_up"].type) == (
        "counter",
        "info",
        "gauge",
    )
    assert opened["rounds_round_duration_seconds"].unit == "seconds"


def test_the_pages_of_hosts_are_lawful_and_the_same_in_both_formats(whole):
    named = set()
    of_collectors = {name: number for number, report in enumerate(replayed()) for name in report.facts}
    for number in of_collectors.values():
        families = tuple(strictly(whole.render_host(f"host-{number}", Format.OPENMETRICS).decode()))
        assert told(families) == told(laxly(whole.render_host(f"host-{number}").decode()))
        named |= {family.name for family in families}
    assert len(named) > 200


def test_only_the_heads_differ():
    export = PrometheusExport()
    export.observe(fast())
    text, opened = (export.render_host("web-01", form).decode().splitlines() for form in Format)
    assert opened[-1] == "# EOF"
    assert [line for line in text if line[0] != "#"] == [line for line in opened if line[0] != "#"]
    assert "# TYPE node_cpu_seconds_total counter" in text
    assert "# TYPE node_cpu_seconds counter" in opened
    assert "# UNIT node_cpu_seconds seconds" in opened


def test_what_openmetrics_knows_by_another_name():
    samples = [
        Sample("node_forks_total", 1, help='A "quoted" \\ help\nin lines', type=SampleType.COUNTER),
        Sample("node_netstat_Tcp_InSegs", 2, type=SampleType.UNTYPED),
        Sample("node_intr", 3, help="Interrupts.", type=SampleType.COUNTER),
        Sample("node_os_info", 1, (("id", "debian"),), "OS."),
        Sample("rounds_os_info", 1, (("id", "debian"),), "OS."),
    ]
    text, opened = both(samples)
    assert heads(opened) == [
        r"# HELP node_forks A \"quoted\" \\ help in lines",
        "# TYPE node_forks counter",
        "# HELP node_intr Interrupts.",
        "# TYPE node_intr unknown",
        "# HELP node_netstat_Tcp_InSegs No help.",
        "# TYPE node_netstat_Tcp_InSegs unknown",
        "# HELP node_os_info OS.",
        "# TYPE node_os_info gauge",
        "# HELP rounds_os OS.",
        "# TYPE rounds_os info",
        "# EOF",
    ]
    assert "# TYPE node_intr counter" in text
    assert "# TYPE node_netstat_Tcp_InSegs untyped" in text
    assert r'# HELP node_forks_total A "quoted" \\ help in lines' in text


def test_two_families_do_not_share_a_name_in_openmetrics():
    names = ("rounds_a_total", "rounds_a_info", "rounds_b_info", "rounds_b", "c_total", "c_created", "_total", "_info")
    kinds = {name: SampleType.COUNTER if name.endswith("_total") else SampleType.GAUGE for name in names}
    opened = both(Sample(name, 1, type=kind) for name, kind in kinds.items())[1]
    assert len(told(strictly(opened))) == len(names)
    assert "# TYPE rounds_b_info gauge" in opened
    assert "# TYPE c_total unknown" in opened


def test_a_counter_that_is_none_is_left_out():
    values = (math.nan, -1.0, math.inf, 0.0)
    samples = [Sample("x_total", v, (("n", str(v)),), type=SampleType.COUNTER) for v in values]
    for page in both(samples):
        assert page.count("x_total{") == 2


def test_the_same_labels_in_another_order_are_the_same_series():
    """Prometheus would refuse the second, and node_exporter the whole page."""
    samples = [Sample("x", 1, (("a", "1"), ("b", "2"))), Sample("x", 3, (("b", "2"), ("a", "1")))]
    for page in both(samples):
        assert [line for line in page.splitlines() if line[0] != "#"] == ['x{a="1",b="2"} 3']


NAMES = st.one_of(
    st.text(max_size=12),
    st.from_regex(r"[a-c](_total|_info|_created|_bucket|_count|_sum|_seconds|_bytes)?", fullmatch=True),
)
LABELS = st.lists(st.tuples(st.text(max_size=6), st.text(max_size=30)), max_size=3).map(tuple)
SAMPLES = st.lists(st.builds(Sample, NAMES, st.floats(), LABELS, st.just(""), st.sampled_from(SampleType)), max_size=20)


@settings(deadline=None)  # how long it takes is for benchmarks to tell, on a machine that does nothing else
@given(samples=SAMPLES, help_text=st.text(max_size=30))
def test_whatever_is_named_the_pages_are_lawful(samples, help_text):
    kinds = {}  # a family has one type and one help
    same = [sample._replace(help=help_text, type=kinds.setdefault(sample.name, sample.type)) for sample in samples]
    text, opened = both(same)
    lines = [line for line in text.split("\n") if line and line[0] != "#"]
    assert lines == [line for line in opened.split("\n") if line and line[0] != "#"]
    assert len(tuple(strictly(opened))) == len(tuple(laxly(text))) == text.count("# TYPE")
    assert len(told(strictly(opened))) == len(set(lines)) == len(lines)
    # Counted, not compared: of text this parser calls a counter `a` `a_total`, which may be the name of another.
    assert sum(len(family.samples) for family in laxly(text)) == len(lines)
