"""What came in the header Authorization: a token, a name with its password, or nothing that could be either."""

import base64
import binascii
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Token:
    """Of `Bearer`."""

    text: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Login:
    """Of `Basic`; what cannot be read is a name that nobody has."""

    name: str
    password: bytes = field(repr=False)


def credentials(header: str) -> Token | Login | None:
    """None: none, or of another kind."""
    scheme, _, given = header.partition(" ")
    given = given.strip()
    if scheme.lower() == "bearer" and given:
        return Token(given.encode("latin-1", "replace"))
    if scheme.lower() == "basic" and given:
        return _login(given)
    return None


def _login(given: str) -> Login:
    try:
        name, _, password = base64.b64decode(given, validate=True).partition(b":")
    except (binascii.Error, ValueError):
        return Login("", b"")
    return Login(name.decode("utf-8", "replace"), password)
