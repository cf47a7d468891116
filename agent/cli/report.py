"""`rounds report`: the maintenance log of any day, week or month."""

import time
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from agent.catalogue import catalogue
from agent.cli.logs import quiet_logs
from agent.cli.options import ConfigOption, fail, out, read_config
from agent.cli.period import period_record
from agent.cli.printed import hand_out, printed
from agent.config import Config
from agent.daily import RETRY_FIRST_SECONDS, day_under_way, last_day_due, plan_of
from agent.history import History, HistoryError
from agent.memory import opened_history
from checks.contract import Language
from exporters.contract import DayRecord, DeliveryError, PeriodKind, PeriodRecord
from exporters.paper.edition import FileFormat


class Languages(StrEnum):
    """In which languages."""

    CHINESE = "zh"
    ENGLISH = "en"
    BOTH = "both"


_LANGUAGES: dict[Languages, tuple[Language, ...]] = {
    Languages.CHINESE: ("zh",),
    Languages.ENGLISH: ("en",),
    Languages.BOTH: ("zh", "en"),
}


def report(
    date: Annotated[
        str, typer.Option(help="The day the period ends on, as YYYY-MM-DD. Default: the last that is over.")
    ] = "",
    week: Annotated[str, typer.Option(help="A week instead, as 2026-W47, or last.", metavar="WEEK")] = "",
    month: Annotated[str, typer.Option(help="A month instead, as 2026-11, or last.", metavar="MONTH")] = "",
    now: Annotated[bool, typer.Option("--now", help="The day that is not over yet, as far as it has come.")] = False,
    format: Annotated[
        FileFormat, typer.Option(help="How it is written; xlsx of a day is a workbook of its record forms.")
    ] = FileFormat.MARKDOWN,
    forms: Annotated[bool, typer.Option("--forms", help="The day's record forms instead of the log.")] = False,
    lang: Annotated[Languages, typer.Option(help="In which languages.")] = Languages.BOTH,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Into this file, not to the terminal.")] = None,
    mail: Annotated[bool, typer.Option("--mail", help="Mail it, as the daily mail is, not to the terminal.")] = False,
    config: ConfigOption = None,
) -> None:
    """Print the maintenance log of a day, a week or a month, from what the agent remembers."""
    quiet_logs()
    read = read_config(config)
    given = [
        option for option, value in (("--date", date), ("--week", week), ("--month", month), ("--now", now)) if value
    ]
    if len(given) > 1:
        fail(f"{given[0]} and {given[1]} exclude each other")
    if mail and "mail" not in read.exporters:
        fail(f"{read.path}: there is no mail section: nobody to mail to")
    try:
        with opened_history(read) as history:
            record: DayRecord | PeriodRecord
            if week or month:
                kind = PeriodKind.WEEK if week else PeriodKind.MONTH
                record = period_record(history, read, kind, week or month)
            else:
                record = _record(history, read, _date(date), now)
            if output is not None or not mail:
                hand_out(printed(record, read, format, _LANGUAGES[lang], forms), output)
            if mail:
                _mail(history, read, record)
    except HistoryError as error:
        fail(str(error))


def _date(written: str) -> date | None:
    if not written:
        return None
    try:
        return datetime.strptime(written, "%Y-%m-%d").date()
    except ValueError:
        fail(f"--date: expected a day as YYYY-MM-DD, not {written!r}")


def _record(history: History, config: Config, day: date | None, now: bool) -> DayRecord:
    """The record as it was published, or made now from what is remembered."""
    plan = plan_of(config, catalogue())
    due = last_day_due(time.time(), plan)
    if day is not None and day > due:
        fail(f"--date: the day that ends on {day} is not over yet; for what is known so far say --now")
    beginning = history.beginning()
    if beginning is None:
        fail("nothing is remembered yet: start the agent with `rounds start` first")
    if now:
        return history.day(day_under_way(time.time(), plan), plan)
    day = day or due
    known = history.published(day)
    if known is None and plan.period(day)[1] <= beginning:
        since = datetime.fromtimestamp(beginning, plan.zone)
        fail(
            f"--date: there is no record of the day that ends on {day}, and nothing is remembered of it:"
            f" rounds began at {since:%Y-%m-%d %H:%M}, so the first day is {day_under_way(beginning, plan)}"
        )
    return known or history.day(day, plan)


def _mail(history: History, config: Config, record: DayRecord | PeriodRecord) -> None:
    """Send it now, also a second time; what cannot be sent stays in the outbox for the agent."""
    export = catalogue().exporters["mail"].exporter.start(config.exporters["mail"])
    export.know(config.exporters)
    letters = export.compose_period(record) if isinstance(record, PeriodRecord) else export.compose(record)
    failed: list[str] = []
    for letter in letters:
        history.put_letter("mail", letter, again=True)
        try:
            export.deliver(letter)
        except DeliveryError as error:
            next_try = None if error.permanent else time.time() + RETRY_FIRST_SECONDS
            history.letter_failed(letter.message_id, str(error), next_try, error.remaining)
            then = "given up" if error.permanent else "the agent tries again from its outbox"
            failed.append(f"not mailed to {', '.join(letter.recipients)}: {error}; {then}")
        else:
            history.letter_delivered(letter.message_id)
            out.print(f"mailed to {', '.join(letter.recipients)}", markup=False, soft_wrap=True)
    if failed:
        fail("\n".join(failed))
