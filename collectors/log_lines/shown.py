"""What may be shown of a line somebody else wrote: short, in one line, without secrets."""

import re

_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")

_SECRETS = (
    # password=x, "api_token": "x", Authorization: Bearer x; not "Failed password for root", nor compass=north
    re.compile(
        r"(?i)((?:passw(?:or)?d|passphrase|secret|token|(?:api|access|private)[_-]?key|credentials?|authorization|cookie|"
        r"session[_-]?id|(?<![a-z])pwd|(?<![a-z])pass)[\"']?\s{0,3}[=:]\s{0,3}(?:bearer |basic )?)"
        r"(\"[^\"]*\"?|'[^']*'?|[^\s,;&]+)"
    ),
    # --password x, --token x
    re.compile(r"(?i)(--?(?:password|passwd|passphrase|pass|secret|token|api-key) )(\S+)"),
    # scheme://user:x@host
    re.compile(r"(://[^\s/:@]{0,100}:)([^\s/@]+)(?=@)"),
    re.compile(r"(?i)\b(bearer )([a-z0-9._~+/=-]{8,})"),
    # a JSON Web Token
    re.compile(r"()(\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?)"),
)
_MAY_HOLD_ONE = re.compile(r"(?i)pass|pwd|secret|token|key|credential|authorization|cookie|session|://|bearer|eyj")


def shown(text: str, limit: int = 160) -> str:
    """The text in one line of at most `limit` characters; control characters are gone, secrets are `***`."""
    # What is far behind the limit would only cost time.
    text = text[: 4 * limit + 200]
    if not text.isprintable():
        text = "".join(one if _is_harmless(one) else " " for one in _COLOUR.sub("", text))
    if _MAY_HOLD_ONE.search(text):
        for secret in _SECRETS:
            text = secret.sub(r"\1***", text)
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 3].rstrip() + "..."


def _is_harmless(character: str) -> bool:
    # Formats turn the direction of writing, surrogates cannot be encoded, separators break lines.
    return character.isprintable() or character == " "
