from dataclasses import replace

from checks.contract import State
from checks.hardware_event_log import HardwareEventLogParams, evaluate
from collectors.ipmi_event_log import EventLog, LoggedEvent, compare, parse
from tests.recordings_on_disk import recordings

SEEN = {
    r.system: parse(r.output)
    for r in recordings()
    if r.collector == "ipmi_event_log" and r.system in ("debian-12", "debian-12-faults", "debian-12-full", "supermicro")
}
NOW = 1795291915.0
BOOT = LoggedEvent(1, "11/01/26 08:00:00 UTC", "System Boot Initiated", "Initiated by power up", True, "")
ECC = LoggedEvent(2, "11/21/26 08:13:05 UTC", "Memory ECC Uncorr Err", "Uncorrectable ECC", True, "")
AC_LOST = LoggedEvent(3, "11/21/26 08:14:00 UTC", "Power Supply Status", "Power Supply AC lost", True, "")


def log(*events: LoggedEvent, at: float = NOW, used: float | None = 0.1) -> EventLog:
    return EventLog(at, len(events), used, False, events, ())


def states(facts: EventLog, **params: object) -> dict[str, State]:
    return {r.item: r.state for r in evaluate(facts, HardwareEventLogParams(**params))}


def summary(facts: EventLog, item: str) -> str:
    return next(r.summary.en for r in evaluate(facts, HardwareEventLogParams()) if r.item == item)


def test_the_first_look_takes_the_day_before_it_for_new() -> None:
    assert states(SEEN["debian-12-faults"]) == {
        "log": State.OK,
        "Memory #0xc1": State.WARN,
        "Memory ECC Uncorr Err": State.CRIT,
        "Temperature Inlet Temp": State.WARN,  # the critical limit was left again, the other one was not
        "Fan Fan2 RPM": State.CRIT,
        "Physical Security Intrusion": State.WARN,
        "Drive Slot / Bay Drive 1": State.CRIT,
        "Power Supply PS Redundancy": State.WARN,
    }
    assert states(SEEN["debian-12"]) == {"log": State.OK}


def test_what_ended_is_no_longer_a_problem() -> None:
    found = {r.item: r for r in evaluate(SEEN["supermicro"], HardwareEventLogParams())}
    assert found["Fan FAN4"].state is State.OK
    assert found["Fan FAN4"].summary.en.endswith("; it has ended")
    assert found["Fan FAN4"].summary.zh.endswith(";已解除")
    assert found["Memory"].state is State.WARN
    assert found["log"].state is State.WARN  # entries were lost


def test_old_entries_are_no_news_and_new_ones_are() -> None:
    first = log(BOOT)
    second = compare(first, log(BOOT, ECC, at=NOW + 900))
    assert states(first) == {"log": State.OK}
    assert states(second) == {"log": State.OK, "Memory ECC Uncorr Err": State.CRIT}
    assert summary(second, "Memory ECC Uncorr Err") == "Uncorrectable ECC, 11/21/26 08:13:05 UTC"
    third = compare(second, log(BOOT, ECC, at=NOW + 900 + 86400))
    assert states(third) == {"log": State.OK}
    assert states(third, shown_for="7d")["Memory ECC Uncorr Err"] is State.CRIT


def test_an_end_that_comes_looks_later() -> None:
    lost = compare(log(BOOT), log(BOOT, AC_LOST))
    assert states(lost)["Power Supply Status"] is State.CRIT
    back = compare(lost, log(BOOT, AC_LOST, replace(AC_LOST, record=4, asserted=False), at=NOW + 900))
    assert states(back)["Power Supply Status"] is State.OK


def test_a_part_taken_out() -> None:
    out = LoggedEvent(5, "11/21/26 08:14:00 UTC", "Power Supply Status", "Presence detected", False, "")
    gone = compare(log(BOOT), log(BOOT, out))
    assert states(gone)["Power Supply Status"] is State.WARN
    assert summary(gone, "Power Supply Status") == "Presence detected deasserted, 11/21/26 08:14:00 UTC"
    back = compare(gone, log(BOOT, out, replace(out, record=6, asserted=True)))
    assert states(back).get("Power Supply Status", State.OK) is State.OK


def test_a_cleared_log_forgets_nothing_that_was_seen() -> None:
    lost = compare(log(BOOT), log(BOOT, ECC))
    assert states(compare(lost, log(at=NOW + 900)))["Memory ECC Uncorr Err"] is State.CRIT


def test_many_entries_of_one_part() -> None:
    again = tuple(replace(ECC, record=number) for number in (2, 3, 4))
    assert summary(compare(log(BOOT), log(BOOT, *again)), "Memory ECC Uncorr Err").endswith(", 3 entries")


def test_how_full_it_is() -> None:
    assert states(log(used=0.79)) == {"log": State.OK}
    assert states(log(used=0.8)) == {"log": State.WARN}
    assert states(log(used=0.95)) == {"log": State.CRIT}
    assert states(log(used=0.95), used_percent=None) == {"log": State.OK}
    assert states(log(used=None)) == {"log": State.OK}
    full = summary(SEEN["debian-12-full"], "log")
    assert full == "100 % full (crit at 95 %), 64 entries, 0 of them new; entries were lost because it was full"


def test_ignored() -> None:
    assert "Physical Security Intrusion" not in states(SEEN["debian-12-faults"], ignore=("Physical*",))
