"""The day's mail: its digest as text and HTML with pictures, the log and the forms attached, to whom it concerns.

A letter is composed once and delivered from an outbox: its Message-ID is made from the day, what is said of it and to
whom, so that one that is tried again is recognised as the same. The password is read when a letter is sent, and held
nowhere.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from email.utils import parseaddr
from zoneinfo import ZoneInfo

import structlog

from exporters.contract import (
    DayRecord,
    DeliveryError,
    Export,
    Exporter,
    Letter,
    Needs,
    PeriodRecord,
    Settings,
)
from exporters.contract.secret import Secret, SecretError
from exporters.forms import FormsSettings, needs
from exporters.paper.edition import FileFormat
from exporters.post import Account, ContentRefusedError, Envelope, build, identity, lightened, send
from exporters.post.enclosures import enclosures, fitting
from exporters.post.period import period_letter
from exporters.post.rendering import body_of, tags
from exporters.post.routing import Mailing, mailings, period_mailings, unknown_in_routes
from exporters.post.settings import MailSettings
from exporters.post.subject import subject

log = structlog.get_logger()


class MailExport(Export):
    """Composes the day's letters and hands them to the mail server."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._forms = FormsSettings()

    def know(self, others: Mapping[str, Settings]) -> None:
        """The forms attached are those of the maintenance log."""
        self._forms = next((one for one in others.values() if isinstance(one, FormsSettings)), FormsSettings())

    def compose(self, day: DayRecord) -> tuple[Letter, ...]:
        """One letter to all who get the whole, and one for each route that the day concerns."""
        return tuple(self._letter(mailing) for mailing in mailings(day, self._settings))

    def compose_period(self, period: PeriodRecord) -> tuple[Letter, ...]:
        """A letter of the week or month for each of those who want it."""
        return tuple(period_letter(period, settings) for settings in period_mailings(period.kind, self._settings))

    def deliver(self, letter: Letter) -> None:
        """Hand the letter to the mail server, without its files where it refuses them. Raises `DeliveryError`."""
        account, sender = self._account(), parseaddr(self._settings.sender)[1]
        try:
            send(account, sender, letter.recipients, letter.content)
        except ContentRefusedError as error:
            light = lightened(letter)
            if light is None:
                raise
            log.warning("mail_sent_without_files", subject=letter.subject, error=str(error))
            send(account, sender, light.recipients, light.content)

    def _account(self) -> Account:
        settings = self._settings
        secret = Secret.of(settings, "password")
        try:
            password = secret.read() if secret is not None else ""
        except SecretError as error:
            raise DeliveryError(f"the password of the mail account cannot be read: {error}") from error
        return Account(
            host=settings.host,
            port=settings.port,
            security=settings.security,
            timeout_seconds=settings.timeout,
            ca_file=settings.ca_file,
            user=settings.user,
            password=password,
        )

    def _letter(self, mailing: Mailing) -> Letter:
        day, sender, languages = mailing.day, self._settings.sender, mailing.languages
        envelope = Envelope(
            subject=subject(day, languages),
            sender=sender,
            to=mailing.to,
            at=datetime.fromtimestamp(day.made_at, ZoneInfo(day.timezone)),
            identity=_identity(mailing, sender),
            languages=tags(languages),
        )
        body = body_of(day, languages)
        made = enclosures(day, mailing.attach, languages, self._forms)
        enclosed = fitting(made, self._settings.largest - len(build(envelope, body)))
        if enclosed.remarks:
            body = body_of(day, languages, enclosed.remarks)
        content = build(envelope, body, enclosed.files)
        return Letter(envelope.identity, envelope.subject, envelope.recipients, content)


def _identity(mailing: Mailing, sender: str) -> str:
    """The same for the same words to the same people, whenever they are composed."""
    day = mailing.day
    if day.made_at >= day.ends_at:  # one that is not over is another by the minute, and never the mail of the whole
        day = replace(day, made_at=day.ends_at)
    told = (day.system, sender, *mailing.to, *mailing.attach, body_of(day, mailing.languages).text)
    return identity(day.date.isoformat(), told, sender)


def _needs(settings: MailSettings) -> Needs:
    wanted = {*settings.attach, *(file for route in settings.routes for file in route.attach or ())}
    return needs(FormsSettings()) if FileFormat.XLSX in wanted else Needs()


EXPORTER = Exporter(settings=MailSettings, start=MailExport, needs=_needs, faults=unknown_in_routes)
