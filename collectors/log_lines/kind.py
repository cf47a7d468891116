"""The kind of a message: what is left of it when all that differs from time to time is taken out."""

import re

_LONGEST = 100

_RULES = (
    (re.compile(r"\"[^\"]*\"|'[^']*'|`[^'`]*['`]|“[^”]*”"), "<text>"),
    (re.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"), "<id>"),
    (re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"), "<address>"),
    (re.compile(r"\b[a-z][a-z0-9+.-]{1,15}://\S+"), "<address>"),
    (re.compile(r"\b(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}\b"), "<address>"),
    (re.compile(r"\b[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?:[:/][0-9]{1,5})?\b"), "<address>"),
    (re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?![\w:])"), "<address>"),
    (re.compile(r"(?<![\w<])/[^\s:,;()\[\]\"']+"), "<path>"),
    # Whom and what an attacker writes after these is his choice.
    (re.compile(r"(?i)\b(user(?:name)?|account|login|host|domain) (?!<)[^\s,;:]+"), r"\1 <name>"),
    (re.compile(r"\b([A-Za-z_][\w.-]{0,40}=)[^\s,;]+"), r"\1<value>"),
    (re.compile(r"\b0[xX][0-9a-fA-F]+\b"), "#"),
    # hexadecimal, as ids and checksums are: it has a digit, and is no word
    (re.compile(r"\b(?=[a-fA-F]*[0-9])[0-9a-fA-F]{6,}\b"), "#"),
    (re.compile(r"[0-9]+(?:[.,:][0-9]+)*"), "#"),
    (re.compile(r"\s+"), " "),
)


def kind_of(message: str) -> str:
    """`device sda: I/O error at 4711` and `device sdb1: I/O error at 12` differ only in `sda` and `sdb#`.

    Numbers, addresses, ids, paths and quoted texts become placeholders.
    """
    kind = message[: 8 * _LONGEST]
    for pattern, placeholder in _RULES:
        kind = pattern.sub(placeholder, kind)
    return kind.strip()[:_LONGEST]
