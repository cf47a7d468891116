"""Pieces of Markdown."""

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table, with its cells made safe; nothing when there are no rows."""
    lines = [f"| {' | '.join(map(cell, row))} |" for row in rows]
    if not lines:
        return ""
    return "\n".join([f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *lines]) + "\n"


def cell(text: str) -> str:
    """Text that stays in its cell."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;") or " "


def code(text: object) -> str:
    """Text as code; nothing stays nothing."""
    return f"`{text}`" if str(text) else ""


def block(text: str, language: str) -> str:
    """A fenced block, fenced so that nothing in it can end it."""
    fence = "````" if "```" in text else "```"
    return f"{fence}{language}\n{text.strip(chr(10))}\n{fence}\n"


def link_table(links: Iterable[tuple[str, str]]) -> str:
    """Pages and what is in them."""
    rows = ([f"[{path.removesuffix('.md').replace('-', ' ')}]({path})", words] for path, words in links)
    return table(("Page", "What is in it"), rows)


def joined(parts: Iterable[str]) -> str:
    """The parts of a page, without those that are empty."""
    return "\n".join(part for part in parts if part)
