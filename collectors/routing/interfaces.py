"""Interfaces that containers, virtual machines and dial-ins bring along."""

import re

_PASSING = re.compile(
    r"(veth|docker|br-[0-9a-f]{12}$|cni|flannel|cali|lxc|lxd|nodelocaldns|kube-|tap|vnet|virbr|fwbr|fwpr|fwln|ppp|podman|vb-|ve-"
    r"|azv|eni[0-9a-f]{8,}$|gke|dummy-)"
)


def comes_and_goes(interface: str) -> bool:
    """Whether it is there for a container, a virtual machine or a caller, and gone with them."""
    return _PASSING.match(interface) is not None
