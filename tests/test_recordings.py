"""Every recording is replayed, and every parser meets text that no command ever printed."""

import json
import os
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.catalogue import catalogue
from checks.contract import NotYet, Params, Past, Result
from collectors.contract import NoPermission, NotApplicable, Sample, SectionError, UnreadableOutput
from tests.recordings_on_disk import Recording, recordings

ALL = recordings()
FORESEEN = (UnreadableOutput, NotApplicable, NoPermission)


def outcome(recording: Recording) -> object:
    plugin = catalogue().collectors[recording.collector]
    try:
        facts = plugin.collector.parse(recording.output)
    except SectionError as error:
        return {"raises": type(error).__name__}
    return plugin.facts.dump_python(facts, mode="json")


@pytest.mark.parametrize("recording", ALL, ids=lambda r: f"{r.collector}/{r.system}")
def test_recording(recording: Recording) -> None:
    assert recording.header.startswith("# "), "the first line says on which system it was recorded"
    found = outcome(recording)
    if os.environ.get("ROUNDS_ACCEPT"):
        recording.expected_path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == json.loads(recording.expected_path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("recording", ALL, ids=lambda r: f"{r.collector}/{r.system}")
def test_facts_survive_json_and_every_check_judges_them(recording: Recording) -> None:
    plugin = catalogue().collectors[recording.collector]
    try:
        facts = plugin.collector.parse(recording.output)
    except SectionError:
        return
    assert plugin.facts.validate_json(plugin.facts.dump_json(facts)) == facts
    if plugin.collector.compare:
        facts = plugin.collector.compare(facts, facts)
    if plugin.collector.samples:
        assert all(isinstance(sample, Sample) for sample in plugin.collector.samples(facts))
    for check in catalogue().checks.values():
        if check.collector != recording.collector:
            continue
        try:
            results = list(check.check.judge(facts, check.check.params(), Past()))
        except NotYet:
            continue
        assert all(isinstance(result, Result) for result in results)
        items = [result.item for result in results]
        assert len(items) == len(set(items)), f"{check.name} names an item twice"


@pytest.mark.parametrize("name", sorted(catalogue().collectors))
def test_every_collector_has_a_recording(name: str) -> None:
    assert any(recording.collector == name for recording in ALL)


@pytest.mark.parametrize("name", sorted(catalogue().checks))
def test_every_check_is_documented(name: str) -> None:
    plugin = catalogue().checks[name]
    assert set(plugin.doc_block) >= {"", "Item", "State", "Why", "What to do", "Manual"}
    assert issubclass(plugin.check.params, Params)
    for field, info in plugin.check.params.model_fields.items():
        assert info.description, f"{name}.{field} is not described"


@pytest.mark.parametrize("name", sorted(catalogue().collectors))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_parser_survives_any_text(name: str, data: st.DataObject) -> None:
    """It returns facts or raises one of the foreseen errors, whatever a host answers."""
    plugin = catalogue().collectors[name]
    own = [recording.output for recording in ALL if recording.collector == name]
    text = data.draw(st.one_of(st.text(), st.binary().map(lambda b: b.decode("utf-8", "backslashreplace"))))
    if own and data.draw(st.booleans()):
        text = _damaged(data.draw(st.sampled_from(own)), text, random.Random(data.draw(st.integers())))
    try:
        facts = plugin.collector.parse(text)
    except FORESEEN:
        return
    plugin.facts.dump_json(facts)


def _damaged(good: str, noise: str, dice: random.Random) -> str:
    """A recording with lines lost, doubled, cut, swapped, with numbers replaced or noise put between."""
    lines = good.splitlines()
    for _ in range(dice.randint(1, 4)):
        if not lines:
            break
        at = dice.randrange(len(lines))
        match dice.randrange(7):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[at])
            case 2:
                lines[at] = lines[at][: dice.randint(0, len(lines[at]))]
            case 3:
                lines.insert(at, noise)
            case 4:
                lines = lines[:at]
            case 5:
                odd = dice.choice(["-1", "nan", "inf", "9" * 400, "0x10", "", "1e999", "٣"])
                words = lines[at].split()
                if words:
                    words[dice.randrange(len(words))] = odd
                    lines[at] = " ".join(words)
            case 6:
                lines[at] = noise + lines[at]
    return "\n".join(lines)
