"""Make, model, firmware and serial numbers of the machine: DMI, or the device tree of small boards.

clock 1795291915
dmi/sys_vendor:Dell Inc.
dmi/product_name:PowerEdge R740
dmi/bios_version:2.19.1
== product_serial
ABC1234
== board_serial
== denied /usr/bin/cat /sys/class/dmi/id/board_serial
"""

import re
from collections.abc import Iterator

from collectors.contract import Collector, NotApplicable, Sample, UnreadableOutput
from collectors.contract.reading import blocks, whole_number
from collectors.machine import HardwareIdentity, inventory, with_changes

_SERIALS = ("product_serial", "board_serial", "chassis_serial")
# Serial numbers are root's; that a board has none is told by an empty part.
PROBE = f"""\
date '+clock %s'
if [ -d /sys/class/dmi/id ]; then
  cd /sys/class/dmi/id
  for file in bios_[dvr]* board_[anv]* chassis_[atv]* product_[fnv]* product_sku sys_vendor; do
    line=; [ -r "$file" ] && read -r line <"$file"
    [ -z "$line" ] || echo "dmi/$file:$line"
  done
  for file in {" ".join(_SERIALS)}; do
    echo "== $file"
    [ ! -e "$file" ] || as_root cat "/sys/class/dmi/id/$file"
  done
elif [ -r /proc/device-tree/model ]; then
  echo "tree/model:$(tr -d '\\000' </proc/device-tree/model)"
  [ ! -r /proc/device-tree/serial-number ] || echo "tree/serial:$(tr -d '\\000' </proc/device-tree/serial-number)"
fi
return 0
"""

_LINE = re.compile(r"(dmi|tree)/([a-z_]{1,40}):(.*)")
# What makers leave in: a number that many machines have is none.
_NO_SERIAL = re.compile(
    r"(to be filled|not (specified|applicable|available|provided)|default|none|n/?a$|system serial|0*123456789"
    r"|[0 .x-]*$)",
    re.IGNORECASE,
)


def parse(output: str) -> HardwareIdentity:
    """Raises `UnreadableOutput`, `NotApplicable` (neither DMI nor a device tree)."""
    parts = blocks(output)
    now: int | None = None
    found: dict[str, dict[str, str]] = {"dmi": {}, "tree": {}}
    for line in parts[""].split("\n"):
        if line.startswith("clock "):
            now = whole_number(line.removeprefix("clock "), line)
        elif (match := _LINE.fullmatch(line)) is not None:
            found[match[1]][match[2]] = match[3].strip()
        elif line.strip():
            raise UnreadableOutput("a name and its value", line)
    if now is None:
        raise UnreadableOutput("a clock", output.partition("\n")[0])
    dmi, tree = found["dmi"], found["tree"]
    if not dmi and not tree:
        raise NotApplicable(
            "neither DMI nor a device tree tells what this machine is: a container or a small hypervisor"
        )
    serials = {name: parts.get(name, "").strip().partition("\n")[0] for name in _SERIALS}
    return HardwareIdentity(
        clock_seconds=float(now),
        vendor=dmi.get("sys_vendor"),
        model=dmi.get("product_name") or tree.get("model"),
        firmware=" ".join(dmi[name] for name in ("bios_vendor", "bios_version") if name in dmi) or None,
        firmware_date=dmi.get("bios_date"),
        serial=_serial(serials["product_serial"] or tree.get("serial", "")),
        board_serial=_serial(serials["board_serial"]),
        chassis_serial=_serial(serials["chassis_serial"]),
        serials_denied=any(name.startswith("denied ") for name in parts),
        dmi=tuple(sorted(dmi.items())),
    )


def _serial(text: str) -> str | None:
    return None if _NO_SERIAL.match(text) else text


_LABELS = (
    *("bios_date", "bios_release", "bios_vendor", "bios_version", "board_asset_tag", "board_name", "board_serial"),
    *("board_vendor", "board_version", "chassis_asset_tag", "chassis_serial", "chassis_vendor", "chassis_version"),
    *("product_family", "product_name", "product_serial", "product_sku", "product_uuid", "product_version"),
)


def samples(facts: HardwareIdentity) -> Iterator[Sample]:
    """As node_exporter's collector `dmi` names it where it does not run as root: without serial numbers."""
    labels = [(name, value) for name, value in facts.dmi if name in _LABELS]
    if facts.vendor and facts.dmi:
        labels.append(("system_vendor", facts.vendor))
    if labels:
        names = ", ".join((*_LABELS, "system_vendor"))
        words = f"A metric with a constant '1' value labeled by {names} if provided by DMI."
        yield Sample("node_dmi_info", 1, tuple(labels), words)


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    every_seconds=3600,
    compare=with_changes,
    keep_facts=True,
    samples=samples,
    inventory=inventory,
    root_commands=tuple(f"cat /sys/class/dmi/id/{name}" for name in _SERIALS),
)
