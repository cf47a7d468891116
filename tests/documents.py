"""Reads Markdown as what it is for tests: commands to run, files to write, links to follow."""

import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent

_FENCED = re.compile(r"^(?P<fence>```+)(?P<info>[^\n]*)\n(?P<text>.*?)^(?P=fence)$", re.DOTALL | re.MULTILINE)
_NOT_COPIED = shutil.ignore_patterns(
    ".venv", ".git", ".*_cache", ".hypothesis", "__pycache__", "state", "*.egg-info", "build", "dist"
)
_TOOLS = {"rounds": "agent", "pytest": "pytest", "ruff": "ruff", "mypy": "mypy"}


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, and the word behind it, `test` or a file's path."""

    language: str
    mark: str
    text: str


def blocks(path: Path) -> Iterator[Block]:
    """The fenced blocks of a Markdown file."""
    for match in _FENCED.finditer(path.read_text("utf-8")):
        language, _, mark = match["info"].strip().partition(" ")
        yield Block(language, mark.strip(), match["text"])


def links(path: Path) -> Iterator[str]:
    """Where the links of a Markdown file lead, but for what stands in code."""
    prose = re.sub(r"`[^`\n]*`", "", _FENCED.sub("", path.read_text("utf-8")))
    yield from re.findall(r"\]\(([^)\s]+)\)", prose)


def headings(path: Path) -> set[str]:
    """The anchors of a Markdown file, as GitHub makes them."""
    found = re.findall(r"^#+ (.*)$", _FENCED.sub("", path.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def markdown_files() -> list[Path]:
    """Every Markdown file of the project."""
    ignored = {".venv", "state", "node_modules", "build", "dist"}
    return [
        path
        for path in sorted(ROOT.rglob("*.md"))
        if not any(part in ignored or part.startswith(".") for part in path.relative_to(ROOT).parts)
    ]


def copied_tree(folder: Path) -> Path:
    """A copy of the source tree, with a `.venv` whose tools are those that run the tests."""
    copy = folder / "rounds"
    shutil.copytree(ROOT, copy, ignore=_NOT_COPIED)
    tools = copy / ".venv" / "bin"
    tools.mkdir(parents=True)
    for name, module in _TOOLS.items():
        _tool(tools / name, f'exec "{sys.executable}" -m {module} "$@"')
    _tool(tools / "python", f'exec "{sys.executable}" "$@"')
    return copy


def _tool(path: Path, command: str) -> None:
    path.write_text(f"#!/bin/sh\n{command}\n", "utf-8")
    path.chmod(0o755)
