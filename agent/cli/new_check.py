"""`rounds new-check`: the file a new check begins with."""

import re
from pathlib import Path
from typing import Annotated, get_type_hints

import typer
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from agent.catalogue import catalogue
from agent.cli.options import fail, out, unknown
from agent.whole_file import write_whole

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "scaffold"),
    undefined=StrictUndefined,
    keep_trailing_newline=True,
    trim_blocks=True,
)


def new_check(
    name: Annotated[str, typer.Argument(help="The check's name: lower case, words joined by _, such as disk_usage.")],
    reads: Annotated[
        str, typer.Option(help="The collector whose facts it judges. Default: a new one of the same name.")
    ] = "",
    folder: Annotated[Path, typer.Option(help="The source tree of rounds.")] = Path(),
) -> None:
    """Write the file of a new check, and of a new collector when it needs new facts. Nothing else has to be edited."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        fail(f"{name!r} is not a check's name: lower-case words joined by _, such as disk_usage")
    if not (folder / "checks" / "contract").is_dir():
        fail(f"{folder.resolve()} is not the source tree of rounds (no checks/contract in it); name it with --folder")
    if reads and reads not in catalogue().collectors:
        fail(unknown("collector", reads, catalogue().collectors))
    title = name.replace("_", " ").capitalize()
    camel = "".join(word.capitalize() for word in name.split("_"))
    words = {
        "name": name,
        "title": title,
        "camel": camel,
        "collector": reads or name,
        "facts": camel,
        "annotation": camel,
    }
    files = {folder / "checks" / f"{name}.py": "check.py.jinja"}
    if reads:
        words |= _facts(reads)
    else:
        files[folder / "collectors" / f"{name}.py"] = "collector.py.jinja"
    for path in files:
        if path.exists():
            fail(f"{path} is there already")
    for path, template in files.items():
        try:
            write_whole(path, _TEMPLATES.get_template(template).render(words))
        except OSError as error:
            fail(f"cannot write {path}: {error.strerror}")
        out.print(str(path), markup=False)
    if not reads:
        out.print(f"then record what the probe prints: rounds record HOST --output {folder / 'tests' / 'recordings'}")


def _facts(collector: str) -> dict[str, str]:
    """The class to import from a collector, and how its facts are annotated: `tuple[Filesystem, ...]`."""
    kind = get_type_hints(catalogue().collectors[collector].collector.parse)["return"]
    named = [kind, *getattr(kind, "__args__", ())]
    own = next((k.__name__ for k in named if getattr(k, "__module__", "") == f"collectors.{collector}"), "")
    annotation = kind.__name__ if own and kind.__name__ == own else re.sub(r"\b[\w.]+\.(?=\w)", "", str(kind))
    return {"facts": own, "annotation": annotation if own else "object"}
