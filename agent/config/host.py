"""A host, a group of hosts, and what they may have in common."""

from collections.abc import Mapping
from getpass import getuser
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.config.words import Address, Line, Name, Port
from checks.contract import Duration
from exporters.contract import HostCard
from exporters.contract.secret import Keeper, Secret

Overrides = Mapping[str, Any]
"""`checks:` as written; `Config.checks_for` gives what is in force."""

_SECRETS = tuple(f"{name}_{keeper}" for name in ("passphrase", "password") for keeper in Keeper)
AUTHENTICATION = ("key_file", "agent", *_SECRETS)
"""The keys that say how to log in. They are inherited as one: a host that has any of them has all its own."""


def own_login() -> str:
    """The login the agent runs under; `rounds` where that has no name."""
    try:
        return getuser()
    except (KeyError, OSError):  # a container with a user id that no passwd file knows
        return "rounds"


class Login(BaseModel):
    """How to log in to a host."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    user: Line = Field(default_factory=own_login, min_length=1, description="login name; default: the agent's own")
    port: Port = Field(22, description="TCP port of the SSH server")
    key_file: Path | None = Field(None, description="private key (OpenSSH format)")
    passphrase_file: Path | None = Field(None, description="file that holds the key's passphrase")
    passphrase_env: str | None = Field(None, description="environment variable that holds the key's passphrase")
    passphrase_credential: str | None = Field(None, description="systemd credential that holds the key's passphrase")
    password_file: Path | None = Field(None, description="file that holds the login's password; a key is better")
    password_env: str | None = Field(None, description="environment variable that holds the login's password")
    password_credential: str | None = Field(None, description="systemd credential that holds the login's password")
    agent: bool = Field(False, description="true: also offer the keys of the running ssh-agent")
    sudo: bool = Field(
        False, description="true: what needs root is asked through sudo, where the server's sudoers allows that command"
    )

    @property
    def password(self) -> Secret | None:
        """Where the login's password is kept."""
        return Secret.of(self, "password")

    @property
    def passphrase(self) -> Secret | None:
        """Where the key's passphrase is kept."""
        return Secret.of(self, "passphrase")


class Shared(Login):
    """What a group can say for all its hosts."""

    jump: Name | None = Field(None, description="another host's name: reach this one through it")
    every: Duration = Field(60.0, gt=0, description="how often a round is made here; default: rounds.every")
    owner: Line = Field("", description="who looks after it")
    location: Line = Field("", description="where it stands")
    project: Line = Field("", description="the project it belongs to")


class GroupConfig(Shared):
    """What hosts have in common; a host's own keys win, and of its groups the later in its list."""

    checks: Overrides = Field(default_factory=dict, description="checks and thresholds for the hosts of this group")


class HostConfig(Shared):
    """One host on rounds, with all it inherits filled in."""

    name: Name = Field(description="what it is called in metrics, logs and files")
    address: Address = Field(
        default_factory=lambda host: str(host["name"]), description="host name or IP address; default: the name"
    )
    transport: Literal["ssh", "local"] = Field("ssh", description="local: the machine the agent runs on")
    status: Literal["in-service", "out-of-service"] = Field("in-service", description="out-of-service: not on rounds")
    groups: tuple[Name, ...] = Field((), description="groups it belongs to, the more particular ones later")
    role: Line = Field("", description="what it does")
    checks: Overrides = Field(default_factory=dict, description="checks and thresholds for this host")

    @property
    def in_service(self) -> bool:
        """Whether it is on rounds."""
        return self.status == "in-service"

    def card(self) -> HostCard:
        """Who this host is, for reports."""
        return HostCard(
            name=self.name,
            address=self.address,
            transport=self.transport,
            in_service=self.in_service,
            role=self.role,
            owner=self.owner,
            location=self.location,
            project=self.project,
            groups=self.groups,
            every_seconds=self.every,
        )
