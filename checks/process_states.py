"""Processes that are dead but not buried, and processes stuck in the kernel.

Item        `zombies` and `uninterruptible`
State       WARN or CRIT from the number of zombies, and of processes seen in uninterruptible sleep for `stuck_for`
Why         zombies fill the process table and tell of a broken parent; processes stuck in state D wait for a dead disk
            or NFS server, cannot be killed, and raise the load
What to do  zombies: restart the parent named here; uninterruptible: cat /proc/PID/stack; dmesg | tail; look at the
            disk or the mount they wait for
Manual      2.1 processes; form 8.2
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from pydantic import Field

from checks.contract import (
    Check,
    Duration,
    Layer,
    Measurement,
    NotYet,
    Params,
    Result,
    Section,
    State,
    Text,
    UpperLevels,
    duration_text,
)
from checks.contract.patterns import matches_any
from checks.contract.threshold import crossed
from collectors import processes
from collectors.processes import Processes

_SHOWN = 3  # names in a summary


class ProcessStatesParams(Params):
    """Zombie levels as Nagios has shipped them for check_procs; two minutes as the kernel's own hung-task warning."""

    zombies: UpperLevels[int] = Field(UpperLevels[int](warn=5, crit=10), description="number of zombies")
    uninterruptible: UpperLevels[int] = Field(
        UpperLevels[int](warn=1, crit=10), description="number of processes stuck in uninterruptible sleep"
    )
    stuck_for: Duration = Field(
        120, description="how long a process must have been in uninterruptible sleep at every look to count as stuck"
    )
    ignore: tuple[str, ...] = Field((), description="process names not to count as stuck, as shell patterns")


def evaluate(facts: Processes, params: ProcessStatesParams) -> Iterator[Result]:
    """Two results."""
    if facts.uninterruptible and not facts.compared:
        raise NotYet  # a moment in state D is nothing: every disk access is one
    yield _zombies(facts, params.zombies)
    yield _uninterruptible(facts, params)


def _zombies(facts: Processes, levels: UpperLevels[int]) -> Result:
    count = facts.in_state("Z")
    state = levels.judge(count)
    if not count:
        return _result("zombies", state, 0, levels, Text(en="no zombies", zh="无僵尸进程"))
    parents = _most_frequent(process.parent or f"pid {process.parent_pid}" for process in facts.zombies)
    level = crossed(levels, state)
    oldest = max((process.seen_seconds for process in facts.zombies), default=0.0)
    since = duration_text(oldest)
    plural, lasting = "s" if count > 1 else "", f" for up to {since.en}" if oldest else ""
    summary = Text(
        en=f"{count} zombie{plural}{lasting}, left by {parents}{level.en}",
        zh=f"僵尸进程 {count} 个{f',最长 {since.zh}' if oldest else ''},父进程 {parents}{level.zh}",
    )
    return _result("zombies", state, count, levels, summary)


def _uninterruptible(facts: Processes, params: ProcessStatesParams) -> Result:
    stuck = [
        process
        for process in facts.uninterruptible
        if process.seen_seconds >= params.stuck_for and not matches_any(params.ignore, process.name)
    ]
    levels = params.uninterruptible
    state = levels.judge(len(stuck))
    if not stuck:
        words = Text(en="none stuck in uninterruptible sleep", zh="没有长时间处于不可中断睡眠的进程")
        return _result("uninterruptible", state, 0, levels, words)
    names = _most_frequent(process.name for process in stuck)
    longest = duration_text(max(process.seen_seconds for process in stuck))
    level = crossed(levels, state)
    summary = Text(
        en=f"{len(stuck)} stuck in uninterruptible sleep for up to {longest.en}: {names}{level.en}",
        zh=f"{len(stuck)} 个进程处于不可中断睡眠,最长 {longest.zh}:{names}{level.zh}",
    )
    return _result("uninterruptible", state, len(stuck), levels, summary)


def _most_frequent(names: Iterable[str]) -> str:
    counted = Counter(names).most_common()
    shown = [name if count == 1 else f"{name} ({count})" for name, count in counted[:_SHOWN]]
    return ", ".join(shown + ["..."] * (len(counted) > _SHOWN))


def _result(item: str, state: State, count: int, levels: UpperLevels[int], summary: Text) -> Result:
    return Result(item, state, summary, (Measurement("processes", count, warn=levels.warn, crit=levels.crit),))


CHECK = Check(
    reads=processes.COLLECTOR,
    params=ProcessStatesParams,
    evaluate=evaluate,
    title=Text(en="Zombies and stuck processes", zh="僵尸与阻塞进程"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SERVERS,
)
