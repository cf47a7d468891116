"""systemd's timers: whether what they start succeeds, and runs when it is due.

Item        each timer with a problem, and each of `required`; `timers` while there is no other problem
State       WARN when the service failed, runs longer than `longest_run`, was due and did not run, or when the timer is
            enabled but stopped, or never due; CRIT when it is required, and failed, is not there, or has not
            succeeded within its time
Why         a backup, a rotation or a renewal that stops running is missed by nobody until it is needed
What to do  systemctl list-timers --all; systemctl status TIMER SERVICE; journalctl -u SERVICE -e; mend the cause, then
            systemctl start SERVICE, or systemctl enable --now TIMER
Manual      2.1 scheduled jobs; form 8.2
"""

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, Field

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
    duration_text,
)
from checks.contract.patterns import matches_any
from collectors import timers
from collectors.timed_units import Timer
from collectors.timers import Timers


class RequiredTimer(BaseModel):
    """A timer that must be there, and succeed often enough."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    timer: str = Field(pattern=r"^[A-Za-z0-9:_.@\\-]{1,255}$", description="its name, such as backup.timer or backup")
    within: Duration = Field(26 * 3600.0, gt=0, description="its service has succeeded no longer ago than this")

    @property
    def name(self) -> str:
        """The name of the unit."""
        return self.timer if self.timer.endswith(".timer") else f"{self.timer}.timer"


class TimersParams(Params):
    """Every timer is looked at, without a word of configuration."""

    required: tuple[RequiredTimer, ...] = Field(
        (), description="timers that must be there and succeed, such as [{timer: backup, within: 26h}]"
    )
    ignore: tuple[str, ...] = Field((), description="timers not to look at, as shell patterns, such as [fwupd-*]")
    late_after: Duration = Field(900.0, description="how long after it was due a timer may still run")
    longest_run: Duration | None = Field(86400.0, gt=0, description="how long a service may run; null: for ever")
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree; one, since they are rare")


def evaluate(facts: Timers, params: TimersParams) -> Iterator[Result]:
    """Required timers, then those with a problem."""
    by_name = {timer.name: timer for timer in facts.timers}
    required = {one.name: one for one in params.required}
    for name, wanted in required.items():
        yield _required(wanted, by_name.get(name), facts.now, params)
    others = [timer for timer in facts.timers if timer.name not in required and not _is_ignored(timer, params)]
    troubled = 0
    for timer in others:
        if (problem := _problem(timer, facts.now, params)) is not None:
            troubled += 1
            yield Result(timer.name, State.WARN, problem, _measured(timer))
    if not troubled:
        words = Text(en=f"{len(others)} without a problem", zh=f"{len(others)} 个,均正常")
        yield Result("timers", State.OK, words, (Measurement("timers", len(others)),))


def _is_ignored(timer: Timer, params: TimersParams) -> bool:
    return matches_any(params.ignore, timer.name)


def _measured(timer: Timer) -> tuple[Measurement, ...]:
    times = (("last_run", timer.last_at), ("last_success", timer.service.succeeded_at))
    return tuple(Measurement(name, at, Unit.TIMESTAMP) for name, at in times if at is not None)


def _required(wanted: RequiredTimer, timer: Timer | None, now: float, params: TimersParams) -> Result:
    if timer is None:
        return Result(
            wanted.name, State.CRIT, Text(en="required, but not there, or disabled", zh="必需的定时器不存在或已停用")
        )
    succeeded_at = timer.service.succeeded_at
    since = duration_text(max(0.0, now - (succeeded_at or timer.watched_since)))
    problem = _problem(timer, now, params)
    late = now - (succeeded_at or timer.watched_since) > wanted.within
    if succeeded_at is None:
        words = Text(en=f"no success seen for {since.en}", zh=f"{since.zh}内未见成功运行")
    else:
        words = Text(en=f"last success {since.en} ago", zh=f"最近一次成功在 {since.zh}前")
    if late:
        limit = duration_text(wanted.within)
        words = Text(en=f"{words.en} (crit at {limit.en})", zh=f"{words.zh}(严重阈值 {limit.zh})")
    if problem is not None:
        words = Text(en=f"{problem.en}; {words.en}", zh=f"{problem.zh};{words.zh}")
    bad = State.OK if problem is None else State.CRIT if timer.service.failed or not timer.active else State.WARN
    return Result(wanted.name, State.CRIT if late else bad, words, _measured(timer))


def _problem(timer: Timer, now: float, params: TimersParams) -> Text | None:
    service = timer.service
    if service.failed:
        age = duration_text(max(0.0, now - service.ended_at)) if service.ended_at else Text(en="a while", zh="此")
        return Text(
            en=f"{service.name} failed {age.en} ago ({service.failed})",
            zh=f"{service.name} 于 {age.zh}前运行失败({service.failed})",
        )
    if not timer.active:
        return Text(en="enabled, but stopped: it will not run", zh="已启用但已停止,不会运行")
    if service.running_since is not None:
        return _running(timer, now - service.running_since, params.longest_run)
    if timer.due_at is not None and now - timer.due_at > timer.delay_seconds + params.late_after:
        late = duration_text(now - timer.due_at)
        return Text(en=f"was due {late.en} ago and has not run", zh=f"应于 {late.zh}前运行,但未运行")
    if timer.spent and timer.last_at is None:
        return Text(en="never ran, and is not due any more", zh="从未运行,且不再有到期时间")
    return None


def _running(timer: Timer, seconds: float, longest: float | None) -> Text | None:
    if longest is None or seconds <= longest:
        return None
    name, span, limit = timer.service.name, duration_text(seconds), duration_text(longest)
    return Text(
        en=f"{name} has been running for {span.en} (warn at {limit.en})",
        zh=f"{name} 已运行 {span.zh}(警告阈值 {limit.zh})",
    )


CHECK = Check(
    reads=timers.COLLECTOR,
    params=TimersParams,
    evaluate=evaluate,
    title=Text(en="Timers", zh="定时器"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SERVERS,
)
