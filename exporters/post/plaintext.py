"""A brief as plain text, for mail programs that show nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass

from checks.contract.text import Language
from exporters.daily.document import Note, Tone
from exporters.daily.inert import SENTENCES_LIMIT, plain
from exporters.post.breaking import wrapped
from exporters.post.brief import Block, Brief, Entry, Group, Illustration

WIDTH = 76
_MARKS = {Tone.WARNING: "[!] ", Tone.CRITICAL: "[!!] ", Tone.UNCHECKED: "[?] "}


@dataclass(frozen=True, slots=True)
class _Signs:
    """What stands between words, as the language sets it."""

    colon: str
    opening: str
    closing: str
    between: str

    def beside(self, words: str) -> str:
        """The words in brackets; nothing for none."""
        return f"{self.opening}{words}{self.closing}" if words else ""


_SIGNS: dict[Language, _Signs] = {"zh": _Signs("：", "（", "）", ""), "en": _Signs(": ", " (", ")", " ")}


def page(brief: Brief) -> str:
    """One brief, wrapped for a terminal of 80 columns: lists, because columns break in proportional type."""
    signs = _SIGNS[brief.language]
    conclusion = f"{brief.headline}{signs.colon}{signs.between.join(brief.conclusion)}"
    lines = [plain(brief.title), "=" * 40, "", *_wrapped(conclusion), ""]
    for figure in brief.figures:
        lines += _wrapped(f"{figure.label}{signs.colon}{figure.value}{signs.beside(figure.note)}")
    for section in brief.sections:
        lines += ["", plain(section.title), "-" * 40]
        for block in section.blocks:
            lines.extend(_block(block, signs))
    return "\n".join([*lines, "", "-- ", *(line for part in brief.foot for line in _wrapped(part)), ""])


def _block(block: Block, signs: _Signs) -> Iterator[str]:
    match block:
        case Note():
            yield from _wrapped(f"{block.label}{signs.colon}{block.text}" if block.label else block.text)
        case Group():
            if block.head is not None:
                yield from _entry(block.head, "", signs)
            for entry in block.entries:
                yield from _entry(entry, "* " if block.head is None else "  * ", signs)
        case Illustration():
            yield from _wrapped(block.title)
            for entry in block.legend:
                yield from _entry(entry, "* ", signs) if entry.head else ()
            for line in block.words:
                yield from _wrapped(line, "    ")


def _entry(entry: Entry, bullet: str, signs: _Signs) -> Iterator[str]:
    aside = entry.aside
    mark = _MARKS.get(aside.tone, "") if aside is not None and aside.tone is not None else ""
    beside = signs.beside(aside.text) if aside is not None else ""
    told = " · ".join(word for word in (f"{entry.head}{beside}", entry.text, entry.note) if word)
    yield from _wrapped(mark + told, bullet)


def _wrapped(text: str, bullet: str = "") -> list[str]:
    return wrapped(plain(text, SENTENCES_LIMIT), WIDTH, bullet)
