"""What may be shown of a line somebody else wrote: short, in one line, without secrets."""

import re
import unicodedata

_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")

_NAMES = (
    r"(?:[a-z0-9_.-]{0,40}(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|"
    r"credentials?|authorization|cookie)|pass|session[_-]?id)"
)
_SECRETS = (
    # password=x, "token": "x", Authorization: Bearer x; not "Failed password for root"
    re.compile(
        rf"(?i)(?<![a-z0-9_.-])({_NAMES}[\"']?\s{{0,3}}[=:]\s{{0,3}}(?:bearer |basic )?)"
        r"(\"[^\"]*\"?|'[^']*'?|[^\s,;&]+)"
    ),
    # --password x, --token x
    re.compile(r"(?i)(?<!\S)(--?(?:password|passwd|passphrase|pass|secret|token|api-key) )(\S+)"),
    # scheme://user:x@host
    re.compile(r"(://[^\s/:@]{0,100}:)([^\s/@]+)(?=@)"),
    re.compile(r"(?i)\b(bearer )([a-z0-9._~+/=-]{8,})"),
    # a JSON Web Token
    re.compile(r"()(\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?)"),
)


def shown(text: str, limit: int = 160) -> str:
    """The text in one line of at most `limit` characters; control characters are gone, secrets are `***`."""
    # What is far behind the limit would only cost time.
    text = _COLOUR.sub("", text[: 4 * limit + 200])
    text = "".join(character if _is_harmless(character) else " " for character in text)
    for secret in _SECRETS:
        text = secret.sub(r"\1***", text)
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 3].rstrip() + "..."


def _is_harmless(character: str) -> bool:
    # Formats turn the direction of writing, surrogates cannot be encoded, separators break lines.
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
