"""One mail as bytes: text and HTML with its pictures, and files that go along.

    multipart/mixed
      multipart/related
        multipart/alternative
          text/plain
          text/html
        image/png ...            inline, named by the HTML as cid:NAME@DOMAIN
      application/... ...        attachments

A level with nothing to add is left out. The same content gives the same bytes.
"""

import hashlib
from base64 import encodebytes
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime, parseaddr

from exporters.post import headers
from exporters.post.headers import LINE_END


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG that the HTML shows as `<img src="cid:{cid}">`. `cid` is ASCII, unique in its mail."""

    cid: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along. `fallback` is its name in ASCII; `kind` its media type, `text/html` say."""

    name: str
    fallback: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Body:
    """What a reader sees."""

    text: str
    html: str
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Envelope:
    """The head of a mail. `identity` is its Message-ID in angle brackets, `languages` are tags such as `zh-CN`."""

    subject: str
    sender: str
    to: tuple[str, ...]
    at: datetime
    identity: str
    languages: tuple[str, ...] = ()

    @property
    def recipients(self) -> tuple[str, ...]:
        """The bare addresses, each once."""
        return tuple(dict.fromkeys(parseaddr(address)[1] for address in self.to))


@dataclass(frozen=True, slots=True)
class _Part:
    headers: tuple[str, ...]
    content: str


def identity(day: str, parts: Sequence[str], sender: str) -> str:
    """A Message-ID made from what a mail says and to whom: the same however often it is made."""
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:24]
    return f"<rounds.{day}.{digest}@{parseaddr(sender)[1].rpartition('@')[2]}>"


def build(envelope: Envelope, body: Body, attachments: Sequence[Attachment] = ()) -> bytes:
    """The whole mail, in lines that every server takes."""
    made = _Multipart(envelope.identity)
    part = made.of("alternative", (_text("plain", body.text), _text("html", body.html)))
    if body.pictures:
        shown = (_picture(picture) for picture in body.pictures)
        part = made.of("related", (part, *shown), '; type="multipart/alternative"')
    if attachments:
        part = made.of("mixed", (part, *(_attachment(attachment) for attachment in attachments)))
    return _told(replace(part, headers=(*_head(envelope), *part.headers))).encode("ascii")


def size_of(attachment: Attachment) -> int:
    """How many bytes it takes in a mail."""
    return len(_told(_attachment(attachment)))


class _Multipart:
    """Puts parts together; each level gets a boundary of its own, made from the mail's identity."""

    def __init__(self, identity: str) -> None:
        self._seed = identity

    def of(self, kind: str, parts: Sequence[_Part], more: str = "") -> _Part:
        # No line of base64 begins with "=", nor does a header: no part can hold its boundary.
        boundary = f"=_{kind}_{hashlib.sha256(f'{kind}{self._seed}'.encode()).hexdigest()[:24]}"
        between = f"--{boundary}{LINE_END}"
        content = "".join(f"{between}{_told(part)}{LINE_END}" for part in parts)
        header = f'Content-Type: multipart/{kind}{more};{LINE_END} boundary="{boundary}"'
        return _Part((header,), f"{content}--{boundary}--{LINE_END}")


def _told(part: _Part) -> str:
    return LINE_END.join([*part.headers, "", part.content])


def _head(envelope: Envelope) -> tuple[str, ...]:
    languages = (f"Content-Language: {', '.join(envelope.languages)}",) if envelope.languages else ()
    return (
        headers.text("Subject", envelope.subject),
        headers.addresses("From", (envelope.sender,)),
        headers.addresses("To", envelope.to),
        f"Date: {format_datetime(envelope.at)}",
        f"Message-ID: {envelope.identity}",
        "MIME-Version: 1.0",
        *languages,
        "Auto-Submitted: auto-generated",  # keeps holiday notices from answering
        "X-Auto-Response-Suppress: All",  # the same for Exchange
    )


def _text(kind: str, text: str) -> _Part:
    return _encoded((f"Content-Type: text/{kind}; charset=utf-8",), text.encode("utf-8", "replace"))


def _picture(picture: Picture) -> _Part:
    name = f"{picture.cid.partition('@')[0]}.png"
    return _encoded(
        (
            headers.content_type("image/png", name),
            f"Content-ID: <{picture.cid}>",
            headers.disposition("inline", name, name),
        ),
        picture.content,
    )


def _attachment(attachment: Attachment) -> _Part:
    name, fallback = attachment.name, attachment.fallback
    return _encoded(
        (headers.content_type(attachment.kind, name), headers.disposition("attachment", name, fallback)),
        attachment.content,
    )


def _encoded(head: tuple[str, ...], content: bytes) -> _Part:
    lines = encodebytes(content).decode("ascii").replace("\n", LINE_END)
    return _Part((*head, "Content-Transfer-Encoding: base64"), lines)
