"""Whether the processes that must run do run, in the right number.

Item        the process name
State       CRIT when fewer run than `at_least`, WARN when more run than `at_most`
Why         what no service manager watches (an application started by hand or by a script) ends without a word
What to do  ps -eo pid,lstart,comm,args | grep NAME; start it as its runbook says; look at its log for why it ended
Manual      2.1 services; form 8.2, key services
"""

from collections.abc import Iterator
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text
from collectors import processes
from collectors.processes import Processes

_KERNEL_KEEPS = 15  # bytes of a command's name


class RequiredProcess(BaseModel):
    """One process that must run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, description="the command's name as `ps -eo comm` shows it, such as java")
    at_least: int = Field(1, ge=0, description="how many must run")
    at_most: int | None = Field(None, ge=0, description="how many may run; null: any number")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.at_most is not None and self.at_most < self.at_least:
            raise ValueError(f"at_most ({self.at_most}) must not be below at_least ({self.at_least})")
        return self


class RequiredProcessesParams(Params):
    """Nothing is required by default."""

    required: tuple[RequiredProcess, ...] = Field(
        (), description="the processes that must run, such as [{name: java, at_least: 2}]"
    )

    @field_validator("required")
    @classmethod
    def _each_once(cls, required: tuple[RequiredProcess, ...]) -> tuple[RequiredProcess, ...]:
        names = [process.name for process in required]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"process {name!r} is listed more than once")
        return required

    @property
    def is_asked_for(self) -> bool:
        """Made where a process is required."""
        return self.enabled and bool(self.required)


def evaluate(facts: Processes, params: RequiredProcessesParams) -> Iterator[Result]:
    """One result for each required name."""
    running = {entry.name: entry.count for entry in facts.names}
    for wanted in params.required:
        yield _judge(wanted, running.get(_kept(wanted.name), 0))


def _kept(name: str) -> str:
    return name.encode()[:_KERNEL_KEEPS].decode(errors="backslashreplace")


def _judge(wanted: RequiredProcess, count: int) -> Result:
    summary = Text(en=f"{count} running", zh=f"运行 {count} 个")
    state = State.OK
    if count < wanted.at_least:
        state = State.CRIT
        summary = Text(
            en=f"{count or 'none'} running, {wanted.at_least} required",
            zh=f"运行 {count} 个,要求至少 {wanted.at_least} 个",
        )
    elif wanted.at_most is not None and count > wanted.at_most:
        state = State.WARN
        summary = Text(
            en=f"{count} running, at most {wanted.at_most} expected", zh=f"运行 {count} 个,预期至多 {wanted.at_most} 个"
        )
    return Result(wanted.name, state, summary, (Measurement("processes", count),))


CHECK = Check(
    reads=processes.COLLECTOR,
    params=RequiredProcessesParams,
    evaluate=evaluate,
    title=Text(en="Required processes", zh="必需进程"),
    layer=Layer.APPLICATION,
    section=Section.SERVERS,
)
