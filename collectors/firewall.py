"""The host's firewall: whether it refuses what no rule names, how many rules it has, and whether they changed."""

# The rules stay on the host, which tells:
#   ipv6 global
#   enabled nftables
#   == nft
#   input inet filter/input drop       (what happens to a packet that no rule names)
#   rules 1 3 12                       (tables, chains, rules)
#   3b1f...e2  -                       (SHA-256 of the rules without their counters)
#   == end 0
# Without nft: `== iptables` and `== ip6tables`; and `== iptables-legacy` where the kernel's older tables are used.

from collections.abc import Iterable
from dataclasses import dataclass, replace

from collectors.contract import Collector, Entry, Kind, NoPermission, UnreadableOutput
from collectors.contract.reading import refuse_denied
from collectors.netfilter import OF_IPTABLES, OF_NFT, InputChain, Ruleset, ruleset_of

# iptables of old makes its tables when it is asked for them: it is not, while there are none.
PROBE = r"""
while read -r address index length scope flags device; do
  [ "$scope" != 00 ] || [ "$device" = lo ] || { echo "ipv6 global"; break; }
done 2>/dev/null </proc/net/if_inet6
[ ! -d /run/systemd/system ] || systemctl list-unit-files --no-legend --no-pager --state=enabled 2>/dev/null |
  while read -r unit rest; do
    case $unit in ufw.service) grep -qi '^ENABLED=yes' /etc/ufw/ufw.conf 2>/dev/null || continue ;; esac
    case ${unit%.service} in
      ferm | firewalld | ip6tables | iptables | netfilter-persistent | nftables | shorewall | shorewall6 | ufw)
        echo "enabled ${unit%.service}" ;;
    esac
  done
zone=$(sed -n 's/^DefaultZone=//p' /etc/firewalld/firewalld.conf 2>/dev/null)
[ -z "$zone" ] || echo "zone $zone"
asked() { echo "== $1"; shift; { as_root "$@" 2>&1 || echo "== failed $?"; } | awk -v family="$family" "$reduce"; }
of_nft='@NFT@'
of_iptables='@IPTABLES@'
if command -v nft >/dev/null; then
  reduce=$of_nft; asked nft nft list ruleset
fi
reduce=$of_iptables
for family in ip ip6; do
  case $family in ip) tool=iptables ;; *) tool=ip6tables ;; esac
  case $($tool -V 2>/dev/null) in
    *nf_tables*) command -v nft >/dev/null || asked $tool $tool -S; old=$tool-legacy ;;
    *) old=$tool ;;
  esac
  command -v $old >/dev/null && [ -e /proc/net/${family}_tables_names ] || continue
  names=$(as_root cat /proc/net/${family}_tables_names)
  case $names in
    *"== denied"*) printf '%s\n' "$names" ;;
    *filter*) asked $tool-legacy $old -S ;;
  esac
done
echo "== end"
"""
PROBE = PROBE.replace("@NFT@", OF_NFT).replace("@IPTABLES@", OF_IPTABLES)


@dataclass(frozen=True, slots=True)
class Firewall:
    """What netfilter holds. `managers` are the services that load rules at boot, `zone` firewalld's default zone.

    `global_ipv6` is whether the host has an IPv6 address that others can reach. `first` are the rulesets seen first;
    None on the first look.
    """

    rulesets: tuple[Ruleset, ...]
    managers: tuple[str, ...]
    zone: str | None
    global_ipv6: bool
    first: tuple[Ruleset, ...] | None = None

    def inputs(self, family: str) -> tuple[InputChain, ...]:
        """The chains that packets of `ip` or `ip6` for this host pass."""
        return tuple(one for rules in self.rulesets for one in rules.inputs if one.family in (family, "inet"))


def parse(output: str) -> Firewall:
    """Raises `UnreadableOutput`, `NoPermission`."""
    refuse_denied(output)
    head, *parts = f"\n{output}".split("\n== ")
    if not parts or parts[-1].strip() != "end":
        raise UnreadableOutput("the end of what the firewall tells", output.rstrip("\n").rpartition("\n")[2])
    rulesets, failed = [], ""
    for number, part in enumerate(parts[:-1]):
        name, _, text = part.partition("\n")
        if name.startswith("failed "):
            continue
        if parts[number + 1].startswith("failed "):
            failed = parts[number + 1].partition("\n")[0].removeprefix("failed ")
        else:
            rulesets.append(ruleset_of(name.strip(), text))
    if "not permitted" in failed or "Permission denied" in failed:
        raise NoPermission("the kernel does not show its rules to this container: grant it CAP_NET_ADMIN")
    if failed:
        raise UnreadableOutput("what a tool of netfilter tells", failed)
    lines = [line.partition(" ") for line in head.split("\n")]
    return Firewall(
        rulesets=tuple(rulesets),
        managers=tuple(value for key, _, value in lines if key == "enabled"),
        zone=next((value for key, _, value in lines if key == "zone"), None),
        global_ipv6=any(key == "ipv6" for key, _, _ in lines),
    )


def compare(previous: Firewall, current: Firewall) -> Firewall:
    """Carry on what was seen first."""
    return replace(current, first=previous.rulesets if previous.first is None else previous.first)


def inventory(firewall: Firewall) -> Iterable[Entry]:
    """The policy and size of each ruleset."""
    for rules in firewall.rulesets:
        inputs = ", ".join(f"{one.family} {'refused' if one.refuses else 'accepted'}" for one in rules.inputs)
        size = f"{rules.rules} rules in {rules.chains} chains"
        told = f"{size}, input {inputs or '-'}, sha256 {(rules.fingerprint or '-')[:12]}"
        yield Entry(Kind.ACCESS, f"firewall {rules.tool}", told[:200])


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    every_seconds=900,
    timeout_seconds=30,
    compare=compare,
    inventory=inventory,
    keep_facts=True,
    root_commands=(
        *("nft list ruleset", "iptables -S", "ip6tables -S", "iptables-legacy -S", "ip6tables-legacy -S"),
        *("cat /proc/net/ip_tables_names", "cat /proc/net/ip6_tables_names"),
    ),
)
