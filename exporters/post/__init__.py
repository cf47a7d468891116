"""Making a mail that every client reads, handing it to a mail server, and saying honestly how that went."""

from exporters.post.message import Attachment, Body, Envelope, Picture, build, identity
from exporters.post.sending import Account, Security, send

__all__ = [
    "Account",
    "Attachment",
    "Body",
    "Envelope",
    "Picture",
    "Security",
    "build",
    "identity",
    "send",
]
