"""Hardware that a virtual machine does not have, and how its absence is told."""

from collectors.contract import NotApplicable

TELL_VIRTUAL = """\
if systemd-detect-virt -vq 2>/dev/null || grep -q '^flags.* hypervisor' /proc/cpuinfo 2>/dev/null; then
  echo '== virtual'
fi"""
"""Part of a probe: prints `== virtual` in a virtual machine, and in containers of one."""


def absent(what: str, output: str) -> NotApplicable:
    """The error of a section that found no `what`; where it may, it says that a virtual machine has none."""
    if "== virtual" in output.split("\n"):
        return NotApplicable(f"{what}: this is a virtual machine")
    return NotApplicable(what)
