"""What went wrong on the way to a host, in plain words and with the reason it counts as."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import paramiko
from paramiko.ssh_exception import IncompatiblePeer

from collectors.contract import Reason, TransportError
from collectors.transport.deadline import Deadline
from collectors.transport.quiet import QuietTransport
from collectors.transport.target import SshTarget
from collectors.transport.watchdog import Lifeline

_PROHIBITED = 1  # RFC 4254, 5.1

# How paramiko says that a connection ended when it has lost the cause.
_ENDED = ("SSH session not active", "No existing session", "Unable to open channel.", "Channel closed.")


@dataclass(slots=True)
class Undertaking:
    """What is being done with a host, for the words when it fails.

    doing      the step, as "waiting for the banner"
    transport  the connection, once there is one
    through    the jump host that is being asked to connect to the host
    """

    host: SshTarget
    deadline: Deadline
    lifeline: Lifeline
    doing: str
    transport: QuietTransport | None = None
    through: SshTarget | None = None

    @contextmanager
    def told_plainly(self) -> Iterator[None]:
        """Whatever paramiko or a socket raises within becomes a `TransportError`."""
        try:
            yield
        except TransportError:
            raise
        except Exception as error:
            # What broke paramiko's own thread is raised in ours: any exception at all, a KeyError for an odd packet.
            raise self._explained(error) from error

    def cut_short(self) -> TransportError:
        """The deadline passed, or somebody interrupted."""
        if self.lifeline.reason is Reason.INTERRUPTED:
            return TransportError(Reason.INTERRUPTED, f"interrupted while {self.doing}")
        return TransportError(
            Reason.DEADLINE,
            f"{self.host.name} kept us waiting until the deadline of {self.deadline.seconds:g} s, while {self.doing}",
            "the host or the way to it is overloaded or half dead: log in by hand",
        )

    def _explained(self, error: Exception) -> TransportError:
        if self.lifeline.reason is not None:
            return self.cut_short()
        if self.transport is None:
            return TransportError(Reason.PROTOCOL, f"{self.host.name}: {error!r} while {self.doing}")
        if isinstance(error, paramiko.ChannelException):
            words = f": {self.transport.refusal}" if self.transport.refusal else ""
            return _not_led_on(self.host, self.through, error, words) if self.through else _no_session(self.host, words)
        if isinstance(error, IncompatiblePeer):
            return _incompatible(self.host.name, error, self.transport)
        if not self.transport.initial_kex_done:
            return _no_handshake(self.host.name, error, self.transport)
        return self._broken(error, self.transport)

    def _broken(self, error: Exception, transport: QuietTransport) -> TransportError:
        """A connection that stood ended."""
        said = f": it said {transport.disconnected!r}" if transport.disconnected else ""
        if said or _is_end(error) or str(error) in _ENDED:
            words = f"{self.host.name} closed the connection while {self.doing}{said}"
            return TransportError(Reason.CONNECTION_LOST, words)
        return TransportError(Reason.PROTOCOL, f"{self.host.name} broke the protocol while {self.doing}: {error!r}")


def not_connected(host: SshTarget, error: OSError) -> TransportError:
    """Why there is no TCP connection."""
    where = f"{host.name} ({host.place})"
    if isinstance(error, ConnectionRefusedError):
        hint = f"is sshd running and listening on port {host.port}?"
        return TransportError(Reason.REFUSED, f"{where} refused the connection", hint)
    if isinstance(error, TimeoutError):
        hint = "is it switched on, and does a firewall let us through?"
        return TransportError(Reason.UNREACHABLE, f"{where} does not answer", hint)
    if error.errno in (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EADDRNOTAVAIL):
        return TransportError(
            Reason.UNREACHABLE, f"no route to {where}", "is it switched on? check network and gateway"
        )
    return TransportError(Reason.UNREACHABLE, f"cannot connect to {where}: {error.strerror or error}")


def _no_session(host: SshTarget, words: str) -> TransportError:
    return TransportError(
        Reason.REFUSED,
        f"{host.name} opens no session to run commands in{words}",
        "check MaxSessions in its sshd_config and restrictions of the key in authorized_keys",
    )


def _not_led_on(host: SshTarget, jump: SshTarget, error: paramiko.ChannelException, words: str) -> TransportError:
    if error.code == _PROHIBITED:
        return TransportError(
            Reason.REFUSED,
            f"the jump host {jump.name} prohibits going on to {host.place}{words}",
            f"allow it there: AllowTcpForwarding and PermitOpen in sshd_config of {jump.name}",
        )
    reason = Reason.REFUSED if "refused" in words.lower() else Reason.UNREACHABLE
    return TransportError(
        reason, f"the jump host {jump.name} cannot connect to {host.place}{words}", f"try from {jump.name} by hand"
    )


def _incompatible(name: str, error: IncompatiblePeer, transport: QuietTransport) -> TransportError:
    offered = transport.offered
    for lists, what in (
        (("kex_algo_list",), "key exchange"),
        (("server_key_algo_list",), "host key"),
        (("client_encrypt_algo_list", "server_encrypt_algo_list"), "cipher"),
        (("client_mac_algo_list", "server_mac_algo_list"), "MAC"),
    ):
        words = {"key exchange": "kex", "host key": "host key", "cipher": "ciphers", "MAC": "macs"}[what]
        if f"no acceptable {words}" not in str(error):
            continue
        named = [algorithm for key in lists for algorithm in offered.get(key, [])]
        real = [algorithm for algorithm in dict.fromkeys(named) if not algorithm.startswith(("ext-info", "kex-strict"))]
        if what in ("key exchange", "host key") and all(_is_sha1(algorithm) for algorithm in real):
            return TransportError(
                Reason.PROTOCOL,
                f"{name} offers only SHA-1 for the {what} ({', '.join(real)}), which is broken and not used here",
                "old gear: upgrade its software or let it offer a newer one, or reach it by other means than SSH",
            )
        return TransportError(
            Reason.PROTOCOL,
            f"no {what} in common with {name}: it offers only {', '.join(real)}",
            "CBC, 3DES, MD5 and SHA-1 are not used here; let its sshd offer a newer one",
        )
    return TransportError(Reason.PROTOCOL, f"no algorithms in common with {name}: {error}")


def _is_sha1(algorithm: str) -> bool:
    return algorithm.endswith("-sha1") or algorithm in ("ssh-rsa", "ssh-dss")


def _no_handshake(name: str, error: BaseException, transport: QuietTransport) -> TransportError:
    said = transport.disconnected or transport.greeting
    if transport.remote_version:
        if _is_end(error) or transport.disconnected:
            words = f": {transport.disconnected}" if transport.disconnected else ""
            return TransportError(
                Reason.REFUSED,
                f"{name} closed the connection during the key exchange{words}",
                "see the log of its sshd",
            )
        return TransportError(Reason.PROTOCOL, f"{name} broke the protocol in the key exchange: {error}")
    if _is_end(error):
        words = f", after {said!r}" if said else ""
        return TransportError(
            Reason.REFUSED,
            f"{name} closed the connection before it gave its SSH version{words}",
            "MaxStartups or penalties of its sshd, fail2ban, or hosts.deny: see its log",
        )
    words = f": it said {said[:80]!r}" if said else ": the banner has no end"
    return TransportError(Reason.PROTOCOL, f"{name} does not speak SSH{words}", "is this the right port?")


def _is_end(error: BaseException | None) -> bool:
    """Whether the connection ended, also when paramiko wrapped that in an error of its own."""
    while error is not None:
        if isinstance(error, EOFError | ConnectionError):
            return True
        error = error.__cause__ or error.__context__
    return False
