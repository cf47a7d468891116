"""Multipath maps (LUNs over several paths), the state of each path, and how many each map ever had."""

# == maps                                            what the kernel has, for everybody to see
# /sys/block/dm-3/dm/uuid:mpath-360050768029b8168e000000000006247
# == multipathd                                      what the daemon says, to root
# {"maps": [{"name": "mpatha", "uuid": "36005", "path_groups": [{"paths": [{"dev": "sdb", "chk_st": "ready", ...}]}]}]}

from dataclasses import dataclass, replace

from pydantic import BaseModel, ValidationError

from collectors.contract import Collector, NotApplicable, UnreadableOutput
from collectors.contract.reading import blocks, refuse_denied

PROBE = r"""
echo "== maps"
grep -Hs '^mpath-' /sys/block/dm-*/dm/uuid
echo "== multipathd"
as_root multipathd show maps json 2>/dev/null
:
"""

_ALIVE = frozenset(("ready", "ghost", "i/o pending", "delayed"))  # the last two: a check is under way


@dataclass(frozen=True, slots=True)
class Path:
    """One way to a LUN: `active` or `failed` to the kernel; to the daemon `ready`, `ghost` (a standby), `faulty` ..."""

    device: str
    kernel_state: str
    checked: str
    marginal: bool

    @property
    def is_alive(self) -> bool:
        """Whether commands can go over it, now or after a failover."""
        return self.kernel_state == "active" and self.checked in _ALIVE


@dataclass(frozen=True, slots=True)
class MultipathMap:
    """One LUN. `queueing` is what happens without any path, in the daemon's words: `on` (for ever), `5 chk`, `off`."""

    name: str
    wwid: str
    queueing: str
    paths: tuple[Path, ...]

    @property
    def alive(self) -> int:
        """How many paths are."""
        return sum(path.is_alive for path in self.paths)


@dataclass(frozen=True, slots=True)
class SeenMap:
    """A map, under its last name, and how many of its paths were alive at most."""

    wwid: str
    name: str
    paths: int


@dataclass(frozen=True, slots=True)
class Multipath:
    """All maps. `maps` is None where the daemon does not answer: of those in `kernel_wwids` nothing more is known."""

    kernel_wwids: tuple[str, ...]
    maps: tuple[MultipathMap, ...] | None
    seen: tuple[SeenMap, ...] = ()


class _Path(BaseModel):
    dev: str
    dm_st: str
    chk_st: str
    marginal_st: str = "normal"


class _Group(BaseModel):
    paths: tuple[_Path, ...] = ()


class _Map(BaseModel):
    name: str
    uuid: str
    queueing: str = ""
    path_groups: tuple[_Group, ...] = ()


class _Answer(BaseModel):
    maps: tuple[_Map, ...]


def parse(output: str) -> Multipath:
    """Raises `NotApplicable` (no map), `NoPermission`, `UnreadableOutput`."""
    kernel, between, answer = output.partition("== multipathd\n")
    if not between:
        raise UnreadableOutput("what multipathd says", output.partition("\n")[0])
    lines = blocks(kernel, "maps")["maps"].split("\n")
    wwids = tuple(line.partition(":mpath-")[2] for line in lines if ":mpath-" in line)
    maps = None if answer.startswith("== denied ") or not answer.strip() else _maps(answer)
    if not (wwids or maps):
        raise NotApplicable("no multipath map on this host")
    refuse_denied(answer if maps is None else "")
    return Multipath(wwids, maps, _seen(maps or ()))


def _maps(answer: str) -> tuple[MultipathMap, ...]:
    try:
        told = _Answer.model_validate_json(answer)
    except ValidationError as error:
        raise UnreadableOutput("the maps as JSON (multipath-tools 0.7 or later)", answer.partition("\n")[0]) from error
    maps = tuple({one.wwid: one for one in map(_map, told.maps)}.values())
    if len({one.name for one in maps}) < len(maps):
        raise UnreadableOutput("each map's name once", answer.partition("\n")[0])
    return maps


def _map(told: _Map) -> MultipathMap:
    paths = [Path(p.dev, p.dm_st, p.chk_st, p.marginal_st == "marginal") for g in told.path_groups for p in g.paths]
    return MultipathMap(told.name, told.uuid, told.queueing, tuple(paths))


def _seen(maps: tuple[MultipathMap, ...], before: tuple[SeenMap, ...] = ()) -> tuple[SeenMap, ...]:
    most = {seen.wwid: seen for seen in before}
    for one in maps:
        most[one.wwid] = SeenMap(one.wwid, one.name, max(one.alive, most[one.wwid].paths if one.wwid in most else 0))
    return tuple(most.values())


def compare(previous: Multipath, current: Multipath) -> Multipath:
    """With what was ever seen."""
    return replace(current, seen=_seen(current.maps or (), previous.seen))


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    needs_command="multipathd",
    every_seconds=300,
    timeout_seconds=20,
    compare=compare,
    keep_facts=True,
    root_commands=("multipathd show maps json",),
    absent=Multipath((), ()),
)
