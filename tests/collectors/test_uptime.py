from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from collectors import uptime
from collectors.uptime import REMEMBERED, Reboot, Uptime, compare, parse, read_local
from tests.collectors.in_shells import every_shell, printed

NOW = 1795280400.0
BEFORE = Uptime("boot-a", int(NOW) - 86400, 86400.0, NOW, 0, "UTC")


@every_shell
def test_probe_and_psutil_agree(shell: list[str]) -> None:
    probed, local = parse(printed(uptime.COLLECTOR, shell)), read_local()
    assert local.boot_id == probed.boot_id
    assert local.boot_id
    assert abs(local.boot_time_seconds - probed.boot_time_seconds) <= 1
    assert 0 <= local.uptime_seconds - probed.uptime_seconds < 20
    assert 0 <= local.time_seconds - probed.time_seconds < 20
    assert (local.utc_offset_seconds, local.time_zone) == (probed.utc_offset_seconds, probed.time_zone)


def test_no_reboot() -> None:
    after = replace(BEFORE, uptime_seconds=86460.0, time_seconds=NOW + 60)
    assert compare(BEFORE, after) == after


def test_the_boot_time_does_not_waver() -> None:
    early = replace(BEFORE, boot_time_seconds=BEFORE.boot_time_seconds - 1, time_seconds=NOW + 60)
    assert compare(BEFORE, early).boot_time_seconds == BEFORE.boot_time_seconds
    assert compare(early, BEFORE).boot_time_seconds == BEFORE.boot_time_seconds


def test_a_reboot_is_seen_by_its_boot_id() -> None:
    # Up for longer than at the look before: only the boot_id tells.
    later = NOW + 200000
    after = replace(
        BEFORE, boot_id="boot-b", boot_time_seconds=int(NOW) + 500, uptime_seconds=199500.0, time_seconds=later
    )
    assert compare(BEFORE, after).reboots == (Reboot(NOW, later, NOW + 500),)


def test_a_reboot_without_boot_id_is_seen_by_a_shorter_uptime() -> None:
    before = replace(BEFORE, boot_id=None)
    after = replace(before, uptime_seconds=30.0, time_seconds=NOW + 60, boot_time_seconds=int(NOW) + 30)
    assert compare(before, after).reboots == (Reboot(NOW, NOW + 60, NOW + 30),)


def test_a_stepped_clock_is_no_reboot() -> None:
    # btime moves with the clock, as the kernel computes it from the clock.
    after = replace(
        BEFORE, boot_time_seconds=BEFORE.boot_time_seconds + 7200, uptime_seconds=86460.0, time_seconds=NOW + 7260
    )
    assert compare(BEFORE, after).reboots == ()
    assert compare(replace(BEFORE, boot_id=None), replace(after, boot_id=None)).reboots == ()


def test_a_restarted_container_has_no_known_start() -> None:
    after = replace(BEFORE, boot_id="boot-b", uptime_seconds=86460.0, time_seconds=NOW + 60)
    assert compare(BEFORE, after).reboots == (Reboot(NOW, NOW + 60, None),)


def test_a_reboot_is_seen_although_the_agent_restarted_too() -> None:
    assert uptime.COLLECTOR.keep_facts
    kept = TypeAdapter(Uptime).validate_json(TypeAdapter(Uptime).dump_json(BEFORE))
    after = replace(
        BEFORE, boot_id="boot-b", boot_time_seconds=int(NOW) + 30, uptime_seconds=30.0, time_seconds=NOW + 60
    )
    assert compare(kept, after).reboots == (Reboot(NOW, NOW + 60, NOW + 30),)


def test_reboots_are_carried_on_and_bounded() -> None:
    facts = BEFORE
    for n in range(1, REMEMBERED + 6):
        at = NOW + n * 60
        facts = compare(facts, Uptime(f"boot-{n}", int(at) - 10, 10.0, at, 0, "UTC"))
    assert len(facts.reboots) == REMEMBERED
    assert facts.reboots[-1].seen_at == facts.time_seconds
    quiet = replace(facts, uptime_seconds=70.0, time_seconds=facts.time_seconds + 60, reboots=())
    assert compare(facts, quiet).reboots == facts.reboots


@pytest.mark.parametrize(
    "clock", ["1795280400 0000 UTC", "-5 +0000 UTC", "1795280400", "soon +0000 UTC", "1795280400 +0٣00 X"]
)
def test_an_odd_clock_is_refused(clock: str) -> None:
    with pytest.raises(uptime.UnreadableOutput, match="a clock"):
        parse(f"== /proc/uptime\n1.0 2.0\n== clock\n{clock}")
