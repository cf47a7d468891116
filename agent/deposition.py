"""What a host said, word for word, as the evidence of what was judged."""

import hashlib
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from agent.catalogue import CollectorPlugin
from collectors.contract import Reason
from collectors.transport.script import ScriptSection, SectionAnswer
from exporters.contract import Answer, HostReport

_COMPLETE = (None, Reason.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Deposition:
    """One answer with its circumstances. `at` is when its round ended, `seconds` how long the host worked on it.

    `lasting`: a change of state rests on it. Else it makes room for what comes later, unless a day's record names it.
    """

    host: str
    collector: str
    at: float
    answer: Answer
    seconds: float | None = None
    lasting: bool = False


def answers(sections: Iterable[ScriptSection], parts: Mapping[str, SectionAnswer]) -> Iterator[tuple[str, Answer]]:
    """What a round's script brought back, by collector; nothing of a section that was not reached.

    Of one whose command is not on the host the answer is empty, and has no exit status.
    """
    for section in sections:
        part = parts[section.name]
        if part.text or part.reason in _COMPLETE:
            yield section.name, Answer(_command(section), section.arguments, part.exit_status, part.text)


def read_locally(plugin: CollectorPlugin, facts: Any) -> Answer:
    """Facts of the agent's own machine, which no command printed."""
    return Answer(f"psutil: collectors.{plugin.name}.read_local", (), None, plugin.facts.dump_json(facts).decode())


def heard(report: HostReport, collectors: Iterable[str], *, lasting: bool = False) -> Iterator[Deposition]:
    """What the host of a report answered to some collectors."""
    seconds = {section.collector: section.seconds for section in report.sections}
    for name in collectors:
        answer = report.answers.get(name)
        if answer is not None:
            yield Deposition(report.host.name, name, report.finished_at, answer, seconds.get(name), lasting)


def command_text(answer: Answer) -> str:
    """The command as sh would take it: its arguments, if it has any, are set before it."""
    if not answer.arguments:
        return answer.command
    return f"set -- {shlex.join(answer.arguments)}\n{answer.command}"


def sha256(text: bytes) -> str:
    """The SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text).hexdigest()


def _command(section: ScriptSection) -> str:
    return _joined(section.files, section.probe)


@lru_cache(maxsize=1024)  # one object for all hosts: a thousand of them are remembered with their answers
def _joined(files: tuple[str, ...], probe: str) -> str:
    reading = f"read_files {' '.join(files)}\n" if files else ""
    return f"{reading}{probe.strip()}"
