"""The values that are allowed, keyword by keyword."""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from collectors.sshd_words import KNOWN, SEVERAL
from collectors.sshd_words.setting import one

ALGORITHMS = ("ciphers", "hostkeyalgorithms", "kexalgorithms", "macs")
"""Keywords whose values are lists of algorithms."""

MAY_BE_UNSET = ("allowgroups", "allowusers", "denygroups", "denyusers")
"""Keywords of which sshd tells nothing where they are not set; of others it tells what holds then."""

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
    key = one(text, "").keyword
    if key in KNOWN:
        return key
    near = get_close_matches(key[:80], KNOWN, n=1)
    known = f"did you mean {near[0]}?" if near else f"known here: {', '.join(sorted(KNOWN))}"
    raise ValueError(f"{text!r} is no keyword of sshd_config that is looked at; {known}")


Keyword = Annotated[str, AfterValidator(_keyword)]
"""One that is asked of hosts, in lower case and under its newer name."""


def policy_of(
    expected: Mapping[str, tuple[str, ...] | None], password_authentication: str
) -> Mapping[str, tuple[str, ...]]:
    """All that is asked for: the usual policy, and what an organisation says instead; null takes a keyword out."""
    policy: dict[str, tuple[str, ...] | None] = {**POLICY}
    for keyword, allowed in expected.items():
        policy[keyword] = None if allowed is None else tuple(one(keyword, value).value for value in allowed)
    if password_authentication == "no":
        for keyword in ("passwordauthentication", "kbdinteractiveauthentication"):
            policy.setdefault(keyword, ("no",))
    return {keyword: allowed for keyword, allowed in policy.items() if allowed is not None}


def fits(keyword: str, value: str, allowed: Iterable[str]) -> bool:
    """Whether the value of a setting is allowed; of a list each name must be, or the list as a whole."""
    if keyword in ALGORITHMS:
        return all(_is_one_of(name, allowed) for name in value.lstrip("+^").split(","))
    names = value.split() if keyword in SEVERAL else []
    return _is_one_of(value, allowed) or (len(names) > 1 and all(_is_one_of(name, allowed) for name in names))


def _is_one_of(value: str, allowed: Iterable[str]) -> bool:
    return any(_in_range(value, word) or fnmatchcase(value.lower(), word.lower()) for word in allowed)


def _in_range(value: str, text: str) -> bool:
    match = re.fullmatch(r"([0-9]{1,9})-([0-9]{1,9})", text)
    if match is None or not re.fullmatch(r"[0-9]{1,9}", value):
        return False
    return int(match[1]) <= int(value) <= int(match[2])
