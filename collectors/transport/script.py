"""Joins the probes that are due into one POSIX sh script, and takes its framed answer apart again."""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from collectors.contract import Reason
from collectors.transport import shared_files
from collectors.transport.without_secrets import WITHOUT_SECRETS

# bash and ksh read a script from a pipe with one system call for each byte (a quarter of their time for a full round);
# these take the rest of it at once. dash and busybox read blocks, and must not: the rest would not be there any more.
_HEAD = """\
[ -n "${{BASH_VERSION-}}${{KSH_VERSION-}}" ] && {{ eval "$(cat)"; exit; }}
LC_ALL=C; export LC_ALL; unset LANGUAGE
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; export PATH
marker={marker}; sent_at={sent_at}
# Uptime from /proc costs no fork, and is no clock that anybody sets.
now() {{ t=; read -r t t_idle </proc/uptime; }} 2>/dev/null
# Kills a process and all below it. SIGKILL: it is late because it did not listen. Stopped first, it starts no more.
reap() {{
  kill -STOP "$1"; children=
  [ -r "/proc/$1/task/$1/children" ] && read -r children <"/proc/$1/task/$1/children"
  kill -9 "$1"; set -- $children
  for child in "$@"; do reap "$child"; done
}}
# Kills what the shell runs now, once it has slept enough. Where the kernel does not list children, what it ran before.
watch() {{
  sleep "$limit"; children=
  read -r self rest <"/proc/self/stat"
  read -r children <"/proc/$$/task/$$/children"
  set -- ${{children:-$worker}}
  for child in "$@"; do [ "$child" = "$self" ] || reap "$child"; done
}}
# Reaped, not asked to go by a trap: a signal that comes just before `wait` is heard after it only.
unwatch() {{
  [ -z "$watchdog" ] || {{ reap $watchdog; wait $watchdog; watchdog=; }} 2>/dev/null
}}
# One watchdog serves sections that follow each other quickly, as long as it is no later for any of them than a tenth.
still_watched() {{
  [ -n "$watchdog" ] && [ "$limit" = "$watched" ] && [ -n "$t" ] && [ -r "/proc/$$/task/$$/children" ] &&
    [ $((${{t%.*}}${{t#*.}} - ${{since%.*}}${{since#*.}})) -le $((${{limit%.*}} * 10)) ]
}}
watchdog=
# What ends a frame is written with what begins the next, in one go: each write wakes sshd, and is a packet of its own.
ended=
# section NAME LIMIT NEEDED_COMMAND ARGUMENT...
section() {{
  name=$1 limit=$2 needed=$3; shift 3
  echo "$ended$marker begin $name"
  if [ -n "$needed" ] && ! command -v "$needed" >/dev/null 2>&1; then
    ended="
$marker end $name missing
"; return
  fi
  now; begun=$t
  if [ "$limit" = 0 ]; then
    unwatch
    ( "probe_$name" "$@" ) </dev/null; status=$?
  else
    still_watched || unwatch
    ( "probe_$name" "$@" ) </dev/null & worker=$!
    if [ -z "$watchdog" ]; then
      since=$t watched=$limit
      watch </dev/null >/dev/null 2>&1 & watchdog=$!
    fi
    # A shell tells of every child that was killed; that is no news.
    {{ wait $worker; status=$?; }} 2>/dev/null
  fi
  now; ended="
$marker end $name $status $begun $t
"
}}
"""

AS_ROOT = """\
# as_root COMMAND ARGUMENT...: runs it as root, or through sudo where that is wanted; else says what was denied.
as_root() (
  [ -O /proc/1 ] && exec "$@"
  # Not `command -v`, which knows only the bare name of what is built into this shell.
  IFS=:; file=
  for folder in $PATH; do [ -f "$folder/$1" ] && file=$folder/$1 && break; done
  unset IFS
  case $1 in */*) file=$1 ;; esac
  [ -n "$file" ] || { echo "$1: not found" >&2; exit 127; }
  shift; set -- "$file" "$@"
  if [ -n "$by_sudo" ] && sudo -n -l "$@" >/dev/null 2>&1; then
    { said=$(sudo -n "$@" 2>&1 >&3); } 3>&1; status=$?
    # Allowed, but with a password only: to list that takes none.
    case $status,$said in 1,*sudo*": "*" required"*) ;; *)
      [ -z "$said" ] || printf '%s\\n' "$said" >&2
      exit $status ;;
    esac
  fi
  printf '== denied %s\\n' "$*"
  exit 77
)
"""
"""What the head defines for the probes that call it; a probe that is tried alone needs it too."""

# Of the shell itself, and so of all that it starts.
_IDLY = "{ renice -n 19 -p $$; ionice -c 3 -p $$; } </dev/null >/dev/null 2>&1"


@dataclass(frozen=True, slots=True)
class ScriptSection:
    """A collector that is due: its name, its probe's sh text, its arguments and limits, and the files it reads."""

    name: str
    probe: str
    arguments: tuple[str, ...] = ()
    needs_command: str | None = None
    timeout_seconds: float | None = None
    files: tuple[str, ...] = ()

    @property
    def runs(self) -> bool:
        """Whether anything is run for it alone, and not just read with the files of all."""
        return bool(self.probe.strip()) or not self.files


@dataclass(frozen=True, slots=True)
class SectionAnswer:
    """What one section printed, after the files it reads. With `reason` set it is incomplete, or not to be parsed.

    `seconds` is the duration on the host, None when it did not end or the host has no /proc/uptime. For a section
    that only reads files it is the time it took to read those of all sections.
    """

    text: str
    exit_status: int | None
    seconds: float | None
    reason: Reason | None = None


def assemble(
    sections: Sequence[ScriptSection], marker: str, sent_at: float, *, idly: bool = False, by_sudo: bool = False
) -> str:
    """The script that runs `sections` in order.

    `marker` is random for each round, so that no output can be taken for a frame. `sent_at` is the agent's
    clock in epoch seconds, for the probes that compare clocks. Nothing runs before the last line has
    arrived: a script cut by a broken connection does nothing. `idly`: only with what processor time and what disk
    time nobody else wants, where the host has the commands for that. `by_sudo`: what needs root may be asked through
    sudo; where that was not said sudo is left alone, since it tells its log and root's mailbox of each refusal.
    """
    parts = [_HEAD.format(marker=shlex.quote(marker), sent_at=f"{sent_at:.3f}")]
    if any("as_root" in section.probe for section in sections):
        parts.append(f"by_sudo={'yes' if by_sudo else ''}\n{AS_ROOT}")
    if any("without_secrets" in section.probe for section in sections):
        parts.append(WITHOUT_SECRETS)
    calls = [_IDLY] if idly else []
    if files := shared_files.paths(path for section in sections for path in section.files):
        parts.append(shared_files.READ)
        calls.append(" ".join(["read_files", *files]))  # not quoted: the shell puts names for every `*`
    for section in sections:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", section.name):
            raise ValueError(f"not a section name: {section.name!r}")
        if section.runs:
            parts.append(f"probe_{section.name}() {{\n{section.probe.strip()}\n}}\n")
            calls.append(_call(section))
    parts.append("main() {\n" + "\n".join(calls) + '\nunwatch\necho "$ended$marker done"\n}\nmain\n')
    return "".join(parts)


def _call(section: ScriptSection) -> str:
    limit = f"{section.timeout_seconds or 0:g}"
    return shlex.join(["section", section.name, limit, section.needs_command or "", *section.arguments])


def end_mark(marker: str) -> bytes:
    """What the script prints last."""
    return f"{marker} done".encode()


def take_apart(
    output: bytes, marker: str, sections: Sequence[ScriptSection], cut: Reason | None = None
) -> Mapping[str, SectionAnswer]:
    """The answer of every section asked for, by name.

    Whatever is outside the frames (a message of the day, noise of a shell's start-up files) is ignored. A
    section that is not complete gets `cut`, the reason why reading ended early, or FAILED.
    """
    # The marker is new each time: patterns of it would be compiled for every section of every round.
    mark = marker.encode()
    read = _frame(output, mark, shared_files.SECTION, cut)
    found = shared_files.contents(read.text)
    answers = {}
    start = 0  # they come in the order they were asked in: what was read is not searched again
    for section in sections:
        own = _own_frame(section, output, mark, cut, start)
        start = own.ends if own else start
        answers[section.name] = _answer(section, own, read, found)
    return answers


@dataclass(frozen=True, slots=True)
class _Frame:
    """What stands between two marks, as bytes, and where it `ends` in the output."""

    text: bytes
    exit_status: int | None = None
    seconds: float | None = None
    reason: Reason | None = None
    ends: int = 0


def _own_frame(section: ScriptSection, output: bytes, mark: bytes, cut: Reason | None, start: int) -> _Frame | None:
    return _frame(output, mark, section.name, cut, section.timeout_seconds, start) if section.runs else None


def _answer(section: ScriptSection, own: _Frame | None, read: _Frame, found: shared_files.Contents) -> SectionAnswer:
    """The answer of a section that printed `own`, where the files of all gave `read`."""
    files = shared_files.as_printed(section.files, found) if section.files else b""
    last = own or read
    reason = last.reason
    if section.files:
        reason = read.reason or reason or (Reason.TOO_LONG if _is_cut(section, read, found) else None)
    text = files + own.text if own else files
    return SectionAnswer(_decode(text), last.exit_status, last.seconds, reason)


def _is_cut(section: ScriptSection, read: _Frame, found: shared_files.Contents) -> bool:
    return len(read.text) >= shared_files.LONGEST_FILE and shared_files.is_cut(section.files, found)


_OUTCOME = re.compile(rb"(missing|\d+)(?: ([\d.]*) ([\d.]*))?")


def _frame(
    output: bytes, mark: bytes, section: str, cut: Reason | None, limit: float | None = None, start: int = 0
) -> _Frame:
    """The frame of a section, looked for from `start` on."""
    name = section.encode()
    words = b"%s begin %s" % (mark, name)
    begin = _after(output, words + b"\n", start) or _after(output, words + b"\r\n", start)
    if begin is None:
        # Not reached: something before it used up the time.
        return _Frame(b"", reason=_not_reached(cut), ends=start)
    end_frame = b"\n%s end %s " % (mark, name)
    end = output.find(end_frame, begin - 1)
    outcome = _OUTCOME.match(output, end + len(end_frame)) if end >= 0 else None
    if outcome is None:
        return _Frame(output[begin:], reason=_not_reached(cut), ends=begin)
    if outcome[1] == b"missing":
        return _Frame(b"", None, 0.0, Reason.NOT_APPLICABLE, end)
    status, seconds = int(outcome[1]), _span(outcome[2], outcome[3])
    # 128 + SIGKILL; ksh counts from 256. The watchdog may have begun a tenth of the limit before the section.
    killed = status in (137, 265) and limit and (seconds or 0) >= limit * 0.9 - 0.5
    return _Frame(output[begin:end], status, seconds, Reason.LATE if killed else None, end)


def _after(output: bytes, words: bytes, start: int) -> int | None:
    at = output.find(words, start)
    return None if at < 0 else at + len(words)


def _not_reached(cut: Reason | None) -> Reason:
    return {None: Reason.FAILED, Reason.DEADLINE: Reason.LATE}.get(cut, cut or Reason.FAILED)


def _decode(raw: bytes) -> str:
    # Bytes that are not UTF-8 stay visible as \xNN: file names and log lines may hold anything.
    return raw.decode("utf-8", "backslashreplace").replace("\r\n", "\n")


def _span(begun: bytes | None, ended: bytes | None) -> float | None:
    try:
        return round(float(ended or b"") - float(begun or b""), 3)
    except ValueError:
        return None
