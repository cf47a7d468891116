"""`rounds token`."""

import os
from pathlib import Path
from typing import Annotated

import typer

from agent.cli.options import fail, out
from agent.config import Scope, TokenConfig


def token(
    name: Annotated[str, typer.Argument(help="Who it is for: prometheus, duty-desk. Kept with what is written.")],
    scope: Annotated[list[Scope], typer.Option("--scope", "-s", help="What it opens; may be repeated.")],
    to: Annotated[
        Path | None, typer.Option("--to", help="Write the token into this new file (0600) instead of showing it.")
    ] = None,
) -> None:
    """Make a bearer token: show it once, and the lines for config.yaml, which hold its hash only."""
    from agent.web.tokens import hash_of, new_token  # noqa: PLC0415 (FastAPI takes a third of a second to import)

    made = new_token()
    try:
        held = TokenConfig(name=name, sha256=hash_of(made.encode()), scopes=tuple(dict.fromkeys(scope)))
    except ValueError:
        fail(f"{name!r} cannot be a name: use up to 100 letters a-z, digits, '.', '_' or '-', a letter or digit first")
    if to is not None:
        _write(to, made)
    words = f"The token is in {to}.\n" if to else f"The token; it is not shown again:\n\n    {made}\n"
    scopes = ", ".join(held.scopes)
    lines = f"web:\n  tokens:\n    - {{name: {held.name}, scopes: [{scopes}], sha256: {held.sha256}}}"
    out.print(f"{words}\nAdd to config.yaml, then reload the agent:\n\n{lines}", markup=False, soft_wrap=True)


def _write(path: Path, made: str) -> None:
    """Into a file that only its owner reads."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(f"{made}\n")
    except OSError as error:
        fail(f"cannot write {path}: {error.strerror or error}")
