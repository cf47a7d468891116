"""Parameters of the kernel that people set: sysctl, known words of its command line, and modules not its own."""

# boot root=UUID=0a3407de-014b-458b-b5c1-848e92a327a3
# boot quiet
# /proc/sys/kernel/tainted:12288
# /proc/sys/vm/swappiness:60
# /proc/sys/net/ipv4/ip_local_port_range:32768	60999
# /sys/module/zfs/taint:POE

import re
from collections.abc import Iterator
from dataclasses import dataclass

from collectors.contract import Collector, Entry, Kind, NotApplicable, UnreadableOutput
from collectors.contract.reading import whole_number
from collectors.inventoried import entries, rounded
from collectors.sysctl import ARE_DERIVED, KNOWN_WORDS, LEFT_OUT, foreign_modules, taints

# Secrets among the parameters are not even opened, and of the command line, which may hold a key or a password, only
# words that are known to hold none leave the host. Every interface repeats what `all` and `default` say.
PROBE = r"""
set -f; line=; { read -r line </proc/cmdline; } 2>/dev/null
for word in $line; do
  case ${word%%=*} in @WORDS@) printf 'boot %s\n' "$word" ;; esac
done
set +f
cd /proc/sys 2>/dev/null || { echo "== none"; return; }
files=
for file in kernel/* kernel/yama/* vm/* fs/* fs/inotify/* fs/mqueue/* net/core/* net/unix/* net/bridge/* dev/raid/* \
  net/ipv4/* net/ipv4/conf/all/* net/ipv4/conf/default/* net/ipv4/neigh/default/* net/ipv4/route/m* net/ipv6/* \
  net/ipv6/conf/all/* net/ipv6/conf/default/* net/ipv6/neigh/default/* net/ipv6/route/m* net/netfilter/nf_conntrack*; do
  case /$file in @LEFT_OUT@ | *"/*" | *" "*) continue ;; esac
  [ -d "$file" ] || files="$files /proc/sys/$file"
done
# Not by the shell: some read a letter at a time, and of a number the kernel then tells only the first digit.
grep -s . /dev/null $files /sys/module/*/taint
:
""".replace("@WORDS@", " | ".join(KNOWN_WORDS)).replace("@LEFT_OUT@", " | ".join(LEFT_OUT))

_PARAMETER = re.compile(r"/proc/sys/([A-Za-z0-9_./-]{1,120}):(.*)")
_MODULE = re.compile(r"/sys/module/([A-Za-z0-9_-]{1,64})/taint:(.*)")


@dataclass(frozen=True, slots=True)
class KernelParameters:
    """`parameters` are named as sysctl names them, values have single spaces. `boot` are words of the command line.

    `modules` are those that are not the kernel's own, with why; `taints` is what modules did to it, gone ones too.
    """

    parameters: tuple[tuple[str, str], ...]
    boot: tuple[str, ...]
    modules: tuple[tuple[str, str], ...]
    taints: str


def parse(output: str) -> KernelParameters:
    """Raises `UnreadableOutput`, `NotApplicable` (no /proc/sys)."""
    parameters: dict[str, list[str]] = {}
    modules: dict[str, str] = {}
    boot: list[str] = []
    for line in output.split("\n"):
        word, _, rest = line.partition(" ")
        if (match := _PARAMETER.fullmatch(line)) is not None:
            parameters.setdefault(match[1].replace("/", "."), []).append(match[2])
        elif (match := _MODULE.fullmatch(line)) is not None:
            modules[match[1]] = match[2]
        elif word == "boot":
            boot.append(rest)
        elif line == "== none":
            raise NotApplicable("no /proc/sys here")
        elif line:
            raise UnreadableOutput("a parameter and its value", line)
    tainted = parameters.pop("kernel.tainted", ["0"])[0]
    if not parameters:
        raise NotApplicable("no parameter of the kernel can be read")
    return KernelParameters(
        parameters=tuple((name, " ".join(" ".join(parameters[name]).split())) for name in sorted(parameters)),
        boot=tuple(boot),
        modules=tuple(foreign_modules(modules)),
        taints=taints(abs(whole_number(tainted))),
    )


def inventory(facts: KernelParameters) -> Iterator[Entry]:
    """Each parameter, word of the command line, and foreign module."""
    things = [(name, _shown(name, value)) for name, value in facts.parameters]
    things += [(f"boot option {name}", value) for name, _, value in (word.partition("=") for word in facts.boot)]
    things += [(f"module {name}", why) for name, why in facts.modules]
    things += [("tainted by modules", facts.taints)] if facts.taints else []
    yield from entries(Kind.KERNEL_PARAMETER, things)


def _shown(name: str, value: str) -> str:
    return " ".join(map(_rounded, value.split())) if name in ARE_DERIVED else value


def _rounded(word: str) -> str:
    return rounded(int(word)) if word.isdecimal() and word.isascii() and len(word) < 20 else word


COLLECTOR = Collector(probe=PROBE, parse=parse, every_seconds=3 * 3600, timeout_seconds=30, inventory=inventory)
