"""Updates that wait to be installed, told by apt from the package lists it has; nothing is refreshed or locked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from collectors.contract import Collector, NoPermission, NotApplicable, UnreadableOutput
from collectors.contract.reading import blocks, whole_number

# The simulation costs about 2 s of CPU an hour where `apt list --upgradable` costs 0.3 s, but only it tells what is
# held, phased or kept back, and from whom an update comes. `apt list` is asked for the origin of what the simulation
# leaves out. Nothing is written: root, whose apt would log its plan and renew its cached indexes, goes without both.
#
# How old the lists are: a list's own time of modification is the server's, months ago for a quiet suite; its time of
# change is when it was fetched. A refresh that finds nothing new leaves only the stamp of apt's daily job, where
# that runs. `partial` is touched by every try, failed ones too.
#
# now 1763744000
# fetched 1763722801 /var/lib/apt/lists/deb.debian.org_debian-security_dists_bookworm-security_InRelease
# refreshed 1763722805
# tried 1763722805
# == simulation
# The following packages have been kept back:
#    portal-stuck (1.0-1 => 2.0-1)
# The following held packages will be changed:
#    portal-agent (1.0-1 => 1.0-1+deb12u1)
# Inst portal-agent [1.0-1] (1.0-1+deb12u1 Debian-Security:12/stable-security [all])
# == end 0
# == left out
# portal-stuck/stable 2.0-1 all [upgradable from: 1.0-1]
PROBE = r"""
if ! command -v apt-get >/dev/null; then
  for manager in dnf yum zypper apk pacman opkg; do
    ! command -v "$manager" >/dev/null || { echo "manager $manager"; return; }
  done
  echo "manager none"
  return
fi
date '+now %s'
lists=/var/lib/apt/lists
stat -c 'fetched %Z %n' "$lists"/*Release 2>/dev/null
stat -c 'refreshed %Y' /var/lib/apt/periodic/update-success-stamp 2>/dev/null
stat -c 'tried %Y' "$lists/partial" 2>/dev/null
set -- -o Debug::NoLocking=1 -o Dir::Log::Planner=
[ ! -w /var/cache/apt ] || set -- "$@" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
echo "== simulation"
answer=$(nice apt-get -s -V "$@" -o APT::Get::Show-User-Simulation-Note=0 --ignore-hold --with-new-pkgs upgrade 2>&1)
status=$?
printf '%s\n' "$answer"
echo "== end $status"
case $answer in
  *"been kept back:"* | *"due to phasing:"*)
    echo "== left out"
    nice apt "$@" list --upgradable 2>/dev/null ;;
esac
:
"""


class Obstacle(StrEnum):
    """Why an upgrade would not install an update."""

    NONE = "none"
    HELD = "held"  # by the administrator: apt-mark hold
    PHASED = "phased"  # the distribution offers it to some hosts first
    KEPT_BACK = "kept_back"  # it would remove another package, or apt is too old to say "phased"


@dataclass(frozen=True, slots=True)
class Update:
    """A newer version of an installed package. `first_seen` is when this agent first saw it wait, in epoch seconds."""

    package: str
    installed: str
    available: str
    origin: str
    security: bool
    obstacle: Obstacle
    first_seen: int


@dataclass(frozen=True, slots=True)
class Packages:
    """What waits, by package name. All times are the host's clock, in epoch seconds.

    `listed_at` is when a package list was last known to be fresh, None when the host has no list; `tried_at` when
    a refresh was last tried.
    """

    now: int
    listed_at: int | None
    tried_at: int | None
    updates: tuple[Update, ...]


_INST = re.compile(r"Inst (\S+) (?:\[(\S+)\] )?\((\S+) (.*?) ?\[[^\s\[\]]{1,40}\]\)(?: \[.*)?")
_LISTED = re.compile(r"   (\S+) \((\S+) => (\S+)\)")
_AVAILABLE = re.compile(r"([^\s/]+)/(\S+) (\S+) (\S+) \[upgradable from: (\S+)\]")
# A warning only, although what it offers is then missing from the answer.
_CLOSED = re.compile(r"^[WE]: Unable to read (/etc/apt/(?:sources|preferences)\S*) .*Permission denied", re.M)
_HEADINGS = {
    "The following held packages will be changed:": Obstacle.HELD,
    "The following upgrades have been deferred due to phasing:": Obstacle.PHASED,
    "The following packages have been kept back:": Obstacle.KEPT_BACK,
}


def parse(output: str) -> Packages:
    """Facts from the simulation. Raises `NotApplicable` for other package managers."""
    manager = re.match(r"manager (\w+)", output.strip())
    if manager and manager[1] == "none":
        raise NotApplicable("no package manager on this host")
    if manager:
        raise NotApplicable(f"the updates of {manager[1]} are not read yet, only those of apt")
    text, end, rest = output.partition("\n== end ")
    parts = blocks(text, "simulation")
    status, _, left_out = rest.partition("\n")
    if not end:
        raise UnreadableOutput("the end of apt's simulation", output.rstrip("\n").rpartition("\n")[2])
    if closed := _CLOSED.search(parts["simulation"]):
        raise NoPermission(f"apt cannot see all sources: {closed[1]} is closed to the login; chmod o+r {closed[1]}")
    if status.strip() != "0":
        lines = parts["simulation"].split("\n")
        raise UnreadableOutput(
            "a simulation that apt can make", next((line for line in lines if line.startswith("E:")), lines[0])
        )
    now, listed_at, tried_at = _times(parts[""])
    return Packages(now, listed_at, tried_at, _updates(parts["simulation"], left_out, now))


def _times(text: str) -> tuple[int, int | None, int | None]:
    times: dict[str, int] = {}
    for line in text.split("\n"):
        key, _, value = line.partition(" ")
        if key in ("now", "fetched", "refreshed", "tried"):
            times[key] = max(times.get(key, 0), whole_number(value.partition(" ")[0], line))
        elif line.strip():
            raise UnreadableOutput("now, fetched, refreshed or tried", line)
    if "now" not in times:
        raise UnreadableOutput("the host's time", text.partition("\n")[0])
    # A stamp without lists says nothing: they were deleted since, as container images do.
    listed_at = max(times["fetched"], times.get("refreshed", 0)) if "fetched" in times else None
    return times["now"], listed_at, times.get("tried")


def _updates(simulation: str, left_out: str, now: int) -> tuple[Update, ...]:
    found: dict[str, Update] = {}
    obstacles: dict[str, Obstacle] = {}
    suites = {match[1]: match[2] for line in left_out.split("\n") if (match := _AVAILABLE.fullmatch(line))}
    heading = ""
    for line in simulation.split("\n"):
        if not line.startswith(" "):
            heading = line
        elif heading in _HEADINGS:
            match = _LISTED.fullmatch(line)
            if match is None:
                raise UnreadableOutput("   package (version => version)", line)
            name, obstacle = match[1], _HEADINGS[heading]
            obstacles[name] = obstacle
            origin = suites.get(name.partition(":")[0], "")
            found[name] = Update(name, match[2], match[3], origin, _is_security(origin), obstacle, now)
        if not line.startswith("Inst "):
            continue
        match = _INST.fullmatch(line)
        if match is None:
            raise UnreadableOutput("Inst package [version] (version origin [architecture])", line)
        name, installed, available, origin = match.groups()
        if installed:  # else it is new, and comes along with an update
            obstacle = obstacles.get(name, Obstacle.NONE)
            found[name] = Update(name, installed, available, origin, _is_security(origin), obstacle, now)
    return tuple(found[name] for name in sorted(found))


def _is_security(origin: str) -> bool:
    """Of `Debian-Security:12/stable-security`, `Ubuntu:22.04/jammy-updates, Ubuntu:22.04/jammy-security`, or suites."""
    return any(re.search(r"-security($|/|:)|^\w*security:", place, re.I) for place in re.split(r",\s*", origin))


def compare(previous: Packages, current: Packages) -> Packages:
    """With `first_seen` from before, for what waited then; an update that became a security one counts from now."""
    before: Mapping[str, Update] = {update.package: update for update in previous.updates}

    def carried(update: Update) -> Update:
        old = before.get(update.package)
        if old is None or (update.security and not old.security):
            return update
        return replace(update, first_seen=min(old.first_seen, update.first_seen))

    return replace(current, updates=tuple(map(carried, current.updates)))


COLLECTOR = Collector(
    probe=PROBE, parse=parse, every_seconds=3600, timeout_seconds=60, compare=compare, keep_facts=True
)
