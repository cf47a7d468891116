"""ClamAV: clamd, freshclam, clamonacc, the databases' headers, and the logs of scans."""

import re
from collections.abc import Iterator, Mapping

from collectors.antivirus_products.clock import HostClock, ahead, month, utc
from collectors.antivirus_products.product import Database, Detection, Disposition, Infected, Product, Scan
from collectors.contract.reading import whole_number

# The socket of a stopped clamd may be systemd's, and to connect would start it: only one that runs is asked.
# A ping is over when the socket takes it, which it does for a clamd that hangs; only it can tell its version.
# A database's header is its first 512 bytes: the maker's date, version, count, and a signature that stays there.
# A log that root's cron job wrote is closed to others; of one with a line for each clean file only the end is read.
# Streams are not told: what came as one (mail, mostly) was refused by whoever asked, and never was a file here.
#
# == clamav
# version ClamAV 1.4.3
# installed clamd
# process freshclam
# answers no
# updater /etc/cron.d/clamav-freshclam
# == clamav databases
# header /var/lib/clamav/daily.cvd:22 Nov 2024 10-50 -0500:27465:2067932
# file /var/lib/clamav/lab.hdb:1795280400
# == clamav scan /var/log/clamav/clamscan.log
# written 1795302872
# ended 2026:11:21 23:14:32
# files 2
# infected 1
# found /srv/files/eicar.com: Lab.Eicar.Test.UNOFFICIAL FOUND
# found /srv/files/eicar.com: moved to '/srv/q/eicar.com'
# == clamav daemon /var/log/clamav/clamav.log
# Sat Nov 21 23:20:00 2026 -> /srv/files/eicar.com: Lab.Eicar.Test.UNOFFICIAL(44d88612fea8a8f36de82e1278abb02f:68) FOUND
PROBE = r"""
command -v clamscan >/dev/null || command -v clamd >/dev/null || return 0
# The end of a log, after that of the one before it.
end_of() {
  [ ! -r "$1.1" ] || tail -c 4194304 "$1.1"
  if [ -r "$1" ]; then tail -c 4194304 "$1"; return; fi
  case $1 in
    /var/log/clamav/clamscan.log | /var/log/clamav/clamdscan.log | /var/log/clamav/clamav.log | \
      /var/log/clamav/clamonacc.log) as_root tail -c 4194304 "$1" ;;
    *) echo "closed $1" ;;
  esac
}
# scans_in PATTERN: the last whole scan of each log, and what one since then has found.
scans_in() {
  IFS=; set -- $1; unset IFS
  for file in "$@"; do
    [ -f "$file" ] || continue
    case $seen in *" $file "*) continue ;; esac
    seen="$seen $file "
    echo "== clamav scan $file"
    stat -c 'written %Y' "$file"
    end_of "$file" | awk '
      /^== denied \// || /^closed \// { print; next }
      /^----------------------------------------/ { n = 0; next }
      /^-+ SCAN SUMMARY -+/ { files = infected = ended = ""; inside = 1; next }
      inside && /^Scanned files: [0-9]/ { files = $3 }
      inside && /^Infected files: [0-9]/ { infected = $3 }
      inside && /^End Date: / { ended = $3 " " $4 }
      inside && /^Time: / { whole = 1; for (kept = 0; kept < n; kept++) last[kept] = found[kept]; n = 0 }
      !NF { inside = 0 }
      / FOUND$/ || /: Removed\.$/ || /: (moved|copied) to .*$/ { if (n < 40) found[n++] = $0 }
      END {
        if (!whole) exit
        print "ended", ended
        if (files != "") print "files", files
        if (infected != "") print "infected", infected
        for (i = 0; i < kept; i++) print "found", last[i]
        for (i = 0; i < n; i++) print "found", found[i]
      }'
  done
}
echo "== clamav"
version=$(clamscan --version 2>/dev/null || clamd --version 2>/dev/null)
echo "version ${version%%/*}"
! command -v clamd >/dev/null || echo "installed clamd"
log= socket=closed folder=/var/lib/clamav
for conf in /etc/clamav/clamd.conf /etc/clamd.d/*.conf /etc/clamd.conf; do
  [ -r "$conf" ] || continue
  socket=
  while read -r key value; do
    case $key in LogFile) log=$value ;; DatabaseDirectory) folder=$value ;; LocalSocket) socket=$value ;; esac
  done <"$conf"
  break
done
may_ask() { # its socket, or the way to it, may be closed to the login, which is no fault of clamd
  [ "$socket" != closed ] && { [ ! -e "$socket" ] || [ -w "$socket" ]; } &&
    { [ ! -e "${socket%/*}" ] || [ -x "${socket%/*}" ]; }
}
running=$(cat /proc/[0-9]*/comm 2>/dev/null | sort -u | grep -x -e clamd -e freshclam -e clamonacc)
for process in $running; do echo "process $process"; done
case $running in
  *clamd*)
    if command -v clamdscan >/dev/null && command -v timeout >/dev/null && may_ask; then
      if clamdscan --ping 3 >/dev/null 2>&1 && timeout 5 clamdscan --version >/dev/null 2>&1
      then echo "answers yes"; else echo "answers no"; fi
    fi ;;
esac
for job in /etc/cron.d/clamav-freshclam /etc/cron.d/clamav-update /etc/cron.daily/freshclam; do
  [ ! -e "$job" ] || echo "updater $job"
done
systemctl list-timers --no-legend 2>/dev/null |
  awk '{ for (i = 1; i <= NF; i++) if ($i ~ /freshclam.*\.timer$/) print "updater", $i }'
echo "== clamav databases"
{ [ -r "$folder" ] && [ -x "$folder" ]; } || [ ! -e "$folder" ] || echo "closed $folder"
for file in "$folder"/*; do
  case $file in
    *.cvd | *.cld | *.cud)
      if [ -r "$file" ]; then
        echo "header $file:$(head -c 512 "$file" | tr -d '\0' | head -n 1 | cut -d: -f2-4)"
      else echo "closed $file"; fi ;;
    *.[nhlmci]db | *.[hm]sb | *.[nhml]du | *.db | *.yar | *.yara) stat -c 'file %n:%Y' "$file" ;;
  esac
done
{ [ -r /var/log/clamav ] && [ -x /var/log/clamav ]; } || [ ! -e /var/log/clamav ] || echo "closed /var/log/clamav"
seen=
for pattern in /var/log/clamav/*scan*.log /var/log/clamav/daily*.log /var/log/clamav/weekly*.log \
  /var/log/clamscan*.log /var/log/clamdscan*.log "$@"; do
  scans_in "$pattern"
done
if [ -n "$log" ] && [ -f "$log" ]; then
  echo "== clamav daemon $log"
  end_of "$log" | grep -e '^== denied /' -e '^closed /' -e ' -> .* FOUND$' | grep -v -e ' -> instream(' | tail -n 20
elif [ -n "$running" ]; then
  echo "== clamav journal"
  journalctl -q -t clamd --since=-7d -o short-unix --no-pager 2>/dev/null </dev/null |
    grep ' FOUND$' | grep -v 'instream(' | tail -n 20
fi
log=/var/log/clamav/clamonacc.log
if [ -f "$log" ]; then
  echo "== clamav access"
  stat -c 'written %Y' "$log"
  end_of "$log" | grep -e '^== denied /' -e '^closed /' -e ' FOUND$' -e ': moved to ' -e ': Removed\.$' | tail -n 40
fi
:
"""

_LOGS = ("clamscan.log", "clamdscan.log", "clamav.log", "clamonacc.log")
ROOT_COMMANDS = tuple(f"tail -c 4194304 /var/log/clamav/{log}" for log in _LOGS)

_NEEDED = ("main", "daily")
_PACKED = (".cvd", ".cld", ".cud")
_HEADER = re.compile(r"(\d{1,2}) (\w{3}) (\d{4}) (\d{1,2})-(\d{1,2}) ([+-]\d{4}):(\d{1,18}):(\d{1,18})", re.ASCII)
_DATE = re.compile(r"(\d{4}):(\d{1,2}):(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})", re.ASCII)
_STAMPED = re.compile(r"\w{3} (\w{3}) +(\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (\d{4}) -> (.*)", re.ASCII)
_JOURNAL = re.compile(r"(\d{1,18})\.\d{1,9} \S+ clamd\[\d{1,9}\]: (.*)", re.ASCII)
_HASHED = re.compile(r"\([0-9a-f]{32,64}:\d+\)$")
_SHOWN = 20


def read(parts: Mapping[str, str], clock: HostClock) -> Product | None:
    """The facts, or None where it is not installed."""
    if "clamav" not in parts:
        return None
    told = list(_words(parts["clamav"]))
    processes = {value for key, value in told if key == "process"}
    answers = [value == "yes" for key, value in told if key == "answers"]
    version = next((value for key, value in told if key == "version"), "")
    databases = tuple(_databases(parts.get("clamav databases", "")))
    return Product(
        name="ClamAV",
        version=version.removeprefix("ClamAV ") or None,
        daemon="clamd" in processes if ("installed", "clamd") in told or "clamd" in processes else None,
        answers=answers[0] if answers else None,
        real_time="clamonacc" in processes,
        updates="freshclam" in processes or any(key == "updater" for key, _ in told),
        healthy=None,
        complaints=(),
        databases=databases,
        missing=tuple(name for name in _NEEDED if name not in {one.name.partition(".")[0] for one in databases}),
        scans=tuple(_scans(parts, clock)),
        detections=tuple(_detections(parts, clock)),
        closed=tuple(_closed(parts)),
    )


def _words(text: str) -> Iterator[tuple[str, str]]:
    for line in text.split("\n"):
        key, _, value = line.partition(" ")
        if key:
            yield key, value


def _closed(parts: Mapping[str, str]) -> Iterator[str]:
    for name, text in parts.items():
        if name.startswith("denied /"):
            yield name.rpartition(" ")[2]
        elif name.startswith("clamav"):
            yield from (value for key, value in _words(text) if key == "closed" and value.startswith("/"))


def _databases(text: str) -> Iterator[Database]:
    for key, value in _words(text):
        path, _, rest = value.partition(":")
        name = path.rpartition("/")[2]
        if key == "file":
            yield Database(name, None, whole_number(rest, value), None, official=False)
        elif key == "header":
            # An unsigned one (.cud) is packed like the maker's, but by somebody else.
            official = not name.endswith(".cud")
            match = _HEADER.match(rest)
            if match is None:
                yield Database(name, None, None, None, official)
                continue
            day, name_of_month, year, hour, minute, offset, version, count = match.groups()
            built = utc([year, month(name_of_month, rest), day, hour, minute, "0"], rest) - ahead(offset, rest)
            yield Database(name, version, built, int(count), official)


def _scans(parts: Mapping[str, str], clock: HostClock) -> Iterator[Scan]:
    for name, text in parts.items():
        if not name.startswith("clamav scan /"):
            continue
        told = list(_words(text))
        values = {key: value for key, value in told if key != "found"}
        if "ended" not in values:
            continue  # no whole scan in it, or it is closed
        if match := _DATE.fullmatch(values["ended"]):
            ended = clock.local(match.groups(), values["ended"])
        else:  # before version 0.104 a summary had no dates
            ended = whole_number(values.get("written", ""), text)
        files, infected = (whole_number(values[key], text) if key in values else None for key in ("files", "infected"))
        found = _found(value for key, value in told if key == "found")
        yield Scan(name.removeprefix("clamav scan "), ended, files, infected, found)


def _found(lines: Iterator[str]) -> tuple[Infected, ...]:
    """`PATH: NAME FOUND`, which another line says was moved or removed."""
    found: dict[str, Infected] = {}
    for line in lines:
        if one := _infected(line):
            found.setdefault(one.path or one.signature, one)
        elif line.endswith(": Removed."):
            _became(found, line.removesuffix(": Removed."), Disposition.REMOVED)
        else:
            for words, disposition in ((": moved to '", Disposition.MOVED), (": copied to '", Disposition.COPIED)):
                path, between, _ = line.partition(words)
                if between:
                    _became(found, path, disposition)
    return tuple(found.values())[:_SHOWN]


def _became(found: dict[str, Infected], path: str, disposition: Disposition) -> None:
    if path in found:
        found[path] = Infected(found[path].path, found[path].signature, disposition)


def _infected(line: str) -> Infected | None:
    path, between, name = line.removesuffix(" FOUND").rpartition(": ")
    if not line.endswith(" FOUND") or not between:
        return None
    signature = _HASHED.sub("", name)
    path = path.removeprefix("~") if path.startswith("~/") else path  # so clamd 0.103 writes what a client named
    # What clamd is handed as an open file has no name there.
    return Infected(None if path.startswith("fd[") else path, signature, Disposition.LEFT)


def _detections(parts: Mapping[str, str], clock: HostClock) -> Iterator[Detection]:
    """What clamd found, and what clamonacc, whose log has no times, did with it."""
    by_daemon = list(_by_daemon(parts, clock))
    yield from by_daemon
    text = parts.get("clamav access", "")
    times = {name: one.at for one in by_daemon for name in (one.infected.path, one.infected.signature)}
    # Where clamd's own log cannot be had, all of it is as new as this one; else what that has no more is old.
    closed = set(_closed(parts))
    told = "clamav journal" in parts or any(
        name.startswith("clamav daemon /") and name.removeprefix("clamav daemon ") not in closed for name in parts
    )
    written = next((whole_number(value, value) for key, value in _words(text) if key == "written"), None)
    for one in _found(line for line in text.split("\n") if not line.startswith("written ")):
        at = times.get(one.path, times.get(one.signature)) if told else written
        if at is not None:
            yield Detection(at, one)


def _by_daemon(parts: Mapping[str, str], clock: HostClock) -> Iterator[Detection]:
    for name, text in parts.items():
        for line in text.split("\n"):
            at: int | None = None
            if name.startswith("clamav daemon /") and (match := _STAMPED.fullmatch(line)):
                name_of_month, day, hour, minute, second, year, words = match.groups()
                at = clock.local([year, month(name_of_month, line), day, hour, minute, second], line)
            elif name == "clamav journal" and (match := _JOURNAL.fullmatch(line)):
                at, words = int(match[1]), match[2]
                words = stamped[7] if (stamped := _STAMPED.fullmatch(words)) else words
            if at is not None and (one := _infected(words)):
                yield Detection(at, one)
