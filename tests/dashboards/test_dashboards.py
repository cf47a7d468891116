"""The dashboards are what the code makes, can be found, and say what they show."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploy.dashboards.generate import DASHBOARDS
from docs.pages import metrics
from exporters.exposition import vocabulary
from exporters.exposition.lines import Family
from tests.dashboards.dashboards_on_disk import committed, panels, queries
from tests.documents import ROOT

UIDS = {
    "rounds-fleet",
    "rounds-host",
    "rounds-disks",
    "rounds-updates",
    "rounds-backups",
    "rounds-accounts",
    "rounds-agent",
}
"""Links and bookmarks of users hold these: they never change."""

EVERY = pytest.mark.parametrize("uid", sorted(UIDS))


def test_files_are_what_the_code_makes() -> None:
    assert [path.name for path in DASHBOARDS.stale()] == [], "make dashboards"


def test_stale_files_are_named(tmp_path: Path) -> None:
    copy = replace(DASHBOARDS, folder=tmp_path)
    copy.write()
    assert copy.stale() == []
    (tmp_path / "rounds-gone.json").write_text("{}", "utf-8")
    (tmp_path / "rounds-host.json").unlink()
    (tmp_path / "rounds-fleet.json").write_text("changed by hand", "utf-8")
    assert [path.name for path in copy.stale()] == [
        "rounds-fleet.json",
        "rounds-gone.json",
        "rounds-host.json",
    ]
    copy.write()
    assert copy.stale() == []


def test_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert DASHBOARDS.main("deploy.dashboards", ["--check"]) == 0
    assert DASHBOARDS.main("deploy.dashboards", ["--what"]) == 2
    assert "usage: python -m deploy.dashboards" in capsys.readouterr().err


def test_names() -> None:
    assert set(committed()) == UIDS
    assert {path.stem for path in DASHBOARDS.folder.glob("*.json")} == UIDS
    assert len({dashboard["title"] for dashboard in committed().values()}) == len(UIDS)


@EVERY
def test_a_whole_classic_dashboard(uid: str) -> None:
    dashboard = committed()[uid]
    assert dashboard["schemaVersion"] == 41
    assert dashboard["tags"] == ["rounds"]
    assert dashboard["description"]
    ids = [panel["id"] for row in dashboard["panels"] for panel in (row, *row.get("panels", ()))]
    assert ids == sorted(set(ids))


@EVERY
def test_every_panel_says_what_it_shows(uid: str) -> None:
    found = list(panels(committed()[uid]))
    assert found
    assert len({panel["title"] for panel in found}) == len(found)
    for panel in found:
        assert panel["title"]
        assert panel["description"].endswith("."), panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert panel["targets"]


@EVERY
def test_first_screen_is_not_crowded(uid: str) -> None:
    shown = [panel for panel in committed()[uid]["panels"] if panel["type"] != "row"]
    assert len(shown) <= 14
    for panel in shown:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24, panel["title"]


@EVERY
def test_panels_do_not_overlap(uid: str) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in committed()[uid]["panels"]:
        place = panel["gridPos"]
        here = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not here & taken, panel["title"]
        taken |= here


@EVERY
def test_variables(uid: str) -> None:
    """Each that is used is there, and each that is there is used."""
    dashboard = committed()[uid]
    defined = [variable["name"] for variable in dashboard["templating"]["list"]]
    used = set(re.findall(r"\$\{?(\w+)", json.dumps(dashboard)))
    own = {name for name in used if not name.startswith("__")}
    assert own == set(defined)
    assert len(defined) == len(set(defined))


def test_links_lead_to_dashboards_that_are_there() -> None:
    text = json.dumps(list(committed().values()))
    assert set(re.findall(r"/d/([\w-]+)", text)) <= UIDS
    for dashboard in committed().values():
        kinds = {link["type"]: link for link in dashboard["links"]}
        assert kinds["dashboards"]["tags"] == ["rounds"]
        assert kinds["link"]["url"] == "${agent_url:raw}/reports/latest"


def test_tables_of_hosts_lead_to_the_host() -> None:
    for uid, panel in ((uid, panel) for uid, dashboard in committed().items() for panel in panels(dashboard)):
        if panel["type"] == "table":
            hosts = [o for o in panel["fieldConfig"]["overrides"] if o["matcher"]["options"] == "Host"]
            links = [p["value"] for o in hosts for p in o["properties"] if p["id"] == "links"]
            assert all("/d/rounds-host?" in link["url"] for value in links for link in value)
            assert bool(links) == bool(hosts), (uid, panel["title"])


def test_groups_are_taken_apart() -> None:
    """Grafana makes an option of every match of a regular expression with the flag g."""
    group = next(v for v in committed()["rounds-fleet"]["templating"]["list"] if v["name"] == "group")
    assert group["regex"] == "/([^,]+)/g"
    [pattern] = set(re.findall(r'groups=~"([^"]*)"', " ".join(query.expression for query in queries())))
    for labels, chosen, shown in (
        ("web,db", "db", True),
        ("web,db", "web", True),
        ("webshop", "web", False),
        ("", ".*", True),
        ("a,b", "(x|b)", True),
    ):
        assert bool(re.fullmatch(pattern.replace("$group", chosen), labels)) is shown


def test_states_look_the_same_everywhere() -> None:
    shown = [
        mapping["options"]
        for dashboard in committed().values()
        for mapping in _mappings(dashboard)
        if mapping["type"] == "value" and set(mapping["options"]) == {"0", "1", "2", "3"}
    ]
    assert shown
    assert len({json.dumps([options[n]["color"] for n in "0123"]) for options in shown}) == 1


def _mappings(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, dict):
        own = node.get("mappings") or (node.get("value") if node.get("id") == "mappings" else None) or []
        return [*own, *(found for value in node.values() for found in _mappings(value))]
    return [found for value in node for found in _mappings(value)] if isinstance(node, list) else []


def test_metrics_are_in_the_reference() -> None:
    """Or are worked out by a recording rule that is shipped."""
    known = {family.name for family in vars(vocabulary).values() if isinstance(family, Family)}
    known |= set(re.findall(r"`(\w+)`", metrics.pages()[Path("metrics.md")]))
    rules = "".join(path.read_text("utf-8") for path in (ROOT / "deploy/prometheus").rglob("*.yml"))
    asked = {name for query in queries() for name in re.findall(r"(?<![:\w])rounds_\w+(?![:\w])", query.expression)}
    recorded = {name for query in queries() for name in re.findall(r"\w+:rounds_\w+:\w+", query.expression)}
    assert asked
    assert asked - known == set()
    assert {name for name in recorded if f"record: {name}\n" not in rules} == set()


def test_rates_follow_the_interval() -> None:
    for query in queries():
        for window in re.findall(r"(?:rate|increase)\([^\[\]]*\[([^\]]+)\]", query.expression):
            assert window in ("$__rate_interval", "$__range"), str(query)


def test_rates_are_over_several_rounds() -> None:
    """The interval of a rate is at least four of the least steps, and numbers of a host change once in a round."""
    targets = [
        target for dashboard in committed().values() for panel in panels(dashboard) for target in panel["targets"]
    ]
    targets += [mark["target"] for dashboard in committed().values() for mark in dashboard["annotations"]["list"]]
    rates = [target for target in targets if "$__rate_interval" in target["expr"]]
    assert rates
    assert {target.get("interval") for target in rates} == {"1m"}


def test_marks_say_what_happened() -> None:
    """With a label of their own query, and not only with the name of all marks of the kind."""
    for dashboard in committed().values():
        for mark in dashboard["annotations"]["list"]:
            assert re.search(r"\{\{(host|instance)\}\}", mark["titleFormat"]), mark["name"]


def test_the_first_query_of_a_table_has_data_if_any_has() -> None:
    """Grafana calls the only value that there is "Value", of whichever query it is: the first column gets it."""
    tables = [panel for dashboard in committed().values() for panel in panels(dashboard) if len(panel["targets"]) > 1]
    for panel in (panel for panel in tables if panel["type"] == "table"):
        first = panel["targets"][0]["expr"]
        assert not re.search(r"\w:\w+:\w", first), f"{panel['title']}: a rule that may not be there"
        assert "> 0" not in first, panel["title"]


def test_no_empty_panel_says_that_all_is_well() -> None:
    """Perhaps nobody looked."""
    for uid, panel in ((uid, panel) for uid, dashboard in committed().items() for panel in panels(dashboard)):
        said = panel["fieldConfig"]["defaults"]["noValue"]
        assert re.search(r"known|–|^no$|no agent|never|none yet|too early|no backup is watched", said), (uid, said)


def test_digits_without_data_can_be_seen() -> None:
    """Behind a tile nothing is drawn where nothing is known; what is drawn as coloured digits needs a colour."""
    for uid, panel in ((uid, panel) for uid, dashboard in committed().items() for panel in panels(dashboard)):
        if panel["type"] == "stat" and panel["options"]["colorMode"] == "value":
            colours = {m["options"]["result"]["color"] for m in _mappings(panel) if m["type"] == "special"}
            assert colours == {"text"}, (uid, panel["title"])
