"""Whether the host installs updates by itself as the organisation wants it to, and whether that works.

Item        `automatic updates`; for each mechanism that downloads or installs its last run: `unattended-upgrades`
State       WARN when it is not what `expected` says, when it is switched on but nothing starts it, when the last run
            failed; WARN and CRIT when a run is `overdue`
Why         who relies on updates that come by themselves does not notice that they stopped; who tests them first does
            not want them to come by themselves
What to do  systemctl list-timers; journalctl -u apt-daily-upgrade; less /var/log/unattended-upgrades/*.log;
            apt-config dump | grep Periodic; cat /etc/dnf/automatic.conf. A log that is closed: rounds sudoers
Manual      2.3.1 automatic updates; form 8.4
"""

from collections.abc import Iterator, Sequence
from typing import Literal

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
from checks.contract.severity import Severity
from checks.contract.threshold import crossed_duration
from collectors import automatic_updates
from collectors.automatic_updates import AutomaticUpdates
from collectors.update_mechanisms import Mechanism, Reach

DAY = 86400.0
_ORDER = tuple(Reach)
_INSTALLS = (Reach.SECURITY, Reach.ALL)
_ACCEPTED = {
    "any": _ORDER,
    "off": (Reach.OFF, Reach.LISTS, Reach.DOWNLOAD),
    "security": _INSTALLS,
    "all": (Reach.ALL,),
}
_WORDS = {
    Reach.OFF: Text(en="off", zh="已关闭"),
    Reach.LISTS: Text(en="only fetch package lists", zh="仅刷新软件包列表"),
    Reach.DOWNLOAD: Text(en="download only", zh="仅下载"),
    Reach.SECURITY: Text(en="install security updates", zh="自动安装安全更新"),
    Reach.ALL: Text(en="install all updates", zh="自动安装全部更新"),
}
_WANTED = {
    "off": Text(en="none to be installed by itself", zh="不自动安装"),
    "security": Text(en="at least security updates", zh="至少安装安全更新"),
    "all": Text(en="all updates", zh="全部更新"),
}


class AutomaticUpdatesParams(Params):
    """Parameters of automatic_updates."""

    expected: Literal["any", "off", "security", "all"] = Field(
        "any",
        description="what the host is to do by itself. any: it is only told; off: install nothing; security: install at"
        " least security updates; all: install all updates",
    )
    overdue: UpperLevels[Duration] = Field(
        UpperLevels[Duration](warn=2 * DAY), description="how long after it was due a run may still be missing"
    )
    failed: Severity = Field(Severity.WARN, description="what a failed run is: ok, warn or crit")
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree; one, since looks are hourly")


def evaluate(facts: AutomaticUpdates, params: AutomaticUpdatesParams) -> Iterator[Result]:
    """What the host does by itself, and how each mechanism fares."""
    yield _mode(facts.mechanisms, params.expected)
    for mechanism in facts.mechanisms:
        if mechanism.traced and mechanism.reach_now in (Reach.DOWNLOAD, *_INSTALLS):
            yield _last_run(mechanism, facts.now, params)


def _mode(mechanisms: Sequence[Mechanism], expected: str) -> Result:
    reach = max((mechanism.reach_now for mechanism in mechanisms), key=_ORDER.index, default=Reach.OFF)
    by = ", ".join(one.name for one in mechanisms if one.reach_now is reach and reach is not Reach.OFF)
    en, zh = _WORDS[reach].en, _WORDS[reach].zh
    if by:
        en, zh = f"{en} ({by})", f"{zh}({by})"
    state = State.OK
    if reach not in _ACCEPTED[expected]:
        state, wanted = State.WARN, _WANTED[expected]
        en, zh = f"{en}; expected: {wanted.en}", f"{zh};预期:{wanted.zh}"
    # What only fetches lists and does not is told by their age.
    for one in mechanisms:
        if one.wanted and not one.started and one.reach not in (Reach.OFF, Reach.LISTS) and expected != "off":
            state = State.WARN
            en, zh = (
                f"{en}; {one.name} is on, but {one.starter} is not",
                f"{zh};{one.name} 已启用,但 {one.starter} 未启用",
            )
    return Result("automatic updates", state, Text(en=en, zh=zh), (Measurement("installs", float(reach in _INSTALLS)),))


def _last_run(mechanism: Mechanism, now: int, params: AutomaticUpdatesParams) -> Result:
    levels, every = params.overdue, mechanism.every_seconds
    last = mechanism.last_at if mechanism.last_at is not None else mechanism.on_since
    late = max(0.0, now - (now if last is None else last) - every)
    state = levels.judge(late) if late else State.OK
    mark = crossed_duration(levels, state)
    if mechanism.last_at is None:
        en, zh = "has not run yet", "尚未运行过"
    else:
        ago = duration_text(max(0.0, now - mechanism.last_at))
        en, zh = f"ran {ago.en} ago", f"{ago.zh}前运行"
    if state is not State.OK:
        over = duration_text(late)
        en, zh = f"{en}, overdue for {over.en}{mark.en}", f"{zh},逾期 {over.zh}{mark.zh}"
    if mechanism.failure:
        state = max(state, params.failed.state)
        en, zh = f"{en}, failed: {mechanism.failure}", f"{zh},失败:{mechanism.failure}"
    elif mechanism.failure is None and mechanism.last_at is not None:
        en, zh = f"{en}; how it ended could not be seen", f"{zh};结果不可见"
    measured = []
    if mechanism.last_at is not None:
        warn, crit = (None if level is None else level + every for level in (levels.warn, levels.crit))
        measured.append(Measurement("last_run_age", max(0.0, now - mechanism.last_at), Unit.SECONDS, warn, crit))
    return Result(mechanism.name, state, Text(en=en, zh=zh), tuple(measured))


CHECK = Check(
    reads=automatic_updates.COLLECTOR,
    params=AutomaticUpdatesParams,
    evaluate=evaluate,
    title=Text(en="Automatic updates", zh="自动更新"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.PATCHES,
)
