"""Generates docs/reference from the code: `python -m docs.generate`, or `--check` to see whether it is up to date."""

import sys
from collections.abc import Mapping
from pathlib import Path

from agent.cli.logs import quiet_logs
from docs.pages import checks, collectors, command_line, configuration, coverage, http_api, metrics, states
from docs.pages.markdown import link_table

REFERENCE = Path(__file__).parent / "reference"

NOTE = "<!-- Generated from the code by `make docs`. Do not edit. -->\n\n"

_SUBJECTS = (
    ("configuration.md", "every key of config.yaml"),
    ("checks.md", "what is judged, with which thresholds, and what to do when it is bad"),
    (
        "coverage.md",
        "the maintenance manual, clause by clause: what carries it out, what is left to a person",
    ),
    ("collectors.md", "what is asked of a server: the exact commands, how often"),
    ("command-line.md", "the `rounds` command"),
    ("metrics.md", "what Prometheus gets"),
    ("http-api.md", "the web side of the agent"),
    ("states-and-reasons.md", "the words for how bad it is, and for why something was not checked"),
)


def pages() -> Mapping[Path, str]:
    """Every page of the reference, by its path below docs/reference."""
    found = {Path("README.md"): f"# Reference\n\n{link_table(_SUBJECTS)}"}
    for subject in (checks, collectors, configuration, command_line, coverage, http_api, metrics, states):
        found |= subject.pages()
    return {path: NOTE + text.rstrip() + "\n" for path, text in sorted(found.items())}


def stale(folder: Path = REFERENCE) -> list[Path]:
    """The files in `folder` that are missing, differ from what the code says now, or have no subject any more."""
    wanted = {folder / path: text for path, text in pages().items()}
    differing = [path for path, text in wanted.items() if not path.is_file() or path.read_text("utf-8") != text]
    return sorted([*differing, *(path for path in folder.rglob("*.md") if path not in wanted)])


def write(folder: Path = REFERENCE) -> None:
    """Write every page that differs; remove those without a subject."""
    wanted = {folder / path: text for path, text in pages().items()}
    for path in folder.rglob("*.md"):
        if path not in wanted:
            path.unlink()
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")


def main(arguments: list[str]) -> int:
    """The exit code: 0, or 1 when `--check` found stale files."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m docs.generate [--check]", file=sys.stderr)
        return 2
    quiet_logs()
    if not arguments:
        write()
        return 0
    out_of_date = stale()
    for path in out_of_date:
        print(f"{path.relative_to(REFERENCE.parent.parent)} is out of date: make docs", file=sys.stderr)
    return 1 if out_of_date else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
