"""Where an SSH connection goes, and as whom."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class SshTarget:
    """One host as SSH sees it. The secrets are given as text by whoever read them; they are never shown.

    name         the host's name in the configuration, for messages and for `rounds trust NAME`
    address      host name or IP address to connect to; also the name its key is filed under
    known_hosts  our own file of trusted host keys, in OpenSSH's format; it need not exist yet
    key_file     private key; a user certificate `KEY-cert.pub` beside it is used. With `use_agent` it may be the
                 public key alone, and says which of the agent's keys is meant
    passphrase   of an encrypted key file
    password     tried only when there is neither a key file nor the agent, or when the host wants it as a further step
    use_agent    log in with a key that an ssh-agent holds
    jump         the host through which this one is reached; it may have a jump host itself
    host_key_as  file the host key under this name instead of the address (OpenSSH's HostKeyAlias): for private
                 addresses that exist behind several jump hosts
    """

    name: str
    address: str
    user: str
    known_hosts: Path
    port: int = 22
    key_file: Path | None = None
    passphrase: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    use_agent: bool = False
    jump: "SshTarget | None" = None
    host_key_as: str = ""

    @property
    def place(self) -> str:
        """Address and port, as a message shows them."""
        address = f"[{self.address}]" if ":" in self.address else self.address
        return f"{address}:{self.port}"

    @property
    def host_key_name(self) -> str:
        """The name in known_hosts, as OpenSSH writes it: `name`, or `[name]:port` for another port than 22."""
        if self.host_key_as:
            return self.host_key_as.lower()
        return self.address.lower() if self.port == 22 else f"[{self.address.lower()}]:{self.port}"

    @property
    def route(self) -> tuple["SshTarget", ...]:
        """Every host on the way, the first to connect to first, this one last."""
        return (*(self.jump.route if self.jump else ()), self)
