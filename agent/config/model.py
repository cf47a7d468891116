"""The whole configuration: as it is written, and as it is in force."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import tzlocal
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from agent.config.host import GroupConfig, HostConfig, Overrides
from agent.config.problem import did_you_mean
from agent.config.sections import HistoryConfig, RoundsConfig, ServiceLevelConfig, SigningConfig, SshConfig
from agent.config.web import WebConfig
from agent.config.words import Line, Name
from checks.contract import Params
from exporters.contract import Settings

LOCALTIME = Path("/etc/localtime")


def system_timezone() -> str:
    """The IANA name of this machine's time zone. Raises ValueError when it has none."""
    try:
        name = tzlocal.get_localzone_name()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        name = None
    if not name and not LOCALTIME.exists():
        return "UTC"  # as the C library has it
    if not name:
        raise ValueError("missing, and this machine's time zone has no name; write one, such as Asia/Shanghai")
    return name


class Written(BaseModel):
    """config.yaml, but for the sections of the exporters."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    system: Annotated[Line, StringConstraints(min_length=1)] = Field(
        description="what is looked after: the title on forms and mails"
    )
    timezone: str = Field(
        default_factory=system_timezone,
        description="IANA time zone of days and times in reports; default: this machine's",
    )
    person_on_duty: Line = Field("", description="who is on duty, for the head of the daily log")
    hosts: tuple[HostConfig, ...] = Field(description="the hosts on rounds")
    groups: Mapping[Name, GroupConfig] = Field(default_factory=dict, description="what hosts have in common, by group")
    checks: Overrides = Field(default_factory=dict, description="checks and thresholds everywhere, by check")
    rounds: RoundsConfig = Field(default_factory=RoundsConfig, description="how often hosts are visited")
    ssh: SshConfig = Field(default_factory=SshConfig, description="how the agent speaks SSH")
    history: HistoryConfig = Field(default_factory=HistoryConfig, description="where the agent remembers")
    signing: SigningConfig = Field(
        default_factory=SigningConfig, description="with what the agent signs the records it keeps"
    )
    service_level: ServiceLevelConfig = Field(
        default_factory=ServiceLevelConfig, description="what was promised, for the weekly and the monthly report"
    )
    web: WebConfig = Field(default_factory=WebConfig, description="where metrics and the API are served")

    @field_validator("hosts")
    @classmethod
    def _has_a_host(cls, value: tuple[HostConfig, ...]) -> tuple[HostConfig, ...]:
        if not value:
            raise ValueError("no host to visit; this machine would be {name: this-machine, transport: local}")
        return value

    @field_validator("timezone")
    @classmethod
    def _is_a_known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            near = did_you_mean(value, available_timezones()) or "; expected a name such as Asia/Shanghai"
            raise ValueError(f"there is no time zone {value[:60]!r}{near}") from None
        return value


MAY_BE_EMPTY = ("groups", "checks", "rounds", "ssh", "history", "signing", "web", "service_level")
"""The sections that mean their defaults when every line below them is commented out."""


class Config(Written):
    """A configuration in force: complete, valid, and never changed."""

    path: Path
    exporters: Mapping[str, Settings]
    params: Mapping[str, Mapping[str, Params]] = Field(repr=False)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of days and times in reports."""
        return ZoneInfo(self.timezone)

    @cached_property
    def on_rounds(self) -> tuple[HostConfig, ...]:
        """The hosts in service."""
        return tuple(host for host in self.hosts if host.in_service)

    @cached_property
    def _hosts_by_name(self) -> Mapping[str, HostConfig]:
        return {host.name: host for host in self.hosts}

    def find(self, name: str) -> HostConfig | None:
        """The host of that name, in service or not; None when there is none."""
        return self._hosts_by_name.get(name)

    def host(self, name: str) -> HostConfig:
        """The host of that name, in service or not. Raises KeyError."""
        return self._hosts_by_name[name]

    def is_on_rounds(self, name: str) -> bool:
        """Whether there is a host of that name, and in service."""
        host = self.find(name)
        return host is not None and host.in_service

    def jump_chain(self, name: str) -> tuple[HostConfig, ...]:
        """The hosts on the way to `name`, the one next to the agent first. Raises KeyError."""
        chain: list[HostConfig] = []
        jump = self.host(name).jump
        while jump is not None:
            chain.insert(0, self.host(jump))
            jump = chain[0].jump
        return tuple(chain)

    def checks_for(self, name: str) -> Mapping[str, Params]:
        """The parameters in force of each check made on a host, by check. Raises KeyError."""
        return self.params[name]
