"""Handing a letter to a mail server, and saying honestly how that went."""

from exporters.post.sending import Account, Security, send

__all__ = ["Account", "Security", "send"]
