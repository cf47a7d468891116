"""What was promised, as config.yaml says it."""

from pathlib import Path

import pytest

from agent.config import ConfigError, load
from checks.contract import State
from exporters.contract import ServiceLevel

HEAD = "system: Test\ntimezone: UTC\nhosts: [{name: here, transport: local}]\n"


def promised(folder: Path, written: str) -> ServiceLevel:
    path = folder / "config.yaml"
    path.write_text(HEAD + written)
    return load(path).service_level.promised()


def test_without_a_word_the_manual_s_hour_holds(tmp_path: Path) -> None:
    assert promised(tmp_path, "") == ServiceLevel(0.995, 3600, 8 * 3600, State.CRIT)
    assert promised(tmp_path, "service_level:\n") == ServiceLevel()


def test_each_promise_can_be_written(tmp_path: Path) -> None:
    written = "service_level: {availability: 99.9%, respond: 30m, repair: 4h, severity: warning}\n"
    assert promised(tmp_path, written) == ServiceLevel(999 / 1000, 1800, 14400, State.WARN)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{availability: 101%}", "service_level.availability"),
        ("{respond: 0}", "service_level.respond"),
        ("{repair: soon}", "service_level.repair"),
        ("{severity: unknown}", "service_level.severity"),
        ("{uptime: 99%}", "service_level.uptime"),
    ],
)
def test_what_no_promise_can_be_is_named(tmp_path: Path, written: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        promised(tmp_path, f"service_level: {written}\n")
