"""Addresses, routes and name servers of a host: those that stay, not what containers and leases bring and take."""

# == addresses
# 2: eth0    inet 192.0.2.10/24 brd 192.0.2.255 scope global eth0\       valid_lft forever preferred_lft forever
# == routes
# default via 192.0.2.1 dev eth0 proto static metric 100
# == macs
# eth0 02:00:5e:10:00:10
# == names
# /etc/resolv.conf nameserver 127.0.0.53
# /run/systemd/resolve/resolv.conf nameserver 192.0.2.53
# /etc/hosts 192.0.2.20 db-01.example.org db-01

from collections.abc import Iterator
from dataclasses import dataclass

from collectors.contract import Collector, Entry, Kind, UnreadableOutput
from collectors.contract.reading import blocks
from collectors.inventoried import entries
from collectors.routing import Address, Route, addresses, routes

# A card's own address, not the one it was given: all cards in a bond share that. Of a list of blocked names, which
# some keep in /etc/hosts, the first thousand lines are looked at.
PROBE = r"""
echo "== addresses"
ip -o addr show
echo "== routes"
ip -o -4 route show; ip -o -6 route show
echo "== macs"
{
  for folder in /sys/class/net/*; do
    [ -e "$folder/device" ] || continue
    mac=; kind=0; read -r kind <"$folder/addr_assign_type"
    if [ -r "$folder/bonding_slave/perm_hwaddr" ]; then read -r mac <"$folder/bonding_slave/perm_hwaddr"
    elif [ "$kind" = 0 ]; then read -r mac <"$folder/address"
    fi
    [ -z "$mac" ] || echo "${folder##*/} $mac"
  done
} 2>/dev/null
echo "== names"
set --
for file in /etc/resolv.conf /run/systemd/resolve/resolv.conf /etc/hosts; do
  [ ! -r "$file" ] || set -- "$@" "$file"
done
[ $# = 0 ] || awk '
  { sub(/[#;].*/, "") }
  FILENAME ~ /hosts$/ { if (NF > 1 && lines++ < 1000) { $1 = $1; print FILENAME, $0 }; next }
  $1 ~ /^(nameserver|search|domain)$/ { $1 = $1; print FILENAME, $0 }' "$@"
:
"""

_RESOLVED = "/run/systemd/resolve/resolv.conf"
_STUBS = ("127.0.0.53", "127.0.0.54")
_MOST_HOSTS = 200  # lines of /etc/hosts that are told one by one


@dataclass(frozen=True, slots=True)
class NetworkAddresses:
    """What a host is called by, and where it sends what it has to say. Names of `hosts` are as /etc/hosts has them."""

    addresses: tuple[Address, ...]
    routes: tuple[Route, ...]
    macs: tuple[tuple[str, str], ...]
    name_servers: tuple[str, ...]
    search_domains: tuple[str, ...]
    hosts: tuple[tuple[str, str], ...]


def parse(output: str) -> NetworkAddresses:
    """Raises `UnreadableOutput`."""
    parts = blocks(output, "addresses", "routes", "macs", "names")
    resolvers: dict[str, list[str]] = {}
    searched: dict[str, list[str]] = {}
    hosts: list[tuple[str, str]] = []
    for line in parts["names"].split("\n"):
        if not line:
            continue
        path, word, *rest = [*line.split(), "", ""]
        if path == "/etc/hosts":
            hosts.append((word, " ".join(rest).strip()))
        elif word == "nameserver":
            resolvers.setdefault(path, []).append(rest[0])
        elif word in ("search", "domain"):
            searched[path] = [name for name in rest if name]
        else:
            raise UnreadableOutput("a line of resolv.conf or hosts", line)
    # Behind the stub of systemd-resolved are those that it asks.
    asked = resolvers.get("/etc/resolv.conf", [])
    source = _RESOLVED if set(asked) & set(_STUBS) and resolvers.get(_RESOLVED) else "/etc/resolv.conf"
    return NetworkAddresses(
        addresses=tuple(addresses(parts["addresses"])),
        routes=tuple(routes(parts["routes"])),
        macs=tuple(_mac(line) for line in parts["macs"].split("\n") if line),
        name_servers=tuple(resolvers.get(source, ())),
        search_domains=tuple(searched.get(source, ())),
        hosts=tuple(hosts),
    )


def _mac(line: str) -> tuple[str, str]:
    interface, _, mac = line.partition(" ")
    return interface, mac.strip()


def inventory(facts: NetworkAddresses) -> Iterator[Entry]:
    """Each address with its interface, routes that somebody set, cards, name servers, and the lines of /etc/hosts."""
    things = [(one.address, one.interface) for one in facts.addresses if one.stays]
    things += [(f"route {one.destination}", one.way) for one in facts.routes if one.stays]
    things += [(f"card {interface}", mac) for interface, mac in facts.macs]
    things += [("name servers", " ".join(facts.name_servers))] if facts.name_servers else []
    things += [("search domains", " ".join(facts.search_domains))] if facts.search_domains else []
    things += [(f"hosts {address}", names) for address, names in facts.hosts[:_MOST_HOSTS]]
    if len(facts.hosts) > _MOST_HOSTS:
        things.append(("hosts", f"more than {_MOST_HOSTS} lines"))
    yield from entries(Kind.ADDRESS, things)


COLLECTOR = Collector(
    probe=PROBE, parse=parse, needs_command="ip", every_seconds=3600, timeout_seconds=20, inventory=inventory
)
