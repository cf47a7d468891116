"""Who is mailed what, through which server: the `mail` section of config.yaml."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from checks.contract import Duration
from checks.contract.quantities import Size
from checks.contract.text import Language
from exporters.contract import Settings
from exporters.contract.secret import Secret, one_place
from exporters.paper.edition import FileFormat
from exporters.paper.pdf import HOW_TO_INSTALL, is_installed
from exporters.post.enclosures import KINDS
from exporters.post.sending import Security

MIB = 1024 * 1024
_BARE = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
_ADDRESS = re.compile(rf"{_BARE}|[^<>@,;:\"\\()]*<{_BARE}>")


def _address(value: str) -> str:
    """`a@b` or `Name <a@b>`; nothing that could begin another header or another recipient."""
    if not _ADDRESS.fullmatch(value) or not value.isprintable():
        raise ValueError(f"expected a mail address such as duty@example.org, not {value!r}")
    return value


MailAddress = Annotated[str, AfterValidator(_address)]
Languages = tuple[Language, ...]


def _attachable(kind: FileFormat) -> FileFormat:
    if kind not in KINDS:
        raise ValueError(f"only {', '.join(KINDS)} can be attached")
    if kind is FileFormat.PDF and not is_installed():
        raise ValueError(HOW_TO_INSTALL)
    return kind


Files = tuple[Annotated[FileFormat, AfterValidator(_attachable)], ...]


class Severity(StrEnum):
    """From which state of a day on somebody is mailed."""

    ANY = "any"
    WARNING = "warning"
    CRITICAL = "critical"


class Route(BaseModel):
    """More recipients, and which days of which servers are theirs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    to: tuple[MailAddress, ...] = Field(min_length=1, description="addresses this mail goes to")
    projects: tuple[str, ...] = Field((), description="only servers of these projects, and of the groups")
    groups: tuple[str, ...] = Field((), description="only servers of these groups, and of the projects")
    severity: Severity = Field(
        Severity.ANY,
        description="any: every day; warning: days with a finding or with something not checked; critical: days with"
        " something critical, or a server that nobody could look at",
    )
    languages: Languages | None = Field(None, min_length=1, description="default: those of the mail section")
    attach: Files | None = Field(None, description="default: those of the mail section")
    weekly: bool = Field(False, description="each week's report too, which is always of all servers")
    monthly: bool = Field(False, description="each month's report too, which is always of all servers")

    @model_validator(mode="after")
    def _periods_are_of_all_servers(self) -> "Route":
        if (self.weekly or self.monthly) and (self.projects or self.groups):
            raise ValueError(
                "reports of weeks and months are of all servers: write a route without projects and groups"
            )
        return self


class MailSettings(Settings):
    """The mail server, and who writes what to whom."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_alias=True, validate_by_name=True)

    host: str = Field(min_length=1, description="the mail server")
    port: int = Field(
        587, ge=1, le=65535, description="its port: usually 587 for STARTTLS, 465 for TLS, 25 for neither"
    )
    security: Security = Field(
        Security.STARTTLS, description="starttls: encrypted after a greeting; tls: from the start; none: not at all"
    )
    user: str | None = Field(None, min_length=1, description="login name; without it no login is tried")
    password_file: Path | None = Field(None, description="file that holds the password")
    password_env: str | None = Field(None, description="environment variable that holds the password")
    password_credential: str | None = Field(None, description="systemd credential that holds the password")
    ca_file: Path | None = Field(
        None, description="certificates (PEM) that the server's is checked against; default: those of the system"
    )
    sender: MailAddress = Field(alias="from", description="address the mail comes from")
    to: tuple[MailAddress, ...] = Field(min_length=1, description="addresses the mail of all servers goes to")
    routes: tuple[Route, ...] = Field((), description="more recipients: by project, by group, by severity")
    weekly: bool = Field(True, description="the addresses of `to` get each week's report too")
    monthly: bool = Field(True, description="the addresses of `to` get each month's report too")
    languages: Languages = Field(("zh", "en"), min_length=1, description="languages of the mail, in order")
    attach: Files = Field(
        (FileFormat.XLSX, FileFormat.HTML),
        description="xlsx: the record forms; html, pdf: the whole log; pdf needs an extra",
    )
    largest: Size = Field(
        10 * MIB,
        ge=MIB,
        description="the largest mail the server takes; files that do not fit are left out, and said so",
    )
    timeout: Duration = Field(30.0, gt=0, le=600, description="how long the server may take to answer")

    @model_validator(mode="after")
    def _a_login_is_whole_and_encrypted(self) -> "MailSettings":
        one_place(self, "password")
        secret = Secret.of(self, "password")
        if secret is not None and self.user is None:
            raise ValueError("a password needs a user")
        if secret is None and self.user is not None:
            raise ValueError("a user needs a password: write password_file, password_env or password_credential")
        if secret is not None and self.security is Security.NONE:
            raise ValueError("a password is not sent without encryption: set security to starttls or tls")
        return self
