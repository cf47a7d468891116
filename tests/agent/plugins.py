"""Collectors and checks for tests of the conducting side: real sh through a real shell, in few lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from agent.catalogue import Catalogue, CheckPlugin, CollectorPlugin
from checks.contract import Check, Layer, NotYet, Params, Result, Section, State, Text
from collectors.contract import Collector, NoPermission, NotApplicable, Sample, UnreadableOutput


@dataclass(frozen=True, slots=True)
class Words:
    """What a probe said, and how often in a row it was compared."""

    text: str
    looks: int = 1


def parse(output: str) -> Words:
    match output.strip():
        case "":
            raise UnreadableOutput("a word")
        case "nonsense":
            raise UnreadableOutput("a word", "nonsense")
        case "absent":
            raise NotApplicable("there is none here")
        case "closed":
            raise NoPermission("sudo is needed")
        case "bug":
            raise ZeroDivisionError("a parser's own fault")
    return Words(output.strip())


def compare(before: Words, now: Words) -> Words:
    return replace(now, looks=before.looks + 1)


def judge(facts: Words, params: Params) -> Iterator[Result]:
    if facts.text == "not yet":
        raise NotYet
    if facts.text == "break":
        raise ZeroDivisionError("a check's own fault")
    state = State[facts.text.upper()] if facts.text.upper() in State.__members__ else State.OK
    yield Result("item", state, Text(f"{facts.text} after {facts.looks}", facts.text))


def samples(facts: Words) -> Iterator[Sample]:
    yield Sample("node_words", float(len(facts.text)))


def collector(probe: str, **others: object) -> Collector[Words]:
    return Collector(probe=probe, parse=parse, **others)  # type: ignore[arg-type]


def catalogue_of(**collectors: Collector[Words]) -> Catalogue:
    """A catalogue in which each collector is read by one check of the same name."""
    return Catalogue(
        collectors={name: CollectorPlugin(name, "A collector.", c) for name, c in collectors.items()},
        checks={name: _check(name, c) for name, c in collectors.items()},
        exporters={},
    )


def with_arguments(catalogue: Catalogue, name: str, arguments: Sequence[str]) -> Catalogue:
    plugin = catalogue.checks[name]
    check = replace(plugin.check, arguments=lambda _: arguments)
    return replace(catalogue, checks={**catalogue.checks, name: replace(plugin, check=check)})


def _check(name: str, c: Collector[Words]) -> CheckPlugin:
    check = Check(
        reads=c, params=Params, evaluate=judge, title=Text(name, name), layer=Layer.APPLICATION, section=Section.SERVERS
    )
    return CheckPlugin(name, "A check.", check, name)
