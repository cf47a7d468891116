"""A brief as plain text, for mail programs that show nothing else."""

import textwrap
from collections.abc import Iterator

from exporters.daily.document import Note, Tone
from exporters.daily.inert import SENTENCES_LIMIT, plain
from exporters.post.brief import Block, Brief, Entry, Group, Illustration

WIDTH = 76
_MARKS = {Tone.WARNING: "[!] ", Tone.CRITICAL: "[!!] ", Tone.UNCHECKED: "[?] "}


def page(brief: Brief) -> str:
    """One brief, wrapped for a terminal of 80 columns: lists, because columns break in proportional type."""
    lines = [plain(brief.title), "=" * 40, "", *_wrapped(f"{brief.headline}: {' '.join(brief.conclusion)}"), ""]
    for figure in brief.figures:
        lines += _wrapped(f"{figure.label}: {figure.value}" + (f" ({figure.note})" if figure.note else ""))
    for section in brief.sections:
        lines += ["", plain(section.title), "-" * 40]
        for block in section.blocks:
            lines.extend(_block(block))
    return "\n".join([*lines, "", "-- ", *(line for part in brief.foot for line in _wrapped(part)), ""])


def _block(block: Block) -> Iterator[str]:
    match block:
        case Note():
            yield from _wrapped(f"{block.label}: {block.text}" if block.label else block.text)
        case Group():
            if block.head is not None:
                yield from _entry(block.head, "")
            for entry in block.entries:
                yield from _entry(entry, "* " if block.head is None else "  * ")
        case Illustration():
            yield from _wrapped(block.title)
            for entry in block.legend:
                yield from _entry(entry, "* ") if entry.head else ()
            for line in block.words:
                yield from _wrapped(line, "    ")


def _entry(entry: Entry, bullet: str) -> Iterator[str]:
    aside = entry.aside
    mark = _MARKS.get(aside.tone, "") if aside is not None and aside.tone is not None else ""
    beside = f" ({aside.text})" if aside is not None and aside.text else ""
    told = " · ".join(word for word in (f"{entry.head}{beside}", entry.text, entry.note) if word)
    yield from _wrapped(mark + told, bullet)


def _wrapped(text: str, bullet: str = "") -> list[str]:
    return textwrap.wrap(
        plain(text, SENTENCES_LIMIT), WIDTH, initial_indent=bullet, subsequent_indent=" " * len(bullet)
    ) or [""]
