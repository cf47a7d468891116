"""`--textfile`: a round as a file for node_exporter."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from agent.cli.options import fail
from agent.whole_file import write_whole
from exporters.contract import HostReport
from exporters.exposition.textfile import SUFFIX, textfile_page

TextfileOption = Annotated[
    Path | None,
    typer.Option(
        "--textfile",
        metavar="FILE.prom",
        help="Also write the round there, for node_exporter's textfile collector: whole, or not at all.",
        show_default=False,
    ),
]


def refuse_what_nobody_reads(path: Path) -> None:
    """End with exit code 2, before the round is made, where a file would not be read or could not be written."""
    if path.suffix != SUFFIX:
        fail(f"--textfile {path}: node_exporter reads only files whose names end in {SUFFIX}")
    if not path.parent.is_dir():
        fail(f"--textfile {path}: there is no folder {path.parent}")


def write_textfile(path: Path, reports: Iterable[HostReport]) -> None:
    """Write the round; end with exit code 2 where that cannot be. The file of the round before then stays."""
    try:
        write_whole(path, textfile_page(reports), mode=0o644)  # node_exporter is another user
    except OSError as error:
        fail(f"cannot write {path}: {error.strerror}")
