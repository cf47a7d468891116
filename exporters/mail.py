"""The day's mail: the digest of the maintenance log, as text and HTML in one message.

It is composed once and delivered from an outbox: its Message-ID is made from the day and its content, so that a letter
that is tried again is recognised as the same. The password is read when a letter is sent, and held nowhere.
"""

import hashlib
import re
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from checks.contract import Duration
from checks.contract.text import Language
from exporters.contract import DayRecord, DeliveryError, Export, Exporter, Letter, Settings
from exporters.contract.secret import Secret, SecretError, one_place
from exporters.daily import conclude, render_mail, title
from exporters.daily.inert import plain
from exporters.post import Account, Security, send

_BARE = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
_ADDRESS = re.compile(rf"{_BARE}|[^<>@,;:\"\\()]*<{_BARE}>")


def _address(value: str) -> str:
    """`a@b` or `Name <a@b>`; nothing that could begin another header or another recipient."""
    if not _ADDRESS.fullmatch(value) or not value.isprintable():
        raise ValueError(f"expected a mail address such as duty@example.org, not {value!r}")
    return value


MailAddress = Annotated[str, AfterValidator(_address)]


class MailSettings(Settings):
    """The mail server, and who writes to whom."""

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
    to: tuple[MailAddress, ...] = Field(min_length=1, description="addresses the mail goes to")
    languages: tuple[Language, ...] = Field(("zh", "en"), min_length=1, description="languages of the mail, in order")
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


class MailExport(Export):
    """Composes the day's letter and hands it to the mail server."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    def compose(self, day: DayRecord) -> tuple[Letter, ...]:
        """One letter to all recipients."""
        settings = self._settings
        text, html = render_mail(day, settings.languages)
        identity = self._identity(day)
        message = EmailMessage(policy=SMTP)
        message["Subject"] = subject(day, settings.languages)
        message["From"] = settings.sender
        message["To"] = ", ".join(settings.to)
        message["Date"] = format_datetime(datetime.fromtimestamp(day.made_at, ZoneInfo(day.timezone)))
        message["Message-ID"] = identity
        message["Auto-Submitted"] = "auto-generated"  # keeps holiday notices from answering
        message["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
        message.set_content(text, cte="base64")
        message.add_alternative(html, subtype="html", cte="base64")
        message.set_boundary(f"=_{hashlib.sha256(identity.encode()).hexdigest()[:32]}")
        recipients = tuple(parseaddr(address)[1] for address in settings.to)
        return (Letter(identity, str(message["Subject"]), recipients, message.as_bytes()),)

    def deliver(self, letter: Letter) -> None:
        """Hand the letter to the mail server. Raises `DeliveryError`."""
        settings = self._settings
        secret = Secret.of(settings, "password")
        try:
            password = secret.read() if secret is not None else ""
        except SecretError as error:
            raise DeliveryError(f"the password of the mail account cannot be read: {error}") from error
        account = Account(
            host=settings.host,
            port=settings.port,
            security=settings.security,
            timeout_seconds=settings.timeout,
            ca_file=settings.ca_file,
            user=settings.user,
            password=password,
        )
        send(account, parseaddr(settings.sender)[1], letter.recipients, letter.content)

    def _identity(self, day: DayRecord) -> str:
        """The same for the same content to the same people, however often it is composed."""
        settings = self._settings
        content = render_mail(replace(day, made_at=day.ends_at), settings.languages)
        parts = (day.system, day.date.isoformat(), settings.sender, *settings.to, *content)
        digest = hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:24]
        domain = parseaddr(settings.sender)[1].rpartition("@")[2]
        return f"<rounds.{day.date.isoformat()}.{digest}@{domain}>"


def subject(day: DayRecord, languages: tuple[Language, ...]) -> str:
    """System, date and state; the state in every language, because it is what is read first."""
    headline = conclude(day).headline
    state = " / ".join(headline.in_language(language) for language in languages)
    return plain(f"{title(day, languages[0])} {day.date.isoformat()}: {state}", 200)


EXPORTER = Exporter(settings=MailSettings, start=MailExport)
