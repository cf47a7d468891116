"""Whether the kernel's audit is on, with rules, and writes down all it sees.

Item        auditd, rules, lost records, backlog, full log; none where it never was installed, unless it is `required`
State       CRIT where it is `required` and its daemon is off; `changed` where it was removed since the first look; WARN
            where rules are loaded and nobody writes down what they find, where none are loaded, or others than at the
            first look; from records lost since the last look, and from how full the backlog is; WARN where a full disk
            is passed over in silence
Why         an audit that is off, or loses records, proves nothing of what was done on the host
What to do  systemctl status auditd; auditctl -s; auditctl -l; augenrules --load; -b in /etc/audit/rules.d for a longer
            backlog. Rules changed on purpose: rounds relearn HOST audit_daemon
Manual      4 audit
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import Check, Layer, Measurement, Params, Percent, Result, Section, State, Text, UpperLevels
from checks.contract.quantities import format_percent
from checks.contract.severity import Severity
from checks.contract.threshold import crossed, crossed_percent, measured_ratio
from collectors import audit_daemon
from collectors.audit_daemon import AuditDaemon


class AuditDaemonParams(Params):
    """Parameters of audit_daemon."""

    required: bool = Field(False, description="true: each host must have it, running and with rules")
    changed: Severity = Field(
        Severity.WARN,
        description="what other rules than at the first look are, or an audit that was removed: ok, warn, crit",
    )
    lost: UpperLevels[int] = Field(UpperLevels[int](warn=1, crit=None), description="records lost since the last look")
    backlog: UpperLevels[Percent] = Field(
        UpperLevels[Percent](warn=50, crit=90), description="how full the queue of records that wait for the daemon is"
    )
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree; one: they are far apart")


def evaluate(facts: AuditDaemon, params: AuditDaemonParams) -> Iterator[Result]:
    """Five results, one where it is missed, none where it never was."""
    if not facts.installed:
        yield from _not_installed(facts, params)
        return
    yield _daemon(facts, params)
    yield _rules(facts, params)
    yield _lost(facts, params.lost)
    if facts.backlog_limit:
        yield _backlog(facts, params.backlog)
    if action := dict(facts.log).get("disk_full_action"):
        yield _full_log(action)


def _not_installed(facts: AuditDaemon, params: AuditDaemonParams) -> Iterator[Result]:
    measured = (Measurement("running", 0.0),)
    if params.required:
        yield Result("auditd", State.CRIT, Text("not installed", "未安装"), measured)
    elif facts.first is not None:
        words = Text("no longer installed, as it was at the first look", "已被卸载,首次检查时已安装")
        yield Result("auditd", params.changed.state, words, measured)


def _daemon(facts: AuditDaemon, params: AuditDaemonParams) -> Result:
    measured = (Measurement("running", float(facts.running)),)
    if facts.running and facts.enabled:
        fixed = Text(", rules are locked", ",规则已锁定") if facts.enabled == 2 else Text("", "")
        return Result("auditd", State.OK, Text(f"running{fixed.en}", f"运行中{fixed.zh}"), measured)
    words = Text("not running", "未运行")
    if facts.running:
        words = Text("running, but the kernel's audit is off", "运行中,但内核审计未启用")
    state = State.CRIT if params.required else State.WARN if facts.running or facts.rules else State.OK
    return Result("auditd", state, words, measured)


def _rules(facts: AuditDaemon, params: AuditDaemonParams) -> Result:
    measured = (Measurement("rules", facts.rules),)
    changed = facts.first is not None and facts.first != (facts.fingerprint or "")
    if not facts.rules:
        needed = params.required or facts.running
        lost = changed and params.changed is not Severity.OK
        words = Text("none are loaded", "未加载任何规则")
        return Result("rules", State.WARN if needed or lost else State.OK, words, measured)
    if changed:
        words = Text(f"{facts.rules}, not as at the first look", f"{facts.rules} 条,与首次检查不同")
        return Result("rules", params.changed.state, words, measured)
    return Result("rules", State.OK, Text(f"{facts.rules} loaded", f"已加载 {facts.rules} 条"), measured)


def _lost(facts: AuditDaemon, levels: UpperLevels[int]) -> Result:
    newly = facts.newly_lost or 0
    state = levels.judge(newly)
    level = crossed(levels, state)
    words = Text(
        en=f"{newly} since the last look{level.en}, {facts.lost} in all",
        zh=f"自上次检查 {newly} 条{level.zh},累计 {facts.lost} 条",
    )
    return Result("lost records", state, words, (Measurement("lost_since_last_look", newly, warn=levels.warn),))


def _backlog(facts: AuditDaemon, levels: UpperLevels[Percent]) -> Result:
    ratio = facts.backlog / facts.backlog_limit
    state = levels.judge(ratio * 100)
    level, full = crossed_percent(levels, state), format_percent(ratio)
    words = Text(
        en=f"{full}{level.en}: {facts.backlog} of {facts.backlog_limit}",
        zh=f"{full}{level.zh}:{facts.backlog}/{facts.backlog_limit}",
    )
    return Result("backlog", state, words, (measured_ratio("backlog", ratio, levels),))


def _full_log(action: str) -> Result:
    state = State.WARN if action == "ignore" else State.OK
    return Result("full log", state, Text(f"when the disk is full: {action}", f"磁盘写满时:{action}"))


CHECK = Check(
    reads=audit_daemon.COLLECTOR,
    params=AuditDaemonParams,
    evaluate=evaluate,
    title=Text(en="Audit daemon", zh="审计服务"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SECURITY,
)
