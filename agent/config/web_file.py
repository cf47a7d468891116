"""`web.config.yml`: TLS, headers and users, in the format that Prometheus and its exporters share."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

DEAREST = 16
"""The highest cost of a bcrypt hash: at 16 one login takes seconds of a processor that rounds are made with."""

_BCRYPT = re.compile(r"\$2[aby]\$(0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31}")
"""The salt has 128 bits, of which the last letter holds two: any other letter there is a mistake in copying."""

_GO_DURATION = re.compile(r"(?:[0-9]{1,9}(?:\.[0-9]{1,9})?(?:ns|us|µs|ms|s|m|h))+")
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _password_hash(given: Any) -> str:
    """A bcrypt hash; what was given instead may be the password itself, so no error repeats it."""
    found = _BCRYPT.fullmatch(given) if isinstance(given, str) else None
    if found is None:
        raise ValueError("expected the bcrypt hash of a password ($2y$10$...), as `htpasswd -nB NAME` prints it")
    if int(found[1]) > DEAREST:
        raise ValueError(f"a cost of {found[1]} would keep a processor busy for long; at most {DEAREST} is taken here")
    return str(given)


def _go_duration(given: Any) -> float:
    text = str(given)
    if text == "0":
        return 0.0
    if not isinstance(given, str) or not _GO_DURATION.fullmatch(text):
        raise ValueError("expected a duration such as 1s or 500ms")
    return sum(float(n) * _UNITS[unit] for n, unit in re.findall(r"([0-9.]+)(ns|us|µs|ms|s|m|h)", text))


PasswordHash = Annotated[str, BeforeValidator(_password_hash)]
Version = Literal["TLS12", "TLS13"]

CLIENTS = {
    "NoClientCert": "no certificate is asked for",
    "VerifyClientCertIfGiven": "whoever shows a certificate has it verified",
    "RequireAndVerifyClientCert": "nobody gets in without one",
}
"""The policies that are honoured; the other two of Go's look at no certificate that they ask for."""


class TlsServer(_Part):
    """The section `tls_server_config`."""

    cert: str | None = Field(None, repr=False)
    key: str | None = Field(None, repr=False)
    client_ca: str | None = Field(None, repr=False)
    cert_file: Path | None = None
    key_file: Path | None = None
    client_ca_file: Path | None = None
    client_auth_type: str = "NoClientCert"
    client_allowed_sans: tuple[str, ...] = ()
    min_version: Version = "TLS12"
    max_version: Version = "TLS13"
    cipher_suites: tuple[str, ...] = ()
    prefer_server_cipher_suites: bool = True
    curve_preferences: tuple[str, ...] = ()

    @field_validator("min_version", "max_version", mode="before")
    @classmethod
    def _is_a_version(cls, given: Any) -> Any:
        if given in ("TLS10", "TLS11"):
            raise ValueError(f"{given} is broken and not spoken here; TLS12 or TLS13")
        return given

    @field_validator("client_auth_type")
    @classmethod
    def _is_a_policy(cls, given: str) -> str:
        if given in ("RequestClientCert", "RequireAnyClientCert"):
            raise ValueError(
                f"{given} would accept any certificate unseen; write RequireAndVerifyClientCert with a client_ca_file"
            )
        if given not in CLIENTS:
            raise ValueError(f"expected {', '.join(CLIENTS)}, not {given[:40]!r}")
        return given

    @model_validator(mode="after")
    def _is_whole(self) -> "TlsServer":
        for text, file in (("cert", "cert_file"), ("key", "key_file"), ("client_ca", "client_ca_file")):
            both = getattr(self, text) is not None and getattr(self, file) is not None
            neither = getattr(self, text) is None and getattr(self, file) is None
            if both:
                raise ValueError(f"write {text} or {file}, not both")
            if neither and text != "client_ca":
                raise ValueError(f"{file} is missing")
        has_ca = self.client_ca is not None or self.client_ca_file is not None
        if has_ca and self.client_auth_type == "NoClientCert":
            raise ValueError("there is a client CA, but client_auth_type does not ask for certificates")
        if not has_ca and self.client_auth_type != "NoClientCert":
            raise ValueError(
                "client_ca_file is missing: without it a certificate of any public authority would open the door"
            )
        if self.client_allowed_sans and not self.wants_certificates:
            raise ValueError("client_allowed_sans needs client_auth_type: RequireAndVerifyClientCert")
        if self.min_version > self.max_version:
            raise ValueError(f"min_version ({self.min_version}) is above max_version ({self.max_version})")
        return self

    @property
    def wants_certificates(self) -> bool:
        """Whether nobody gets in without a certificate of the client CA."""
        return self.client_auth_type == "RequireAndVerifyClientCert"

    @property
    def files(self) -> tuple[Path, ...]:
        """The files it names."""
        return tuple(file for file in (self.cert_file, self.key_file, self.client_ca_file) if file is not None)


_HEADERS: Mapping[str, frozenset[str]] = {
    "Content-Security-Policy": frozenset(),
    "X-Frame-Options": frozenset({"deny", "sameorigin"}),
    "X-Content-Type-Options": frozenset({"nosniff"}),
    "X-XSS-Protection": frozenset(),
    "Strict-Transport-Security": frozenset(),
}
"""The headers that may be set, and to what; empty: anything."""


class HttpServer(_Part):
    """The section `http_server_config`. HTTP/2 may be wished for; HTTP/1.1 is spoken, on which every client agrees."""

    http2: bool = True
    headers: Mapping[str, str] = Field(default_factory=dict)

    @field_validator("headers")
    @classmethod
    def _are_known(cls, given: Mapping[str, str]) -> Mapping[str, str]:
        known = {name.lower(): name for name in _HEADERS}
        for name, value in given.items():
            if name.lower() not in known:
                raise ValueError(f"the header {name[:40]!r} cannot be set; {', '.join(_HEADERS)} can")
            allowed = _HEADERS[known[name.lower()]]
            if value and allowed and value.lower() not in allowed:
                raise ValueError(f"{name} may be {' or '.join(sorted(allowed))}, not {value[:40]!r}")
            if not all(" " <= letter <= "~" for letter in value):
                raise ValueError(f"{name} may hold plain ASCII characters in one line only")
        return {known[name.lower()]: value for name, value in given.items() if value}


class RateLimit(_Part):
    """The section `rate_limit`: `burst` requests at once, and one more each `interval` seconds (0: no limit)."""

    interval: Annotated[float, BeforeValidator(_go_duration)] = 0.0
    burst: int = Field(0, ge=0, le=1_000_000)

    @model_validator(mode="after")
    def _lets_somebody_in(self) -> "RateLimit":
        if self.interval and not self.burst:
            raise ValueError("burst is missing: without it no request at all is let through")
        return self


class WebFile(_Part):
    """The file."""

    tls_server_config: TlsServer | None = None
    http_server_config: HttpServer = Field(default_factory=HttpServer)
    basic_auth_users: Mapping[str, PasswordHash] = Field(default_factory=dict, repr=False)
    rate_limit: RateLimit | None = None

    @field_validator("basic_auth_users")
    @classmethod
    def _can_log_in(cls, given: Mapping[str, str]) -> Mapping[str, str]:
        if any(not name or ":" in name for name in given):
            raise ValueError("a user's name is not empty and holds no colon: nobody could log in with it")
        return given


NO_WEB_FILE = WebFile()
"""Where there is no such file."""
