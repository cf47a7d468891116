"""The sections of config.yaml that are about the agent itself: rounds, ssh, history, signing, service_level."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, Strict, field_validator, model_validator
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from agent.config.host import Login
from agent.history import Retention
from checks.contract import Duration, Percent, Size, State
from exporters.contract import ServiceLevel
from exporters.contract.secret import Secret, one_place


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
        if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
            raise ValueError(
                'expected a file, such as "sqlite:////var/lib/rounds/history.db": memory remembers nothing'
            )
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


def anchored_url(written: str, folder: Path) -> str:
    """A database URL whose relative SQLite path begins at `folder`; anything else as it is."""
    prefix, path = "sqlite:///", written.removeprefix("sqlite:///")
    if not written.startswith(prefix) or path.startswith(("/", ":", "file:")) or not path:
        return written
    return f"{prefix}{folder / path}"
