"""`rounds sign`."""

import time
from datetime import date
from typing import Annotated

import typer

from agent.cli.account import account
from agent.cli.desk import checked, open_desk
from agent.cli.logs import quiet_logs
from agent.cli.options import ConfigOption, fail, out, read_config
from agent.review import ReviewIn


def sign(
    day: Annotated[str, typer.Argument(metavar="DATE", help="The day the period ends on, as YYYY-MM-DD.")],
    by: Annotated[str, typer.Option("--as", help="The name of who reviewed it.")],
    comment: Annotated[str, typer.Option(help="What there is to say.")] = "",
    number: Annotated[str, typer.Option(help="The record that was read. Default: the one in force.")] = "",
    config: ConfigOption = None,
) -> None:
    """Sign a day's maintenance log as its reviewer.

    The review is added to the ledger with your login and the agent's signature, and stays: to take something back, sign
    again and say so. A running agent writes a new edition of the day's files within minutes.
    """
    quiet_logs()
    read = read_config(config, check_files=False)
    given = checked(ReviewIn, {"by": by, "comment": comment, "number": number})
    try:
        ends_on = date.fromisoformat(day)
    except ValueError:
        fail(f"expected a day as YYYY-MM-DD, not {day!r}")
    with open_desk(read, f"POST /api/v1/days/{ends_on}/reviews") as desk:
        review = desk.sign(ends_on, given, account(), time.time())
    out.print(f"{review.number} is signed by {review.by} ({review.account})", markup=False, soft_wrap=True)
