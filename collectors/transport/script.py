"""Joins the probes that are due into one POSIX sh script, and takes its framed answer apart again."""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from collectors.contract import Reason

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
# section NAME LIMIT NEEDED_COMMAND ARGUMENT...
section() {{
  name=$1 limit=$2 needed=$3; shift 3
  echo "$marker begin $name"
  if [ -n "$needed" ] && ! command -v "$needed" >/dev/null 2>&1; then
    echo; echo "$marker end $name missing"; return
  fi
  now; begun=$t
  if [ "$limit" = 0 ]; then
    ( "probe_$name" "$@" ) </dev/null; status=$?
  else
    ( "probe_$name" "$@" ) </dev/null & worker=$!
    ( sleep "$limit"; reap $worker ) </dev/null >/dev/null 2>&1 &
    watchdog=$!
    # Reaped, not asked to go by a trap: a signal that comes just before `wait` is heard after it only.
    # A shell tells of every child that was killed; that is no news.
    {{ wait $worker; status=$?; reap $watchdog; wait $watchdog; }} 2>/dev/null
  fi
  now
  echo; echo "$marker end $name $status $begun $t"
}}
"""

AS_ROOT = """\
# as_root COMMAND ARGUMENT...: runs it where that is root's or sudo's pleasure; else says what was denied.
as_root() (
  [ -O /proc/1 ] && exec "$@"
  # Not `command -v`, which knows only the bare name of what is built into this shell.
  IFS=:; file=
  for folder in $PATH; do [ -f "$folder/$1" ] && file=$folder/$1 && break; done
  unset IFS
  case $1 in */*) file=$1 ;; esac
  [ -n "$file" ] || { echo "$1: not found" >&2; exit 127; }
  shift; set -- "$file" "$@"
  if sudo -n -l "$@" >/dev/null 2>&1; then
    { said=$(sudo -n "$@" 2>&1 >&3); } 3>&1; status=$?
    # Allowed, but with a password only: to list that takes none.
    case $status,$said in 1,sudo*": "*) ;; *)
      [ -z "$said" ] || printf '%s\\n' "$said" >&2
      exit $status ;;
    esac
  fi
  printf '== denied %s\\n' "$*"
  exit 77
)
"""
"""What the head defines for the probes that call it; a probe that is tried alone needs it too."""


@dataclass(frozen=True, slots=True)
class ScriptSection:
    """A probe that is due: its collector's name, its sh text, its limits and its arguments."""

    name: str
    probe: str
    arguments: tuple[str, ...] = ()
    needs_command: str | None = None
    timeout_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class SectionAnswer:
    """What one section printed. With `reason` set the text is not to be parsed, or is incomplete.

    `seconds` is the duration on the host, None when it did not end or the host has no /proc/uptime.
    """

    text: str
    exit_status: int | None
    seconds: float | None
    reason: Reason | None = None


def assemble(sections: Sequence[ScriptSection], marker: str, sent_at: float) -> str:
    """The script that runs `sections` in order.

    `marker` is random for each round, so that no output can be taken for a frame. `sent_at` is the agent's
    clock in epoch seconds, for the probes that compare clocks. Nothing runs before the last line has
    arrived: a script cut by a broken connection does nothing.
    """
    parts = [_HEAD.format(marker=shlex.quote(marker), sent_at=f"{sent_at:.3f}")]
    if any("as_root" in section.probe for section in sections):
        parts.append(AS_ROOT)
    for section in sections:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", section.name):
            raise ValueError(f"not a section name: {section.name!r}")
        parts.append(f"probe_{section.name}() {{\n{section.probe.strip()}\n}}\n")
    calls = [
        shlex.join(
            ["section", s.name, f"{s.timeout_seconds or 0:g}", s.needs_command or "", *s.arguments],
        )
        for s in sections
    ]
    parts.append("main() {\n" + "\n".join(calls) + '\necho "$marker done"\n}\nmain\n')
    return "".join(parts)


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
    return {section.name: _section_answer(output, mark, section, cut) for section in sections}


_OUTCOME = re.compile(rb"(missing|\d+)(?: ([\d.]*) ([\d.]*))?")


def _section_answer(output: bytes, mark: bytes, section: ScriptSection, cut: Reason | None) -> SectionAnswer:
    name = section.name.encode()
    begin = _after(output, b"%s begin %s\n" % (mark, name)) or _after(output, b"%s begin %s\r\n" % (mark, name))
    if begin is None:
        # Not reached: something before it used up the time.
        return SectionAnswer("", None, None, _not_reached(cut))
    end_frame = b"\n%s end %s " % (mark, name)
    end = output.find(end_frame, begin - 1)
    outcome = _OUTCOME.match(output, end + len(end_frame)) if end >= 0 else None
    if outcome is None:
        return SectionAnswer(_decode(output[begin:]), None, None, _not_reached(cut))
    if outcome[1] == b"missing":
        return SectionAnswer("", None, 0.0, Reason.NOT_APPLICABLE)
    status, seconds = int(outcome[1]), _span(outcome[2], outcome[3])
    # 128 + SIGKILL; ksh counts from 256
    killed = status in (137, 265) and section.timeout_seconds and (seconds or 0) >= section.timeout_seconds - 0.5
    return SectionAnswer(_decode(output[begin:end]), status, seconds, Reason.LATE if killed else None)


def _after(output: bytes, words: bytes) -> int | None:
    at = output.find(words)
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
