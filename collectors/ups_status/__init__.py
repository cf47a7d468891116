"""One uninterruptible power supply, as NUT's upsc or apcupsd's apcaccess describes it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NUMBER = re.compile(r"(-?[0-9]{1,9}(?:\.[0-9]{1,9})?)(?: (Percent|Minutes|Seconds|C)\b.*)?")
_FLAGS = {
    "ONLINE": "OL",
    "ONBATT": "OB",
    "LOWBATT": "LB",
    "REPLACEBATT": "RB",
    "NOBATT": "RB",
    "OVERLOAD": "OVER",
    "SHUTTING": "FSD",
    "BOOST": "BOOST",
    "TRIM": "TRIM",
    "CAL": "CAL",
    "SELFTEST": "TEST",
}
"""apcupsd's words for NUT's."""


@dataclass(frozen=True, slots=True)
class Ups:
    """A UPS. `flags` are NUT's: OL on line, OB on battery, LB low battery, RB replace battery, OVER, BYPASS, FSD ...

    `silence` says why nothing is known of it: its driver or server does not answer; "" when it does. Ratios are of 1.
    None: this UPS does not tell.
    """

    name: str
    silence: str = ""
    model: str | None = None
    flags: tuple[str, ...] = ()
    charge_ratio: float | None = None
    runtime_seconds: float | None = None
    load_ratio: float | None = None
    celsius: float | None = None
    alarm: str | None = None


def of_nut(name: str, text: str) -> Ups:
    """From what `upsc NAME` printed, errors with it."""
    known = dict(_values(text, ": "))
    if not known.get("ups.status"):
        found = re.search(r"^Error: (.+)$", text, re.MULTILINE)
        return Ups(name, silence=found[1].strip() if found else "it tells no status")
    return Ups(
        name=name,
        model=known.get("device.model") or known.get("ups.model"),
        flags=tuple(dict.fromkeys(known["ups.status"].split())),
        charge_ratio=_scaled(known.get("battery.charge"), 0.01),
        runtime_seconds=_scaled(known.get("battery.runtime"), 1),
        load_ratio=_scaled(known.get("ups.load"), 0.01),
        celsius=_scaled(known.get("ups.temperature"), 1),
        alarm=known.get("ups.alarm"),
    )


def of_apcupsd(text: str) -> Ups:
    """From what `apcaccess` printed, errors with it."""
    known = dict(_values(text, ":"))
    name, words = known.get("UPSNAME") or "apcupsd", known.get("STATUS", "").split()
    if not words:
        return Ups(name, silence=text.strip().partition("\n")[0] or "apcaccess printed nothing")
    if "COMMLOST" in words:
        return Ups(name, silence="apcupsd has lost it (COMMLOST)", model=known.get("MODEL"))
    minutes = _scaled(known.get("TIMELEFT"), 60)
    return Ups(
        name=name,
        model=known.get("MODEL"),
        flags=tuple(dict.fromkeys(_FLAGS[word] for word in words if word in _FLAGS)),
        charge_ratio=_scaled(known.get("BCHARGE"), 0.01),
        runtime_seconds=minutes,
        load_ratio=_scaled(known.get("LOADPCT"), 0.01),
        celsius=_scaled(known.get("ITEMP"), 1),
    )


def _values(text: str, separator: str) -> Iterator[tuple[str, str]]:
    for line in text.split("\n"):
        key, found, value = line.partition(separator)
        if found and not key.startswith("Error"):
            yield key.strip(), value.strip()


def _scaled(value: str | None, factor: float) -> float | None:
    """A number with or without its unit; None for `N/A` and what else is none."""
    found = _NUMBER.fullmatch(value or "")
    return None if found is None else float(found[1]) * factor
