"""`rounds relearn`: the wish is written where the agent finds it, and only one that can be fulfilled."""

from pathlib import Path

from agent.config import load
from agent.memory import opened_history
from tests.agent.cli.conftest import Rounds


def test_a_check_and_the_collector_it_reads_mean_the_same(rounds: Rounds, config: Path) -> None:
    done = rounds("relearn", "web-01", "unexpected_reboot", "uptime")
    assert (done.exit_code, done.stdout) == (0, "web-01: uptime will be learned anew\n")
    with opened_history(load(config)) as history:
        (wish,) = history.relearnings()
    assert (wish.host, wish.collector) == ("web-01", "uptime")
    assert wish.asked_by


def test_what_compares_with_nothing_is_refused(rounds: Rounds) -> None:
    done = rounds("relearn", "web-01", "disk_usage")
    assert done.exit_code == 2
    assert "disk_usage compares with nothing that was seen first; these do:" in done.stderr
    assert 'unknown check "uptme"; did you mean uptime?' in rounds("relearn", "web-01", "uptme").stderr
    assert rounds("relearn", "web-0", "uptime").exit_code == 2
