"""Reading dashboards, rules and our notes of them."""

import json
from pathlib import Path

import pytest
import yaml

from tests.compatibility.query import INDEXES, Query, index_of, of_dashboard, of_index, of_rules

DASHBOARD = {
    "title": "Any",
    "gnetId": 7,
    "version": 3,
    "panels": [
        {"type": "stat", "title": "Load", "targets": [{"refId": "A", "expr": 'node_load1{job="$job"}'}]},
        {"type": "row", "title": "Opened"},
        {"type": "text", "title": "Nothing is asked"},
        {
            "type": "row",
            "title": "Folded",
            "panels": [
                {
                    "type": "timeseries",
                    "title": "Disks",
                    "targets": [
                        {"refId": "A", "expr": "rate(node_disk_io_now{device!~'r.*', job=\"$job\"}[$__rate_interval])"},
                        {"refId": "B", "expr": "node_load1 + node_load1 / node_load5{instance=~'${node:regex}'}"},
                    ],
                }
            ],
        },
    ],
}
RULES = {
    "groups": [{"name": "g", "rules": [{"record": "a:b", "expr": "node_load1"}, {"alert": "C", "expr": "up == 0"}]}]
}


@pytest.fixture
def dashboard(tmp_path: Path) -> list[Query]:
    path = tmp_path / "any.json"
    path.write_text(json.dumps(DASHBOARD))
    return list(of_dashboard(path))


def test_every_panel_is_asked(dashboard: list[Query]) -> None:
    assert [(query.place, query.title, query.part) for query in dashboard] == [
        ("", "Load", "A"),
        ("Folded", "Disks", "A"),
        ("Folded", "Disks", "B"),
    ]
    assert {query.source for query in dashboard} == {"Any 7, version 3"}


def test_what_a_query_reads(dashboard: list[Query]) -> None:
    assert [query.selectors for query in dashboard] == [
        ("node_load1",),
        ('node_disk_io_now{device!~"r.*"}',),
        ("node_load1", "node_load5"),
    ]
    assert dashboard[2].metrics == ("node_load1", "node_load5")
    assert [query.is_selector for query in dashboard] == [True, False, False]


def test_variables_are_filled_in(dashboard: list[Query]) -> None:
    assert dashboard[0].filled("node", "web-01", "20s") == 'node_load1{job="node"}'
    assert dashboard[1].filled("node", "web-01", "20s").endswith('job="node"}[20s])')
    assert dashboard[2].filled("node", "web-01", "20s").endswith("{instance=~'web-01'}")
    with pytest.raises(KeyError, match="nobody"):
        Query("", "", "", "", "node_load1{a='$nobody'}").filled("node", "web-01", "20s")


def test_rules_are_read(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(yaml.safe_dump(RULES))
    assert [(query.place, query.title, query.expression) for query in of_rules(path)] == [
        ("g", "a:b", "node_load1"),
        ("g", "C", "up == 0"),
    ]


def test_an_index_keeps_what_is_read(dashboard: list[Query], tmp_path: Path) -> None:
    index = index_of(dashboard, "Any", "3")
    assert index["reads"] == {
        "": {"Load": ["node_load1"]},
        "Folded": {"Disks": ['node_disk_io_now{device!~"r.*"}', "node_load1", "node_load5"]},
    }
    path = tmp_path / "index.yaml"
    path.write_text(yaml.safe_dump(index))
    asked = list(of_index(path))
    assert [query.expression for query in asked][1] == 'node_disk_io_now{device!~"r.*",job="$job",instance="$instance"}'
    assert all(query.is_selector for query in asked)
    assert index_of(asked, "Any", "3") == index


@pytest.mark.parametrize("path", INDEXES, ids=lambda path: path.stem)
def test_our_notes_hold_facts_and_no_queries(path: Path) -> None:
    asked = list(of_index(path))
    assert len(asked) > 50
    assert all(query.is_selector and query.metrics for query in asked)
    assert all(query.filled("node", "web-01", "20s").count("$") == 0 for query in asked)
