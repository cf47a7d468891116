"""`rounds sign`."""

import time
from datetime import date, datetime
from typing import Annotated

import typer

from agent.cli.account import account
from agent.cli.desk import checked, open_desk
from agent.cli.logs import quiet_logs
from agent.cli.options import ConfigOption, fail, out, read_config
from agent.review import ReviewIn
from exporters.contract import PeriodKind
from exporters.periodic import read_any


def sign(
    day: Annotated[
        str,
        typer.Argument(metavar="DATE", help="The day the period ends on, as YYYY-MM-DD; or 2026-W47, or 2026-11."),
    ],
    by: Annotated[str, typer.Option("--as", help="The name of who reviewed it.")],
    comment: Annotated[str, typer.Option(help="What there is to say.")] = "",
    number: Annotated[str, typer.Option(help="The record that was read. Default: the one in force.")] = "",
    config: ConfigOption = None,
) -> None:
    """Sign the maintenance log of a day, a week or a month as its reviewer.

    The review is added to the ledger with your login and the agent's signature, and stays: to take something back, sign
    again and say so. A running agent writes a new edition of the files within minutes.
    """
    quiet_logs()
    read = read_config(config, check_files=False)
    given = checked(ReviewIn, {"by": by, "comment": comment, "number": number})
    kind, ends_on = _what(day)
    with open_desk(read, f"POST /api/v1/{'days' if kind is None else 'periods'}/{day}/reviews") as desk:
        if kind is None:
            review = desk.sign(ends_on, given, account(), time.time())
        else:
            review = desk.sign_period(kind, ends_on, given, account(), time.time())
    out.print(f"{review.number} is signed by {review.by} ({review.account})", markup=False, soft_wrap=True)


def _what(written: str) -> tuple[PeriodKind | None, date]:
    """A day, or a week or month by the day it ends on."""
    try:
        if "W" in written or len(written) == len("2026-11"):
            return read_any(written)
        return None, datetime.strptime(written, "%Y-%m-%d").date()
    except ValueError:
        fail(f"expected a day as YYYY-MM-DD, a week as 2026-W47 or a month as 2026-11, not {written!r}")
