"""Cron: whether its daemon runs, its jobs succeed, and its crontabs are obeyed.

Item        `cron`; each job that failed, as user and command; each crontab that cron refused; each job of anacron that
            is late; each of `required`
State       CRIT when the daemon does not run, or a required command has not begun within its time; WARN for a failed
            job and a refused crontab, as the log tells, within `shown_for`, and for a job of anacron that is late;
            UNKNOWN when the log is closed
Why         a crontab with a slip of the pen is ignored whole, and a job that fails tells only a mailbox nobody reads
What to do  systemctl status cron; journalctl -t CRON -t cron; mend the job or the crontab. Debian's cron tells of
            failed jobs with EXTRA_OPTS="-L 5" in /etc/default/cron, dcron by itself, cronie and busybox not at all
Manual      2.1 scheduled jobs; form 8.2
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
    duration_text,
)
from checks.contract.patterns import matches_any
from checks.required_jobs import RequiredJob, judged
from collectors import cron
from collectors.cron import CARRIED_SECONDS, AnacronJob, Cron
from collectors.cron_log import FailedJob

_LOOK_AGAIN = 7200.0  # seconds of the log that a look reads again: it may be that late
_PERIODS = {"cron.daily": 1, "cron.weekly": 7, "cron.monthly": 31, "cron.yearly": 366}
_SPARE = 86400.0  # anacron runs once an hour at most, waits, and rests at night


class CronJobsParams(Params):
    """Nothing need be configured to hear of what cron's log tells."""

    required: tuple[RequiredJob, ...] = Field(
        (), description="commands that must begin, such as [{command: /usr/local/bin/backup, within: 26h}]"
    )
    ignore: tuple[str, ...] = Field(
        (), description="jobs and crontabs that do not matter, as shell patterns: ['root: */munin-cron*']"
    )
    shown_for: Duration = Field(
        86400.0, gt=0, le=CARRIED_SECONDS, description="how long a failure is a problem, up to 7d"
    )
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree; one, since states are held")


def arguments(params: CronJobsParams) -> Sequence[str]:
    """How far back to read the log, and the commands to look for."""
    window = max(_LOOK_AGAIN, 2 * (params.every or 0))
    return (f"window={window:.0f}", *dict.fromkeys(one.command for one in params.required))


def evaluate(facts: Cron, params: CronJobsParams) -> Iterator[Result]:
    """The daemon, what its log told, what is late, what is required."""
    yield _daemon(facts)
    told = {_name(job): (job.at, _failed(job, facts.now)) for job in facts.told.failed}
    told |= {
        one.crontab: (one.at, Text(en=f"refused: {one.why}", zh=f"被拒绝:{one.why}")) for one in facts.told.refused
    }
    late = {
        f"anacron {job.name}": (facts.now, _late(job, facts.now)) for job in facts.anacron if _is_late(job, facts.now)
    }
    required = {one.command: one for one in params.required}
    for item, (at, words) in (told | late).items():
        if item not in required and facts.now - at < params.shown_for and not _is_ignored(item, params):
            yield Result(item, State.WARN, words)
    for one in required.values():
        yield judged(one, facts)


def _is_ignored(item: str, params: CronJobsParams) -> bool:
    return matches_any(params.ignore, item)


def _daemon(facts: Cron) -> Result:
    measured = () if facts.running is None else (Measurement("up", float(facts.running)),)
    crontabs = len(facts.crontabs)
    if facts.running is False:
        words = Text(en=f"does not run; crontabs: {crontabs}", zh=f"未运行,有 {crontabs} 个 crontab 无人执行")
        return Result("cron", State.CRIT, words, measured)
    if facts.log_closed:
        words = Text(
            en="its log is closed to the login: add it to the group systemd-journal (or adm)",
            zh="登录账号无权读取其日志:请加入 systemd-journal(或 adm)组",
        )
        return Result("cron", State.UNKNOWN, words, measured)
    if facts.running is None:
        words = Text(en="/proc hides whether it runs (hidepid)", zh="/proc 隐藏了进程(hidepid),无法判断是否运行")
        return Result("cron", State.UNKNOWN, words, measured)
    log = Text(en="", zh="") if facts.log else Text(en=", keeps no log", zh=",无日志")
    return Result("cron", State.OK, Text(en=f"running{log.en}", zh=f"运行中{log.zh}"), measured)


def _name(job: FailedJob) -> str:
    return f"{job.user}: {job.command}" if job.command else "a job"


def _failed(job: FailedJob, now: float) -> Text:
    age = duration_text(max(0.0, now - job.at))
    return Text(en=f"failed {age.en} ago: {job.how}", zh=f"{age.zh}前失败:{job.how}")


def _is_late(job: AnacronJob, now: float) -> bool:
    period = _PERIODS.get(job.name)
    return period is not None and now - job.ran_at > period * 86400.0 + _SPARE


def _late(job: AnacronJob, now: float) -> Text:
    age = duration_text(now - job.ran_at)
    return Text(en=f"last ran {age.en} ago", zh=f"最近一次运行在 {age.zh}前")


CHECK = Check(
    reads=cron.COLLECTOR,
    params=CronJobsParams,
    evaluate=evaluate,
    title=Text(en="Cron jobs", zh="计划任务"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SERVERS,
    arguments=arguments,
)
