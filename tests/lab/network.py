"""The lab's own network: a bridge in the monitor's namespace, and one cable to each host. Nothing leads outside."""

from dataclasses import dataclass

from tests.lab.commands import run
from tests.lab.premises import Premises

MONITOR_ADDRESS = "192.0.2.1"
NOBODY = "192.0.2.99"
"""An address of this network that no host holds: a black hole."""


@dataclass(frozen=True)
class Network:
    """The network of one lab."""

    premises: Premises

    def build(self) -> None:
        """Make the monitor's namespace and the bridge in it."""
        run(["ip", "netns", "add", self.premises.monitor])
        self._in_monitor("link set lo up")
        self._in_monitor("link add name bridge type bridge")
        self._in_monitor(f"addr add {MONITOR_ADDRESS}/24 dev bridge")
        self._in_monitor("link set bridge up")

    def connect(self, host: str, address: str) -> None:
        """Make the namespace of a host, its interface eth0 with its address, and the port on the bridge."""
        namespace = self.premises.namespace(host)
        run(["ip", "netns", "add", namespace])
        self._in_monitor(f"link add name {_port(host)} type veth peer name eth0 netns {namespace}")
        self._in_monitor(f"link set {_port(host)} master bridge up")
        for words in ("link set lo up", f"addr add {address}/24 dev eth0", "link set eth0 up"):
            run(["ip", "-n", namespace, *words.split()])

    def set_link(self, host: str, *, up: bool) -> None:
        """Plug the cable of a host in, or pull it."""
        self._in_monitor(f"link set {_port(host)} {'up' if up else 'down'}")

    def _in_monitor(self, words: str) -> None:
        run(["ip", "-n", self.premises.monitor, *words.split()])


def _port(host: str) -> str:
    return f"to-{host}"[:15]  # as long as the kernel allows an interface's name to be
