"""Uninterruptible power supplies that this host watches with NUT or apcupsd.

== server
== list
rack1
== ups rack1
Init SSL without certificate database
battery.charge: 88
battery.runtime: 1980
ups.load: 23.1
ups.status: OB DISCHRG
"""

from dataclasses import dataclass, replace

from collectors.contract import Collector, NotApplicable, UnreadableOutput
from collectors.contract.reading import blocks
from collectors.ups_status import Ups, of_apcupsd, of_nut

# Arguments: UPSes of other hosts, as NAME@HOST. Standard error is wanted: what is silent says there why.
PROBE = """\
found=
if command -v upsc >/dev/null 2>&1; then
  found=1
  { command -v upsd || [ -x /lib/nut/upsd ] || [ -x /usr/lib/nut/upsd ]; } >/dev/null 2>&1 && echo '== server'
  echo '== list'
  list=$(upsc -l 2>/dev/null) && echo "$list" || { list=; upsc -l 2>&1; }
  asked=' '
  for ups in $list "$@"; do
    case $asked in *" $ups "*) continue ;; esac
    asked="$asked$ups "
    echo "== ups $ups"; upsc "$ups" 2>&1
  done
fi
if command -v apcaccess >/dev/null 2>&1; then
  found=1; echo '== apcaccess'; apcaccess 2>&1
fi
[ "$found" ] || echo '== none'
return 0
"""


@dataclass(frozen=True, slots=True)
class UpsState:
    """The UPSes. `server_silence` is why NUT's server on this host does not answer; "" where it does or is not."""

    supplies: tuple[Ups, ...]
    server_silence: str


def parse(output: str) -> UpsState:
    """Raises `UnreadableOutput`, `NotApplicable` (no UPS software, or no UPS it knows)."""
    parts = blocks(output)
    if "none" in parts:
        raise NotApplicable("no UPS is watched here: neither NUT's upsc nor apcupsd's apcaccess")
    if "list" not in parts and "apcaccess" not in parts:
        raise UnreadableOutput("what upsc or apcaccess printed", output.partition("\n")[0])
    supplies = [
        of_nut(name.removeprefix("ups "), text)
        for name, text in parts.items()
        if name.startswith("ups ") and name != "ups "
    ]
    if "apcaccess" in parts:
        own = of_apcupsd(parts["apcaccess"])
        taken = own.name in {supply.name for supply in supplies}
        supplies.append(replace(own, name=f"{own.name} (apcupsd)") if taken else own)
    silence = next(
        (x.removeprefix("Error: ") for x in parts.get("list", "").split("\n") if x.startswith("Error: ")), ""
    )
    if not supplies and "server" not in parts:
        raise NotApplicable("NUT's client is here but no server; name UPSes of other hosts under `ups.ask`")
    if not supplies and not silence:
        raise NotApplicable("NUT's server runs here, but knows no UPS")
    return UpsState(tuple(supplies), silence if "server" in parts else "")


def compare(previous: UpsState, current: UpsState) -> UpsState:
    """The current facts with the UPSes that a silent server no longer tells of."""
    if not current.server_silence:
        return current
    now = {ups.name for ups in current.supplies}
    lost = [Ups(ups.name, current.server_silence, ups.model) for ups in previous.supplies if ups.name not in now]
    return replace(current, supplies=(*current.supplies, *lost))


COLLECTOR = Collector(probe=PROBE, parse=parse, every_seconds=120, timeout_seconds=20, compare=compare, keep_facts=True)
