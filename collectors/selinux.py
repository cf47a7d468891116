"""SELinux: whether it is in force, and whether its configuration says so.

== /sys/fs/selinux/enforce
1
== configured
enforcing
"""

from collections.abc import Iterator
from dataclasses import dataclass

from collectors.contract import Collector, Sample, UnreadableOutput
from collectors.contract.reading import blocks

_ENFORCE = "/sys/fs/selinux/enforce"

PROBE = r"""
echo "== configured"
[ -r /etc/selinux/config ] || return 0
while read -r line || [ -n "$line" ]; do
  case $line in SELINUX=*) set -- ${line#SELINUX=}; echo "${1-}" ;; esac
done </etc/selinux/config
"""

_MODES = {"enforcing": 1, "permissive": 0, "disabled": -1}


@dataclass(frozen=True, slots=True)
class Selinux:
    """`enforcing` is None where SELinux is off, or the kernel has none.

    `configured` is the mode of /etc/selinux/config: enforcing, permissive or disabled; None where that says nothing.
    """

    enforcing: bool | None
    configured: str | None


def parse(output: str) -> Selinux:
    """Raises `UnreadableOutput`."""
    parts = blocks(output, "configured")
    now = parts.get(_ENFORCE, "").strip()
    if now not in ("", "0", "1"):
        raise UnreadableOutput("0 or 1 in the file of SELinux", now)
    lines = parts["configured"].split("\n")
    found = [mode for line in lines if (mode := line.strip().strip("\"'").lower()) in _MODES]
    return Selinux(now == "1" if now else None, found[-1] if found else None)


def samples(selinux: Selinux) -> Iterator[Sample]:
    """As node_exporter's collector `selinux` names them."""
    help_enabled = "SELinux is enabled, 1 is true, 0 is false"
    yield Sample("node_selinux_enabled", float(selinux.enforcing is not None), help=help_enabled)
    if selinux.enforcing is not None:
        # What configures nothing is taken for disabled, as there.
        mode = _MODES[selinux.configured or "disabled"]
        yield Sample("node_selinux_config_mode", mode, help="Configured SELinux enforcement mode")
        yield Sample("node_selinux_current_mode", float(selinux.enforcing), help="Current SELinux enforcement mode")


COLLECTOR = Collector(probe=PROBE, files=(_ENFORCE,), parse=parse, every_seconds=300, samples=samples)
