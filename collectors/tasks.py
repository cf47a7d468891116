"""Tasks: how many threads of all programs there are, and how many there may be.

== /proc/loadavg
0.00 0.06 0.41 1/97 25216
== /proc/sys/kernel/pid_max
32768
== /proc/sys/kernel/threads-max
192730
"""

from collections.abc import Iterator
from dataclasses import dataclass

from collectors.contract import Collector, Sample, UnreadableOutput
from collectors.contract.reading import blocks, whole_number

_LOADAVG, _PID_MAX, _THREADS_MAX = "/proc/loadavg", "/proc/sys/kernel/pid_max", "/proc/sys/kernel/threads-max"


@dataclass(frozen=True, slots=True)
class Tasks:
    """Every thread is a task and takes a number of its own: both limits hold for all of them together.

    In a container they are still those of the machine: what a control group may have (pids.max) is not seen.
    """

    tasks: int
    pid_max: int
    threads_max: int

    @property
    def maximum(self) -> int:
        """The lower of both limits."""
        return min(self.pid_max, self.threads_max)


def parse(output: str) -> Tasks:
    """Facts from the three files. Raises `UnreadableOutput`."""
    parts = blocks(output, _LOADAVG, _PID_MAX, _THREADS_MAX)
    averages = parts[_LOADAVG].strip()
    words = averages.split()
    # load1 load5 load15 runnable/tasks last-pid
    running, slash, tasks = words[3].partition("/") if len(words) == 5 else ("", "", "")
    if not slash or not running:
        raise UnreadableOutput("a line of /proc/loadavg", averages)
    facts = Tasks(whole_number(tasks, averages), _limit(parts[_PID_MAX]), _limit(parts[_THREADS_MAX]))
    if facts.tasks < 0:
        raise UnreadableOutput("a number of tasks", averages)
    return facts


def _limit(text: str) -> int:
    limit = whole_number(text.strip())
    if limit <= 0:
        raise UnreadableOutput("a limit above zero", text.strip())
    return limit


def samples(tasks: Tasks) -> Iterator[Sample]:
    """As node_exporter's `processes` collector names them."""
    yield Sample("node_processes_threads", tasks.tasks, help="Allocated threads in system")
    yield Sample("node_processes_max_threads", tasks.threads_max, help="Limit of threads in the system")
    yield Sample("node_processes_max_processes", tasks.pid_max, help="Number of max PIDs limit")


COLLECTOR = Collector(probe="", files=(_LOADAVG, _PID_MAX, _THREADS_MAX), parse=parse, samples=samples)
