"""`rounds evidence`: what the lines of a day's record rest on."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text as Rich

from agent.cli.columns import print_rows
from agent.cli.completion import check_names, host_names
from agent.cli.logs import quiet_logs
from agent.cli.options import ConfigOption, err, fail, out, read_config, unknown
from agent.history import History, HistoryError
from agent.history.answers import Keeping
from agent.memory import opened_history
from agent.tracing import Traced, trace
from agent.whole_file import write_whole
from collectors.contract import Reason
from exporters.contract import DayRecord, Evidence
from exporters.daily.inert import plain, visible
from exporters.daily.quantities import iso
from exporters.daily.words import counted

NOT_AS_RECORDED = 1
"""Exit code when a text that the record names is missing or altered."""

_TITLES = ("Check", "Item", "State", "Answered", "Exit", "Command", "Answer", "Kept")


def evidence(
    day: Annotated[str, typer.Argument(metavar="DATE", help="The day the period ends on, as YYYY-MM-DD.")],
    host: Annotated[str, typer.Argument(metavar="HOST", autocompletion=host_names)],
    check: Annotated[
        str, typer.Argument(metavar="CHECK", help="Default: every check.", autocompletion=check_names)
    ] = "",
    show: Annotated[bool, typer.Option("--show", help="Print each command and what the host answered.")] = False,
    raw: Annotated[bool, typer.Option("--raw", help="Write the answer, byte for byte, into -o FILE.")] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The file for --raw.")] = None,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs; with the whole hashes.")] = False,
) -> None:
    """Trace the lines of a day's record to what the host answered: when, to which command, with which hash.

    Exit code 1: a text that the record names is missing, or is not any more what it was.
    """
    quiet_logs()
    if raw != (output is not None):
        fail("--raw and --output FILE belong together")
    if show + raw + as_json > 1:
        fail("--show, --raw and --json exclude each other")
    wanted, read = _date(day), read_config(config, check_files=False)
    try:
        with opened_history(read) as history:
            record = history.published(wanted)
            if record is None:
                fail(f"there is no record of {wanted}")
            traced = _traced(history, record, host, check)
            if output is not None:
                _write(history, traced, output)
            elif show:
                _show(history, traced, record.timezone)
            elif as_json:
                typer.echo(json.dumps([_in_json(one, record) for one in traced], indent=2, ensure_ascii=False))
            else:
                print_rows(out, _TITLES, [_cells(one, record) for one in traced], whole=_TITLES[2:])
    except HistoryError as error:
        fail(str(error))
    _tell_what_is_missing(traced)


def _date(written: str) -> date:
    try:
        return datetime.strptime(written, "%Y-%m-%d").date()
    except ValueError:
        fail(f"DATE: expected a day as YYYY-MM-DD, not {written!r}")


def _traced(history: History, record: DayRecord, host: str, check: str) -> tuple[Traced, ...]:
    hosts = [line.host.name for line in record.hosts]
    if host not in hosts:
        fail(f"in the record of {record.date}: {unknown('host', host, hosts)}")
    found = tuple(trace(history.archive, record, host, check or None))
    if not found:
        checks = {line.check.name for line in record.items if line.host == host}
        fail(f"in the record of {record.date}, {host}: {unknown('check', check, checks)}")
    return found


def _tell_what_is_missing(traced: Iterable[Traced]) -> None:
    """On standard error; the exit code is about what the record names and is not there as it was."""
    traced = tuple(traced)
    without = sum(1 for one in traced if one.evidence is None and one.line.checked_at is not None)
    if without:
        err.print(f"{counted(without, 'line')} without evidence: what the host answered was not kept", soft_wrap=True)
    if not all(one.is_kept for one in traced):
        broken = sum(1 for one in traced if not one.is_kept)
        err.print(f"{counted(broken, 'line')} whose evidence is missing or altered", style="red", soft_wrap=True)
        raise typer.Exit(NOT_AS_RECORDED)


def _write(history: History, traced: Iterable[Traced], path: Path) -> None:
    answers = _answers(traced)
    if len(answers) != 1:
        fail(f"--raw writes one answer, and here are {len(answers) or 'none'}: name a check")
    found = history.archive.text(answers[0].answer_sha256)
    if found.text is None:
        return
    try:
        write_whole(path, found.text, mode=0o600)  # as close as the history it comes from
    except OSError as error:
        fail(f"cannot write {path}: {error.strerror}")


def _show(history: History, traced: Iterable[Traced], zone: str) -> None:
    for answer in _answers(traced):
        took = "" if answer.seconds is None else f", {answer.seconds:g} s"
        status = "" if answer.exit_status is None else f", exit status {answer.exit_status}"
        typer.echo(f"{answer.host}  {answer.collector}  {iso(answer.at, zone)}{status}{took}")
        for name, sha256 in (("command", answer.command_sha256), ("answer", answer.answer_sha256)):
            kept = history.archive.text(sha256)
            typer.echo(f"  {name}, SHA-256 {sha256}: {kept.keeping}")
            for line in _inert(kept.text or b""):
                typer.echo(f"    {line}".rstrip())
        typer.echo()


def _inert(text: bytes) -> Iterator[str]:
    """The lines, with all that would steer a terminal made visible."""
    whole = text.decode("utf-8", "backslashreplace").removesuffix("\n")
    for line in whole.split("\n") if whole else ():
        yield "\t".join(map(visible, line.split("\t")))


def _answers(traced: Iterable[Traced]) -> tuple[Evidence, ...]:
    """Each once: several checks may rest on the same."""
    return tuple(dict.fromkeys(one.evidence for one in traced if one.evidence is not None))


def _cells(one: Traced, record: DayRecord) -> tuple[Rich, ...]:
    line, found = one.line, one.evidence
    unjudged = "not applicable" if line.reason is Reason.NOT_APPLICABLE else "not checked"
    state = unjudged if line.state is None else line.state.name
    status = "" if found is None or found.exit_status is None else str(found.exit_status)
    return (
        Rich(line.check.name),
        Rich(plain(line.item)),
        Rich(state),
        Rich(iso(line.checked_at, record.timezone) or ""),
        Rich(status),
        Rich(found.command_sha256[:12] if found else ""),
        Rich(found.answer_sha256[:12] if found else ""),
        Rich(_kept(one), style="" if one.is_kept else "red"),
    )


def _kept(one: Traced) -> str:
    if one.evidence is None:
        return "" if one.line.checked_at is None else "not kept"
    if one.is_kept:
        return "kept"
    texts = (("command", one.command), ("answer", one.answer))
    return ", ".join(f"{name} {keeping}" for name, keeping in texts if keeping is not Keeping.KEPT)


def _in_json(one: Traced, record: DayRecord) -> dict[str, object]:
    line, found = one.line, one.evidence
    return {
        "record": record.number,
        "host": line.host,
        "check": line.check.name,
        "item": line.item,
        "state": None if line.state is None else line.state.name,
        "checked_at": iso(line.checked_at, record.timezone),
        "collector": line.check.collector or None,
        "exit_status": found.exit_status if found else None,
        "seconds": found.seconds if found else None,
        "command_sha256": found.command_sha256 if found else None,
        "answer_sha256": found.answer_sha256 if found else None,
        "command": one.command,
        "answer": one.answer,
    }
