"""What all that ask a server's management controller (its BMC) have in common."""

from collectors.bare_metal import TELL_VIRTUAL, absent
from collectors.contract import NotApplicable, UnreadableOutput
from collectors.contract.reading import refuse_denied

_STUCK = 3
"""So many commands at once do not wait their turn any more: the controller hangs, and another one would too."""


def asking(commands: str) -> str:
    """A probe that runs `commands` where there is a controller and ipmitool, and else says what is missing."""
    return f"""\
for device in /dev/ipmi0 /dev/ipmi/0 /dev/ipmidev/0; do
  [ -e $device ] || continue
  command -v ipmitool >/dev/null || {{ echo '== no ipmitool'; return 0; }}
  set -- $(grep -lx ipmitool /proc/[0-9]*/comm 2>/dev/null)
  [ $# -lt {_STUCK} ] || {{ echo '== stuck'; return 0; }}
{commands}
  return 0
done
echo '== no device'
{TELL_VIRTUAL}
return 0
"""


def refuse_unasked(output: str) -> None:
    """Raise `NotApplicable`, `NoPermission` or `UnreadableOutput` where the controller could not be asked."""
    if output.startswith("== no device"):
        why = "there is no /dev/ipmi0, /dev/ipmi/0 or /dev/ipmidev/0 (modprobe ipmi_si ipmi_devintf, if it has one)"
        raise absent("no BMC", why, output)
    if output.startswith("== no ipmitool"):
        raise NotApplicable("there is a BMC, but no ipmitool to ask it with: install ipmitool")
    if output.startswith("== stuck"):
        raise UnreadableOutput("the BMC to answer", f"{_STUCK} or more ipmitool commands still wait for it")
    refuse_denied(output)
