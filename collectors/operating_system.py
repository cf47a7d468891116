"""Which machine this is, and which system and kernel it runs.

hostname web-01
domainname (none)
kernel Linux
release 6.1.0-27-amd64
version #1 SMP PREEMPT_DYNAMIC Debian 6.1.115-1 (2024-11-01)
machine_id 4c1f0e9b8d7a4b6f9a3e2d1c0b5a6978
asked_at 1763742723.000
architecture x86_64
virtualisation kvm
== os-release
PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
VERSION_ID="12"
ID=debian
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass, replace

from collectors.contract import Collector, Entry, Kind, Sample, UnreadableOutput
from collectors.contract.reading import blocks, decimal_number, pairs
from collectors.inventoried import entries
from collectors.os_release import Release, parse_release, release_samples

PROBE = """\
{
  for id_file in /etc/machine-id /var/lib/dbus/machine-id; do
    machine_id=; read -r machine_id <"$id_file"; [ -z "$machine_id" ] || break
  done
  cd /proc/sys/kernel
  read -r hostname <hostname; read -r domainname <domainname
  read -r ostype <ostype; read -r osrelease <osrelease; read -r version <version
} 2>/dev/null
echo "hostname $hostname"
echo "domainname $domainname"
echo "kernel $ostype"
echo "release $osrelease"
echo "version $version"
echo "machine_id $machine_id"
echo "asked_at $sent_at"
echo "architecture $(uname -m)"
if command -v systemd-detect-virt >/dev/null; then
  echo "virtualisation $(systemd-detect-virt)"
fi
echo "== os-release"
for release_file in /etc/os-release /usr/lib/os-release; do
  [ ! -r "$release_file" ] || exec cat "$release_file"
done
"""

REMEMBERED = 20
"""How many changes of identity are carried from look to look."""


@dataclass(frozen=True, slots=True)
class IdentityChange:
    """A look that found another machine than the look before; `what` is `hostname` or `machine`."""

    what: str
    before: str
    after: str
    seen_at: float


@dataclass(frozen=True, slots=True)
class OperatingSystem:
    """A host's identity. `asked_at` is the agent's clock in epoch seconds.

    `machine` is derived from the machine-id, which systemd asks to keep confidential: the same for the
    same installation, and of no use elsewhere. `virtualisation` is systemd's word, such as `kvm` or `none`.
    Both are None where the host does not know. `release` is None where there is no os-release.
    `changes` are the latest changes of identity, oldest first.
    """

    hostname: str
    domain_name: str
    kernel: str
    kernel_release: str
    kernel_version: str
    architecture: str
    machine: str | None
    virtualisation: str | None
    release: Release | None
    asked_at: float
    changes: tuple[IdentityChange, ...] = ()


def parse(output: str) -> OperatingSystem:
    """Facts from what the probe printed."""
    parts = blocks(output, "os-release")
    found = pairs(parts[""], "hostname", "domainname", "kernel", "release", "version", "architecture", "asked_at")
    for name in ("hostname", "kernel", "release"):
        if not found[name]:
            raise UnreadableOutput(f"a {name}", output.partition("\n")[0])
    return OperatingSystem(
        hostname=found["hostname"],
        domain_name=found["domainname"],
        kernel=found["kernel"],
        kernel_release=found["release"],
        kernel_version=found["version"],
        architecture=found["architecture"],
        machine=_machine(found.get("machine_id", "")),
        virtualisation=found.get("virtualisation") or None,
        release=parse_release(parts["os-release"]),
        asked_at=decimal_number(found["asked_at"]),
    )


def _machine(machine_id: str) -> str | None:
    # An image that has not had its first boot says "uninitialized".
    if machine_id in ("", "uninitialized"):
        return None
    return hmac.new(machine_id.encode(), b"rounds", hashlib.sha256).hexdigest()[:32]


def compare(previous: OperatingSystem, current: OperatingSystem) -> OperatingSystem:
    """The current facts with all changes of identity seen."""
    pairs_seen = {
        "hostname": (previous.hostname, current.hostname),
        "machine": (previous.machine, current.machine),
    }
    new = tuple(
        IdentityChange(what, before, after, current.asked_at)
        for what, (before, after) in pairs_seen.items()
        if before and after and before != after
    )
    return replace(current, changes=(*previous.changes, *new)[-REMEMBERED:])


def samples(system: OperatingSystem) -> Iterator[Sample]:
    """As node_exporter's `uname` and `os` collectors name them."""
    uname = {
        "domainname": system.domain_name,
        "machine": system.architecture,
        "nodename": system.hostname,
        "release": system.kernel_release,
        "sysname": system.kernel,
        "version": system.kernel_version,
    }
    yield Sample(
        "node_uname_info",
        1,
        tuple(uname.items()),
        "Labeled system information as provided by the uname system call.",
    )
    if system.release:
        yield from release_samples(system.release)


def inventory(system: OperatingSystem) -> Iterator[Entry]:
    """What the host is called, what is installed on it, and what it runs on."""
    release = system.release
    things = {
        "host name": system.hostname,
        "distribution": release.with_version if release else "",
        "kernel": system.kernel_release,
        "kernel build": system.kernel_version,
        "architecture": system.architecture,
        "virtualisation": system.virtualisation or "",
        "installation": system.machine or "",
    }
    yield from entries(Kind.SYSTEM, ((name, value) for name, value in things.items() if value))


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    every_seconds=3600,
    compare=compare,
    samples=samples,
    inventory=inventory,
    keep_facts=True,
)
