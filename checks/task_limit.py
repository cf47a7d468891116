"""How many tasks (processes and their threads) there are, of all that the kernel allows.

Item        tasks
State       WARN or CRIT from `used_percent` of the lower of kernel.pid_max and kernel.threads-max
Why         at the limit nothing can be started any more: no login, no cron job, no new worker of a service
What to do  ps -eLo user=,comm= | sort | uniq -c | sort -n | tail shows whose they are; end what multiplies,
            limit it (TasksMax= of its unit, ulimit -u); sysctl -w kernel.pid_max=4194304 where so many are meant
Manual      2.1 processes; form 8.2
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import (
    Check,
    Layer,
    Measurement,
    Params,
    Percent,
    Result,
    Section,
    Text,
    UpperLevels,
    format_percent,
)
from checks.contract.threshold import crossed_percent, measured_ratio
from collectors import tasks
from collectors.tasks import Tasks


class TaskLimitParams(Params):
    """Parameters of task_limit."""

    used_percent: UpperLevels[Percent] = Field(
        UpperLevels[Percent](warn=75, crit=90), description="tasks there are, percent of the lower limit"
    )


def evaluate(facts: Tasks, params: TaskLimitParams) -> Iterator[Result]:
    """One result for the host."""
    ratio = facts.tasks / facts.maximum
    state = params.used_percent.judge(ratio * 100)
    crossed, percent = crossed_percent(params.used_percent, state), format_percent(ratio)
    limit = "kernel.pid_max" if facts.pid_max <= facts.threads_max else "kernel.threads-max"
    yield Result(
        item="tasks",
        state=state,
        summary=Text(
            en=f"{percent} used, {facts.tasks} of {facts.maximum} ({limit}){crossed.en}",
            zh=f"已用 {percent}({facts.tasks} / {facts.maximum},{limit}){crossed.zh}",
        ),
        measurements=(measured_ratio("used", ratio, params.used_percent), Measurement("tasks", facts.tasks)),
    )


CHECK = Check(
    reads=tasks.COLLECTOR,
    params=TaskLimitParams,
    evaluate=evaluate,
    title=Text(en="Task limit", zh="任务数上限"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SERVERS,
)
