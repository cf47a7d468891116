"""How bad the words are that a management controller (BMC) has for states and events."""

import re

from checks.contract import State

# The first that is found in the words decides. The words are those of the IPMI specification as ipmitool has them, and
# mean the same for the state of a sensor and for an entry of the event log.
_WORDS = (
    (State.OK, r"deasserted$|not exceeded$|transition to ok$|fully redundant$|performance met$"),
    # A threshold is crossed at "Upper ... going high" or "Lower ... going low"; the other way it is left again.
    (State.OK, r"^upper .*going low|^lower .*going high"),
    (State.WARN, r"\bnon-critical|but present$"),
    (State.CRIT, r"\bcritical\b(?! array)|non-recoverable|unrecoverable|fatal|insufficient resources"),
    (State.WARN, r"\bcorrectable|predictive failure|in critical array|redundancy|non-redundant"),
    (State.CRIT, r"uncorrectable|\bparity\b(?! check)|machine check|\bierr\b|thermal trip|\bfrb[123]|overtemperature"),
    (State.CRIT, r"failure|\bfailed\b|fault|\bac lost|out-of-range|memory device disabled|no usable|mismatch"),
    (State.CRIT, r"\bnmi\b|\b[ps]err\b|bus timeout|\bpower down$|corruption|controller unavailable"),
    (State.CRIT, r"config(uration)? error"),
    (State.WARN, r"intrusion|violation|unplugged|limit exceeded|performance lags|throttled|degraded|\berror\b"),
    (State.WARN, r"\binactive|log (almost )?full|logging disabled|\brebuild|off.line|^disabled$|^low$|aborted"),
    (State.WARN, r"timer expired|^hard reset$|not responding|heartbeat lost|incompatib|unsupported|no bootable"),
)
_BAD_NAME = re.compile(r"fail|fault|\berr|error|missing|overheat|prochot|mismatch", re.IGNORECASE)


def judge_words(words: str, sensor: str = "") -> State:
    """OK, WARN or CRIT for the words of a state or an event of `sensor`; what is not known is no problem.

    `State Asserted` means what the sensor's name says: nothing bad, unless that names a fault.
    """
    lowered = words.casefold().strip()
    if lowered == "state asserted":
        return State.WARN if _BAD_NAME.search(sensor) else State.OK
    found = next((state for state, pattern in _WORDS if re.search(pattern, lowered)), State.OK)
    return max(found, State.WARN) if sensor.startswith("System Firmware Error") else found
