"""Whether the system's logs reach back as far as the law wants them to.

Item        journal, and each file: /var/log/syslog, /var/log/messages, /var/log/auth.log, /var/log/secure; logs when
            there is none
State       from how long ago the oldest line was written; where a log is as old as the system, or that line cannot be
            seen, from how long its settings keep it. CRIT where the journal is lost at a restart and no file keeps its
            lines, and, for `shown_for`, where all that a log held at the last look is gone
Why         who looks what happened finds the log rotated away; who broke in cuts it short; the law asks for six months
What to do  /etc/logrotate.d/rsyslog: rotate 27 (weekly). journald.conf: Storage=persistent, MaxRetentionSec=,
            SystemMaxUse=; journalctl --list-boots. Cut short: look who did it
Manual      other manuals logs kept
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import (
    Check,
    Duration,
    Layer,
    LowerLevels,
    Measurement,
    Params,
    Result,
    Section,
    State,
    Text,
    Unit,
    duration_text,
)
from checks.contract.patterns import matches_any
from checks.contract.threshold import crossed_duration
from collectors import log_retention
from collectors.log_keeping import Log
from collectors.log_retention import LogRetention

_AT_ONCE = 2 * 86400.0
"""A log that begins so soon after the system was installed has lost nothing."""


class LogRetentionParams(Params):
    """Parameters of log_retention."""

    reaches_back: LowerLevels[Duration] = Field(
        LowerLevels[Duration](warn=184 * 86400.0), description="how old the oldest line must be at least"
    )
    shown_for: Duration = Field(86400.0, gt=0, description="how long a log that lost all it held is a problem")
    ignore: tuple[str, ...] = Field(
        (), description="logs not to look at, as shell patterns, such as [/var/log/messages]"
    )
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree; one: they are an hour apart")


def evaluate(facts: LogRetention, params: LogRetentionParams) -> Iterator[Result]:
    """One result for each log."""
    if not facts.logs:
        words = Text("neither a journal nor a log in /var/log", "既无 journal，/var/log 下也无系统日志")
        yield Result("logs", State.WARN, words, (Measurement("reaches_back", 0.0, Unit.SECONDS),))
    on_disk = any(not log.volatile and log.oldest is not None for log in facts.logs)
    for log in facts.logs:
        if not matches_any(params.ignore, log.name):
            yield _judged(log, facts, params, on_disk)


def _judged(log: Log, facts: LogRetention, params: LogRetentionParams, on_disk: bool) -> Result:
    levels = params.reaches_back
    age = max(0.0, facts.now - log.oldest) if log.oldest is not None else 0.0
    measured = (Measurement("reaches_back", age, Unit.SECONDS, levels.warn, levels.crit, lower=True),)
    if log.emptied_at is not None and facts.now - log.emptied_at < params.shown_for:
        since = duration_text(age)
        begins = Text(f"begins {since.en} ago", f"仅始于 {since.zh}前") if log.oldest else Text("is gone", "已不存在")
        words = Text(f"{begins.en}: all it held at the last look is lost", f"{begins.zh}:上次检查时的内容已全部丢失")
        return Result(log.name, State.CRIT, words, measured)
    if log.volatile:
        words = Text("in memory only, lost at a restart", "仅存于内存,重启即丢失")
        if on_disk:
            words = Text(f"{words.en}; files keep its lines", f"{words.zh};另有日志文件保存")
        return Result(log.name, State.OK if on_disk else State.CRIT, words, measured if not on_disk else ())
    if log.oldest is None:
        if log.emptied_at is not None:
            return Result(log.name, State.OK, Text("is gone", "已不存在"))
        return Result(log.name, State.UNKNOWN, Text("its oldest line cannot be seen", "无法读取最早的记录"))
    return _by_age(log, age, facts.installed, levels, measured)


def _by_age(
    log: Log, age: float, installed: float | None, levels: LowerLevels[Duration], measured: tuple[Measurement, ...]
) -> Result:
    state, back = levels.judge(age), duration_text(age)
    level = crossed_duration(levels, state)
    kept = Text("", "")
    if log.kept_seconds is not None:
        span = duration_text(log.kept_seconds)
        kept = Text(f", set to be kept for {span.en}", f",设置保留 {span.zh}")
    if state is State.OK:
        return Result(log.name, state, Text(f"reaches back {back.en}", f"可追溯 {back.zh}"), measured)
    assert log.oldest is not None
    if not log.exact:
        return _by_settings(log, back, levels, measured)
    if installed is None or log.emptied_at is not None or (log.oldest or 0.0) > installed + _AT_ONCE:
        words = Text(f"reaches back {back.en}{level.en}{kept.en}", f"可追溯 {back.zh}{level.zh}{kept.zh}")
        return Result(log.name, state, words, measured)
    state = State.OK if log.kept_seconds is None else levels.judge(log.kept_seconds)
    level = crossed_duration(levels, state)
    words = Text(
        en=f"begins with the installation {back.en} ago{kept.en}{level.en}",
        zh=f"自 {back.zh}前系统安装时开始{kept.zh}{level.zh}",
    )
    return Result(log.name, state, words, measured)


def _by_settings(log: Log, back: Text, levels: LowerLevels[Duration], measured: tuple[Measurement, ...]) -> Result:
    """Of a log that may reach back further than can be seen."""
    least = Text(f"reaches back at least {back.en}", f"至少可追溯 {back.zh}")
    if log.kept_seconds is None:
        words = Text(f"{least.en}; its oldest line cannot be seen", f"{least.zh};无法读取最早的记录")
        return Result(log.name, State.UNKNOWN, words, measured)
    state, span = levels.judge(log.kept_seconds), duration_text(log.kept_seconds)
    level = crossed_duration(levels, state)
    words = Text(f"{least.en}, set to be kept for {span.en}{level.en}", f"{least.zh},设置保留 {span.zh}{level.zh}")
    return Result(log.name, state, words, measured)


CHECK = Check(
    reads=log_retention.COLLECTOR,
    params=LogRetentionParams,
    evaluate=evaluate,
    title=Text(en="Log retention", zh="日志留存"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SECURITY,
)
