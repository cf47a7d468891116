"""What all that ask a server's management controller (its BMC) have in common."""

from collectors.bare_metal import TELL_VIRTUAL, absent
from collectors.contract import NotApplicable
from collectors.contract.reading import refuse_denied
from collectors.unanswered import refrain, refuse_unanswered


def asking(commands: str) -> str:
    """A probe that runs `commands` where there is a controller and ipmitool, and else says what is missing."""
    return f"""\
for device in /dev/ipmi0 /dev/ipmi/0 /dev/ipmidev/0; do
  [ -e $device ] || continue
  command -v ipmitool >/dev/null || {{ echo '== no ipmitool'; return 0; }}
{refrain("ipmitool")}
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
    refuse_unanswered(output)
    refuse_denied(output)
