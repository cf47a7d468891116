"""Makes the shell to a host from the configuration."""

from agent.config import Config, HostConfig
from collectors.contract import Reason, TransportError
from collectors.transport.back_off import BackOffs
from collectors.transport.local import LocalShell
from collectors.transport.output import OutputLimits
from collectors.transport.shell import Shell
from collectors.transport.ssh import SshShell
from collectors.transport.target import SshTarget
from exporters.contract.secret import Secret, SecretError


class ShellMaker:
    """Makes shells, and remembers for all of them which logins were refused."""

    def __init__(self, config: Config) -> None:
        self._back_offs = BackOffs(config.ssh.login_again_after)

    def __call__(self, config: Config, host: str) -> Shell:
        """A shell to `host`, not connected yet. Raises `TransportError` when a secret cannot be read."""
        limits = OutputLimits(config.ssh.longest_answer)
        if config.host(host).transport == "local":
            return LocalShell(limits=limits)
        return SshShell(ssh_target(config, host), limits, self._back_offs)

    def adopt(self, config: Config) -> None:
        """After a change of configuration every refused login may be tried at once."""
        self._back_offs.begin_anew(config.ssh.login_again_after)


def ssh_target(config: Config, host: str) -> SshTarget:
    """Where `host` is, through which others, and who logs in. Raises `TransportError`."""
    target: SshTarget | None = None
    for hop in (*config.jump_chain(host), config.host(host)):
        target = SshTarget(
            name=hop.name,
            address=hop.address,
            port=hop.port,
            user=hop.user,
            known_hosts=config.ssh.known_hosts,
            key_file=hop.key_file,
            passphrase=_read(hop, hop.passphrase),
            password=_read(hop, hop.password),
            use_agent=hop.agent,
            jump=target,
        )
    assert target is not None
    return target


def _read(host: HostConfig, secret: Secret | None) -> str | None:
    if secret is None:
        return None
    try:
        return secret.read()
    except SecretError as error:
        raise TransportError(Reason.AUTH_FAILED, f"cannot log in to {host.name}: {error}") from error
