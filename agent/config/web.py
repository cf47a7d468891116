"""The section `web` of config.yaml: where the agent listens, and who holds tokens."""

import ipaddress
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from agent.config.web_file import NO_WEB_FILE, WebFile
from agent.config.words import Name

_PLAIN_URL = re.compile(r"https?://(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/-]*)?")


class Scope(StrEnum):
    """What somebody may do."""

    METRICS = "metrics"
    READ = "read"
    OPERATE = "operate"


OF_PASSWORDS = frozenset({Scope.METRICS, Scope.READ})
"""What a password opens. Browsers send it along whoever made the page, so what changes anything wants a token."""

_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


def _hash_of_a_token(given: Any) -> str:
    """What was given instead may be the token itself, so no error repeats it."""
    if not isinstance(given, str) or not _SHA256.fullmatch(given):
        raise ValueError("expected 64 hexadecimal digits, as `rounds token NAME --scope read` prints them")
    return given.lower()


Sha256 = Annotated[str, BeforeValidator(_hash_of_a_token), Field(json_schema_extra={"pattern": f"^{_SHA256.pattern}$"})]
"""64 hexadecimal digits."""


class TokenConfig(BaseModel):
    """Somebody, or some program, who has a token."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name = Field(description="who it is: kept as the account with all that is written with this token")
    sha256: Sha256 = Field(description="SHA-256 of the token; `rounds token NAME` makes one and prints this line")
    scopes: tuple[Scope, ...] = Field(
        min_length=1,
        description="what it opens: metrics (for Prometheus), read (the API and the pages), operate (signing, reload)",
    )

    @model_validator(mode="before")
    @classmethod
    def _is_a_hash(cls, given: Any) -> Any:
        if isinstance(given, dict) and any(str(key).partition("_")[0] in ("token", "secret") for key in given):
            raise ValueError(
                "only the hash of a token is written here, as sha256:; `rounds token NAME --scope operate` makes both"
            )
        return given


class WebConfig(BaseModel):
    """Where metrics and the API are served, and to whom."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    listen: str = Field("127.0.0.1:9610", description="address:port; port 0: any free one")
    config_file: Path | None = Field(
        None, description="TLS and users, in the format of Prometheus' exporters (web.config.yml); read anew on change"
    )
    without_authentication: bool = Field(
        False, description="true: listen beyond this machine although nobody is asked for a password or a token"
    )
    names: tuple[Name, ...] = Field(
        (), description="names that a proxy before the agent passes on; at home it answers to localhost and addresses"
    )
    external_url: str | None = Field(
        None,
        description="how Prometheus reaches the agent through a proxy, such as https://rounds.example.org/;"
        " default: as it was called",
    )
    tokens: tuple[TokenConfig, ...] = Field(
        (), description="who has a bearer token; only with one of scope operate days are signed through the API"
    )

    @field_validator("tokens")
    @classmethod
    def _each_name_once(cls, value: tuple[TokenConfig, ...]) -> tuple[TokenConfig, ...]:
        names = [token.name for token in value]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two tokens are named {twice[0]!r}: nobody could tell who wrote")
        return value

    @field_validator("external_url")
    @classmethod
    def _is_a_plain_url(cls, value: str | None) -> str | None:
        if value is None or _PLAIN_URL.fullmatch(value):
            return value
        raise ValueError("expected a URL such as https://rounds.example.org/, without password and query")

    @field_validator("listen")
    @classmethod
    def _is_address_and_port(cls, value: str) -> str:
        host, port = _split(value)
        if not host or not (port.isascii() and port.isdigit() and len(port) <= 5 and int(port) <= 65535):
            raise ValueError(f"expected address:port, such as 127.0.0.1:9610 or [::1]:9610, not {value!r}")
        return value

    @model_validator(mode="after")
    def _stays_at_home(self) -> "WebConfig":
        if self.config_file is None and (words := stands_open(self, NO_WEB_FILE)):
            raise ValueError(words)
        return self

    @property
    def is_at_home(self) -> bool:
        """Whether only this machine can reach it."""
        return _is_loopback(self.host)

    @property
    def host(self) -> str:
        """The address to bind, an IPv6 one without brackets."""
        return _split(self.listen)[0]

    @property
    def port(self) -> int:
        """The TCP port to bind."""
        return int(_split(self.listen)[1])

    def held(self, file: WebFile) -> frozenset[Scope]:
        """The scopes that somebody holds, by a token or a password, and that are therefore asked for."""
        by_token = (scope for token in self.tokens for scope in token.scopes)
        return frozenset(by_token) | (OF_PASSWORDS if file.basic_auth_users else frozenset())


def stands_open(web: WebConfig, file: WebFile) -> str:
    """Why the agent may not listen where it is told to: anybody could read. Empty: it may."""
    tls = file.tls_server_config
    if web.is_at_home or web.without_authentication or (tls is not None and tls.wants_certificates):
        return ""
    unasked = sorted(OF_PASSWORDS - web.held(file))
    if not unasked:
        return ""
    return (
        f"listen ({web.listen}) is open to the network, and nobody is asked who he is for {' and '.join(unasked)}; name"
        " users in web.config_file, or tokens with these scopes, or write without_authentication: true if that is"
        " really meant"
    )


def _split(listen: str) -> tuple[str, str]:
    host, _, port = listen.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        return host[1:-1], port
    return ("", port) if ":" in host else (host, port)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
