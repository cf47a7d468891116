"""TLS of the web side: a context of Python's ssl, made of what `web.config.yml` says."""

import os
import ssl
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from cryptography.x509 import load_pem_x509_certificates

from agent.config.web_file import TlsServer

_VERSIONS = {"TLS12": ssl.TLSVersion.TLSv1_2, "TLS13": ssl.TLSVersion.TLSv1_3}
_CLIENTS = {
    "NoClientCert": ssl.CERT_NONE,
    "VerifyClientCertIfGiven": ssl.CERT_OPTIONAL,
    "RequireAndVerifyClientCert": ssl.CERT_REQUIRED,
}
_CURVES = {"CurveP256": "prime256v1", "CurveP384": "secp384r1", "CurveP521": "secp521r1"}
"""Go's names, and OpenSSL's. What Python sets is one curve of these."""

_SUITES_13 = frozenset({"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"})
"""Always offered with TLS 1.3, whatever is listed: so it is with Go."""

_SUITES = {
    f"TLS_{exchange.replace('-', '_')}_WITH_{go}": f"{exchange}-{openssl}"
    for exchange in ("ECDHE-ECDSA", "ECDHE-RSA")
    for go, openssl in (
        ("AES_128_GCM_SHA256", "AES128-GCM-SHA256"),
        ("AES_256_GCM_SHA384", "AES256-GCM-SHA384"),
        ("CHACHA20_POLY1305_SHA256", "CHACHA20-POLY1305"),
        ("CHACHA20_POLY1305", "CHACHA20-POLY1305"),
        ("AES_128_CBC_SHA", "AES128-SHA"),
        ("AES_256_CBC_SHA", "AES256-SHA"),
    )
}


class TlsError(Exception):
    """TLS cannot be as it is written at `key`."""

    def __init__(self, key: str, message: str) -> None:
        self.key = key
        super().__init__(message)


def server_context(tls: TlsServer) -> ssl.SSLContext:
    """The context. Raises `TlsError`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = _VERSIONS[tls.min_version]
    context.maximum_version = _VERSIONS[tls.max_version]
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    if tls.prefer_server_cipher_suites:
        context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE
    else:
        context.options &= ~ssl.OP_CIPHER_SERVER_PREFERENCE
    _offer_suites(context, tls)
    _offer_curves(context, tls.curve_preferences)
    _show_certificate(context, tls)
    _ask_clients(context, tls)
    context.set_alpn_protocols(["http/1.1"])
    return context


def certificate_ends(tls: TlsServer) -> datetime:
    """When the served certificate ends. Raises OSError and ValueError where it cannot be read."""
    pem = (tls.cert or "").encode() if tls.cert_file is None else tls.cert_file.read_bytes()
    return load_pem_x509_certificates(pem)[0].not_valid_after_utc


def _offer_suites(context: ssl.SSLContext, tls: TlsServer) -> None:
    if not tls.cipher_suites:
        return
    strange = [name for name in tls.cipher_suites if name not in _SUITES and name not in _SUITES_13]
    if strange:
        raise TlsError("cipher_suites", f"{strange[0][:60]!r} is not offered; known are {', '.join(sorted(_SUITES))}")
    older = [_SUITES[name] for name in tls.cipher_suites if name in _SUITES]
    if older:
        try:
            context.set_ciphers(":".join(older))
        except ssl.SSLError as error:
            raise TlsError("cipher_suites", "the OpenSSL of this machine allows none of these") from error
    elif tls.max_version == "TLS12":
        raise TlsError("cipher_suites", "these are suites of TLS 1.3, but max_version is TLS12")
    else:
        context.minimum_version = ssl.TLSVersion.TLSv1_3


def _offer_curves(context: ssl.SSLContext, curves: Sequence[str]) -> None:
    if not curves:
        return
    if len(curves) > 1 or curves[0] not in _CURVES:
        raise TlsError(
            "curve_preferences",
            f"Python's ssl can be told one curve of {', '.join(_CURVES)}; leave the key out, and X25519 comes first",
        )
    context.set_ecdh_curve(_CURVES[curves[0]])


def _show_certificate(context: ssl.SSLContext, tls: TlsServer) -> None:
    def no_passphrase() -> str:
        raise TlsError("key_file", "the private key wants a passphrase, and nobody is there to type it")

    with _as_file(tls.cert_file, tls.cert) as certificate, _as_file(tls.key_file, tls.key) as key:
        _readable(certificate, "cert_file")
        _readable(key, "key_file")
        try:
            context.load_cert_chain(certificate, key, no_passphrase)
        except (OSError, ValueError) as error:
            words = "certificate and private key do not belong together"
            if getattr(error, "reason", None) != "KEY_VALUES_MISMATCH":
                words = f"no certificate and private key in PEM: {getattr(error, 'reason', None) or error}"
            raise TlsError("cert_file", words) from error


def _ask_clients(context: ssl.SSLContext, tls: TlsServer) -> None:
    context.verify_mode = _CLIENTS[tls.client_auth_type]
    if context.verify_mode is ssl.CERT_NONE:
        return
    with _as_file(tls.client_ca_file, tls.client_ca) as authority:
        _readable(authority, "client_ca_file")
        try:
            context.load_verify_locations(authority)
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise TlsError("client_ca_file", f"no certificate in PEM: {reason}") from error


def is_odd(path: Path) -> bool:
    """Whether something is there that is no plain file: a pipe, say, would be waited for."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False  # whoever reads it is told why


def _readable(path: Path, key: str) -> None:
    if is_odd(path):
        raise TlsError(key, f"{path} is not a file")
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise TlsError(key, f"cannot read {path}: {error.strerror or error}") from error


@contextmanager
def _as_file(path: Path | None, text: str | None) -> Iterator[Path]:
    """The path; or one in memory for what stands in the configuration itself, since OpenSSL reads files only."""
    if path is not None:
        yield path
        return
    memory = os.memfd_create("pem", os.MFD_CLOEXEC)
    try:
        os.write(memory, (text or "").encode())
        yield Path(f"/proc/self/fd/{memory}")
    finally:
        os.close(memory)
