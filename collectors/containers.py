"""Containers of docker and podman: their state, health, exit code and restarts."""

# For each engine that runs containers of root, one a line, and more of those that ended or have just begun:
#   == docker
#   79adf96322d4 web localhost/portal:1 Up 2 hours (healthy)
#   d32930b4922b api localhost/portal:1 Exited (3) 2 minutes ago
#   == docker inspected
#   d32930b4922bbe7f975f54db46e7e6a60c7d881033301fdea49bc5cb14879075 3 false 2 on-failure
# Else `== docker stopped`, or `== docker failed` and what it said.

from collections.abc import Iterator
from dataclasses import dataclass, replace

from collectors.container_engines import Container, containers, inspected, lasting
from collectors.contract import Collector, Entry, NoPermission, NotApplicable, UnreadableOutput
from collectors.contract.reading import blocks, refuse_denied

_LIST = "{{.ID}} {{.Names}} {{.Image}} {{.Status}}"
_INSPECT = "{{.Id}} {{.State.ExitCode}} {{.State.OOMKilled}} {{.RestartCount}} {{.HostConfig.RestartPolicy.Name}}"

# A stopped docker is not asked: its socket would start it. Nor is a podman that root has never used: it would make its
# folders. Of many failed containers the latest twenty are inspected.
PROBE = r"""
engine() {
  engine=$1; shift
  list=$("$@" ps -a --format '@LIST@' 2>/dev/null </dev/null); status=$?
  if [ $status = 77 ]; then printf '%s\n' "$list"; return; fi
  if [ $status != 0 ]; then
    echo "== $engine failed"
    "$@" ps -a --format '@LIST@' 2>&1 >/dev/null </dev/null | head -n 3
    return
  fi
  echo "== $engine"; printf '%s\n' "$list"
  echo "== $engine inspected"; looked=0
  printf '%s\n' "$list" | while read -r id name image state rest; do
    case $state,$rest in
      Exited,"(0)"*) continue ;;
      Exited,* | Restarting,* | Dead,* | Stopped,* | Up,*second* | Up,*"a minute"*) ;;
      *) continue ;;
    esac
    looked=$((looked + 1)); [ $looked -le 20 ] || break
    "$@" inspect --format '@INSPECT@' "$id" 2>/dev/null </dev/null
  done
}
if [ -S /var/run/docker.sock ] && command -v docker >/dev/null; then
  if ! [ -e /var/run/docker.pid ] && ! pidof dockerd >/dev/null 2>&1; then echo "== docker stopped"
  elif [ -w /var/run/docker.sock ]; then engine docker docker
  else engine docker as_root docker; fi
fi
if command -v podman >/dev/null && [ -d /var/lib/containers ] &&
  { [ -d /var/lib/containers/storage ] || ! [ -x /var/lib/containers ]; }; then
  engine podman as_root podman
fi
""".replace("@LIST@", _LIST).replace("@INSPECT@", _INSPECT)

ENGINES = ("docker", "podman")


@dataclass(frozen=True, slots=True)
class Engine:
    """`docker` or `podman`. `answers` is False when it is stopped, None when it is not known whether it works.

    `trouble` is what it said then, or why it could not be asked.
    """

    name: str
    answers: bool | None = True
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Containers:
    """The engines of this host and the containers of root. Those of ordinary users are not seen."""

    engines: tuple[Engine, ...]
    containers: tuple[Container, ...]


def parse(output: str) -> Containers:
    """Raises `UnreadableOutput`, `NotApplicable` (no engine), `NoPermission` (no right to any)."""
    parts = blocks(output)
    engines: list[Engine] = []
    found: list[Container] = []
    for engine in ENGINES:
        if engine in parts:
            engines.append(Engine(engine))
            known = inspected(parts.get(f"{engine} inspected", ""))
            found += containers(engine, parts[engine], known)
        elif f"{engine} stopped" in parts:
            engines.append(Engine(engine, False))
        elif f"{engine} failed" in parts:
            engines.append(Engine(engine, None, " ".join(parts[f"{engine} failed"].split())[:200]))
        elif any(name.startswith("denied /") and f"/{engine} ps " in name for name in parts):
            engines.append(Engine(engine, None, "needs root, see rounds sudoers"))
    if not engines and output.strip():
        raise UnreadableOutput("the containers of docker or podman", output.strip().partition("\n")[0])
    if not engines:
        raise NotApplicable("no docker and no podman with containers of root here")
    if not any(engine.answers for engine in engines):
        _refuse(output)
    ids = [container.id for container in found]
    # A `docker` that is podman in disguise lists the same ones.
    first = {container.id: container for container in reversed(found)}
    each = tuple(first[one] for one in dict.fromkeys(ids))
    if len({(container.engine, container.name) for container in each}) < len(each):
        raise UnreadableOutput("each container's name once", output.partition("\n")[0])
    return Containers(tuple(engines), each)


def _refuse(output: str) -> None:
    try:
        refuse_denied(output)
    except NoPermission as refusal:
        group = ", or add it to the group docker, which is as good as root" if "/docker ps " in output else ""
        raise NoPermission(f"{refusal}{group}") from None


def compare(previous: Containers, current: Containers) -> Containers:
    """How often each was started anew since the look before."""
    before = {container.id: container.restarts for container in previous.containers}
    return replace(
        current,
        containers=tuple(
            replace(one, restarted=max(0, one.restarts - earlier))
            if one.restarts is not None and (earlier := before.get(one.id)) is not None
            else one
            for one in current.containers
        ),
    )


def _root_commands(engine: str) -> tuple[str, ...]:
    return f"{engine} ps -a --format {_LIST}", f"{engine} inspect --format {_INSPECT} {'[0-9a-f]' * 12}"


def inventory(facts: Containers) -> Iterator[Entry]:
    """Each container with its image, whether it runs now or not; not those that a cluster sends and fetches."""
    yield from lasting(facts.containers)


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    every_seconds=300,
    timeout_seconds=30,
    compare=compare,
    inventory=inventory,
    root_commands=(*_root_commands("docker"), *_root_commands("podman")),
)
