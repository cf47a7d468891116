from dataclasses import replace

from checks.contract import State
from checks.hardware_identity import HardwareIdentityParams, evaluate
from collectors.hardware_identity import parse
from collectors.machine import HardwareIdentity, with_changes
from tests.recordings_on_disk import recordings

SEEN = {
    r.system: parse(r.output)
    for r in recordings()
    if r.collector == "hardware_identity" and r.system != "debian-12-no-dmi"
}
DAY = 86400.0
FIRST = SEEN["debian-12"]
LATER = replace(FIRST, clock_seconds=FIRST.clock_seconds + 3600)


def told(facts: HardwareIdentity, **params: object) -> dict[str, tuple[State, str]]:
    return {r.item: (r.state, r.summary.en) for r in evaluate(facts, HardwareIdentityParams(**params))}


def test_what_it_is() -> None:
    assert told(FIRST) == {
        "machine": (State.OK, "Dell Inc. PowerEdge R740"),
        "firmware": (State.OK, "Dell Inc. 2.19.1, 06/13/2024"),
        "serial": (State.OK, "ABC1234"),
    }
    assert told(SEEN["raspberry-pi"]) == {
        "machine": (State.OK, "Raspberry Pi 4 Model B Rev 1.4"),
        "serial": (State.OK, "10000000abcdef01"),
    }
    assert set(told(SEEN["debian-13-virtual-machine"])) == {"machine", "firmware"}


def test_without_root_the_serial_number_is_not_judged_and_said_so() -> None:
    found = told(SEEN["debian-12-not-root"])
    assert found["machine"] == (State.OK, "Dell Inc. PowerEdge R740; its serial number is told to root only")
    assert "serial" not in found
    expected = told(SEEN["debian-12-not-root"], serial="ABC1234")["serial"]
    assert expected == (State.UNKNOWN, "is told to root only (expected ABC1234)")


def test_a_board_that_was_swapped() -> None:
    swapped = with_changes(FIRST, replace(LATER, board_serial=".NEW."))
    words = "ABC1234; board's serial number .NEW., was .ABC1234.CNIVC0012345."
    assert told(swapped)["serial"] == (State.WARN, words)
    week_later = with_changes(
        swapped, replace(LATER, board_serial=".NEW.", clock_seconds=LATER.clock_seconds + 7 * DAY)
    )
    assert told(week_later)["serial"][0] is State.OK
    assert told(week_later, shown_for="30d")["serial"][0] is State.WARN


def test_another_machine() -> None:
    other = told(with_changes(FIRST, replace(LATER, model="PowerEdge R750", serial="XYZ9876")))
    assert other["machine"] == (State.WARN, "Dell Inc. PowerEdge R750 (was Dell Inc. PowerEdge R740)")
    assert other["serial"] == (State.WARN, "XYZ9876; serial number XYZ9876, was ABC1234")


def test_new_firmware_is_told() -> None:
    updated = with_changes(FIRST, replace(LATER, firmware="Dell Inc. 2.20.0", firmware_date="01/02/2026"))
    words = "Dell Inc. 2.20.0, 01/02/2026 (was Dell Inc. 2.19.1 06/13/2024)"
    assert told(updated)["firmware"] == (State.OK, words)
    assert told(updated, firmware_change="warn")["firmware"] == (State.WARN, words)


def test_an_expected_serial_number() -> None:
    assert told(FIRST, serial="ABC1234")["serial"] == (State.OK, "ABC1234")
    assert told(FIRST, serial="OTHER")["serial"] == (State.WARN, "ABC1234 (expected OTHER)")
    assert told(SEEN["no-serials"], serial="OTHER")["serial"] == (State.UNKNOWN, "is none (expected OTHER)")
