"""The queue of the mail server: how many messages wait, since when, and on what kind of obstacle."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from collectors.contract import Collector, NotApplicable, UnreadableOutput
from collectors.contract.reading import blocks, refuse_denied, whole_number
from collectors.queued_mail import COUNT, Obstacle, Waiting

# Who writes to whom is nobody's business here: the host itself counts, and neither an address nor a host's name
# is sent. Postfix lets everybody ask unless authorized_mailq_users says otherwise or the server is down; exim only
# its administrators. A process name is cut at 15 characters, and postfix's `master` could be anybody's: qmgr is not.
#
# now 1795303591
# == postfix
# running yes
# queue deferred 6 2600 1795303385      messages, bytes, arrival of the oldest
# queue hold 1 514 1795303489
# reason 7 connection refused
# end 0
# == exim
# running no
# queue deferred 2 610 1795299991
# queue hold 1 305 1795303531
# end 0
PROBE = (
    COUNT
    + r"""
runs() { if cat /proc/[0-9]*/comm 2>/dev/null | grep -q -x "$@"; then echo "running yes"; else echo "running no"; fi; }
told() {
  "$@" 2>/dev/null || as_root "$@" 2>/dev/null
  echo "== status $?"
}
now_here=$(date '+%s %Y %j %H %M %S')
echo "now ${now_here%% *}"
if command -v postqueue >/dev/null; then
  echo "== postfix"
  runs -e qmgr
  # Before version 3.1 it has no JSON, and tells arrivals without a year and a time zone.
  case $(postconf -h mail_version 2>/dev/null) in
    2.* | 3.0.*) told postqueue -p | count "$now_here" postfix ;;
    *) told postqueue -j | count "$now_here" postfix ;;
  esac
fi
if command -v exim >/dev/null; then
  echo "== exim"
  runs -e exim -e exim4
  told exim -bp | count "$now_here" exim
fi
"""
)


@dataclass(frozen=True, slots=True)
class MailQueue:
    """The queues of one mail server, by its own names: `active`, `deferred`, `hold`, `incoming`, `maildrop`.

    Exim has one queue: what is frozen there is told as `hold`, the rest as `deferred`. It does not tell why.
    `queues` is None where they are not listed because the server does not run: nothing may wait there, or much.
    """

    server: str
    running: bool
    queues: Mapping[str, Waiting] | None
    obstacles: tuple[Obstacle, ...]


@dataclass(frozen=True, slots=True)
class MailQueues:
    """All mail servers of the host. `now` is the host's clock, in epoch seconds."""

    now: int
    servers: tuple[MailQueue, ...]


# Postqueue exits 69 where the mail system is down. Root may then see the files, though not always to the end.
_DOWN = re.compile(
    r"^== postfix\nrunning (?:no\n== denied /.*\nend 77|(?:yes|no)\n(?:(?:queue|reason) .*\n)*end 69)$", re.MULTILINE
)
_QUEUE = re.compile(r"queue ([a-z]{1,20}) ([0-9]+) ([0-9]+) (-?[0-9]+)", re.ASCII)
_REASON = re.compile(r"reason ([0-9]+) ([A-Za-z ]{1,40})", re.ASCII)


def parse(output: str) -> MailQueues:
    """Facts of each server. Raises `NoPermission` where the queue of one that runs may not be seen."""
    output = _DOWN.sub("== postfix\ndown", output)
    refuse_denied(output)
    parts = blocks(output)
    word, _, now = parts[""].strip().partition(" ")
    if word != "now":
        raise UnreadableOutput("the host's time", parts[""])
    servers = tuple(_server(name, parts[name]) for name in ("postfix", "exim") if name in parts)
    if not servers:
        raise NotApplicable("no postfix and no exim on this host")
    return MailQueues(whole_number(now, now), servers)


def _server(name: str, text: str) -> MailQueue:
    queues: dict[str, Waiting] = {}
    obstacles: list[Obstacle] = []
    running, *lines = text.strip().split("\n")
    if [running, *lines] == ["down"]:
        return MailQueue(name, running=False, queues=None, obstacles=())
    if running not in ("running yes", "running no"):
        raise UnreadableOutput("running yes or no", running)
    for line in lines:
        if match := _QUEUE.fullmatch(line):
            messages, size, oldest = (whole_number(number, line) for number in match.groups()[1:])
            queues[match[1]] = Waiting(messages, size, oldest)
        elif match := _REASON.fullmatch(line):
            obstacles.append(Obstacle(match[2], whole_number(match[1], line)))
        elif line != "end 0":
            raise UnreadableOutput(f"a queue that {name} lists to its end", line)
    if not lines or lines[-1] != "end 0":
        raise UnreadableOutput(f"the end of the queue of {name}", running)
    obstacles.sort(key=lambda one: (-one.messages, one.kind))
    return MailQueue(name, running == "running yes", queues, tuple(obstacles))


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    every_seconds=300,
    timeout_seconds=30,
    root_commands=("postqueue -j", "postqueue -p", "exim -bp"),
)
