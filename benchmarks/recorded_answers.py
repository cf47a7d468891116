"""What the simulated fleet answers: this machine's own answers, recorded just before, one after the other.

Counters go on from answer to answer, so that rates are worked out as they would be. A collector that has nothing to say
here (no systemd, say) answers with its recording of a Debian server.
"""

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.catalogue import Catalogue
from collectors.contract import SectionError
from collectors.transport.deadline import Deadline
from collectors.transport.local import LocalShell
from collectors.transport.script import ScriptSection, assemble, end_mark, take_apart

_RECORDINGS = Path(__file__).parents[1] / "tests" / "recordings"
_PAUSE_SECONDS = 0.2  # between two recordings; clocks of a hundredth of a second must have moved


@dataclass(frozen=True, slots=True)
class RecordedAnswers:
    """What each section prints, by name, at one look after the other."""

    texts: Mapping[str, Sequence[str]]

    def framed(self, marker: str, names: Sequence[str], look: int) -> bytes:
        """The answer to a script with these sections, at the given look; the last look is repeated."""
        parts = []
        for name in names:
            texts = self.texts[name]
            text = texts[min(look, len(texts) - 1)]
            parts.append(f"{marker} begin {name}\n{text}\n{marker} end {name} 0 100.00 100.01\n")
        return "".join([*parts, f"{marker} done\n"]).encode()


def record(sections: Sequence[ScriptSection], catalogue: Catalogue, looks: int) -> RecordedAnswers:
    """Ask this machine `looks` times."""
    shell = LocalShell()
    found: dict[str, list[str]] = {section.name: [] for section in sections}
    for _ in range(looks):
        marker = secrets.token_hex(16)
        answer = shell.run(assemble(sections, marker, time.time()), Deadline(60), end_mark(marker))
        for name, part in take_apart(answer.output, marker, sections, answer.cut).items():
            found[name].append(part.text)
        time.sleep(_PAUSE_SECONDS)
    return RecordedAnswers({name: _readable(name, texts, catalogue) for name, texts in found.items()})


def _readable(name: str, texts: Sequence[str], catalogue: Catalogue) -> Sequence[str]:
    try:
        for text in texts:
            catalogue.collectors[name].collector.parse(text)
    except SectionError:
        recording = (_RECORDINGS / name / "debian-12.txt").read_text(encoding="utf-8", errors="backslashreplace")
        return (recording.partition("\n")[2],)
    return texts
