"""Generates docs/reference from the code: `python -m docs.generate`, or `--check` to see whether it is up to date."""

import sys
from collections.abc import Mapping
from pathlib import Path

from agent.cli.logs import quiet_logs
from docs.generated import Generated
from docs.pages import checks, collectors, command_line, configuration, coverage, http_api, metrics, states
from docs.pages.markdown import link_table

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


REFERENCE = Generated(Path(__file__).parent / "reference", "*.md", pages, target="docs")

if __name__ == "__main__":
    quiet_logs()
    sys.exit(REFERENCE.main("docs.generate", sys.argv[1:]))
