"""apt: Debian, Ubuntu and their kin."""

import re

from collectors.contract import NoPermission, UnreadableOutput
from collectors.contract.reading import blocks
from collectors.package_managers.stamps import read_stamps
from collectors.package_managers.update import Manager, Obstacle, Packages, Update

# The simulation costs about 2 s of CPU an hour where `apt list --upgradable` costs 0.3 s, but only it tells what is
# held, phased or kept back, and from whom an update comes. `apt list` is asked for the origin of what the simulation
# leaves out. Nothing is written: root, whose apt would log its plan and renew its cached indexes, goes without both.
#
# How old the lists are: a list's own time of modification is the server's, months ago for a quiet suite; its time of
# change is when it was fetched. A refresh that finds nothing new leaves only the stamp of apt's daily job, where
# that runs. `partial` is touched by every try, failed ones too.
#
# Where no archive calls itself one for security, as where a mirror has joined them or somebody forgot it, nothing says
# which updates are: `no security`.
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
SHELL = r"""
ask_apt() {
  date '+now %s'
  lists=/var/lib/apt/lists
  stat -c 'fetched %Z %n' "$lists"/*Release 2>/dev/null
  stat -c 'refreshed %Y' /var/lib/apt/periodic/update-success-stamp 2>/dev/null
  stat -c 'tried %Y' "$lists/partial" 2>/dev/null
  grep -qsiE '^(Suite|Label):.*security' "$lists"/*Release || echo "no security"
  set -- -o Debug::NoLocking=1 -o Dir::Log::Planner=
  [ ! -w /var/cache/apt ] || set -- "$@" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
  echo "== simulation"
  answer=$(
    nice apt-get -s -V "$@" -o APT::Get::Show-User-Simulation-Note=0 --ignore-hold --with-new-pkgs upgrade 2>&1
  )
  status=$?
  printf '%s\n' "$answer"
  echo "== end $status"
  case $answer in
    *"been kept back:"* | *"due to phasing:"*)
      echo "== left out"
      nice apt "$@" list --upgradable 2>/dev/null ;;
  esac
}
"""

_INST = re.compile(r"Inst (\S+) (?:\[(\S+)\] )?\((\S+) (.*?) ?\[([^\s\[\]]{1,40})\]\)(?: \[.*)?")
_LISTED = re.compile(r"   (\S+) \((\S+) => (\S+)\)")
_AVAILABLE = re.compile(r"([^\s/]+)/(\S+) (\S+) (\S+) \[upgradable from: (\S+)\]")
# A warning only, although what it offers is then missing from the answer.
_CLOSED = re.compile(r"^[WE]: Unable to read (/etc/apt/(?:sources|preferences)\S*) .*Permission denied", re.M)
_NO_SECURITY = "no security"
_HEADINGS = {
    "The following held packages will be changed:": Obstacle.HELD,
    "The following upgrades have been deferred due to phasing:": Obstacle.PHASED,
    "The following packages have been kept back:": Obstacle.KEPT_BACK,
}


def read(output: str) -> Packages:
    """Facts from the simulation. Raises `NoPermission` where a list of sources is closed to the login."""
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
    stamps = read_stamps(parts[""], _NO_SECURITY)
    return Packages(
        stamps.now,
        # A stamp without lists says nothing: they were deleted since, as container images do.
        None if stamps.fetched is None else max(stamps.fetched, stamps.refreshed or 0),
        stamps.tried,
        _updates(parts["simulation"], left_out, stamps.now),
        Manager.APT,
        security_told=_NO_SECURITY not in stamps.marks,
        refreshed_at=stamps.refreshed,
    )


def _updates(simulation: str, left_out: str, now: int) -> tuple[Update, ...]:
    found: dict[str, Update] = {}
    obstacles: dict[str, Obstacle] = {}
    offers = {match[1]: match for line in left_out.split("\n") if (match := _AVAILABLE.fullmatch(line))}
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
            offer = offers.get(name.partition(":")[0])
            origin, architecture = (offer[2], offer[4]) if offer else ("", "")
            security = _is_security(origin)
            found[name] = Update(name, match[2], match[3], origin, security, obstacle, now, architecture)
        if not line.startswith("Inst "):
            continue
        match = _INST.fullmatch(line)
        if match is None:
            raise UnreadableOutput("Inst package [version] (version origin [architecture])", line)
        name, installed, available, origin, architecture = match.groups()
        if installed:  # else it is new, and comes along with an update
            obstacle = obstacles.get(name, Obstacle.NONE)
            security = _is_security(origin)
            found[name] = Update(name, installed, available, origin, security, obstacle, now, architecture)
    return tuple(found[name] for name in sorted(found))


def _is_security(origin: str) -> bool:
    """Of `Debian-Security:12/stable-security`, `Ubuntu:22.04/jammy-updates, Ubuntu:22.04/jammy-security`, or suites."""
    return any(re.search(r"-security($|/|:)|^\w*security:", place, re.I) for place in re.split(r",\s*", origin))
