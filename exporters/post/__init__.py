"""Making a mail that every client reads, handing it to a mail server, and saying honestly how that went."""

from exporters.post.lightened import lightened
from exporters.post.message import Attachment, Body, Envelope, Picture, build, identity
from exporters.post.sending import Account, ContentRefusedError, Security, send

__all__ = [
    "Account",
    "Attachment",
    "Body",
    "ContentRefusedError",
    "Envelope",
    "Picture",
    "Security",
    "build",
    "identity",
    "lightened",
    "send",
]
