from dataclasses import replace

import pytest

from checks.contract import Duration, Percent, Result, State, UpperLevels
from checks.disk_health import DiskHealthParams, evaluate
from collectors.smart import Smart
from collectors.smartctl import Access, Counters, Disk, DiskHealth, DiskIdentity

NOW = 1795280400
CLEAN = Counters(reallocated=0, pending=0, crc_errors=0)
WELL = DiskHealth(passed=True, counters=CLEAN, temperature_celsius=31, power_on_hours=12034)
IDENTITY = DiskIdentity("WDC WD40EFRX", "WD-1", "50014ee2bd5a7f01", "82.00A82", 4_000_787_030_016)
DISK = Disk("/dev/sda", "sat", "naa.50014ee2bd5a7f01", Access.READ, None, IDENTITY, WELL, float(NOW), CLEAN)
WELL_NVME = DiskHealth(
    passed=True,
    counters=Counters(media_errors=0),
    temperature_celsius=60,
    used_percent=3,
    spare_percent=100,
    spare_threshold_percent=10,
    critical_warning=0,
)
NVME = replace(DISK, place="/dev/nvme0", type="nvme", wwid=None, health=WELL_NVME, baseline=Counters(media_errors=0))


def judged(disk: Disk, **params: object) -> Result:
    (result,) = evaluate(Smart(NOW, (disk,)), DiskHealthParams.model_validate(params))
    return result


def test_one_that_does_not_answer() -> None:
    result = judged(replace(DISK, access=Access.SILENT))
    assert (result.state, result.summary.en) == (State.CRIT, "sda WDC WD40EFRX: does not answer within 15 s")
    never = judged(replace(DISK, access=Access.SILENT, identity=None, health=None, read_at=None, baseline=None))
    assert (never.item, never.state) == ("/dev/sda", State.UNKNOWN)


def counting(**counts: int) -> Disk:
    return replace(DISK, health=replace(WELL, counters=replace(CLEAN, **counts)))


def test_well() -> None:
    result = judged(DISK)
    assert (result.item, result.state) == ("WD-1", State.OK)
    assert str(result.summary) == "sda WDC WD40EFRX: passed, 31 °C"
    assert result.summary.zh == "sda WDC WD40EFRX:正常,31 °C"


@pytest.mark.parametrize(
    ("disk", "state", "words"),
    [
        (counting(pending=8), State.CRIT, "8 pending sectors (baseline 0)"),
        (counting(reallocated=1), State.CRIT, "1 reallocated sectors (baseline 0)"),
        (counting(command_timeouts=3), State.OK, "passed, 31 °C, 3 command timeouts as before"),
        (counting(crc_errors=2), State.WARN, "2 CRC errors (baseline 0)"),
        (
            counting(crc_errors=2, pending=1),
            State.CRIT,
            "1 pending sectors (baseline 0), 2 CRC errors (baseline 0)",
        ),
        (replace(DISK, health=replace(WELL, passed=False)), State.CRIT, "says that it is failing"),
        (replace(DISK, health=replace(WELL, failing=("Seek_Time",))), State.CRIT, "Seek_Time below its threshold"),
        (replace(DISK, health=replace(WELL, passed=None)), State.OK, "no verdict of its own, 31 °C"),
        (replace(DISK, health=replace(WELL, smart_enabled=False)), State.WARN, "SMART is switched off"),
        (
            replace(DISK, health=replace(WELL, self_test="Completed: read failure", self_test_passed=False)),
            State.CRIT,
            "self-test: Completed: read failure",
        ),
        (replace(DISK, health=replace(WELL, self_test="Aborted by host")), State.OK, "passed"),
        (replace(DISK, health=replace(WELL, temperature_celsius=54)), State.OK, "54 °C"),
        (replace(DISK, health=replace(WELL, temperature_celsius=55)), State.WARN, "55 °C (warn at 55)"),
        (replace(DISK, health=replace(WELL, temperature_celsius=65)), State.CRIT, "65 °C (crit at 65)"),
        (NVME, State.OK, "passed, 60 °C, 3 % worn"),
        (replace(NVME, health=replace(WELL_NVME, temperature_celsius=70)), State.WARN, "70 °C (warn at 70)"),
        (replace(NVME, health=replace(WELL_NVME, used_percent=80)), State.WARN, "80 % worn (warn at 80 %)"),
        (replace(NVME, health=replace(WELL_NVME, used_percent=117)), State.CRIT, "117 % worn (crit at 90 %)"),
        (replace(NVME, health=replace(WELL_NVME, spare_percent=10)), State.OK, "passed"),
        (replace(NVME, health=replace(WELL_NVME, spare_percent=9)), State.CRIT, "only 9 % spare"),
        (replace(NVME, health=replace(WELL_NVME, critical_warning=0x08)), State.CRIT, "gone read-only"),
        (
            replace(NVME, health=replace(WELL_NVME, counters=Counters(media_errors=2))),
            State.CRIT,
            "2 media errors (baseline 0)",
        ),
    ],
)
def test_states(disk: Disk, state: State, words: str) -> None:
    result = judged(disk)
    assert (result.state, words in result.summary.en) == (state, True), result.summary.en
    assert result.summary.zh != result.summary.en


def test_what_was_counted_when_first_seen_is_no_problem_but_is_told() -> None:
    known = Counters(reallocated=24)
    old = replace(DISK, health=replace(WELL, counters=known), baseline=known)
    assert (judged(old).state, "24 reallocated sectors as before" in str(judged(old).summary)) == (State.OK, True)


def test_one_low_spare_is_told_once() -> None:
    dying = replace(NVME, health=replace(WELL_NVME, spare_percent=4, critical_warning=0x01))
    assert str(judged(dying).summary) == "nvme0 WDC WD40EFRX: spare blocks nearly used up"


def test_a_sleeping_disk_keeps_what_was_wrong_but_not_its_temperature() -> None:
    hot = replace(WELL, temperature_celsius=70)
    asleep = replace(DISK, access=Access.ASLEEP, health=hot, read_at=NOW - 10800.0)
    assert (judged(asleep).state, str(judged(asleep).summary)) == (
        State.OK,
        "sda WDC WD40EFRX: in standby, not woken; 3 h ago: passed, 70 °C",
    )
    assert [(m.name, m.value) for m in judged(asleep).measurements] == [("unread", 10800.0)]
    sick = replace(counting(pending=8), access=Access.ASLEEP, read_at=NOW - 10800.0)
    assert (judged(sick).state, "8 pending sectors" in str(judged(sick).summary)) == (State.CRIT, True)


def test_a_disk_that_sleeps_for_long() -> None:
    asleep = replace(DISK, access=Access.ASLEEP, read_at=NOW - 31 * 86400.0)
    assert (judged(asleep).state, "31 d ago (warn at 30 d)" in str(judged(asleep).summary)) == (State.WARN, True)
    assert judged(asleep, unread=None).state is State.OK


def test_a_sleeping_disk_nobody_ever_read() -> None:
    asleep = Disk("/dev/sdc", "sat", None, Access.ASLEEP)
    assert (judged(asleep).item, judged(asleep).state) == ("/dev/sdc", State.UNKNOWN)


def test_a_disk_that_does_not_answer() -> None:
    dead = Disk("/dev/sdd", "auto", None, Access.FAILED, "INQUIRY failed")
    assert (judged(dead).item, judged(dead).state) == ("/dev/sdd", State.UNKNOWN)
    died = replace(DISK, access=Access.FAILED, error="INQUIRY failed")
    assert (judged(died).item, judged(died).state) == ("WD-1", State.CRIT)
    assert str(judged(died).summary) == "sda WDC WD40EFRX: cannot be read: INQUIRY failed"


def test_a_disk_that_is_gone() -> None:
    (result,) = evaluate(Smart(NOW, (), (DISK,)), DiskHealthParams())
    assert (result.item, result.state, str(result.summary)) == (
        "WD-1",
        State.WARN,
        "sda WDC WD40EFRX: gone, and no new one came",
    )


def test_one_serial_number_on_two_disks() -> None:
    facts = Smart(NOW, (DISK, replace(DISK, place="/dev/sdb", wwid=None)))
    assert [r.item for r in evaluate(facts, DiskHealthParams())] == ["WD-1 /dev/sda", "WD-1 /dev/sdb"]


@pytest.mark.parametrize("pattern", ["WD-?", "WDC *", "/dev/sda"])
def test_ignored(pattern: str) -> None:
    assert list(evaluate(Smart(NOW, (DISK,)), DiskHealthParams(ignore=(pattern,)))) == []


def test_levels_of_ones_own() -> None:
    levels = UpperLevels[float](warn=25, crit=30)
    assert judged(DISK, temperature=levels).state is State.CRIT
    assert judged(DISK, temperature=None).state is State.OK
    worn = replace(NVME, health=replace(WELL_NVME, used_percent=50))
    assert judged(worn, worn=UpperLevels[Percent](warn=50)).state is State.WARN
    assert DiskHealthParams(unread=UpperLevels[Duration](warn="7d")).unread.warn == 7 * 86400


def test_measurements() -> None:
    measured = {m.name: (m.value, m.warn, m.crit) for m in judged(counting(pending=8, crc_errors=1)).measurements}
    assert measured["temperature"] == (31, 55, 65)
    assert measured["pending"] == (8, None, 1)
    assert measured["crc_errors"] == (1, 1, None)
    spare = next(m for m in judged(NVME).measurements if m.name == "spare")
    assert (spare.value, spare.crit, spare.lower) == (1.0, 0.1, True)
