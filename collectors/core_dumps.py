"""Core dumps that the kernel, or the program it hands them to, has left: of which program, when, how large."""

# now 1795291440
# pattern |/usr/lib/systemd/systemd-coredump %P %u %g %s %t %c %h %d %F
# == dumps /var/lib/systemd/coredump/core.*
# 1795291400 48210993 /var/lib/systemd/coredump/core.portald.1001.5b0e...c1.812.1795291399000000.zst
# total 1 48210993

import re
from dataclasses import dataclass

from collectors.contract import Collector, NoPermission, NotApplicable, UnreadableOutput
from collectors.contract.reading import whole_number
from collectors.log_lines import shown

# The pattern is data: only the shell's own globbing reads it. xargs makes batches; a name with a line break is passed
# over. Numbers of awk in full: mawk writes large ones as 1e+10.
PROBE = r"""
date '+now %s'
pattern=; { read -r pattern </proc/sys/kernel/core_pattern; } 2>/dev/null
printf 'pattern %s\n' "$pattern"
case $pattern in
  '|'*systemd-coredump*) files='/var/lib/systemd/coredump/core.*' ;;
  '|'*apport*) files='/var/crash/*.crash' ;;
  '|'*abrt*) files='/var/spool/abrt/*/coredump' ;;
  /*) files=$(printf '%s\n' "$pattern" | sed -e 's/[][*?\\]/?/g' -e 's/%[a-zA-Z]/*/g' -e 's/%%/%/g' -e 's/\**$/*/') ;;
  *) return ;;
esac
printf '== dumps %s\n' "$files"
folder=${files%/*}
while case $folder in *\**) ;; *) false ;; esac; do folder=${folder%/*}; done
[ -e "${folder:-/}" ] || { printf 'absent %s\n' "$folder"; return; }
[ -r "${folder:-/}" ] && [ -x "${folder:-/}" ] || { printf 'closed %s\n' "$folder"; return; }
IFS=; set -- $files
[ -e "$1" ] || { echo 'total 0 0'; return; }
printf '%s\0' "$@" | xargs -0 stat -c '%f %Y %s %n' 2>/dev/null | grep '^8[0-9a-f]* [0-9]* [0-9]* /' | sort -k2,2nr |
  awk '{ n++; sum += $3; sub(/^[^ ]* /, ""); if (n <= 100) print } END { printf "total %d %.0f\n", n, sum }'
"""

_SYSTEMD = re.compile(r"core\.(.+)\.[0-9]+\.[0-9a-f]{32}\.[0-9]+\.[0-9]+(?:\.(?:lz4|xz|zst))?")
_LONGEST_PATTERN = 1000  # characters: the kernel keeps 127 bytes
_DUMP = re.compile(r"([0-9]+) ([0-9]+) (/.*)")


@dataclass(frozen=True, slots=True)
class CoreDump:
    """One dump; `at` is the host's clock in epoch seconds. `program` is "" where the file's name does not tell it."""

    program: str
    at: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class CoreDumps:
    """Where dumps go, how many lie there and how large they are together, and the latest 100, the latest first.

    `now` is the host's clock in epoch seconds.
    """

    now: int
    folder: str
    count: int
    total_bytes: int
    latest: tuple[CoreDump, ...]


def parse(output: str) -> CoreDumps:
    """Raises `UnreadableOutput`, `NotApplicable` (they go nowhere one could look), `NoPermission` (a closed folder)."""
    head, found, rest = output.partition("\n== dumps ")
    match = re.fullmatch(r"\s*now ([0-9]+)\npattern (.*)\s*", head)
    if match is None:
        raise UnreadableOutput("now, and the pattern of core dumps", head.strip().partition("\n")[0])
    now, pattern = whole_number(match[1]), match[2]
    if len(pattern) > _LONGEST_PATTERN:
        raise UnreadableOutput("a pattern of core dumps as long as the kernel keeps them", pattern)
    if not pattern:
        raise NotApplicable("the kernel here writes no core dumps: kernel.core_pattern is empty, or not there")
    if not found:
        where = f"are handed to {pattern[1:]}" if pattern.startswith("|") else "go to each process's own folder"
        raise NotApplicable(f"core dumps {shown(where)}: there is no place to look (kernel.core_pattern)")
    files, *lines = rest.rstrip("\n").split("\n")
    word, _, value = lines[-1].partition(" ") if lines else ("", "", "")
    if word == "absent":
        raise NotApplicable(f"{shown(value)} is not there, so no core dumps can be written to it")
    if word == "closed":
        raise NoPermission(f"{shown(value)} is closed to the login: add it to the group that may list it")
    if word != "total":
        raise UnreadableOutput("the total of all dumps", lines[-1] if lines else files)
    count, _, total = value.partition(" ")
    latest = tuple(_dump(line, pattern) for line in lines[:-1])
    return CoreDumps(now, shown(files.rpartition("/")[0]), whole_number(count), whole_number(total), latest)


def _dump(line: str, pattern: str) -> CoreDump:
    match = _DUMP.fullmatch(line)
    if match is None:
        raise UnreadableOutput("time, size and path of a dump", line)
    program = shown(_program(match[3], pattern), 40)
    return CoreDump(program, whole_number(match[1], line), whole_number(match[2], line))


def _program(path: str, pattern: str) -> str:
    name = path.rpartition("/")[2]
    if match := _SYSTEMD.fullmatch(name):
        # systemd writes a dot, and what is odd, as \x2e
        return re.sub(r"\\x([0-9a-f]{2})", lambda escape: chr(int(escape[1], 16)), match[1])
    if name.endswith(".crash"):
        return name.rsplit(".", 2)[0].rpartition("_")[2]
    expected = _expected(pattern.rpartition("/")[2])
    found = re.fullmatch(expected, name) if expected else None
    return found["program"].rpartition("!")[2] if found else ""


def _expected(pattern: str) -> str:
    """What core_pattern makes of a name, as a regular expression; "" where the program cannot be told from the rest."""
    parts = re.split(r"(%.?)", pattern)
    words = {"%e": "(?P<program>.+?)", "%E": "(?P<program>.+?)", "%%": "%"} | {f"%{c}": "[0-9]++" for c in "pPugstiId"}
    if sum(part in ("%e", "%E") for part in parts) != 1 or any(part not in words for part in parts[1::2]):
        return ""
    # Possessive, and each character of a name looked at once: a pattern is what a host says it is. The kernel adds
    # the process by itself where core_uses_pid is set.
    return "".join(words[part] if n % 2 else re.escape(part) for n, part in enumerate(parts)) + r"(?:\.[0-9]++)?"


COLLECTOR = Collector(probe=PROBE, parse=parse, every_seconds=900, timeout_seconds=20)
