"""What the simulated fleet answers: this machine's own answers, recorded just before, one after the other.

Counters go on from answer to answer, so that rates are worked out as they would be. A collector that has nothing to say
here (no systemd, say) answers with the recording of a server that had something to say.
"""

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from agent.catalogue import Catalogue
from collectors.contract import SectionError
from collectors.contract.reading import blocks
from collectors.transport import shared_files
from collectors.transport.deadline import Deadline
from collectors.transport.local import LocalShell
from collectors.transport.script import ScriptSection, assemble, end_mark, take_apart

_RECORDINGS = Path(__file__).parents[1] / "tests" / "recordings"
_PAUSE_SECONDS = 0.2  # between two recordings; clocks of a hundredth of a second must have moved


@dataclass(frozen=True, slots=True)
class RecordedAnswers:
    """What each section prints, by name, at one look after the other; and what came of each file, by its path."""

    texts: Mapping[str, Sequence[str]]
    files: Mapping[str, Sequence[str]]

    def framed(self, marker: str, names: Sequence[str], look: int) -> bytes:
        """The answer to a script with these sections, at the given look; the last look is repeated."""
        parts = []
        if self.files:
            read = "\n".join(f"==> {path} <==\n{self._at(texts, look)}" for path, texts in self.files.items())
            frame = shared_files.SECTION
            parts.append(f"{marker} begin {frame}\n{read}\n{marker} end {frame} 0 100.00 100.01\n")
        for name in names:
            text = self._at(self.texts[name], look)
            parts.append(f"{marker} begin {name}\n{text}\n{marker} end {name} 0 100.00 100.01\n")
        return "".join([*parts, f"{marker} done\n"]).encode()

    @staticmethod
    def _at(texts: Sequence[str], look: int) -> str:
        return texts[min(look, len(texts) - 1)]


def record(sections: Sequence[ScriptSection], catalogue: Catalogue, looks: int) -> RecordedAnswers:
    """Ask this machine `looks` times."""
    shell = LocalShell()
    answers: list[tuple[str, bytes]] = []
    for _ in range(looks):
        marker = secrets.token_hex(16)
        answers.append(
            (marker, shell.run(assemble(sections, marker, time.time()), Deadline(60), end_mark(marker)).output)
        )
        time.sleep(_PAUSE_SECONDS)
    texts: dict[str, Sequence[str]] = {}
    files: dict[str, Sequence[str]] = {}
    for section in sections:
        if not _readable(section.name, _texts(section, answers), catalogue):
            recording = _recorded(section.name, catalogue)
            texts[section.name] = (recording,)
            if not section.runs:
                files = {path: (f"{text}\n",) for path, text in blocks(recording).items() if path} | files
            continue
        texts[section.name] = _texts(replace(section, files=()), answers) if section.runs else ("",)
        if section.files:
            read = [blocks(text) for text in _texts(replace(section, probe=""), answers)]
            for path in filter(None, read[0]):
                files[path] = [f"{look.get(path, '')}\n" for look in read]
    return RecordedAnswers(texts, files)


def _texts(section: ScriptSection, answers: Sequence[tuple[str, bytes]]) -> Sequence[str]:
    """What one section answered at each look."""
    return [take_apart(output, marker, [section])[section.name].text for marker, output in answers]


def _readable(name: str, texts: Sequence[str], catalogue: Catalogue) -> bool:
    try:
        for text in texts:
            catalogue.collectors[name].collector.parse(text)
    except SectionError:
        return False
    return True


def _recorded(name: str, catalogue: Catalogue) -> str:
    """What a server said that had something to say: all of it as if the probe had printed it."""
    for path in sorted((_RECORDINGS / name).glob("*.txt")):
        text = path.read_text(encoding="utf-8", errors="backslashreplace").partition("\n")[2]
        if _readable(name, (text,), catalogue):
            return text
    return ""
