"""Services that must run, and units that have failed.

Item        each of `required`; each failed unit; `failed units` when there is none
State       CRIT for a required service that does not run, WARN while it starts or stops; WARN for any other failed
            unit, but for services that a timer starts: the check timers tells of those
Why         a service that is down is an outage; a failed unit is work that was not done: a backup, a rotation, a mount
What to do  systemctl status UNIT; journalctl -u UNIT -e; mend the cause; systemctl restart UNIT, or
            systemctl reset-failed UNIT when it no longer matters
Manual      2.1 services; 2.1.5 mail services; form 8.2, key services
"""

import re
from collections.abc import Iterator, Mapping

from pydantic import Field, field_validator

from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text
from checks.contract.patterns import matches_any
from collectors import services
from collectors.services import AskedUnit, Services, Unit

_KERNEL_KEEPS = 15  # bytes of a process name


class ServicesParams(Params):
    """Which services must run, and which failed units do not matter."""

    required: tuple[str, ...] = Field(
        (), description="services, or units of another type by their full name, that must run: [nginx, ssh.socket]"
    )
    ignore_failed: tuple[str, ...] = Field(
        (), description="failed units that are no problem, as shell patterns: [fwupd-refresh.service, user@*]"
    )
    of_timers: bool = Field(
        False, description="true: tell here too of failed services that a timer starts, as the check timers does"
    )
    process_names: Mapping[str, str] = Field(
        default_factory=dict,
        description="on hosts without systemd a required service is looked for among the processes, by its own name "
        "or that with a d; where the process is called otherwise say so here: {postgresql: postgres}",
    )

    @field_validator("required")
    @classmethod
    def _are_names(cls, required: tuple[str, ...]) -> tuple[str, ...]:
        for name in required:
            if not re.fullmatch(r"[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]{0,254}", name):
                raise ValueError(f"{name!r} is not a unit's name: letters, digits and : - _ . \\ @ only")
        return tuple(dict.fromkeys(required))


def evaluate(facts: Services, params: ServicesParams) -> Iterator[Result]:
    """Required services first, then what failed."""
    if not facts.systemd:
        running = frozenset(facts.process_names)
        for name in params.required:
            yield _by_process(name, running, params.process_names.get(name))
        return
    by_name = {asked.asked: asked for asked in facts.asked}
    for name in params.required:
        yield _required(name, by_name.get(name))
    # What is required has its own result already, under the name that people know.
    known = {by_name[name].unit.name if name in by_name else name for name in params.required}
    failed = [unit for unit in facts.failed if unit.name not in known and not _is_ignored(unit, params)]
    timed = [] if params.of_timers else [unit for unit in failed if unit.name in facts.timed]
    for unit in failed:
        if unit not in timed:
            yield _failed(unit)
    if len(failed) == len(timed):
        words = Text(en="no unit has failed", zh="无失败单元")
        if timed:
            names = ", ".join(unit.name for unit in timed[:3])
            words = Text(en=f"none but of timers: {names}", zh=f"除定时任务外无:{names}")
        yield Result("failed units", State.OK, words, (Measurement("failed", 0),))


def _is_ignored(unit: Unit, params: ServicesParams) -> bool:
    return matches_any(params.ignore_failed, unit.name)


def _failed(unit: Unit) -> Result:
    # Mostly "loaded, failed", which tells nothing more.
    more = ", ".join(word for word in (unit.load, unit.sub) if word not in ("loaded", "failed"))
    words = Text(en=f"failed ({more})", zh=f"运行失败({more})") if more else Text(en="failed", zh="运行失败")
    return Result(unit.name, State.WARN, words, (Measurement("failed", 1),))


def _required(name: str, asked: AskedUnit | None) -> Result:
    if asked is None:
        words = Text(en="systemd was not asked about it yet", zh="尚未向 systemd 查询")
        return Result(name, State.UNKNOWN, words)
    state, summary = _judge(asked)
    return Result(name, state, summary, (Measurement("up", float(state is State.OK)),))


def _judge(asked: AskedUnit) -> tuple[State, Text]:
    unit = asked.unit
    states = f"{unit.active}, {unit.sub}"
    if (unit.active, unit.sub) == ("active", "running"):
        return State.OK, Text(en="running", zh="运行中")
    if unit.active in ("active", "reloading", "refreshing"):
        return State.OK, Text(en=f"running ({states})", zh=f"运行中({states})")
    if unit.sub == "auto-restart":
        en = f"ends and is started again and again ({asked.result or 'no result'})"
        return State.CRIT, Text(en=en, zh=f"反复退出并重启({asked.result or '无结果'})")
    if unit.active in ("activating", "deactivating"):
        en, zh = ("starting", "正在启动") if unit.active == "activating" else ("stopping", "正在停止")
        return State.WARN, Text(en=f"{en} ({states})", zh=f"{zh}({states})")
    if asked.kind == "oneshot" and unit.active == "inactive" and asked.result == "success":
        return _oneshot(asked)
    return State.CRIT, _why_down(asked)


def _why_down(asked: AskedUnit) -> Text:
    unit = asked.unit
    if unit.load == "not-found":
        return Text(en="not running: there is no such unit", zh="未运行:没有此单元")
    if unit.load == "masked":
        return Text(en="not running: masked", zh="未运行:已被屏蔽(masked)")
    told = dict.fromkeys((unit.active, unit.sub, asked.result))  # "failed, failed" is one word
    words = ", ".join(word for word in told if word not in ("", "success"))
    return Text(en=f"not running ({words})", zh=f"未运行({words})")


def _oneshot(asked: AskedUnit) -> tuple[State, Text]:
    if asked.started is False:
        return State.WARN, Text(en="has not run since the host started", zh="本次开机后尚未运行")
    return State.OK, Text(en="ran and ended well", zh="已运行并正常结束")


def _by_process(name: str, running: frozenset[str], process: str | None) -> Result:
    base = re.sub(r"(@.*)?\.service$|@.*$", "", name)
    wanted = [process] if process else [base, base + "d"]
    found = next((one for one in wanted if one[:_KERNEL_KEEPS] in running), None)
    if found:
        words = Text(en=f"process {found} runs", zh=f"进程 {found} 运行中")
        return Result(name, State.OK, words, (Measurement("up", 1.0),))
    words = Text(en=f"no process {' or '.join(wanted)}", zh=f"没有进程 {' 或 '.join(wanted)}")
    return Result(name, State.CRIT, words, (Measurement("up", 0.0),))


CHECK = Check(
    reads=services.COLLECTOR,
    params=ServicesParams,
    evaluate=evaluate,
    title=Text(en="Services", zh="服务"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SERVERS,
    arguments=lambda params: params.required,
)
