"""Every package that is installed, with its version and architecture, and the kernels whose modules are there."""

# kernel 6.1.0-31-amd64
# == dpkg                               (or rpm, apk, pacman)
# ii <tab>adduser<tab>3.134<tab>all
# rc <tab>exim4-base<tab>4.96-15<tab>amd64
# == end 0

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from collectors.contract import Collector, Entry, Kind, NotApplicable, UnreadableOutput
from collectors.contract.reading import blocks

# One process for all packages. dpkg may be a mere tool on a system of rpm's, as rpm may be on one of dpkg's: the one
# that has packages is asked. apk itself would want to look at its repositories; its list of packages is plain text.
PROBE = r"""
for path in /lib/modules/*/modules.dep; do
  [ ! -e "$path" ] || { path=${path#/lib/modules/}; echo "kernel ${path%/modules.dep}"; }
done
for apk in /lib/apk/db/installed /usr/lib/apk/db/installed; do [ ! -r "$apk" ] || break; done
if [ -s /var/lib/dpkg/status ] && command -v dpkg-query >/dev/null; then
  echo "== dpkg"
  dpkg-query -W -f '${db:Status-Abbrev}\t${Package}\t${Version}\t${Architecture}\n'
elif [ -r "$apk" ]; then
  echo "== apk"
  awk '
    function tell() { if (name != "") print name "\t" version "\t" architecture; name = version = architecture = "" }
    /^P:/ { name = substr($0, 3) } /^V:/ { version = substr($0, 3) } /^A:/ { architecture = substr($0, 3) }
    /^$/ { tell() } END { tell() }' "$apk"
elif command -v pacman >/dev/null; then
  echo "== pacman"
  pacman -Q
elif command -v rpm >/dev/null; then
  echo "== rpm"
  rpm -qa --qf '%{NAME}\t%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\t%{ARCH}\n'
else
  echo "== none"; :
fi 2>/dev/null
echo "== end $?"
"""


class Package(NamedTuple):
    """One package; `architecture` is "" where it has none. A tuple: a host has thousands, in half the JSON."""

    name: str
    version: str
    architecture: str


@dataclass(frozen=True, slots=True)
class InstalledPackages:
    """`manager` is dpkg, rpm, apk or pacman; packages by name, version and architecture; kernels by their release."""

    manager: str
    packages: tuple[Package, ...]
    kernels: tuple[str, ...]


def parse(output: str) -> InstalledPackages:
    """Raises `UnreadableOutput`, and `NotApplicable` where no package manager is known."""
    parts = blocks(output)
    if "none" in parts:
        raise NotApplicable("no package manager on this host")
    manager = next((name for name in _READERS if name in parts), None)
    if manager is None:
        raise UnreadableOutput(f"packages of {', '.join(_READERS)}", output.partition("\n")[0])
    if "end 0" not in parts:
        raise UnreadableOutput(f"a list that {manager} brought to its end", output.rstrip("\n").rpartition("\n")[2])
    read = _READERS[manager]
    found = {package for line in parts[manager].split("\n") if line and (package := read(line)) is not None}
    if not found:
        raise UnreadableOutput(f"packages of {manager}", "")
    kernels = (line.removeprefix("kernel ") for line in parts[""].split("\n") if line.startswith("kernel "))
    return InstalledPackages(manager, tuple(sorted(found)), tuple(sorted(kernels)))


def _of_dpkg(line: str) -> Package | None:
    words = line.split("\t")
    if len(words) != 4 or len(words[0]) < 2:
        raise UnreadableOutput("status, name, version and architecture of a package", line)
    # Of what was removed only its settings are left; what is half installed is there.
    return None if words[0][1] in "nc" else Package(*words[1:])


def _of_three(line: str) -> Package:
    words = line.split("\t")
    if len(words) != 3 or not words[0]:
        raise UnreadableOutput("name, version and architecture of a package", line)
    return Package(words[0], words[1], "" if words[2] == "(none)" else words[2])


def _of_pacman(line: str) -> Package:
    words = line.split(" ")
    if len(words) != 2 or not words[0]:
        raise UnreadableOutput("name and version of a package", line)
    return Package(words[0], words[1], "")


_READERS: Mapping[str, Callable[[str], Package | None]] = {
    "dpkg": _of_dpkg,
    "apk": _of_three,
    "pacman": _of_pacman,
    "rpm": _of_three,
}


def inventory(facts: InstalledPackages) -> Iterator[Entry]:
    """Each package's version, or versions; with its architecture in the name where it is there for several."""
    versions: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for package in facts.packages:
        versions[package.name][package.architecture].append(package.version)
    for name, by_architecture in versions.items():
        for architecture, found in by_architecture.items():
            full = name if len(by_architecture) == 1 else f"{name}:{architecture}"
            yield Entry(Kind.PACKAGE, full, ", ".join(found))
    for kernel in facts.kernels:
        yield Entry(Kind.SYSTEM, f"kernel {kernel}", "installed")


COLLECTOR = Collector(probe=PROBE, parse=parse, every_seconds=3600, timeout_seconds=60, inventory=inventory)
