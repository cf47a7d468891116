"""Updates that wait to be installed, and how old the knowledge about them is.

Item        `security updates`, `updates` (all others), `package list`
State       WARN and CRIT from how long the oldest has waited since it was first seen, and from the list's age.
            UNKNOWN when the host has no package list, or an enabled repository has none. Held and kept back updates
            count, phased ones are only named. Those that wait longest are named first, with advisory and severity.
            apk, apt without an archive for security, and repositories without advisories (CentOS) do not say what is
            for security: then all count as such
Why         known holes are what most break-ins use; a package list that is not refreshed hides them
What to do  in the maintenance window apt-get update && apt-get upgrade, dnf upgrade, yum update, zypper patch or
            apk upgrade; for those kept back apt-get dist-upgrade, zypper list-updates --all. Why one is held:
            apt-mark showhold, dnf versionlock list, excludepkgs in dnf.conf, zypper locks, /etc/apk/world. An old
            list: systemctl status apt-daily.timer dnf-makecache.timer, or the mirror
Manual      2.3.1 patches; form 8.4
"""

from collections.abc import Iterator, Sequence

from pydantic import Field

from checks.contract import (
    Check,
    Duration,
    Layer,
    Measurement,
    Params,
    Result,
    Section,
    State,
    Text,
    Unit,
    UpperLevels,
    duration_text,
)
from checks.contract.threshold import crossed_duration
from checks.update_words import counted, no_list
from collectors import packages
from collectors.packages import Obstacle, Packages, Update

DAY = 86400.0


class PendingUpdatesParams(Params):
    """Parameters of pending_updates."""

    security: UpperLevels[Duration] = Field(
        UpperLevels[Duration](warn=0, crit=14 * DAY), description="how long a security update may wait; 0: not at all"
    )
    others: UpperLevels[Duration] = Field(
        UpperLevels[Duration](warn=None, crit=None), description="how long any other update may wait"
    )
    package_list_age: UpperLevels[Duration] = Field(
        UpperLevels[Duration](warn=3 * DAY, crit=7 * DAY), description="since the package list was last known fresh"
    )
    untold_as_security: bool = Field(
        True, description="judge all updates as security ones where nothing says which are for security"
    )
    retries: int = Field(
        1, ge=1, le=100, description="how many looks in a row must agree; one, since updates do not come and go"
    )


def evaluate(facts: Packages, params: PendingUpdatesParams) -> Iterator[Result]:
    """One result for each item; without a package list only that it is missing."""
    if facts.listed_at is None:
        yield Result("package list", State.UNKNOWN, no_list(facts))
        return
    if facts.security_told:
        yield _waiting("security updates", [u for u in facts.updates if u.security], facts, params.security)
        others = [u for u in facts.updates if not u.security]
        yield _waiting("updates", others, facts, params.others, beside=len(others) < len(facts.updates))
    elif params.untold_as_security:
        yield _waiting("security updates", facts.updates, facts, params.security)
    else:
        yield _waiting("updates", facts.updates, facts, params.others)
    yield _list_age(facts, facts.listed_at, params.package_list_age)


def _waiting(
    item: str, updates: Sequence[Update], facts: Packages, levels: UpperLevels[Duration], *, beside: bool = False
) -> Result:
    """What waits under one item; `beside`: more waits under another."""
    due = [update for update in updates if update.obstacle is not Obstacle.PHASED]
    age = max((max(0, facts.now - update.first_seen) for update in due), default=0)
    state = levels.judge(age) if due else State.OK
    words = _words(updates, age, state, levels, facts.security_told, beside)
    if beside and not updates:
        words = Text(en="no others pending", zh="无其他待装更新")
    return Result(item, state, words, tuple(_measured(updates, due, age, levels)))


def _measured(
    updates: Sequence[Update], due: Sequence[Update], age: float, levels: UpperLevels[Duration]
) -> Iterator[Measurement]:
    if due:
        yield Measurement("longest_pending", age, Unit.SECONDS, levels.warn or None, levels.crit or None)
    # A level of no time is one of the count: `67 (threshold 1)` says what `0 s (threshold 0 s)` does not. Where all
    # are phased there is none, for none is due.
    counts = bool(due) or not updates
    warn, crit = (1 if counts and level == 0 else None for level in (levels.warn, levels.crit))
    yield Measurement("pending", len(updates), warn=warn, crit=crit)
    yield Measurement("held", sum(update.obstacle is Obstacle.HELD for update in updates))


def _words(
    updates: Sequence[Update], age: float, state: State, levels: UpperLevels[Duration], told: bool, beside: bool
) -> Text:
    if not updates:
        return Text(en="none pending", zh="无待装更新")
    words = counted(updates, beside=beside)
    en, zh = words.en, words.zh
    if not told:
        en, zh = f"{en}; which are for security is not told", f"{zh};未标明哪些是安全更新"
    since = duration_text(age)
    if age >= 3600:
        en, zh = f"{en}; oldest waits {since.en}", f"{zh};最久已等待 {since.zh}"
    level = levels.crit if state is State.CRIT else levels.warn
    mark = crossed_duration(levels, state) if level else Text(en="", zh="")  # "warn at 0 s" says nothing
    return Text(en=en + mark.en, zh=zh + mark.zh)


def _list_age(facts: Packages, listed_at: int, levels: UpperLevels[Duration]) -> Result:
    age = max(0, facts.now - listed_at)
    state = levels.judge(age)
    old, mark = duration_text(age), crossed_duration(levels, state)
    tried = Text(en="", zh="")
    if state is not State.OK and facts.tried_at is not None and facts.tried_at > listed_at + 3600:
        # A failing refresh leaves the same trace as one that found nothing new.
        ago = duration_text(max(0, facts.now - facts.tried_at))
        tried = Text(en=f"; a refresh {ago.en} ago brought nothing", zh=f";{ago.zh}前刷新过但无新内容")
    if facts.unlisted:
        names = ", ".join(facts.unlisted)
        state = max(state, State.UNKNOWN)
        tried = Text(en=f"{tried.en}; no list of {names}", zh=f"{tried.zh};没有 {names} 的列表")
    return Result(
        "package list",
        state,
        Text(en=f"{old.en} old{mark.en}{tried.en}", zh=f"距上次更新 {old.zh}{mark.zh}{tried.zh}"),
        (Measurement("package_list_age", age, Unit.SECONDS, levels.warn, levels.crit),),
    )


CHECK = Check(
    reads=packages.COLLECTOR,
    params=PendingUpdatesParams,
    evaluate=evaluate,
    title=Text(en="Pending updates", zh="待装更新"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.PATCHES,
)
