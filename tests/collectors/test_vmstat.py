from pathlib import Path

import pytest
from pydantic import TypeAdapter

from collectors import vmstat
from collectors.contract import NotApplicable, UnreadableOutput
from collectors.vmstat import REMEMBERED, Kills, Vmstat, compare, parse, samples
from tests.collectors.in_shells import every_shell, printed

NOW = 1795291200.0


def look(kills: int, at: float = NOW, boot: str = "boot-a") -> Vmstat:
    return Vmstat(at, boot, kills, ())


@every_shell
def test_this_machine(shell: list[str]) -> None:
    facts = parse(printed(vmstat.COLLECTOR, shell, sent_at=NOW + 0.25))
    assert facts.at == NOW + 0.25
    assert facts.boot_id == Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    assert {"node_vmstat_oom_kill", "node_vmstat_pgfault"} <= {sample.name for sample in samples(facts)}


def test_kills_are_those_between_looks() -> None:
    first = look(5)
    assert first.kills == ()
    second = compare(first, look(7, NOW + 60))
    assert second.kills == (Kills(2, NOW + 60),)
    assert compare(second, look(7, NOW + 120)).kills == second.kills


def test_after_a_restart_all_are_new() -> None:
    before = compare(look(5), look(6))
    # More than before: only the boot tells.
    after = compare(before, look(8, NOW + 600, "boot-b"))
    assert after.kills == (Kills(1, NOW), Kills(8, NOW + 600))
    assert compare(look(5, boot=""), look(1, boot="")).kills == (Kills(1, NOW),)
    assert compare(before, look(0, NOW + 600, "boot-b")).kills == before.kills


def test_kills_are_bounded_and_survive_a_restart_of_the_agent() -> None:
    facts = look(0)
    for n in range(1, REMEMBERED + 5):
        facts = compare(facts, look(n, NOW + n))
    assert len(facts.kills) == REMEMBERED
    assert TypeAdapter(Vmstat).validate_json(TypeAdapter(Vmstat).dump_json(facts)) == facts


def test_an_old_kernel_does_not_count() -> None:
    with pytest.raises(NotApplicable, match=r"4\.13"):
        parse("== /proc/vmstat\npgfault 7\n== at\n1.5\n")
    with pytest.raises(NotApplicable, match="no /proc/vmstat"):
        parse("== at\n1.5\n")


@pytest.mark.parametrize("text", ["", "oom_kill x", "oom_kill 1\noom_kill 2", "oom_kill -1 2", "nothing"])
def test_odd_counters(text: str) -> None:
    with pytest.raises(UnreadableOutput):
        parse(f"== /proc/vmstat\n{text}\n== at\n1.5\n")
