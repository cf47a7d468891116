import pytest

from checks.contract import State
from checks.hardware_words import judge_words

OK, WARN, CRIT = State.OK, State.WARN, State.CRIT


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("Presence detected", OK),
        ("Upper Critical going high", CRIT),
        ("Upper Critical going low ", OK),
        ("Lower Critical going low ", CRIT),
        ("Lower Non-critical going low ", WARN),
        ("Upper Non-recoverable going high", CRIT),
        ("Lower Non-critical going high", OK),
        ("Predictive Failure Deasserted", OK),
        ("Predictive Failure Asserted", WARN),
        ("Predictive failure", WARN),
        ("Limit Not Exceeded", OK),
        ("Limit Exceeded", WARN),
        ("Transition to OK", OK),
        ("Transition to Non-critical from more severe", WARN),
        ("Transition to Critical from less severe", CRIT),
        ("Fully Redundant", OK),
        ("Redundancy Lost", WARN),
        ("Non-Redundant: Sufficient from Redundant", WARN),
        ("Non-Redundant: Insufficient Resources", CRIT),
        ("Failure detected", CRIT),
        ("Power Supply AC lost", CRIT),
        ("AC lost or out-of-range", CRIT),
        ("AC out-of-range, but present", WARN),
        ("Power Supply Inactive", WARN),
        ("Correctable ECC", WARN),
        ("Uncorrectable ECC", CRIT),
        ("Correctable ECC logging limit reached", WARN),
        ("Bus Correctable error", WARN),
        ("Bus Uncorrectable error", CRIT),
        ("Memory Scrub Failed", CRIT),
        ("Memory Device Disabled", CRIT),
        ("Critical Overtemperature", CRIT),
        ("Drive Present", OK),
        ("Drive Fault", CRIT),
        ("In Critical Array", WARN),
        ("In Failed Array", CRIT),
        ("Parity", CRIT),
        ("Parity Check In Progress", OK),
        ("Rebuild In Progress", WARN),
        ("IERR", CRIT),
        ("FRB2/Hang in POST failure", CRIT),
        ("Correctable machine check error", WARN),
        ("Uncorrectable machine check exception", CRIT),
        ("PCI SERR", CRIT),
        ("Fatal NMI", CRIT),
        ("General Chassis intrusion", WARN),
        ("System unplugged from LAN", WARN),
        ("Low", WARN),
        ("Failed", CRIT),
        ("Disabled", WARN),
        ("Log area reset/cleared", OK),
        ("Log almost full", WARN),
        ("Timestamp Clock Sync", OK),
        ("Power off/down", OK),
        ("Power Button pressed", OK),
        ("Initiated by hard reset", OK),
        ("OS initiated hard reset", OK),
        ("Hard reset", WARN),
        ("S0/G0: working", OK),
        ("A: boot completed", OK),
        ("Undetermined system hardware failure", CRIT),
        ("Run-time critical stop", CRIT),
        ("Error during system startup", WARN),
        ("Thermal Trip", CRIT),
        ("Throttled", WARN),
        ("Transition to Running", OK),
        ("Transition to Degraded", WARN),
        ("Configuration Error", CRIT),
        ("", OK),
        ("a word that no specification has", OK),
    ],
)
def test_words_of_the_specification(words: str, state: State) -> None:
    assert judge_words(words) is state


def test_what_the_firmware_calls_an_error_is_one() -> None:
    assert judge_words("Unspecified", "System Firmware Error") is WARN
    assert judge_words("No usable system memory", "System Firmware Error #0x11") is CRIT
    assert judge_words("Unspecified", "System Firmware Progress") is OK
