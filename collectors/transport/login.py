"""Logging in: exactly one try, by the key file, a key of the agent, or the password."""

import socket
from dataclasses import dataclass
from pathlib import Path

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm
from paramiko.pkey import PublicBlob

from collectors.contract import Reason, TransportError
from collectors.transport.quiet import QuietTransport
from collectors.transport.target import SshTarget

_AGENT_SECONDS = 10.0


class LoginRefused(TransportError):
    """The host did not let us in. Insisting makes it worse."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a host will be shown. Whoever made it closes it: it may hold a connection to the agent."""

    target: SshTarget
    key: paramiko.PKey | None
    agent: paramiko.Agent | None

    def close(self) -> None:
        """Leave the agent."""
        if self.agent is not None:
            self.agent.close()

    def present(self, transport: QuietTransport) -> None:
        """Log in on `transport`. Raises `TransportError`, or what paramiko raises when the connection breaks."""
        target = self.target
        try:
            if self.key is not None:
                further = transport.auth_publickey(target.user, self.key)
            else:
                further = _by_password(transport, target, _methods(transport, target))
            if further and self.key is not None and target.password is not None:
                further = _by_password(transport, target, further)
        except paramiko.BadAuthenticationType as error:
            raise _refused(target, f"it accepts only {_listed(error.allowed_types)}") from error
        except paramiko.AuthenticationException as error:
            if "saw EOF" in str(error) and not transport.disconnected:
                raise EOFError from error
            why = transport.disconnected or str(error).removeprefix("Authentication failed.")
            raise _refused(target, why) from error
        except paramiko.SSHException as error:
            if "signing" not in str(error):
                raise
            raise _unready(target, "the ssh-agent refuses to sign", "is it locked, or does it ask somebody?") from error
        except TimeoutError as error:
            # Of the agent's socket only: on the connection's own paramiko waits on.
            raise _unready(target, "the ssh-agent does not answer", "does it ask somebody for consent?") from error
        if further:
            raise _refused(target, f"it also wants {_listed(further)}")


def credentials(target: SshTarget) -> Credentials:
    """Get ready what `target` says to log in with. Raises `TransportError` before any host was contacted."""
    if target.use_agent:
        agent = _open_agent(target)
        try:
            return Credentials(target, _agent_key(target, agent), agent)
        except BaseException:
            agent.close()
            raise
    if target.key_file is not None:
        return Credentials(target, _load(target, target.key_file), None)
    if target.password is None:
        raise _unready(target, "there is nothing to log in with", "set key_file, or a password, or use the agent")
    return Credentials(target, None, None)


class _PatientAgent(paramiko.Agent):
    """An agent that may ask its owner for consent, but not for ever."""

    def _connect(self, conn: socket.socket) -> None:
        conn.settimeout(_AGENT_SECONDS)
        super()._connect(conn)  # type: ignore[misc]


def _open_agent(target: SshTarget) -> paramiko.Agent:
    try:
        agent = _PatientAgent()
    except (paramiko.SSHException, OSError) as error:
        raise _unready(target, f"the ssh-agent does not answer: {error}", "check SSH_AUTH_SOCK") from error
    if not agent.get_keys():
        agent.close()
        raise _unready(target, "there is no ssh-agent, or it holds no key", "ssh-add the key; check SSH_AUTH_SOCK")
    return agent


def _agent_key(target: SshTarget, agent: paramiko.Agent) -> paramiko.PKey:
    keys = agent.get_keys()
    if target.key_file is None:
        if len(keys) > 1:
            # One try is made, so it must be clear with which.
            raise _unready(target, f"the ssh-agent holds {len(keys)} keys", "say which: key_file: PUBLIC_KEY.pub")
        return keys[0]
    public = target.key_file
    if public.suffix != ".pub":
        public = public.with_name(public.name + ".pub")
    try:
        blob = PublicBlob.from_file(str(public)).key_blob
    except (OSError, ValueError) as error:
        raise _unready(target, f"cannot read the public key {public}: {error}", "") from error
    for key in keys:
        if blob in (key.blob, key.asbytes()):
            return key
    raise _unready(target, f"the ssh-agent does not hold the key of {public}", f"ssh-add {public.with_suffix('')}")


def _load(target: SshTarget, path: Path) -> paramiko.PKey:
    secret = target.passphrase.encode() if target.passphrase is not None else None
    try:
        return paramiko.PKey.from_path(path, secret)  # type: ignore[arg-type]
    except OSError as error:
        raise _unready(
            target, f"cannot read the key {path}: {error.strerror}", "check key_file and its owner"
        ) from error
    except (paramiko.PasswordRequiredException, TypeError) as error:
        raise _unready(target, f"the key {path} is encrypted", "give its passphrase") from error
    except (ValueError, paramiko.SSHException, UnsupportedAlgorithm, IndexError) as error:
        words = "the passphrase is wrong, or it is" if secret else "it is"
        raise _unready(target, f"cannot use the key {path}: {words} not a private key known here", "") from error


def _methods(transport: QuietTransport, target: SshTarget) -> list[str]:
    """The ways to log in that the host names. Asking is not a try: it is how every client begins."""
    try:
        transport.auth_none(target.user)
    except paramiko.BadAuthenticationType as error:
        return list(error.allowed_types)
    return []  # it let us in


def _by_password(transport: QuietTransport, target: SshTarget, methods: list[str]) -> list[str]:
    if transport.is_authenticated():
        return []
    password = target.password or ""
    if "password" in methods:
        return transport.auth_password(target.user, password, fallback=False)
    if "keyboard-interactive" in methods:
        return transport.auth_interactive(target.user, lambda _title, _text, prompts: [password] * len(prompts))
    raise _refused(target, f"it accepts only {_listed(methods)}")


def _refused(target: SshTarget, why: str) -> LoginRefused:
    way = "key" if target.key_file or target.use_agent else "password"
    tail = f": {why}" if why else ""
    hint = f"check that {target.name} lets {target.user} in with this {way}, from here"
    return LoginRefused(Reason.AUTH_FAILED, f"{target.name} did not let {target.user} in with the {way}{tail}", hint)


def _unready(target: SshTarget, what: str, hint: str) -> TransportError:
    return TransportError(Reason.AUTH_FAILED, f"cannot log in on {target.name}: {what}", hint)


def _listed(methods: list[str]) -> str:
    return " or ".join(methods) or "nothing"
