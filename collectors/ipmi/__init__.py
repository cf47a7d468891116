"""What all that ask a server's management controller (its BMC) have in common."""

from collectors.bare_metal import TELL_VIRTUAL, absent
from collectors.contract import NotApplicable
from collectors.contract.reading import refuse_denied


def asking(commands: str) -> str:
    """A probe that runs `commands` where there is a controller and ipmitool, and else says what is missing."""
    return f"""\
for device in /dev/ipmi0 /dev/ipmi/0 /dev/ipmidev/0; do
  [ -e $device ] || continue
  command -v ipmitool >/dev/null || {{ echo '== no ipmitool'; return 0; }}
{commands}
  return 0
done
echo '== no device'
{TELL_VIRTUAL}
return 0
"""


def refuse_unasked(output: str) -> None:
    """Raise `NotApplicable` or `NoPermission` where the controller could not be asked."""
    if output.startswith("== no device"):
        devices = "/dev/ipmi0, /dev/ipmi/0 or /dev/ipmidev/0"
        raise absent(f"no BMC: there is no {devices} (modprobe ipmi_si ipmi_devintf, if the server has one)", output)
    if output.startswith("== no ipmitool"):
        raise NotApplicable("there is a BMC, but no ipmitool to ask it with: install ipmitool")
    refuse_denied(output)
