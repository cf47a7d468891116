"""Hardware that a virtual machine does not have, and how its absence is told."""

from collectors.contract import NotApplicable

TELL_VIRTUAL = """\
if systemd-detect-virt -vq 2>/dev/null || grep -q '^flags.* hypervisor' /proc/cpuinfo 2>/dev/null; then
  echo '== virtual'
fi"""
"""Part of a probe: prints `== virtual` in a virtual machine, and in containers of one."""


def absent(what: str, why: str, output: str) -> NotApplicable:
    """The error of a section that found `what`, such as "no sensors": a virtual machine has none; elsewhere `why`."""
    if "== virtual" in output.split("\n"):
        why = "this is a virtual machine"
    return NotApplicable(f"{what}: {why}")
