"""Whether network cards are as fast as they were, full duplex, and keep their link.

Item        the interface; virtual cards tell no speed and are left out, those without a link too (see network_link)
State       WARN when slower than `expected`, or else than it ever was; WARN at half duplex; WARN or CRIT when the link
            changed `flaps` times within an hour
Why         a bad cable or port falls back to a tenth of the speed, and everything is merely slow; a link that flaps
            breaks connections and moves addresses between switches
What to do  ethtool IFACE; ethtool -S IFACE | grep -i err; change cable or transceiver, look at the port of the switch;
            rounds relearn HOST network_links when it is meant to be slower now
Manual      2.6 network ports; form 8.6
"""

from collections.abc import Iterator, Mapping

from pydantic import Field, PositiveInt

from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text, Unit, UpperLevels
from checks.contract.patterns import matches_any
from checks.contract.threshold import crossed
from collectors import network_links
from collectors.growth import grown_within
from collectors.network_links import Link, NetworkLinks

HOUR = 3600.0
_BYTES = 125_000
"""Bytes per second in one Mbit/s."""


class LinkSpeedParams(Params):
    """Parameters of link_speed."""

    retries: int = Field(
        2, ge=1, le=100, description="how many looks in a row must agree; fewer than usual, since they are 5 min apart"
    )
    expected: Mapping[str, PositiveInt] = Field(
        {}, description="Mbit/s by interface, such as {eth0: 10000}; without: the best speed seen so far"
    )
    flaps: UpperLevels[int] = Field(
        UpperLevels[int](warn=4, crit=20), description="changes of the link within an hour; down and up are two"
    )
    ignore: tuple[str, ...] = Field((), description="interfaces not looked at, as patterns such as ['usb*']")


def evaluate(facts: NetworkLinks, params: LinkSpeedParams) -> Iterator[Result]:
    """One result per card with a link, and per card that flaps."""
    for link in facts.links:
        if matches_any(params.ignore, link.name):
            continue
        flaps = grown_within(link.flaps, facts.clock_seconds, HOUR)
        if link.megabits_per_second is not None or params.flaps.judge(flaps) is not State.OK:
            yield _judge(link, flaps, params)


def _judge(link: Link, flaps: int, params: LinkSpeedParams) -> Result:
    state, (en, zh) = State.OK, _shown(link)
    speed = link.megabits_per_second
    wanted = params.expected.get(link.name, link.fastest)
    if speed is not None and wanted is not None and speed < wanted:
        state = State.WARN
        best = _speed(wanted)
        of = ("expected", "应为") if link.name in params.expected else ("was", "曾为")
        en, zh = f"{en} ({of[0]} {best})", f"{zh}({of[1]} {best})"
    if link.duplex == "half":
        state = State.WARN
    flapping = params.flaps.judge(flaps)
    if flapping is not State.OK:
        state = max(state, flapping)
        level = crossed(params.flaps, flapping)
        en, zh = f"{en}; link changed {flaps} times in 1 h{level.en}", f"{zh};1 小时内链路变化 {flaps} 次{level.zh}"
    measurements = [Measurement("link_changes", flaps, warn=params.flaps.warn, crit=params.flaps.crit)]
    if speed is not None:
        least = None if wanted is None else wanted * _BYTES
        measurements.append(Measurement("bytes", speed * _BYTES, Unit.PER_SECOND, warn=least, lower=True))
    return Result(link.name, state, Text(en=en, zh=zh), tuple(measurements))


def _shown(link: Link) -> tuple[str, str]:
    if link.megabits_per_second is None:
        return "no link now", "当前无链路"
    speed = _speed(link.megabits_per_second)
    en, zh = {"half": (", half duplex", ",半双工"), "full": (", full duplex", ",全双工")}.get(
        link.duplex or "", ("", "")
    )
    return f"{speed}{en}", f"{speed}{zh}"


def _speed(megabits: int) -> str:
    return f"{megabits / 1000:g} Gbit/s" if megabits >= 1000 else f"{megabits} Mbit/s"


CHECK = Check(
    reads=network_links.COLLECTOR,
    params=LinkSpeedParams,
    evaluate=evaluate,
    title=Text(en="Link speed", zh="网口速率"),
    layer=Layer.NETWORK,
    section=Section.HARDWARE,
)
