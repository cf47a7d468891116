"""One setting, in one way of writing it."""

from collections.abc import Iterable
from dataclasses import dataclass

_OLD_NAMES = {"challengeresponseauthentication": "kbdinteractiveauthentication"}
_OLD_VALUES = {("permitrootlogin", "without-password"): "prohibit-password"}


@dataclass(frozen=True, slots=True)
class Setting:
    """A keyword in lower case, and its value; the values of one that may be given several times stand side by side."""

    keyword: str
    value: str


@dataclass(frozen=True, slots=True)
class MatchSetting:
    """A setting that holds only for connections that meet the criteria of a Match block, such as `User backup`."""

    criteria: str
    keyword: str
    value: str


def one(keyword: str, value: str) -> Setting:
    """As newer versions of sshd write it."""
    key = keyword.lower()
    key, words = _OLD_NAMES.get(key, key), " ".join(value.split())
    return Setting(key, _OLD_VALUES.get((key, words.lower()), words))


def settings_in(lines: Iterable[str]) -> dict[str, Setting]:
    """The settings in lines `set KEYWORD VALUE`, by keyword; what comes again is joined, in an order of its own."""
    found: dict[str, list[str]] = {}
    for line in lines:
        word, _, said = line.partition(" ")
        if word == "set":
            setting = one(*said.partition(" ")[::2])
            found.setdefault(setting.keyword, []).append(setting.value)
    return {keyword: Setting(keyword, " ".join(sorted(set(values)))) for keyword, values in found.items()}
