"""The inventory tells only what stays: entries fit to be kept, and the same ones a moment later."""

import random
import shutil
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.catalogue import CollectorPlugin, catalogue
from collectors.contract import Entry, Kind, SectionError
from collectors.inventoried import entries, rounded, size
from tests.collectors.in_shells import printed
from tests.hostile_answers import damaged
from tests.recordings_on_disk import Recording, recordings

LONGEST = 200
MOMENT = 10.0

INVENTORIED: Mapping[str, CollectorPlugin] = {
    name: plugin for name, plugin in catalogue().collectors.items() if plugin.collector.inventory
}
RECORDED = [recording for recording in recordings() if recording.collector in INVENTORIED]


def told(plugin: CollectorPlugin, facts: Any) -> list[Entry]:
    assert plugin.collector.inventory is not None
    return list(plugin.collector.inventory(facts))


def unfit(found: Iterable[Entry]) -> list[Entry]:
    """Entries that cannot be kept or read: too long, not printable, or one of several of the same name."""
    found = list(found)
    named = Counter((entry.kind, entry.name) for entry in found)
    return [
        entry
        for entry in found
        if not (0 < len(entry.name) <= LONGEST and len(entry.value) <= LONGEST)
        or not (entry.name + entry.value).isprintable()
        or named[entry.kind, entry.name] > 1
    ]


def test_there_are_inventories() -> None:
    assert len(INVENTORIED) >= 14
    assert {recording.collector for recording in RECORDED} == INVENTORIED.keys()


@pytest.mark.parametrize("recording", RECORDED, ids=lambda r: f"{r.collector}/{r.system}")
def test_entries_are_fit_to_be_kept(recording: Recording) -> None:
    plugin = INVENTORIED[recording.collector]
    try:
        facts = plugin.collector.parse(recording.output)
    except SectionError:
        return
    found = told(plugin, facts)
    assert unfit(found) == []
    kept = plugin.facts.validate_json(plugin.facts.dump_json(facts))
    assert told(plugin, kept) == found, "what was kept tells the same"
    if plugin.collector.compare:
        assert told(plugin, plugin.collector.compare(facts, facts)) == found, "a second look tells the same"


@pytest.mark.parametrize("name", sorted(INVENTORIED))
def test_damaged_answers_make_entries_or_none(name: str) -> None:
    """No more than that: the agent shortens them, and whoever shows them takes out what steers a screen."""
    dice, plugin = random.Random(name), INVENTORIED[name]
    answers = [one.output.encode("utf-8", "surrogatepass") for one in RECORDED if one.collector == name]
    for _ in range(60):
        try:
            facts = plugin.collector.parse(damaged(answers, dice).decode("utf-8", "backslashreplace"))
        except SectionError:
            continue
        assert all(isinstance(part, str) for entry in told(plugin, facts) for part in entry)


@pytest.mark.parametrize("name", sorted(INVENTORIED))
def test_some_recording_has_entries(name: str) -> None:
    """Else nothing of the above was tried."""
    for recording in (one for one in RECORDED if one.collector == name):
        try:
            if told(INVENTORIED[name], INVENTORIED[name].collector.parse(recording.output)):
                return
        except SectionError:
            continue
    pytest.fail(f"no recording of {name} has an entry")


@pytest.mark.timeout(120)
@pytest.mark.skipif(not shutil.which("dash"), reason="no dash here")
def test_this_machine_is_the_same_a_moment_later() -> None:
    first = {name: looked(plugin) for name, plugin in INVENTORIED.items()}
    time.sleep(MOMENT)
    later = {name: looked(plugin) for name, plugin in INVENTORIED.items()}
    assert any(first.values())
    for name, found in first.items():
        assert later[name] == found, f"{name} flickers"


def looked(plugin: CollectorPlugin) -> list[Entry] | str:
    """What a look at this machine tells, or why there is nothing to tell."""
    try:
        return told(plugin, plugin.collector.parse(printed(plugin.collector, ["dash"])))
    except SectionError as error:
        return type(error).__name__


@given(st.lists(st.tuples(st.text(), st.text())))
def test_entries_of_anything_are_fit_to_be_kept(things: list[tuple[str, str]]) -> None:
    named = [(name or "-", value) for name, value in things if name.strip()]
    assert [entry for entry in unfit(entries(Kind.MOUNT, named)) if entry.name] == []


def test_values_of_one_name_stand_side_by_side() -> None:
    found = list(entries(Kind.TIMER, [("b", "2"), ("a", "1"), ("b", "1"), ("b", "2")]))
    assert found == [Entry(Kind.TIMER, "a", "1"), Entry(Kind.TIMER, "b", "1; 2")]


def test_values_too_long_to_stand_side_by_side_have_a_name_each() -> None:
    found = list(entries(Kind.TIMER, (("php", f"{number} * * * * as app") for number in range(30))))
    assert len(found) == 30
    assert Entry(Kind.TIMER, "php: 7 * * * * as app", "") in found


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 B"), (512, "512 B"), (2**30, "1 GiB"), (1000204886016, "931.5 GiB"), (2**50, "1024 TiB")],
)
def test_sizes(count: int, words: str) -> None:
    assert size(count) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [(94271, "about 94000"), (94412, "about 94000"), (262144, "262144"), (150000, "150000"), (7, "7"), (0, "0")],
)
def test_what_the_kernel_works_out_is_rounded(number: int, words: str) -> None:
    assert rounded(number) == words
