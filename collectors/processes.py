"""All processes: how many in which state, of which name, and the stuck ones one by one."""

# Counted on the host, so that 500 processes are one program there and a few lines here:
#   uptime 3574.81
#   procs_running 2
#   procs_blocked 0
#   kernel 77
#   stuck Z 4711 1 882312 defunct
#   count S 3 nginx

from collections.abc import Iterator
from dataclasses import dataclass, replace

from collectors.contract import Collector, NoPermission, Sample, UnreadableOutput
from collectors.contract.reading import decimal_number, whole_number

# A name may hold blanks and parentheses: it lies between the first "(" and the last ")". The fields after it
# are state, parent, four more, flags (0x200000: a kernel thread), and as the 20th the start in clock ticks.
# awk opens the files itself, which costs half of what it does behind a cat; one at a time, because as operands a
# process that ends meanwhile would end mawk too. No line is split but those of processes, and of theirs no more than is
# wanted: the first seven fields have at most 70 characters.
PROBE = r"""
exec awk '
function look(path,  line, got, last, part, field, open, pid, name) {
  got = (getline line < path); close(path)
  if (got < 1 || line !~ /^[0-9]+ \(.*\) [A-Za-z] /) return
  last = split(line, part, ")"); split(substr(part[last], 1, 80), field, " "); open = index(line, "(")
  pid = substr(line, 1, open - 2); name = substr(line, open + 1, length(line) - open - length(part[last]) - 1)
  all[field[1]]++; called[pid] = name
  if (pid == 1) init = 1
  if (int(field[7] / 2097152) % 2) kernel++
  else count[field[1] " " name]++
  if ((field[1] == "Z" || field[1] == "D") && listed[field[1]]++ < 50) {
    split(part[last], field, " "); n++; parent[n] = field[2]; own[n] = name
    start[n] = field[1] " " pid " " field[2] " " field[20]
  }
}
BEGIN {
  getline line < "/proc/uptime"; split(line, up, " "); print "uptime", up[1]
  while ((getline line < "/proc/stat") > 0) if (line ~ /^procs_/) print line
  for (i = 1; i < ARGC; i++) look(ARGV[i])
  for (s in all) print "state", s, all[s]
  print "kernel", kernel + 0
  print "init", init + 0
  for (i = 1; i <= n; i++) { print "stuck", start[i], own[i]; print "parent", called[parent[i]] }
  for (c in count) print "count", count[c], c
}' /proc/[0-9]*/stat
"""

STATES = frozenset("RSDZTtXxIWKPN")
"""Letters of /proc/PID/stat, of every kernel there was."""


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many processes, kernel threads among them, are in a state (a letter as `ps` shows it)."""

    state: str
    count: int


@dataclass(frozen=True, slots=True)
class NameCount:
    """How many living processes bear a command name (its first 15 bytes, as the kernel keeps it)."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class StuckProcess:
    """A zombie or an uninterruptible process; `parent` is "" when the parent is gone or not seen.

    `seen_seconds` is how long it was in this state at every look: 0 at the first.
    """

    name: str
    pid: int
    parent: str
    parent_pid: int
    started_ticks: int
    seen_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Processes:
    """Every process of the host. `zombies` and `uninterruptible` hold at most 50 each; `states` counts them all.

    `running` and `blocked` are the kernel's own counts of threads. `compared` is whether `seen_seconds` is known.
    """

    uptime_seconds: float
    states: tuple[StateCount, ...]
    names: tuple[NameCount, ...]
    kernel_threads: int
    zombies: tuple[StuckProcess, ...]
    uninterruptible: tuple[StuckProcess, ...]
    running: int | None
    blocked: int | None
    compared: bool = False

    def in_state(self, state: str) -> int:
        """How many are in `state`, such as `Z`."""
        return sum(entry.count for entry in self.states if entry.state == state)


def parse(output: str) -> Processes:
    """Raises `UnreadableOutput`, and `NoPermission` where /proc hides the processes of others."""
    single: dict[str, float] = {}
    states: dict[str, int] = {}
    names: dict[str, int] = {}
    stuck: dict[str, list[StuckProcess]] = {"Z": [], "D": []}
    parent_of = ""
    for line in output.split("\n"):
        word, _, rest = line.partition(" ")
        match word:
            case "uptime" | "procs_running" | "procs_blocked" | "kernel" | "init":
                single[word] = decimal_number(rest, line) if word == "uptime" else whole_number(rest, line)
            case "state":
                state, _, count = rest.partition(" ")
                states[_state(state, line)] = whole_number(count, line)
            case "count":
                count, state, name = _split(rest, 3, line)
                if _state(state, line) not in "ZXx":
                    names[name] = names.get(name, 0) + whole_number(count, line)
            case "stuck":
                state, pid, parent_pid, ticks, name = _split(rest, 5, line)
                if state not in stuck:
                    raise UnreadableOutput("state Z or D", line)
                numbers = (whole_number(pid, line), whole_number(parent_pid, line), whole_number(ticks, line))
                stuck[state].append(StuckProcess(name, numbers[0], "", numbers[1], numbers[2]))
                parent_of = state
            case "parent" if parent_of:
                stuck[parent_of][-1] = replace(stuck[parent_of][-1], parent=rest)
            case "":
                pass
            case _:
                raise UnreadableOutput("uptime, state, kernel, stuck, parent or count", line)
    if not states or not {"uptime", "kernel", "init"} <= single.keys():
        raise UnreadableOutput("the counts of all processes", output.partition("\n")[0])
    if not single["init"]:
        raise NoPermission(
            "/proc hides other users' processes (hidepid): add the login to the group it is mounted with"
        )
    return Processes(
        uptime_seconds=single["uptime"],
        states=tuple(StateCount(state, states[state]) for state in sorted(states)),
        names=tuple(NameCount(name, names[name]) for name in sorted(names)),
        kernel_threads=int(single["kernel"]),
        zombies=tuple(stuck["Z"]),
        uninterruptible=tuple(stuck["D"]),
        running=int(single["procs_running"]) if "procs_running" in single else None,
        blocked=int(single["procs_blocked"]) if "procs_blocked" in single else None,
    )


def _split(rest: str, count: int, line: str) -> list[str]:
    words = rest.split(" ", count - 1)
    if len(words) != count:
        raise UnreadableOutput(f"{count} words", line)
    return words


def _state(letter: str, line: str) -> str:
    if letter not in STATES:
        raise UnreadableOutput("a process state such as S", line)
    return letter


def compare(previous: Processes, current: Processes) -> Processes:
    """How long each stuck process has been seen so."""
    elapsed = current.uptime_seconds - previous.uptime_seconds
    return replace(
        current,
        compared=True,
        zombies=_aged(previous.zombies, current.zombies, elapsed),
        uninterruptible=_aged(previous.uninterruptible, current.uninterruptible, elapsed),
    )


def _aged(
    previous: tuple[StuckProcess, ...], current: tuple[StuckProcess, ...], elapsed: float
) -> tuple[StuckProcess, ...]:
    # A process id comes again; together with the start it does not.
    seen = {(p.pid, p.started_ticks): p.seen_seconds + elapsed for p in previous if elapsed > 0}
    return tuple(replace(p, seen_seconds=seen.get((p.pid, p.started_ticks), 0.0)) for p in current)


def samples(processes: Processes) -> Iterator[Sample]:
    """As node_exporter's collectors stat and processes name them."""
    for entry in processes.states:
        labels = (("state", entry.state),)
        yield Sample("node_processes_state", entry.count, labels, "Number of processes in each state.")
    yield Sample("node_processes_pids", sum(entry.count for entry in processes.states), (), "Number of PIDs")
    if processes.running is not None:
        yield Sample("node_procs_running", processes.running, (), "Number of processes in runnable state.")
    if processes.blocked is not None:
        help_blocked = "Number of processes blocked waiting for I/O to complete."
        yield Sample("node_procs_blocked", processes.blocked, (), help_blocked)


COLLECTOR = Collector(probe=PROBE, parse=parse, needs_command="awk", compare=compare, samples=samples)
