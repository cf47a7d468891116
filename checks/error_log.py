"""Errors in the system's log: how many, of which new kinds, and the lines that matter to an organisation.

Item        `errors`, `new kinds`, and the name of each of `patterns`
State       WARN or CRIT from `errors_per_hour`; from `new_kinds`: kinds of error first seen within `new_for`, while all
            that the log held at the first look are known; for a pattern its own state, within `shown_for` of the newest
            line that has it
Why         programs tell of trouble in the log long before it is felt, and nobody reads it
What to do  journalctl -p err -S -1h, or grep -iE 'error|fail' /var/log/syslog; mend it, or put it into `ignore`;
            `rounds relearn HOST system_log` takes all kinds of today for known
Manual      2.1 error log; form 8.2, error count
"""

from collections.abc import Iterator, Sequence

from pydantic import Field, field_validator

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
from checks.contract.patterns import matches_any
from checks.contract.threshold import crossed
from checks.log_patterns import LogPattern, judged
from collectors import system_log
from collectors.log_lines import Kind
from collectors.system_log import SystemLog

# What strangers cause at a port of SSH that is open to all. Failed logins are counted elsewhere.
_STRANGERS = (
    *("sshd*: *[[]preauth]", "sshd*: error: kex_*", "sshd*: *Timeout before authentication*"),
    *("sshd*: *uthentication failure*", "sshd*: error: PAM: User not known*", "sshd*: Failed * for *"),
)
_LOOK_AGAIN = 7200.0  # seconds of the log that a look reads again for patterns: it may be that late


class ErrorLogParams(Params):
    """Errors are lines of the journal with priority err or worse; in files of syslog, lines that say so in words."""

    errors_per_hour: UpperLevels[int] = Field(UpperLevels[int](warn=100, crit=1000), description="errors in an hour")
    new_kinds: UpperLevels[int] = Field(UpperLevels[int](warn=1, crit=None), description="kinds of error that are new")
    new_for: Duration = Field(86400.0, gt=0, description="how long a kind of error is new")
    ignore: tuple[str, ...] = Field(
        _STRANGERS,
        description="errors that do not matter, as shell patterns over 'program: message': ['imapd: *reset by peer*'];"
        " by default what strangers cause at sshd",
    )
    patterns: tuple[LogPattern, ...] = Field(
        (),
        description="lines to look for, as grep -E reads them: [{pattern: 'quota exceeded', state: warn, name: quota}]",
    )
    shown_for: Duration = Field(3600.0, gt=0, description="how long a line with a pattern is a problem")
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree; one, since states are held")

    @field_validator("patterns")
    @classmethod
    def _each_name_once(cls, patterns: tuple[LogPattern, ...]) -> tuple[LogPattern, ...]:
        names = ["errors", "new kinds", *(one.name or one.pattern for one in patterns)]
        if twice := [name for name in names if names.count(name) > 1]:
            raise ValueError(f"{twice[0]!r} is listed more than once")
        return patterns


def arguments(params: ErrorLogParams) -> Sequence[str]:
    """How far back to look for the patterns, and the patterns."""
    window = max(_LOOK_AGAIN, 2 * (params.every or 0))
    return (f"window={window:.0f}", *dict.fromkeys(one.pattern for one in params.patterns))


def evaluate(facts: SystemLog, params: ErrorLogParams) -> Iterator[Result]:
    """The rate, the new kinds, each pattern."""
    silent = [kind for kind in facts.kinds if _is_ignored(kind, params)]
    kinds = [kind for kind in facts.kinds if kind not in silent]
    yield _rate(facts, kinds, facts.errors - sum(kind.count for kind in silent), params.errors_per_hour)
    yield _new(facts, kinds, params)
    found = {sought.pattern: sought for sought in facts.sought}
    for wanted in params.patterns:
        yield judged(wanted, found.get(wanted.pattern), facts.now, params.shown_for)


def _is_ignored(kind: Kind, params: ErrorLogParams) -> bool:
    return matches_any(params.ignore, _words(kind))


def _words(kind: Kind) -> str:
    return f"{kind.program}: {kind.example}" if kind.program else kind.example


def _rate(facts: SystemLog, kinds: Sequence[Kind], errors: int, levels: UpperLevels[int]) -> Result:
    rate = errors * 3600 / facts.span_seconds
    state = levels.judge(rate)
    level = crossed(levels, state)
    most = max(kinds, key=lambda kind: kind.count, default=None)
    mostly = Text(f", most by {_words(most)}", f",最多的是 {_words(most)}") if most and most.count else Text("", "")
    if facts.span_seconds < 3600:
        span = duration_text(facts.span_seconds)
        words = Text(f"{errors} in {span.en}, {rate:.0f} an hour", f"{span.zh}内 {errors} 条,折合每小时 {rate:.0f} 条")
    else:
        words = Text(f"{errors} in the last hour", f"最近一小时 {errors} 条")
    measured = Measurement("errors_per_hour", rate, Unit.COUNT, levels.warn, levels.crit)
    return Result("errors", state, Text(words.en + level.en + mostly.en, words.zh + level.zh + mostly.zh), (measured,))


def _new(facts: SystemLog, kinds: Sequence[Kind], params: ErrorLogParams) -> Result:
    levels = params.new_kinds
    new = [kind for kind in kinds if facts.compared and _is_new(kind, facts.now, params.new_for)]
    measured = (Measurement("new_kinds", len(new), Unit.COUNT, levels.warn, levels.crit),)
    if not facts.compared:
        words = Text(f"first look, kinds known from now on: {len(kinds)}", f"首次检查:已记录 {len(kinds)} 种错误")
        return Result("new kinds", State.OK, words, measured)
    span = duration_text(params.new_for)
    if not new:
        words = Text(f"none in {span.en}, {len(kinds)} known", f"{span.zh}内无新错误,已知 {len(kinds)} 种")
        return Result("new kinds", State.OK, words, measured)
    state = levels.judge(len(new))
    level, examples = crossed(levels, state), "; ".join(_words(kind) for kind in new[:2])
    words = Text(
        en=f"{len(new)} in {span.en}{level.en}: {examples}" + ("; ..." if len(new) > 2 else ""),
        zh=f"{span.zh}内 {len(new)} 种新错误{level.zh}:{examples}" + ("; ..." if len(new) > 2 else ""),
    )
    return Result("new kinds", state, words, measured)


def _is_new(kind: Kind, now: float, new_for: float) -> bool:
    return kind.first_at is not None and now - kind.first_at < new_for


CHECK = Check(
    reads=system_log.COLLECTOR,
    params=ErrorLogParams,
    evaluate=evaluate,
    title=Text(en="Error log", zh="错误日志"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SERVERS,
    arguments=arguments,
)
