"""The sections of config.yaml that are about the agent itself: rounds, ssh, history, signing, web."""

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, Strict, field_validator, model_validator
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from agent.config.host import Login
from agent.config.words import Name
from agent.history import Retention
from checks.contract import Duration, Percent, Size, State
from exporters.contract import ServiceLevel
from exporters.contract.secret import Secret, one_place

_PLAIN_URL = re.compile(r"https?://(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/-]*)?")


class Section(BaseModel):
    """A section: frozen, and no key but the known ones."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RoundsConfig(Section):
    """How often hosts are visited, and how long that may take."""

    every: Duration = Field(60.0, ge=1, description="how often a round is made on each host")
    deadline: Duration = Field(30.0, gt=0, description="when a round is ended, done or not; shorter than every")
    slow_deadline: Duration = Field(300.0, gt=0, description="the same for slow collectors: packages, backups")
    at_once: Annotated[int, Strict()] = Field(64, ge=1, le=1000, description="how many hosts are asked together")

    @model_validator(mode="after")
    def _ends_before_the_next(self) -> "RoundsConfig":
        if self.deadline >= self.every:
            raise ValueError(
                f"deadline ({self.deadline:g}s) must be shorter than every ({self.every:g}s):"
                " a round ends before the next begins"
            )
        return self


class SshConfig(Login):
    """How the agent speaks SSH; how to log in may be said here once for all hosts."""

    known_hosts: Path = Field(
        Path("state/known_hosts"),
        description="the host keys trusted so far (OpenSSH format); `rounds trust` adds to it",
    )
    connect_timeout: Duration = Field(10.0, gt=0, description="how long connecting to one host may take")
    login_again_after: Duration = Field(
        900.0, gt=0, description="how long to wait after a refused login, because servers lock out those who insist"
    )
    longest_answer: Size = Field(4 * 1024 * 1024, gt=0, description="where the answer of one round is cut")


class HistoryConfig(Section):
    """Where the agent remembers."""

    url: str = Field(
        "sqlite:///state/history.db",
        description="SQLAlchemy URL of the database, without a password; a relative path begins at this file's folder",
    )
    password_file: Path | None = Field(None, description="file that holds the database password")
    password_env: str | None = Field(None, description="environment variable that holds the database password")
    password_credential: str | None = Field(None, description="systemd credential that holds the database password")
    retention: Retention = Field(default_factory=Retention, description="how long it is kept")

    @field_validator("url")
    @classmethod
    def _is_a_url_without_password(cls, value: str) -> str:
        try:
            url = make_url(value)
        except ArgumentError:
            raise ValueError('expected a database URL such as "sqlite:////var/lib/rounds/history.db"') from None
        if url.password is not None:
            raise ValueError(
                "a secret is not written into this file; leave the password out of the URL"
                " and say where it is kept with password_file, password_env or password_credential"
            )
        if url.get_backend_name() not in ("sqlite", "postgresql"):
            raise ValueError(f"the history is kept in sqlite or postgresql, not {url.get_backend_name()}")
        return value

    @model_validator(mode="after")
    def _one_place_for_the_password(self) -> "HistoryConfig":
        one_place(self, "password")
        return self

    def sqlalchemy_url(self) -> URL:
        """The URL to open, its password read now. Raises `SecretError`."""
        url, secret = make_url(self.url), Secret.of(self, "password")
        return url.set(password=secret.read()) if secret else url


class SigningConfig(Section):
    """With what the agent signs the records it keeps."""

    key: Path | None = Field(
        None,
        description="file of the signing key (Ed25519, PEM), made when there is none; "
        "default: signing-key.pem beside the history, or beside ssh.known_hosts where that is PostgreSQL",
    )


class TokenConfig(Section):
    """Somebody, or some program, who may write through the API."""

    name: Name = Field(description="who it is: kept as the account with all that is written with this token")
    token_file: Path | None = Field(None, description="file that holds the token, at least 16 characters")
    token_env: str | None = Field(None, description="environment variable that holds the token")
    token_credential: str | None = Field(None, description="systemd credential that holds the token")

    @model_validator(mode="after")
    def _one_place_for_the_token(self) -> "TokenConfig":
        one_place(self, "token")
        if self.token is None:
            raise ValueError("say where the token is kept: token_file, token_env or token_credential")
        return self

    @property
    def token(self) -> Secret | None:
        """Where it is kept."""
        return Secret.of(self, "token")


class ServiceLevelConfig(Section):
    """What was promised, against which weeks and months are held."""

    availability: Percent = Field(99.5, description="share of the rounds that reach their server")
    respond: Duration = Field(
        3600.0, gt=0, description="until somebody has noted something of an incident, or it is over"
    )
    repair: Duration = Field(8 * 3600.0, gt=0, description="until an incident is over")
    severity: Literal["warning", "critical"] = Field(
        "critical", description="how bad an incident must be to count; a server out of reach always does"
    )

    def promised(self) -> ServiceLevel:
        """The same, as records have it."""
        worst = State.WARN if self.severity == "warning" else State.CRIT
        share = round(self.availability / 100, 9)  # 99.9 / 100 is a little more than 999 rounds of 1000
        return ServiceLevel(share, self.respond, self.repair, worst)


class WebConfig(Section):
    """Where metrics and the API are served."""

    listen: str = Field("127.0.0.1:9610", description="address:port; port 0: any free one")
    without_authentication: bool = Field(
        False, description="true: listen beyond this machine although nobody is asked for a password"
    )
    names: tuple[Name, ...] = Field(
        (), description="names that a proxy before the agent passes on; at home it answers to localhost and addresses"
    )
    external_url: str | None = Field(
        None,
        description="how Prometheus reaches the agent through a proxy, such as https://rounds.example.org/;"
        " default: as it was called",
    )
    tokens: tuple[TokenConfig, ...] = Field(
        (), description="who may sign days and note causes through the API; without any nobody may"
    )

    @field_validator("tokens")
    @classmethod
    def _each_name_once(cls, value: tuple[TokenConfig, ...]) -> tuple[TokenConfig, ...]:
        names = [token.name for token in value]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two tokens are named {twice[0]!r}: nobody could tell who wrote")
        return value

    @field_validator("external_url")
    @classmethod
    def _is_a_plain_url(cls, value: str | None) -> str | None:
        if value is None or _PLAIN_URL.fullmatch(value):
            return value
        raise ValueError("expected a URL such as https://rounds.example.org/, without password and query")

    @field_validator("listen")
    @classmethod
    def _is_address_and_port(cls, value: str) -> str:
        host, port = _split(value)
        if not host or not (port.isascii() and port.isdigit() and len(port) <= 5 and int(port) <= 65535):
            raise ValueError(f"expected address:port, such as 127.0.0.1:9610 or [::1]:9610, not {value!r}")
        return value

    @model_validator(mode="after")
    def _stays_at_home(self) -> "WebConfig":
        if not self.without_authentication and not self.is_at_home:
            raise ValueError(
                f"listen ({self.listen}) is open to the network, and there is no authentication yet; put a proxy that"
                " asks for a password before 127.0.0.1, or write without_authentication: true if that is really meant"
            )
        return self

    @property
    def is_at_home(self) -> bool:
        """Whether only this machine can reach it."""
        return _is_loopback(self.host)

    @property
    def host(self) -> str:
        """The address to bind, an IPv6 one without brackets."""
        return _split(self.listen)[0]

    @property
    def port(self) -> int:
        """The TCP port to bind."""
        return int(_split(self.listen)[1])


def anchored_url(written: str, folder: Path) -> str:
    """A database URL whose relative SQLite path begins at `folder`; anything else as it is."""
    prefix, path = "sqlite:///", written.removeprefix("sqlite:///")
    if not written.startswith(prefix) or path.startswith(("/", ":", "file:")) or not path:
        return written
    return f"{prefix}{folder / path}"


def _split(listen: str) -> tuple[str, str]:
    host, _, port = listen.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        return host[1:-1], port
    return ("", port) if ":" in host else (host, port)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
