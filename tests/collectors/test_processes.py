import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from collectors import processes
from collectors.processes import StuckProcess, compare, parse, samples
from tests.collectors.in_shells import every_shell, printed

FORGETFUL = "import os, time; [os._exit(0) for _ in range(3) if os.fork() == 0]; print('.', flush=True); time.sleep(60)"


@every_shell
def test_probe_agrees_with_psutil(shell: list[str]) -> None:
    facts = parse(printed(processes.COLLECTOR, shell))
    running = len(psutil.pids())
    assert abs(sum(entry.count for entry in facts.states) - running) <= max(20, running // 5)
    me = Path("/proc/self/comm").read_text(encoding="utf-8").strip()
    assert any(entry.name == me for entry in facts.names)


@pytest.mark.parametrize("awk", ["mawk", "gawk", "busybox", "original-awk"])
def test_every_awk_counts_and_a_process_that_has_ended_is_nothing(awk: str, tmp_path: Path) -> None:
    program = shutil.which(awk)
    if program is None:
        pytest.skip(f"no {awk} here")
    (tmp_path / "awk").symlink_to(program)
    probe = processes.PROBE.replace("/proc/[0-9]*/stat", "/proc/4194305/stat /proc/[0-9]*/stat")
    assert probe != processes.PROBE
    ended = subprocess.run(
        ["sh", "-c", probe],
        env={"LC_ALL": "C", "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    facts = parse(ended.stdout)
    assert sum(entry.count for entry in facts.names) > 1
    assert None not in (facts.running, facts.blocked)


def few_zombies() -> None:
    """Wait until others' zombies leave room for ours among those the probe lists: an init may be slow to bury."""
    ends = time.monotonic() + 30
    while (zombies := sum(p.info["status"] == psutil.STATUS_ZOMBIE for p in psutil.process_iter(["status"]))) > 40:
        if time.monotonic() > ends:
            pytest.skip(f"{zombies} zombies of others here")
        time.sleep(0.5)


@every_shell
def test_zombies_are_found_with_their_parent(shell: list[str], tmp_path: Path) -> None:
    few_zombies()
    odd = tmp_path / "a) Z (b"
    odd.symlink_to(sys.executable)
    with subprocess.Popen([odd, "-c", FORGETFUL], stdout=subprocess.PIPE, text=True) as parent:
        try:
            assert parent.stdout is not None
            assert parent.stdout.readline() == ".\n"
            time.sleep(0.1)
            facts = parse(printed(processes.COLLECTOR, shell))
        finally:
            parent.kill()
    ours = [zombie for zombie in facts.zombies if zombie.parent_pid == parent.pid]
    assert [(z.name, z.parent) for z in ours] == [("a) Z (b", "a) Z (b")] * 3
    assert facts.in_state("Z") >= 3
    # The parent lives, its dead children are no longer running.
    assert [entry.count for entry in facts.names if entry.name == "a) Z (b"] == [1]


def stuck(pid: int = 7, started: int = 100, seen: float = 0.0) -> StuckProcess:
    return StuckProcess("tar", pid, "cron", 1, started, seen)


@pytest.fixture
def facts() -> processes.Processes:
    return parse("uptime 100.0\nstate S 5\nkernel 2\ninit 1\ncount 3 S sh\n")


def test_time_in_a_state_adds_up(facts: processes.Processes) -> None:
    first = replace(facts, uninterruptible=(stuck(),))
    second = compare(first, replace(first, uptime_seconds=160.0))
    third = compare(second, replace(first, uptime_seconds=220.0))
    assert [p.seen_seconds for p in (*second.uninterruptible, *third.uninterruptible)] == [60.0, 120.0]
    assert (first.compared, second.compared) == (False, True)


def test_a_reused_process_id_is_another_process(facts: processes.Processes) -> None:
    before = replace(facts, uninterruptible=(stuck(started=100),))
    after = compare(before, replace(facts, uptime_seconds=160.0, uninterruptible=(stuck(started=15000),)))
    assert after.uninterruptible[0].seen_seconds == 0.0


def test_after_a_reboot_nothing_was_seen_before(facts: processes.Processes) -> None:
    before = replace(facts, uninterruptible=(stuck(seen=500.0),))
    assert compare(before, replace(before, uptime_seconds=5.0)).uninterruptible[0].seen_seconds == 0.0


def test_samples(facts: processes.Processes) -> None:
    found = {(s.name, s.labels): s.value for s in samples(replace(facts, running=2, blocked=1))}
    assert found["node_processes_state", (("state", "S"),)] == 5
    assert found["node_procs_running", ()] == 2
    assert found["node_procs_blocked", ()] == 1


def test_hundreds_of_processes_stay_a_few_lines() -> None:
    crowd = [subprocess.Popen(["sleep", "60"]) for _ in range(200)]
    try:
        output = printed(processes.COLLECTOR, ["sh"])
    finally:
        for one in crowd:
            one.kill()
            one.wait()
    counted = {entry.name: entry.count for entry in parse(output).names}
    assert counted["sleep"] >= 200
    assert len(output) < 200 * len(os.fsencode("count 1 S sleep\n")) + 20_000
