"""Kinds of text a configuration is made of: names, lines, addresses."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, Strict, StringConstraints

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def _name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise ValueError(
            f"{value[:60]!r} cannot be a name: names stand in metrics, file names and URLs, so use up to 100 letters"
            " a-z, digits, '.', '_' or '-', a letter or digit first (role and location may hold any text)"
        )
    return value


def _line(value: str) -> str:
    if any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in value):
        raise ValueError("must be one line of text")
    return value


def _address(value: str) -> str:
    if "@" in value:
        raise ValueError(f"{value!r} is not an address; write the login under user:")
    if value.startswith("-") or not re.fullmatch(r"[\w.:%-]+", value):
        raise ValueError(f"{value!r} is not a host name or an IP address")
    return value


Name = Annotated[str, AfterValidator(_name), Field(json_schema_extra={"pattern": f"^{_NAME.pattern}$"})]
"""Safe as a label, a file name and a part of a URL."""

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_line)]
"""One line for people."""

Address = Annotated[str, StringConstraints(min_length=1, max_length=253), AfterValidator(_address)]
"""A host name, an IPv4 or an IPv6 address."""

Port = Annotated[int, Strict(), Field(ge=1, le=65535)]
"""A TCP port."""
