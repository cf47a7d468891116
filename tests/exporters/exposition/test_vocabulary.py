"""Every family of a real agent's page is declared, and no label says what nobody said it would."""

from collections.abc import Iterator

import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from agent.web.refusals import Refused
from docs.pages.live_metrics import whole_page
from exporters.exposition import Family, Format
from exporters.exposition.labels import CLOSED, OF_THEIR_OWN, OPEN, closed_values
from exporters.exposition.rounds import OF_ITEMS
from exporters.exposition.vocabulary import FAMILIES

DECLARED = {family.name: family for family in FAMILIES}


@pytest.fixture(scope="module")
def page() -> list[Metric]:
    return list(text_string_to_metric_families(whole_page(Format.OPENMETRICS).decode()))


def samples(page: list[Metric]) -> Iterator[tuple[str, dict[str, str]]]:
    for family in page:
        for sample in family.samples:
            if not sample.name.startswith(("process_", "python_")):
                yield sample.name, dict(sample.labels)


def test_every_family_is_declared_with_its_labels_or_a_measurement(page):
    for name, labels in samples(page):
        assert name.startswith("rounds_")
        wanted = DECLARED[name].labels if name in DECLARED else OF_ITEMS
        assert set(labels) == set(wanted), name
        assert name in DECLARED or not name.endswith(("_info", "_total")), "a measurement is a gauge"


def test_labels_with_a_list_of_values_have_only_those(page):
    seen = set()
    for name, labels in samples(page):
        for label, value in labels.items():
            values = closed_values(DECLARED.get(name, Family("", "")), label)
            if values is not None:
                seen.add(label)
                assert value in values, (name, label)
    assert {"kind", "lane", "layer", "reason", "result", "section", "severity", "status"} <= seen


def test_every_declared_label_is_described_once():
    used = {label for family in FAMILIES for label in family.labels}
    assert used | set(OF_ITEMS) == CLOSED.keys() | OPEN.keys()
    assert not CLOSED.keys() & OPEN.keys()
    assert all(label in DECLARED[name].labels for name, label in OF_THEIR_OWN)


def test_nearly_all_that_is_declared_is_on_the_page(page):
    """What is not: only there when something is wrong, or with TLS."""
    rare = {"rounds_web_certificate_not_after_timestamp_seconds"}
    assert DECLARED.keys() - {name for name, _ in samples(page)} <= rare


def test_names_are_as_prometheus_wants_them():
    for family in FAMILIES:
        assert (family.type.value == "counter") == family.name.endswith("_total"), family.name
        assert family.help.endswith("."), family.name
        assert "always 1" in family.help or not family.name.endswith("_info"), family.name


def test_why_requests_are_refused_is_listed():
    assert OF_THEIR_OWN["rounds_web_requests_refused_total", "reason"] == tuple(Refused)
