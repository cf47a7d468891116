"""`null` where levels belong: no level at all, in every layer."""

from pathlib import Path

from agent.catalogue import catalogue
from agent.config.json_schema import schema
from checks.contract import UpperLevels
from checks.disk_usage import DiskUsageParams
from tests.agent.small_catalogue import Fullness
from tests.agent.written_config import config


def test_null_takes_all_levels_away_and_a_later_layer_may_set_one_again(tmp_path: Path) -> None:
    text = """\
        system: Portal
        timezone: UTC
        checks: {fullness: {used_percent: null}}
        groups: {g: {checks: {fullness: {used_percent: {warn: 70}}}}}
        hosts:
          - {name: a, transport: local}
          - {name: b, transport: local, groups: [g]}
          - {name: c, transport: local, checks: {fullness: {used_percent: }}}
        """
    read = config(tmp_path, text)
    found = {}
    for host in "abc":
        params = read.checks_for(host)["fullness"]
        assert isinstance(params, Fullness)
        found[host] = params.used_percent
    assert found == {"a": UpperLevels(), "b": UpperLevels(warn=70), "c": UpperLevels()}


def test_free_space_of_disk_usage_may_be_null(tmp_path: Path) -> None:
    text = """\
        system: Portal
        timezone: UTC
        checks: {disk_usage: {free_space: null}}
        hosts: [{name: a, transport: local}]
        """
    params = config(tmp_path, text, plugins=catalogue()).checks_for("a")["disk_usage"]
    assert isinstance(params, DiskUsageParams)
    assert (params.free_space.warn, params.free_space.crit) == (None, None)


def test_editors_know_that_null_is_allowed() -> None:
    levels = [one for name, one in schema()["$defs"].items() if name.startswith(("UpperLevels", "LowerLevels"))]
    assert levels
    assert all(one["type"] == ["object", "null"] for one in levels)
