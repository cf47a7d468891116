"""What waits in a mail queue, counted on the host from the lists of postfix and exim."""

from dataclasses import dataclass

# The kind of an obstacle stands for its words, which name hosts and people.
COUNT = r"""
count() { awk -v here="$1" -v manager="$2" '
  BEGIN { split(here, is, " "); now = is[1] }
  function add(queue, size, arrived) {
    n[queue]++; bytes[queue] += size
    if (!(queue in oldest) || arrived < oldest[queue]) oldest[queue] = arrived
  }
  function why(line) {
    line = tolower(line)
    if (line ~ /connection refused/) return "connection refused"
    if (line ~ /timed out|timeout/) return "timed out"
    if (line ~ /no route|unreachable/) return "network unreachable"
    if (line ~ /host not found|name service|host or domain name|mx lookup|dns/) return "name not resolved"
    if (line ~ /gr[ae]y-?list/) return "greylisted"
    if (line ~ /quota|mailbox full|over limit|insufficient (system )?storage/) return "mailbox full"
    if (line ~ /certificate|tls/) return "TLS"
    if (line ~ /authentication|sasl/) return "authentication"
    if (line ~ /too many|rate|throttl/) return "rate limited"
    if (line ~ / said: 4| 4[0-9][0-9][ -]/) return "refused for now by the other side"
    return "other"
  }
  # Seconds since `Nov 21 23:14:32` here, within the last year.
  function since(month, day, clock,    at, days, leap, far) {
    split(clock, at, ":"); leap = is[2] % 4 == 0 && month !~ /Jan|Feb/
    days = substr("000031059090120151181212243273304334", index("JanFebMarAprMayJunJulAugSepOctNovDec", month), 3) + day
    far = (is[3] - days - leap) * 86400 + (is[4] - at[1]) * 3600 + (is[5] - at[2]) * 60 + is[6] - at[3]
    return far < -86400 ? far + (365 + leap) * 86400 : far
  }
  /^== denied \// { print; next }
  /^== status / { status = $3; next }
  manager == "postfix" && /^\{"queue_name": "[a-z]+"/ {
    split($0, part, "\""); size = arrived = 0
    if (match($0, /"arrival_time": [0-9]+/)) arrived = substr($0, RSTART + 16, RLENGTH - 16)
    if (match($0, /"message_size": [0-9]+/)) size = substr($0, RSTART + 16, RLENGTH - 16)
    add(part[4], size, arrived + 0)
    if (match($0, /"delay_reason": "/)) reason[why(substr($0, RSTART + 17))]++
  }
  manager == "postfix" && /^[0-9A-Za-z]+[*!]? +[0-9]+ [A-Z][a-z][a-z] [A-Z][a-z][a-z] [ 0-9][0-9] [0-9:]+  ?[^ ]/ {
    add($1 ~ /[*]$/ ? "active" : $1 ~ /!$/ ? "hold" : "deferred", $2, now - since($4, $5, $6))
  }
  manager == "postfix" && /^ *\(.*\)$/ { reason[why($0)]++ }
  manager == "exim" && /^ *[0-9]+[mhd] +[0-9.]+[KM]? +[0-9A-Za-z]+-[0-9A-Za-z]+-[0-9A-Za-z]+ / {
    age = $1 + 0; size = $2 + 0
    age *= $1 ~ /d$/ ? 86400 : $1 ~ /h$/ ? 3600 : 60
    size *= $2 ~ /M$/ ? 1048576 : $2 ~ /K$/ ? 1024 : 1
    add($0 ~ /\*\*\* frozen \*\*\*/ ? "hold" : "deferred", size, now - age)
  }
  END {
    for (queue in n) printf "queue %s %d %.0f %.0f\n", queue, n[queue], bytes[queue], oldest[queue]
    for (kind in reason) print "reason", reason[kind], kind
    print "end", status
  }'
}
"""
"""`count HERE MANAGER` makes lines `queue NAME MESSAGES BYTES OLDEST` and `reason MESSAGES KIND` of a list.

HERE is what `date '+%s %Y %j %H %M %S'` prints.
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in one of the queues; `oldest_at` is when the oldest of it arrived, in epoch seconds."""

    messages: int
    size_bytes: int
    oldest_at: int


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why mail was put off, as a kind, for so many recipients' sake."""

    kind: str
    messages: int
