"""A command that cron must begin, and what its log tells of it."""

from pydantic import BaseModel, ConfigDict, Field, field_validator

from checks.contract import Duration, Measurement, Result, State, Text, Unit, duration_text
from collectors.cron import CARRIED_SECONDS, Cron


class RequiredJob(BaseModel):
    """A command that cron must begin often enough."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    command: str = Field(min_length=1, description="text that the command line in the crontab holds")
    within: Duration = Field(26 * 3600.0, gt=0, le=CARRIED_SECONDS, description="it began no longer ago, up to 7d")

    @field_validator("command")
    @classmethod
    def _is_one_line(cls, command: str) -> str:
        if not command.isprintable() or command != command.strip():
            raise ValueError("expected one line without control characters or blanks around it")
        if command == "cron":
            raise ValueError("expected a command that cron begins, not cron itself")
        return command


def judged(wanted: RequiredJob, facts: Cron) -> Result:
    """The result for one command; before it is seen to begin the time since the first look counts."""
    starts = [start.at for start in facts.told.started if wanted.command in start.name]
    began_at = max(starts, default=None)
    age = facts.now - (facts.watched_since if began_at is None else began_at)
    state, span = State.CRIT if age > wanted.within else State.OK, duration_text(max(0.0, age))
    if began_at is None and facts.log_closed:
        return Result(
            wanted.command, State.UNKNOWN, Text(en="cron's log is closed to the login", zh="无权读取 cron 日志")
        )
    if began_at is None:
        words = Text(en=f"has not begun for {span.en}", zh=f"{span.zh}内未启动")
    else:
        words = Text(en=f"began {span.en} ago", zh=f"{span.zh}前启动")
    if state is State.CRIT:
        limit = duration_text(wanted.within)
        words = Text(en=f"{words.en} (crit at {limit.en})", zh=f"{words.zh}(严重阈值 {limit.zh})")
    measured = () if began_at is None else (Measurement("began", began_at, Unit.TIMESTAMP),)
    return Result(wanted.command, state, words, measured)
