"""`rounds coverage`."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text as Rich

from agent.catalogue import catalogue
from agent.cli.columns import aligned
from agent.cli.options import ConfigOption, find_config, out, read_config
from agent.coverage import Coverage, coverage
from checks.contract import Language, Text

_TITLES = {
    "en": ("Clause", "What is asked", "Checks", "By hand"),
    "zh": ("条款", "内容", "检查项", "人工"),
}


def coverage_table(
    lang: Annotated[Language, typer.Option(help="The language of the manual's words.")] = "en",
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs; with everything there is to say.")] = False,
) -> None:
    """Show the maintenance manual clause by clause: the checks that carry it out, and what is left to a person.

    With a configuration, checks that it makes on no host are in parentheses.
    """
    made = _made(config)
    parts = coverage(catalogue())
    if as_json:
        typer.echo(json.dumps([_in_json(part, made) for part in parts], indent=2, ensure_ascii=False))
        return
    rows = [_cells(part, made, lang) for part in parts]
    if not out.is_terminal:
        for line in aligned([tuple(title.upper() for title in _TITLES[lang]), *rows]):
            out.print(line, markup=False, soft_wrap=True)
    else:
        _print_table(parts, rows, lang)
    out.print(_summary(parts, made, lang), soft_wrap=True)


def _made(config: Path | None) -> frozenset[str] | None:
    """The checks made on at least one host; None when there is no configuration to say so."""
    if find_config(config) is None:
        return None
    read = read_config(config, check_files=False)
    return frozenset(check for host in read.on_rounds for check in read.checks_for(host.name))


def _cells(part: Coverage, made: Collection[str] | None, lang: Language) -> tuple[str, ...]:
    asked = part.part.zh if lang == "zh" else part.part.part
    checks = [name if made is None or name in made else f"({name})" for name in part.checks]
    done_by = part.part.done_by.in_language(lang) if part.part.done_by else ""
    by_hand = part.part.by_hand.in_language(lang) if part.part.by_hand else ""
    return part.clause.clause, asked, ", ".join(checks) or done_by, by_hand


def _print_table(parts: tuple[Coverage, ...], rows: list[tuple[str, ...]], lang: Language) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    _, *titles = _TITLES[lang]
    for title, ratio in zip(titles, (2, 3, 3), strict=True):
        table.add_column(title, overflow="fold", ratio=ratio)
    clause = ""
    for part, (number, asked, checks, by_hand) in zip(parts, rows, strict=True):
        if number != clause:
            clause = number
            heading = Rich(f"{number} {part.clause.title.in_language(lang)}", style="bold")
            table.add_row(heading, Rich(part.clause.due.in_language(lang), style="dim"), "")
        table.add_row(Rich(f"  {asked}"), Rich(checks), Rich(by_hand, style="yellow"))
    out.print(table)


def _summary(parts: tuple[Coverage, ...], made: Collection[str] | None, lang: Language) -> str:
    """How much is carried out here, and how much is left."""
    covered = [part for part in parts if part.part.done_by or _is_made(part, made)]
    left = sum(part.part.by_hand is not None for part in parts)
    idle = sum(bool(part.checks) and not _is_made(part, made) for part in parts)
    words = Text(
        en=f"{len(covered)} of {len(parts)} parts are carried out, {left} have something left to a person"
        + (f"; {idle} have a check that this configuration does not make" if idle else ""),
        zh=f"共 {len(parts)} 项，已自动执行 {len(covered)} 项，{left} 项仍需人工"
        + (f"；{idle} 项有检查但当前配置未启用" if idle else ""),
    )
    return words.in_language(lang)


def _is_made(part: Coverage, made: Collection[str] | None) -> bool:
    return any(made is None or check in made for check in part.checks)


def _in_json(part: Coverage, made: Collection[str] | None) -> dict[str, object]:
    def words(text: Text | None) -> dict[str, str] | None:
        return None if text is None else {"en": text.en, "zh": text.zh}

    return {
        "clause": part.clause.clause,
        "title": words(part.clause.title),
        "due": words(part.clause.due),
        "part": {"en": part.part.part, "zh": part.part.zh},
        "checks": [{"name": name, "made": None if made is None else name in made} for name in part.checks],
        "done_by": words(part.part.done_by),
        "by_hand": words(part.part.by_hand),
    }
