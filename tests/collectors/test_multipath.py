from dataclasses import replace

from collectors.multipath import Multipath, MultipathMap, Path, SeenMap, compare

TWO = MultipathMap("mpatha", "36", "on", (Path("sda", "active", "ready", False), Path("sdb", "active", "ghost", False)))
ONE = replace(TWO, paths=(TWO.paths[0], Path("sdb", "failed", "faulty", False)))


def look(*maps: MultipathMap) -> Multipath:
    return Multipath((), maps, tuple(SeenMap(one.wwid, one.name, one.alive) for one in maps))


def test_what_is_alive() -> None:
    assert (TWO.alive, ONE.alive) == (2, 1)
    # The kernel has given a path up although the checker finds it well: it is not used.
    assert not Path("sda", "failed", "ready", False).is_alive


def test_the_most_paths_are_remembered() -> None:
    more = compare(look(ONE), look(TWO))
    less = compare(more, look(replace(ONE, name="data")))
    gone = compare(less, Multipath((), ()))
    silent = compare(gone, Multipath(("36",), None))
    assert more.seen == (SeenMap("36", "mpatha", 2),)
    assert less.seen == gone.seen == silent.seen == (SeenMap("36", "data", 2),)
