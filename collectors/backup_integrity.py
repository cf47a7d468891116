"""Whether the newest copy of each set of backups is whole: tested once a day, on the host, within a budget of time."""

from dataclasses import dataclass, replace

from collectors.backup_sources import TOOLS, Verdict, functions, root_commands, verdict_of
from collectors.contract import Collector, UnreadableOutput
from collectors.contract.reading import whole_number

# The first argument is `budget` and the seconds that all tests together may take; each has its share of what is left.
# The others are sources, as the collector of backups is asked. A copy is read whole, at the lowest priority.
#
# now 1763744000
# == files	/var/backups/db/*.gz
# tested /var/backups/db/portal-2026-11-20.sql.gz
# whole sha256, gzip, dump trailer
# took 12
# == files	/srv/archive/*.tar.xz
# tested /srv/archive/home.tar.xz
# damaged xz: (stdin): Unexpected end of input
# took 3
PROBE = (
    functions(
        "test_newest",
        {name: tool.tests for name, tool in TOOLS.items() if tool.tests},
        "echo 'untestable its tool has no check that only reads'",
    )
    + r"""
# within COMMAND ARGUMENT...: for no longer than what is left of this test's share, at the lowest priority.
within() {
  left=$((ends - $(date +%s)))
  [ "$left" -gt 0 ] || return 124
  # A login cannot end what is root's: sudo itself ends it.
  if [ "$1" = as_root ]; then
    [ -O /proc/1 ] || { "$@"; return; }
    shift
  fi
  if command -v nice >/dev/null 2>&1; then set -- nice -n 19 "$@"; fi
  timeout "$left" "$@"; status=$?
  # busybox ends it by the signal itself.
  case $status in 143|137) return 124 ;; *) return "$status" ;; esac
}
clock=$(date +%s); echo "now $clock"
count=0 total=60
for source in "$@"; do
  case $source in "budget$tab"*) total=${source#*"$tab"} ;; *) count=$((count + 1)) ;; esac
done
all_end=$((clock + total))
for source in "$@"; do
  case $source in "budget$tab"*) continue ;; esac
  printf '== %s\n' "$source"
  begun=$(date +%s)
  budget=$(((all_end - begun) / count)); count=$((count - 1)); ends=$((begun + budget))
  if [ "$budget" -gt 0 ]; then test_newest "$source"; else echo 'late'; fi
  echo "took $(($(date +%s) - begun))"
done
:
"""
)

_DENIED = "== denied "


@dataclass(frozen=True, slots=True)
class Verdicts:
    """How the tests ended. `now` is the host's clock, in epoch seconds."""

    now: int
    verdicts: tuple[Verdict, ...]


def parse(output: str) -> Verdicts:
    """Facts from the probe's blocks, one for each source."""
    head, *lines = output.strip("\n").split("\n")
    word, _, clock = head.partition(" ")
    if word != "now":
        raise UnreadableOutput("the host's time", head)
    now = whole_number(clock, head)
    blocks: dict[str, list[str]] = {}
    asked = ""
    for line in lines:
        if line.startswith("== ") and not line.startswith(_DENIED):
            asked = line.removeprefix("== ")
            blocks.setdefault(asked, [])
        elif asked:
            blocks[asked].append(line)
    return Verdicts(now, tuple(_verdict(asked, block, now) for asked, block in blocks.items()))


def _verdict(asked: str, lines: list[str], now: int) -> Verdict:
    word, _, seconds = (lines[-1] if lines else "").partition(" ")
    if word != "took":
        raise UnreadableOutput("how long it took", lines[-1] if lines else asked)
    return verdict_of(asked, lines[:-1], now, whole_number(seconds, lines[-1]))


def compare(previous: Verdicts, current: Verdicts) -> Verdicts:
    """When a copy was last found whole, and which, where it was not found so now."""
    before = {verdict.asked: verdict for verdict in previous.verdicts}
    return replace(current, verdicts=tuple(_carried(before.get(one.asked), one) for one in current.verdicts))


def _carried(before: Verdict | None, verdict: Verdict) -> Verdict:
    if verdict.last_whole is not None or before is None:
        return verdict
    return replace(verdict, last_whole=before.last_whole, whole_copy=before.whole_copy)


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    compare=compare,
    keep_facts=True,
    needs_command="timeout",
    every_seconds=86400,
    root_commands_for=root_commands,
    timeout_seconds=3600,  # the budget bounds it; what has the longest limit is asked last, and keeps nobody waiting
)
