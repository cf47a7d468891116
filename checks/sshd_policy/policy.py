"""The values that are allowed, keyword by keyword."""

import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

ALGORITHMS = ("ciphers", "hostkeyalgorithms", "kexalgorithms", "macs")
"""Keywords whose values are lists of algorithms."""

POLICY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "permitrootlogin": ("no", "prohibit-password", "forced-commands-only"),
        "permitemptypasswords": ("no",),
        "hostbasedauthentication": ("no",),
        "ignorerhosts": ("yes", "shosts-only"),
        "permituserenvironment": ("no",),
        "strictmodes": ("yes",),
        "maxauthtries": ("1-6",),
        "loglevel": ("INFO", "VERBOSE", "DEBUG*"),
        "protocol": ("2",),
    }
)
"""What benchmarks and distributions agree on."""


def _as_words(written: object) -> object:
    """YAML reads `no` as false, and 6 as a number."""
    if isinstance(written, (bool, int, str)):
        written = [written]
    if isinstance(written, Sequence):
        return [{True: "yes", False: "no"}[v] if isinstance(v, bool) else str(v) for v in written]
    return written


Allowed = Annotated[
    tuple[str, ...],
    BeforeValidator(_as_words),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": ["string", "boolean", "integer"]},
                {"type": "array", "items": {"type": ["string", "boolean", "integer"]}},
            ]
        }
    ),
]
"""Values that are allowed: words, shell patterns, or ranges as `1-6`; for algorithms, each one must be among them."""


def _keyword(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]+", text):
        raise ValueError(f"a keyword of sshd_config, such as PermitRootLogin, not {text!r}")
    return text.lower()


Keyword = Annotated[str, AfterValidator(_keyword)]
"""Kept in lower case."""


def policy_of(
    expected: Mapping[str, tuple[str, ...] | None], password_authentication: str
) -> Mapping[str, tuple[str, ...]]:
    """All that is asked for: the usual policy, and what an organisation says instead; null takes a keyword out."""
    policy = {**POLICY, **expected}
    if password_authentication == "no":
        for keyword in ("passwordauthentication", "kbdinteractiveauthentication"):
            policy.setdefault(keyword, ("no",))
    return {keyword: allowed for keyword, allowed in policy.items() if allowed is not None}


def fits(keyword: str, value: str, allowed: Iterable[str]) -> bool:
    """Whether the value of a setting is allowed; of a list each name must be."""
    if keyword in ALGORITHMS:
        return all(_is_one_of(name, allowed) for name in value.lstrip("+^").split(","))
    return _is_one_of(value, allowed)


def _is_one_of(value: str, allowed: Iterable[str]) -> bool:
    return any(_in_range(value, one) or fnmatchcase(value.lower(), one.lower()) for one in allowed)


def _in_range(value: str, text: str) -> bool:
    match = re.fullmatch(r"([0-9]{1,9})-([0-9]{1,9})", text)
    if match is None or not re.fullmatch(r"[0-9]{1,9}", value):
        return False
    return int(match[1]) <= int(value) <= int(match[2])
