"""Who holds a port, and where it listens, in words."""

from checks.contract import Text
from collectors.listeners import Port

_SHOWN = 3


def told(port: Port, root: bool) -> Text:
    """`nginx (www-data) on all addresses`. `root`: whether every process could be seen."""
    holder, place = _holder(port, root), _place(port.addresses)
    return Text(en=f"{holder.en} on {place.en}", zh=f"{holder.zh},监听{place.zh}")


def _holder(port: Port, root: bool) -> Text:
    # systemd keeps open what it handed to a service.
    names = [name for name in port.processes if name != "systemd"] or list(port.processes)
    user = f" ({_few(port.users)})" if port.users else ""
    if names:
        return Text(en=_few(names) + user, zh=_few(names) + user)
    if root or port.of_kernel:
        return Text(en="no visible process", zh="无可见进程")
    if units := [unit for unit in port.units if unit != "init.scope"]:
        return Text(en=f"unit {_few(units)}{user}", zh=f"单元 {_few(units)}{user}")
    return Text(en=f"a process seen only by root{user}", zh=f"仅 root 可见的进程{user}")


def _place(addresses: tuple[str, ...]) -> Text:
    if "*" in addresses or {"0.0.0.0", "::"} <= set(addresses):
        return Text(en="all addresses", zh="所有地址")
    if "0.0.0.0" in addresses:
        return Text(en="all IPv4 addresses", zh="所有 IPv4 地址")
    if "::" in addresses:
        return Text(en="all IPv6 addresses", zh="所有 IPv6 地址")
    return Text(en=_few(addresses), zh=f" {_few(addresses)}")


def _few(words: list[str] | tuple[str, ...]) -> str:
    return ", ".join([*words[:_SHOWN], *["..."] * (len(words) > _SHOWN)])
