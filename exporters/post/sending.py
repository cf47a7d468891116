"""One letter over SMTP. Certificates are always verified, and a password never travels in the clear."""

import smtplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from exporters.contract import DeliveryError
from exporters.daily.inert import plain

TOO_LARGE = 552
"""What a server says of a mail that is larger than it takes."""


class Security(StrEnum):
    """How the connection is encrypted."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class ContentRefusedError(DeliveryError):
    """The server will not have this content: too large, or a kind of file that it lets nobody send."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where letters are handed in, and as whom. Without `user` there is no login."""

    host: str
    port: int
    security: Security
    timeout_seconds: float
    ca_file: Path | None = None
    user: str | None = None
    password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.user is not None and self.security is Security.NONE:
            raise ValueError("a password is not sent without encryption")

    @property
    def place(self) -> str:
        """Host and port, for messages."""
        return f"{self.host}:{self.port}"


def send(account: Account, sender: str, recipients: Sequence[str], content: bytes) -> None:
    """Hand `content` over. Raises `DeliveryError`.

    It is permanent only where the server judged this letter and said 5xx to it. Whatever is wrong with the
    connection or the login can be mended while the letter waits. `ContentRefusedError`: without its files it may pass.
    """
    with _connected(account) as server:
        try:
            refused = server.sendmail(sender, list(recipients), content)
        except smtplib.SMTPRecipientsRefused as error:
            # Nobody has it: neither who was refused for now, nor who was not named before the server closed.
            waiting = tuple(one for one in recipients if not _is_permanent(error.recipients.get(one)))
            raise _refusal(account, error.recipients, waiting) from error
        except smtplib.SMTPResponseException as error:
            raise _judgement(account, error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryError(f"the connection to {account.place} broke: {plain(str(error))}") from error
        if refused:
            raise _refusal(account, refused, tuple(one for one in refused if not _is_permanent(refused[one])))


@contextmanager
def _connected(account: Account) -> Iterator[smtplib.SMTP]:
    try:
        server = _greeted(account)
    except smtplib.SMTPAuthenticationError as error:
        raise _outage(f"{account.place} refused the login of {account.user}: {_answer(error)}") from error
    except smtplib.SMTPNotSupportedError as error:
        raise _outage(f"{account.place} cannot do what is configured: {plain(str(error))}") from error
    except smtplib.SMTPResponseException as error:
        raise _outage(f"{account.place} said {_answer(error)}") from error
    except ssl.SSLError as error:
        raise _outage(f"no trusted encryption with {account.place}: {plain(str(error))}") from error
    except (smtplib.SMTPException, OSError) as error:
        raise _outage(f"cannot reach {account.place}: {plain(str(error))}") from error
    except UnicodeError as error:
        # No cause: the error holds the whole text, which may be the password.
        raise _outage(f"{account.place}: {_unsayable(error)}") from None
    try:
        yield server
    finally:
        # The letter is accepted, or not, by now: a failing farewell must not have it sent twice.
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
        server.close()


def _greeted(account: Account) -> smtplib.SMTP:
    """A connection, encrypted and logged in as configured; closed again when that fails."""
    context = _trust(account)
    here, timeout = socket.gethostname() or "localhost", account.timeout_seconds
    server: smtplib.SMTP
    if account.security is Security.TLS:
        server = smtplib.SMTP_SSL(account.host, account.port, here, timeout=timeout, context=context)
    else:
        server = smtplib.SMTP(account.host, account.port, here, timeout)
    try:
        if account.security is Security.STARTTLS:
            server.starttls(context=context)
        if account.user is not None:
            server.login(account.user, account.password)
    except BaseException:
        server.close()
        raise
    return server


def _unsayable(error: UnicodeError) -> str:
    """What Python cannot bring into the letters of the protocol: a user or a password, or else a host's name."""
    if isinstance(error, UnicodeEncodeError):
        return "the user or the password has letters beyond ASCII, which this login cannot carry"
    return "that is not a host name"


def _trust(account: Account) -> ssl.SSLContext:
    """Verifies the chain and the name. Read anew each time, so that a renewed file counts at once."""
    try:
        return ssl.create_default_context(cafile=account.ca_file)
    except OSError as error:
        raise _outage(f"cannot use the certificates in {account.ca_file}: {error.strerror or error}") from error


def _outage(message: str) -> DeliveryError:
    """Nothing was said of any letter yet."""
    return DeliveryError(message, outage=True)


def _judgement(account: Account, error: smtplib.SMTPResponseException) -> DeliveryError:
    """What the server said to the letter itself. A server that is told the size says 552 before any content."""
    said, permanent = f"{account.place} said {_answer(error)}", 500 <= error.smtp_code < 600
    if permanent and (isinstance(error, smtplib.SMTPDataError) or error.smtp_code == TOO_LARGE):
        return ContentRefusedError(said, permanent=True)
    return DeliveryError(said, permanent=permanent)


def _refusal(account: Account, refused: dict[str, tuple[int, bytes]], waiting: tuple[str, ...]) -> DeliveryError:
    """Some or all recipients were refused; those of `waiting` are tried again, and nobody else."""
    said = "; ".join(
        f"{address}: {code} {plain(words.decode('utf-8', 'replace'), 200)}"
        for address, (code, words) in refused.items()
    )
    return DeliveryError(f"{account.place} refused recipients: {said}", permanent=not waiting, remaining=waiting)


def _is_permanent(answer: tuple[int, bytes] | None) -> bool:
    return answer is not None and 500 <= answer[0] < 600


def _answer(error: smtplib.SMTPResponseException) -> str:
    words = error.smtp_error
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{error.smtp_code} {plain(text, 200)}"
