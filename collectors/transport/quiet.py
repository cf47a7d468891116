"""paramiko's transport, made quiet when idle, strict about algorithms, and careful with what a host sends."""

import logging
from collections.abc import Sequence
from typing import Any

import paramiko
from paramiko.common import cMSG_CHANNEL_CLOSE, cMSG_CHANNEL_REQUEST
from paramiko.message import Message
from paramiko.packet import Packetizer

from collectors.transport.host_keys import HostKey
from collectors.transport.wire import Socket, Wire

_log = logging.getLogger(__name__)

_BANNER_BYTES = 8192  # of one line; RFC 4253 allows 255, servers with a message before it send more
_PACKET_BYTES = 256 * 1024  # OpenSSH's own limit
_CHANNELS_REMEMBERED = 64

# CBC, 3DES, MD5 and SHA-1 are not offered. GCM first: one call decrypts and authenticates a packet.
_CIPHERS = (
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "aes128-ctr",
    "aes192-ctr",
    "aes256-ctr",
)
_MACS = (
    "hmac-sha2-256-etm@openssh.com",
    "hmac-sha2-512-etm@openssh.com",
    "hmac-sha2-256",
    "hmac-sha2-512",
)


class CarefulPacketizer(Packetizer):
    """Bounds what is read, and leaves the time of the handshake to the deadline outside.

    greeting   the last line read before the key exchange, normally the version; "" before there was one
    """

    greeting = ""

    def start_handshake(self, timeout: float) -> None:
        """No timer: paramiko's would be one more thread, and outlives a handshake that fails."""

    def readline(self, timeout: float) -> str:
        """One line of the banner. paramiko would read on until memory is full."""
        line = bytearray()
        while not line.endswith(b"\n"):
            if len(line) > _BANNER_BYTES:
                raise paramiko.SSHException("the banner does not end")
            line += self.read_all(1)
        self.greeting = line.rstrip(b"\r\n").decode("utf-8", "backslashreplace")
        return self.greeting

    def read_all(self, n: int, check_rekey: bool = False) -> bytes:
        """Exactly `n` bytes."""
        if n > _PACKET_BYTES:
            raise paramiko.SSHException(f"a packet of {n} bytes is announced")
        data: bytes = super().read_all(n, check_rekey)
        return data


class QuietTransport(paramiko.Transport):
    """One SSH connection.

    offered       the algorithms the host named, by paramiko's names of the lists; empty before they came
    refusal       the host's words for the last channel it did not open
    disconnected  what the host said when it ended the connection; "" when it said nothing
    """

    # paramiko looks ten times a second whether it was closed. Ours has its socket shut down, and wakes.
    _active_check_timeout = 30.0

    _preferred_ciphers = _CIPHERS
    _preferred_macs = _MACS

    _channels: Any
    _send_message: Any
    _send_user_message: Any

    def __init__(self, sock: Socket, key_types: Sequence[str]) -> None:
        """`key_types`: of the keys known for the host; they are asked for first."""
        super().__init__(Wire(sock), packetizer_class=CarefulPacketizer)  # type: ignore[arg-type]
        # Time is kept outside: a clock that is set must not end or prolong anything.
        self.auth_timeout = self.channel_timeout = self.clear_to_send_timeout = 86400.0
        self.offered: dict[str, Any] = {}
        self.refusal = ""
        self.disconnected = ""
        options = self.get_security_options()
        options.key_types = _ordered(options.key_types, key_types)
        self.packetizer.set_log(None)  # type: ignore[arg-type]

    @property
    def greeting(self) -> str:
        """The last line the host sent before the key exchange, normally its version; "" when there was none."""
        return getattr(self.packetizer, "greeting", "")

    @property
    def shown_key(self) -> HostKey:
        """The key the host has proven to hold."""
        key = self.get_remote_server_key()
        return HostKey(key.get_name(), key.asbytes())

    def forget_old_channels(self) -> None:
        """paramiko remembers the number of every channel there ever was."""
        for number in list(self.channels_seen)[:-_CHANNELS_REMEMBERED]:
            del self.channels_seen[number]

    def kill(self, channel: paramiko.Channel) -> None:
        """Ask the host to kill what runs on `channel`, with its process group; OpenSSH does since 7.9."""
        message = Message()
        message.add_byte(cMSG_CHANNEL_REQUEST)
        message.add_int(channel.remote_chanid)
        message.add_string("signal")
        message.add_boolean(False)
        message.add_string("KILL")
        self._send_user_message(message)

    def _log(self, level: int, msg: Any, *args: Any) -> None:
        # What goes wrong is told by us, once; paramiko's words and tracebacks are for whoever debugs.
        if _log.isEnabledFor(logging.DEBUG):
            for line in msg if isinstance(msg, list) else [msg]:
                _log.debug(line, *args)

    def _really_parse_kex_init(self, m: Message, ignore_first_byte: bool = False) -> Any:
        parsed = super()._really_parse_kex_init(m, ignore_first_byte)  # type: ignore[misc]
        if not ignore_first_byte:
            self.offered = {name: list(names) for name, names in parsed.items() if isinstance(names, list)}
        return parsed

    def _parse_disconnect(self, m: Message) -> None:
        m.get_int()
        self.disconnected = m.get_text() or "no reason given"

    def _parse_channel_open_success(self, m: Message) -> None:
        ours = m.get_int()
        theirs = m.get_int()
        if self._channels.get(ours) is None:
            # Nobody waits for it any more; left alone it would stay open on the host.
            close = Message()
            close.add_byte(cMSG_CHANNEL_CLOSE)
            close.add_int(theirs)
            self._send_message(close)
            return
        m.rewind()
        super()._parse_channel_open_success(m)  # type: ignore[misc]

    def _parse_channel_open_failure(self, m: Message) -> None:
        m.get_int()
        m.get_int()
        self.refusal = m.get_text()
        m.rewind()
        super()._parse_channel_open_failure(m)  # type: ignore[misc]


def _ordered(possible: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """The key algorithms, those of known keys first: a host shows one key only, and it should be one we know."""
    wanted = [name for name in possible if ("ssh-rsa" if name.startswith("rsa-") else name) in known]
    return (*wanted, *(name for name in possible if name not in wanted))
