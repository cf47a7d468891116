"""What is said of updates that wait: how many, which first, and why some of them stay."""

from collections.abc import Sequence

from checks.contract import Text
from collectors.packages import Advisory, Manager, Obstacle, Packages, Update

NAMED = 3

_OBSTACLES = (
    (Obstacle.HELD, Text(en="held", zh="被锁定")),
    (Obstacle.KEPT_BACK, Text(en="kept back", zh="保持原版本")),
    (Obstacle.PHASED, Text(en="phased", zh="分批推送中")),
)
_GRAVEST_FIRST = ("critical", "important", "high", "moderate", "medium", "low")
_REFRESH = {
    Manager.APT: "apt-get update",
    Manager.DNF: "dnf makecache",
    Manager.DNF5: "dnf makecache",
    Manager.YUM: "yum makecache",
    Manager.ZYPPER: "zypper refresh",
    Manager.APK: "apk update",
}


def counted(updates: Sequence[Update], *, beside: bool = False) -> Text:
    """`4 pending: curl (RHSA-2026:1 Important), nano, vim …; 1 held`; `beside`: others than those for security."""
    first = sorted(updates, key=_order)[:NAMED]
    names = ", ".join(map(_named, first)) + (" …" if len(updates) > NAMED else "")
    number = len(updates)
    en, zh = f"{number} pending: {names}", f"待装 {number} 个:{names}"
    if beside:
        en, zh = f"{number} {'other' if number == 1 else 'others'} pending: {names}", f"另有待装 {number} 个:{names}"
    for obstacle, words in _OBSTACLES:
        if stuck := [update.package for update in updates if update.obstacle is obstacle]:
            who = ", ".join(stuck[:NAMED]) + (" …" if len(stuck) > NAMED else "")
            # Somebody must do something about these; phased ones come by themselves.
            named = "" if obstacle is Obstacle.PHASED else who
            en = f"{en}; {len(stuck)} {words.en}{': ' * bool(named)}{named}"
            zh = f"{zh};{len(stuck)} 个{words.zh}{':' * bool(named)}{named}"
    return Text(en=en, zh=zh)


def no_list(facts: Packages) -> Text:
    """That nothing is known, and what would fetch a list."""
    refresh, names = _REFRESH[facts.manager], ", ".join(facts.unlisted)
    return Text(
        en=f"no package list{' of ' * bool(names)}{names}: what waits is not known ({refresh})",
        zh=f"没有{f' {names} 的' if names else ''}软件包列表,无法得知待装更新",
    )


def _order(update: Update) -> tuple[bool, int, int, str]:
    """Those that waited longest first, the gravest of them before others; last what is not due."""
    gravest = min(map(_rank, update.advisories), default=len(_GRAVEST_FIRST))
    return update.obstacle is Obstacle.PHASED, update.first_seen, gravest, update.package


def _rank(advisory: Advisory) -> int:
    word = advisory.severity.lower()
    return _GRAVEST_FIRST.index(word) if word in _GRAVEST_FIRST else len(_GRAVEST_FIRST)


def _named(update: Update) -> str:
    """With the gravest advisory, as the form of patches wants: its number and its priority."""
    if not update.advisories:
        return update.package
    gravest = min(update.advisories, key=_rank)
    return f"{update.package} ({' '.join(filter(None, (gravest.id, gravest.severity)))})"
