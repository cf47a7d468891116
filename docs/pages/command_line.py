"""The `rounds` command, by Typer's own writer of documentation."""

import re
from collections.abc import Mapping
from pathlib import Path

import typer
from typer.cli import get_docs_for_click

from agent.cli.app import app


def pages() -> Mapping[Path, str]:
    """One page."""
    command = typer.main.get_command(app)
    text = get_docs_for_click(obj=command, ctx=typer.Context(command), name="rounds", title="Command line")
    # In Markdown <str> would be a tag; inside code it is not.
    text = re.sub(r"^\* `(.*?)`:\s*\.?$", r"* `\1`", text, flags=re.MULTILINE)
    exit_codes = "Exit codes: 0 well, 2 wrong input (nothing was started); `rounds check` ends as a Nagios plugin does."
    return {Path("command-line.md"): f"{text.rstrip()}\n\n{exit_codes}\n"}
