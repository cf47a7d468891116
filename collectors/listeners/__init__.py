"""The sockets that listen, one by one, as ss or the kernel's own files tell of them."""

from collectors.listeners.by_ss import by_ss
from collectors.listeners.from_proc import from_proc
from collectors.listeners.lasting import lasting
from collectors.listeners.port import Port, ports_of
from collectors.listeners.socket import Socket

__all__ = ["Port", "Socket", "by_ss", "from_proc", "lasting", "ports_of"]
