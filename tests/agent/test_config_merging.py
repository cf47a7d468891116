"""Plugin defaults, `checks:`, groups in a host's order, the host's own: the later wins, level by level."""

from dataclasses import replace
from pathlib import Path

import pytest

from agent.catalogue import catalogue
from agent.config import Config
from checks.contract import UpperLevels
from tests.agent.small_catalogue import SMALL, Freshness, Fullness
from tests.agent.written_config import config, problems

LAYERS = """\
    system: Portal
    timezone: UTC
    ssh: {agent: true}
    checks:
      fullness: {used_percent: {warn: 70}, ignore: [/a, /b]}
    groups:
      db: {checks: {fullness: {used_percent: {warn: 60, crit: 65}, free: 1GiB}}}
      big: {checks: {fullness: {used_percent: {warn: 62}, ignore: [/c]}}}
    hosts:
      - {name: plain}
      - {name: in-db, groups: [db]}
      - {name: db-then-big, groups: [db, big]}
      - {name: big-then-db, groups: [big, db]}
      - {name: own, groups: [db], checks: {fullness: {used_percent: {crit: 99%}, every: 5m}}}
      - {name: never, checks: {fullness: {used_percent: {crit: null}}}}
      - {name: "off", groups: [db], checks: {fullness: {enabled: false}}}
      - {name: "on", checks: {freshness: }}
    """


TAKEN = """\
    system: Portal
    timezone: UTC
    ssh: {agent: true}
    checks:
      freshness: {sets: [{name: db}]}
    hosts:
      - {name: plain}
      - {name: own, checks: {freshness: {sets: [{name: web}]}}}
      - {name: apart, checks: {restore: {sets: [{name: mail}]}}}
    """


def test_what_a_check_takes_from_another_is_written_once(tmp_path: Path) -> None:
    freshness = SMALL.checks["freshness"]
    taker = replace(freshness, name="restore", check=replace(freshness.check, takes={"sets": "freshness"}))
    plugins = replace(SMALL, checks={**SMALL.checks, "restore": taker})
    found = config(tmp_path, TAKEN, plugins=plugins)
    names = {
        (host.name, check): [one.name for one in found.checks_for(host.name)[check].sets]  # type: ignore[attr-defined]
        for host in found.hosts
        for check in ("freshness", "restore")
    }
    assert names == {
        ("plain", "freshness"): ["db"],
        ("plain", "restore"): ["db"],
        ("own", "freshness"): ["web"],
        ("own", "restore"): ["web"],
        ("apart", "freshness"): ["db"],
        ("apart", "restore"): ["mail"],
    }


@pytest.fixture
def layers(tmp_path: Path) -> Config:
    return config(tmp_path, LAYERS)


def fullness(layers: Config, host: str) -> Fullness:
    params = layers.checks_for(host)["fullness"]
    assert isinstance(params, Fullness)
    return params


@pytest.mark.parametrize(
    ("host", "warn", "crit", "free", "ignore"),
    [
        ("plain", 70, 90, 0, ("/a", "/b")),
        ("in-db", 60, 65, 2**30, ("/a", "/b")),
        ("db-then-big", 62, 65, 2**30, ("/c",)),
        ("big-then-db", 60, 65, 2**30, ("/c",)),
        ("own", 60, 99, 2**30, ("/a", "/b")),
        ("never", 70, None, 0, ("/a", "/b")),
    ],
)
def test_what_is_in_force(
    layers: Config, host: str, warn: float, crit: float | None, free: int, ignore: tuple[str, ...]
) -> None:
    params = fullness(layers, host)
    assert params.used_percent == UpperLevels(warn=warn, crit=crit)
    assert (params.free, params.ignore) == (free, ignore)


def test_every_can_be_set_for_a_check(layers: Config) -> None:
    assert (fullness(layers, "own").every, fullness(layers, "plain").every) == (300.0, None)


def test_a_check_that_is_not_enabled_is_left_out(layers: Config) -> None:
    assert set(layers.checks_for("off")) == {"freshness"}
    assert set(layers.checks_for("on")) == {"freshness", "fullness"}


def test_a_check_off_everywhere_can_be_on_for_a_group(tmp_path: Path) -> None:
    text = """\
        system: Portal
        checks: {fullness: {enabled: false, used_percent: {warn: 1}}}
        groups: {g: {checks: {fullness: {enabled: true}}}}
        hosts: [{name: a, transport: local}, {name: b, transport: local, groups: [g]}]
        """
    read = config(tmp_path, text)
    assert "fullness" not in read.checks_for("a")
    assert fullness(read, "b").used_percent == UpperLevels(warn=1, crit=90)


def test_hosts_alike_share_their_parameters(tmp_path: Path) -> None:
    hosts = "".join(f"  - {{name: h{i}, transport: local, groups: [g]}}\n" for i in range(3))
    read = config(tmp_path, f"system: Portal\ngroups: {{g: {{}}}}\nhosts:\n{hosts}")
    assert read.checks_for("h0")["fullness"] is read.checks_for("h2")["fullness"]


def test_nested_models_and_mappings_merge_and_lists_are_replaced(tmp_path: Path) -> None:
    text = """\
        system: Portal
        checks:
          freshness: {sets: [{name: a}, {name: b}], rules: {age: {warn: 30m}}, names: {a: "9"}}
        hosts:
          - name: h
            transport: local
            checks: {freshness: {sets: [{name: c, newest_within: 2h}], rules: {kind: partial}}}
        """
    params = config(tmp_path, text).checks_for("h")["freshness"]
    assert isinstance(params, Freshness)
    assert [(one.name, one.newest_within) for one in params.sets] == [("c", 7200.0)]
    assert params.rules.age == UpperLevels(warn=1800, crit=7200)
    assert params.rules.kind == "partial"
    assert params.names == {"a": "9", "b": "2"}


def test_a_wrong_value_is_told_in_the_layer_that_wrote_it(tmp_path: Path) -> None:
    text = """\
        system: Portal
        checks:
          freshness: {sets: [{name: [x]}]}
        groups:
          g: {checks: {fullness: {free: -1}}}
          unused: {checks: {fullness: {free: much}}}
        hosts:
          - name: h
            transport: local
            groups: [g]
            checks:
              fullness:
                used_percent: {warn: hot}
        """
    assert [one.partition(": ")[2].partition(": ")[0] for one in problems(tmp_path, text)] == [
        "checks.freshness.sets[0].name",
        "groups.g.checks.fullness.free",
        "groups.unused.checks.fullness.free",
        "hosts[0].checks.fullness.used_percent.warn",
    ]
    assert [one.split(":")[1] for one in problems(tmp_path, text)] == ["3", "5", "6", "13"]


def test_sections_whose_lines_are_commented_out_are_empty(tmp_path: Path) -> None:
    empty = "checks:\nrounds:\nssh:\nhistory:\nweb:\nlog:\n"
    text = f"system: Portal\n{empty}groups:\n  g:\nhosts: [{{name: a, transport: local, groups: [g], checks: }}]\n"
    assert config(tmp_path, text).rounds.every == 60.0


def test_the_real_checks_merge_too(tmp_path: Path) -> None:
    text = """\
        system: Portal
        checks: {disk_usage: {used_percent: {warn: 70%}}}
        hosts: [{name: a, transport: local, checks: {swap_usage: {enabled: false}}}]
        """
    params = config(tmp_path, text, plugins=catalogue()).checks_for("a")
    # Backups and required processes are looked for only where some are named.
    not_asked_for = {"swap_usage", "required_processes"} | {n for n in catalogue().checks if n.startswith("backup_")}
    assert set(params) == set(catalogue().checks) - not_asked_for
    default = catalogue().checks["disk_usage"].check.params()
    assert params["disk_usage"] == default.model_copy(update={"used_percent": UpperLevels(warn=70, crit=90)})
    assert params["services"] == catalogue().checks["services"].check.params()
