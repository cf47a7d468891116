"""Every recording is replayed, and every check judges what it holds."""

import json
import os

import pytest

from agent.catalogue import catalogue
from checks.contract import NotYet, Params, Past, Result
from collectors.contract import Sample, SectionError
from tests.recordings_on_disk import Recording, recordings

ALL = recordings()


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
