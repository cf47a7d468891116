"""`python -m tests.long_answers SIZE STRETCH SHAPES [COLLECTOR]...`: do long answers take more than their time?

A process of its own, for what hangs in it or fills its memory must not take the tests with it. It prints lines of JSON:
what it tries next, and what took more time than it may, by collector.
"""

import json
import random
import re
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from agent.catalogue import Catalogue, catalogue
from checks.contract import NotYet, Past
from collectors.contract import SectionError
from tests.hostile_answers import Long, grown, stretched
from tests.recordings_on_disk import recordings

MEMORY_BYTES = 3 * 2**30
QUICK_SECONDS = 0.4
"""Of processor time: what takes less is not looked at again."""

TIMES_LONGER, TIMES_SLOWER = 4, 9
"""An answer four times as long takes four times as long, or sixteen where each part is held against all others."""


def take(name: str, known: Catalogue, text: str) -> None:
    """All that a round does with a text: facts, compared, judged, as samples, and kept."""
    plugin = known.collectors[name]
    try:
        facts = plugin.collector.parse(text)
    except SectionError:
        return
    if plugin.collector.compare:
        facts = plugin.collector.compare(facts, facts)
    if plugin.collector.samples:
        tuple(plugin.collector.samples(facts))
    plugin.facts.dump_json(facts)
    for check in known.checks.values():
        if check.collector == name:
            try:
                tuple(check.check.judge(facts, check.check.params(), Past()))
            except NotYet:
                continue


def chosen(made: Iterable[Long], shapes: int) -> list[Long]:
    """So many of them, always the same, no two alike but for numbers."""
    by_shape: dict[str, Long] = {}
    for long in made:
        by_shape.setdefault(re.sub(r"\w*\d\w*", "0", long.how), long)
    return random.Random(0).sample(list(by_shape.values()), min(shapes, len(by_shape)))


def slower_than_long(taker: Callable[[str], None], long: Long, size: int) -> str:
    """How much slower an answer of four times `size` is; empty when it is no more than its share."""
    first = _seconds(taker, long.text(size))
    if first < QUICK_SECONDS:
        return ""
    second = _seconds(taker, long.text(TIMES_LONGER * size))
    return f"{first:.1f} s, then {second:.1f} s: {long.how}" if second > TIMES_SLOWER * first else ""


def _seconds(taker: Callable[[str], None], text: str) -> float:
    begun = time.process_time()
    taker(text)
    return time.process_time() - begun


def trials(texts: list[str], size: int, stretch: int, shapes: int) -> Iterator[tuple[Long, int]]:
    """What is tried with a collector's recordings, and at which length; the whole at four times that of the others."""
    whole = max(
        (long for text in texts for long in grown(text) if long.how == "whole, renamed"), key=lambda w: len(w.repeated)
    )
    yield whole, TIMES_LONGER * size
    for long in chosen((long for text in texts for long in grown(text)), shapes):
        yield long, size
    for long in chosen((long for text in texts for long in stretched(text)), 2 * shapes):
        yield long, stretch


def main(size: int, stretch: int, shapes: int, names: list[str]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    known, recorded = catalogue(), recordings()
    for name in names or sorted(known.collectors):
        for long, length in trials([r.output for r in recorded if r.collector == name], size, stretch, shapes):
            print(json.dumps({"collector": name, "tries": long.how}), flush=True)
            if slow := slower_than_long(partial(take, name, known), long, length):
                print(json.dumps({"collector": name, "slow": slow}), flush=True)
    print(json.dumps({"done": True}), flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]), sys.argv[4:])
