from dataclasses import fields, replace
from pathlib import Path

import pytest

from collectors import cpu
from collectors.cpu import Cpu, Processor, compare, parse, read_local
from collectors.processor_time import MODES, Times
from tests.collectors.in_shells import every_shell, printed


def look(uptime: float, boot_id: str | None = "a", **seconds: float) -> Cpu:
    times = Times(**{mode: seconds.get(mode, 0.0) for mode in MODES})
    return Cpu(boot_id, uptime, times, (Processor(0, times),))


@every_shell
def test_probe_and_psutil_agree(shell: list[str]) -> None:
    probed, local = parse(printed(cpu.COLLECTOR, shell)), read_local()
    assert local.boot_id == probed.boot_id
    assert 0 <= local.uptime_seconds - probed.uptime_seconds < 20
    assert [p.number for p in local.processors] == [p.number for p in probed.processors]
    for field in fields(Times):
        assert getattr(local.total, field.name) == pytest.approx(getattr(probed.total, field.name), abs=40)


def test_a_processor_that_is_offline_leaves_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stat = tmp_path / "stat"
    stat.write_text("cpu  2 0 0 0 0 0 0 0 0 0\ncpu0 1 0 0 0 0 0 0 0 0 0\ncpu2 1 0 0 0 0 0 0 0 0 0\nintr 1 2 3\n")
    monkeypatch.setattr(cpu, "STAT", stat)
    assert [processor.number for processor in read_local().processors] == [0, 2]


def test_where_there_is_no_proc_psutil_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from_proc = read_local()
    monkeypatch.setattr(cpu, "STAT", tmp_path / "stat")
    from_psutil = read_local()
    assert len(from_psutil.processors) == len(from_proc.processors)
    assert from_psutil.total.idle == pytest.approx(from_proc.total.idle, abs=40)


def test_ratios_between_two_looks() -> None:
    usage = compare(look(100), look(160, user=60, system=20, irq=4, steal=6, iowait=10, idle=20)).usage
    assert usage is not None
    assert usage.span_seconds == 60
    assert usage.busy_ratio == pytest.approx(90 / 120)
    assert usage.iowait_ratio == pytest.approx(10 / 120)
    assert usage.steal_ratio == pytest.approx(6 / 120)


def test_guests_are_not_counted_twice() -> None:
    now = look(160, user=60, idle=60)
    now = replace(now, total=replace(now.total, guest=60.0))
    usage = compare(look(100), now).usage
    assert usage is not None
    assert usage.busy_ratio == pytest.approx(0.5)


def test_the_window_is_five_minutes_long_and_bounded() -> None:
    facts = look(0)
    for second in range(60, 3660, 60):
        # An hour idle but for the last five minutes.
        facts = compare(facts, look(second, idle=min(second, 3300), user=max(0, second - 3300)))
    assert facts.usage is not None
    assert facts.usage.span_seconds == 300
    assert facts.usage.busy_ratio == 1.0
    assert len(facts.earlier) == 5


def test_frequent_rounds_do_not_pile_up_looks() -> None:
    facts = look(0)
    for second in range(1, 1000):
        facts = compare(facts, look(second, idle=second))
    assert len(facts.earlier) <= 21
    assert facts.usage is not None
    assert facts.usage.span_seconds > 270


def test_rare_rounds_compare_with_the_look_before() -> None:
    usage = compare(look(0), look(900, idle=450, user=450)).usage
    assert usage is not None
    assert (usage.span_seconds, usage.busy_ratio) == (900, 0.5)


def test_a_look_of_yesterday_says_nothing_of_now() -> None:
    assert compare(look(0), look(86400, idle=86400)).usage is None


def test_a_reboot_starts_anew() -> None:
    before = compare(look(1000, user=10), look(1060, user=20, idle=50))
    rebooted = look(2000, boot_id="b", user=500, idle=500)
    assert compare(before, rebooted) == rebooted
    nameless = look(30, boot_id=None, user=500, idle=500)
    assert compare(replace(before, boot_id=None), nameless) == nameless


def test_counters_that_went_back_start_anew() -> None:
    again = look(160, user=5, idle=300)
    assert compare(look(100, user=10, idle=100), again) == again


def test_idle_and_iowait_may_go_back_a_little() -> None:
    usage = compare(look(100, user=10, idle=100, iowait=7), look(160, user=40, idle=130, iowait=6.9)).usage
    assert usage is not None
    assert (usage.busy_ratio, usage.iowait_ratio) == (0.5, 0.0)


def test_no_time_passed() -> None:
    assert compare(look(100, user=10), look(100, user=10)).usage is None


def test_usage_of_this_machine_is_a_share() -> None:
    first = read_local()
    sum(range(2_000_000))
    usage = compare(first, read_local()).usage
    assert usage is None or 0 <= usage.busy_ratio <= 1


def test_negative_counters_are_refused() -> None:
    with pytest.raises(cpu.UnreadableOutput):
        parse("== /proc/uptime\n1 1\n== /proc/stat\ncpu 1 1 1 -1 1 1 1 1\ncpu0 1 1 1 1 1 1 1 1")
