"""LUNs over several paths: how many paths of each are alive, against the most there were.

Item        the map's name (mpatha, or its alias); `multipathd` when the daemon does not answer
State       CRIT when no path is left, or one of several, when a LUN is gone that was there, and when the daemon
            does not answer; WARN when fewer are alive than ever were, or than `expected_paths` says, or one is shaky
Why         a LUN keeps working on its last path, and nobody notices: the next failure stops the database
What to do  multipath -ll MAP; multipathd show paths; look at the switch, the array's port and the HBA behind.
            When paths or a LUN were removed on purpose: rounds relearn HOST multipath
Manual      2.1.6 multipath; 2.1.6 LUNs
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from pydantic import Field, PositiveInt

from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text
from checks.contract.patterns import matches_any
from collectors import multipath
from collectors.multipath import Multipath, MultipathMap, SeenMap


class MultipathParams(Params):
    """Parameters of multipath."""

    expected_paths: Mapping[str, PositiveInt] = Field(
        default_factory=dict,
        description="how many paths a map must have, by its name or WWID as a pattern: {'mpath*': 4}; the first that "
        "matches counts; for others it is the most that were seen",
    )
    ignore: tuple[str, ...] = Field((), description="maps not to look at, by name or WWID as patterns")
    retries: int = Field(
        1, ge=1, le=100, description="how many looks in a row must agree; one, since the daemon checks paths itself"
    )


def evaluate(facts: Multipath, params: MultipathParams) -> Iterator[Result]:
    """One result for each map that is or was there."""
    if facts.maps is None:
        count = len(facts.kernel_wwids)
        en = f"does not answer: nobody looks after the paths of {count} maps"
        yield Result("multipathd", State.CRIT, Text(en=en, zh=f"无应答:{count} 个多路径设备的路径无人管理"))
        return
    seen = {one.wwid: one for one in facts.seen}
    there = {one.wwid: one for one in facts.maps}
    for one in facts.maps:
        if not _is_ignored(one, params):
            yield _judge(one, _expected(one, params), seen.get(one.wwid))
    missing = [one for one in facts.seen if one.wwid not in there]
    names = Counter([*(one.name for one in facts.maps), *(one.name for one in missing)])
    for gone in missing:
        if not _is_ignored(gone, params):
            # A name may have been given to another LUN since.
            yield _gone(gone, gone.wwid if names[gone.name] > 1 else gone.name)


def _is_ignored(one: MultipathMap | SeenMap, params: MultipathParams) -> bool:
    return matches_any(params.ignore, one.name, one.wwid)


def _expected(one: MultipathMap, params: MultipathParams) -> int | None:
    for pattern, count in params.expected_paths.items():
        if fnmatchcase(one.name, pattern) or fnmatchcase(one.wwid, pattern):
            return count
    return None


def _gone(seen: SeenMap, item: str) -> Result:
    text = Text(
        en=f"gone: {seen.wwid} was there with {seen.paths} paths", zh=f"已消失:{seen.wwid} 此前有 {seen.paths} 条路径"
    )
    return Result(item, State.CRIT, text, (Measurement("paths_alive", 0, warn=seen.paths, lower=True),))


def _judge(one: MultipathMap, expected: int | None, seen: SeenMap | None) -> Result:
    wanted = expected if expected is not None else max(one.alive, seen.paths if seen else 0)
    bad = [path for path in one.paths if not path.is_alive]
    state = State.OK
    if one.alive < wanted or bad or any(path.marginal for path in one.paths):
        state = State.CRIT if one.alive <= 1 and max(wanted, len(one.paths)) > one.alive else State.WARN
    elif not one.alive:
        state = State.CRIT
    return Result(
        one.name,
        state,
        _words(one, wanted, expected),
        (Measurement("paths_alive", one.alive, warn=wanted, lower=True),),
    )


def _words(one: MultipathMap, wanted: int, expected: int | None) -> Text:
    en, zh = f"{one.alive} of {len(one.paths)} paths alive", f"{len(one.paths)} 条路径中 {one.alive} 条可用"
    if wanted > len(one.paths):
        why_en, why_zh = ("seen before", "此前最多") if expected is None else ("expected", "应有")
        en, zh = f"{en}, {wanted} {why_en}", f"{zh},{why_zh} {wanted} 条"
    bad = [f"{path.device} {path.kernel_state} {path.checked}" for path in one.paths if not path.is_alive]
    bad += [f"{path.device} marginal" for path in one.paths if path.is_alive and path.marginal]
    if bad:
        shown = ", ".join(bad[:4]) + (" ..." if len(bad) > 4 else "")
        en, zh = f"{en}: {shown}", f"{zh}:{shown}"
    if not one.alive and one.queueing:
        en, zh = f"{en}; queueing: {one.queueing}", f"{zh};排队:{one.queueing}"
    return Text(en=en, zh=zh)


CHECK = Check(
    reads=multipath.COLLECTOR,
    params=MultipathParams,
    evaluate=evaluate,
    title=Text(en="Multipath", zh="多路径"),
    layer=Layer.HARDWARE,
    section=Section.STORAGE,
)
