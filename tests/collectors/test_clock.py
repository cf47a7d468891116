import subprocess
import time

import pytest

from collectors import clock
from collectors.clock import TimeSource, parse
from tests.collectors.in_shells import every_shell, printed


@every_shell
def test_this_machine_agrees_with_itself(shell: list[str]) -> None:
    facts = parse(printed(clock.COLLECTOR, shell, sent_at=time.time()))
    assert abs(facts.epoch_seconds - time.time()) < 20
    assert facts.agent_offset_seconds is not None
    assert abs(facts.agent_offset_seconds) < 1 + facts.agent_offset_resolution_seconds


def test_slow_sections_before_it_do_no_harm() -> None:
    slow = f"sent_at={time.time():.3f}\nprobe() {{\n{clock.PROBE}\n}}\nsleep 1.2\n( probe )\n"
    ended = subprocess.run(["sh"], input=slow, capture_output=True, text=True, timeout=20, check=True)
    offset = parse(ended.stdout).agent_offset_seconds
    assert offset is not None
    assert abs(offset) < 0.9


def test_without_the_agents_time_there_is_no_offset() -> None:
    facts = parse("clock 1795280984.927817587 - 1927.93 192792\n")
    assert facts.agent_offset_seconds is None
    assert facts.source is None


@pytest.mark.parametrize("ahead", [-7200.0, -3.0, 0.0, 3.0, 7200.0])
def test_offset_against_the_agent(ahead: float) -> None:
    # Sent at 1000000.0; the shell runs for 2.5 seconds when the clock is read.
    facts = parse(f"clock {1_000_002.5 + ahead:.9f} 1000000.0 102.50 10000\n")
    assert facts.agent_offset_seconds == pytest.approx(ahead, abs=0.001)


def test_whole_seconds_are_a_coarser_look() -> None:
    assert parse("clock 1000002.%N 1000000.0 102.50 10000\n").agent_offset_resolution_seconds == pytest.approx(1.02)


def test_chronys_own_clock_as_reference_is_not_synchronised() -> None:
    local = "7F7F0101,,10,1000000.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,Normal"
    facts = parse(f"clock 1000002.5 1000000.0 102.50 10000\nchrony {local}\n")
    assert (facts.source, facts.synchronised, facts.offset_seconds) == (TimeSource.CHRONY, False, None)


def test_the_kernels_own_account() -> None:
    plain = "clock 1000002.5 1000000.0 102.50 10000\n"
    kernel = parse(plain + "adjtimex offset: -1500 us status: 8193 (PLL) return value: 0 (clock synchronized)\n")
    assert kernel.kernel_offset_seconds == pytest.approx(-1.5e-6)
    assert kernel.kernel_synchronised
