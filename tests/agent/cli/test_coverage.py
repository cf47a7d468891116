"""`rounds coverage`: the manual clause by clause."""

import json

from tests.agent.cli.conftest import Rounds


def test_every_clause_is_told_in_both_languages(rounds: Rounds) -> None:
    english, chinese = rounds("coverage").stdout, rounds("coverage", "--lang", "zh").stdout
    assert "cpu_iowait, cpu_usage" in english
    assert "look at each machine" in english
    assert "现场查看每台设备" in chinese
    assert len(english.splitlines()) == len(chinese.splitlines())


def test_what_the_configuration_does_not_make_is_in_parentheses(rounds: Rounds) -> None:
    told = rounds("coverage").stdout
    assert "(required_processes), services" in told
    parts = json.loads(rounds("coverage", "--json").stdout)
    services = next(part for part in parts if (part["clause"], part["part"]["en"]) == ("2.1", "services"))
    assert services["checks"] == [{"name": "required_processes", "made": False}, {"name": "services", "made": True}]
    leds = next(part for part in parts if part["part"]["en"] == "LEDs")
    assert leds["by_hand"]["zh"] == "现场查看每台设备"
