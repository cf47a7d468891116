"""`rounds note`."""

import re
import time
from typing import Annotated

import typer

from agent.cli.account import account
from agent.cli.desk import checked, open_desk
from agent.cli.logs import quiet_logs
from agent.cli.options import ConfigOption, fail, out, read_config
from agent.review import NoteIn


def note(
    incident: Annotated[str, typer.Argument(metavar="INCIDENT", help="Its eight digits, as the daily log has them.")],
    by: Annotated[str, typer.Option("--as", help="The name of who notes it.")],
    cause: Annotated[str, typer.Option(help="Why it happened.")] = "",
    measure: Annotated[str, typer.Option(help="What was done about it.")] = "",
    effect: Annotated[str, typer.Option(help="What it meant for those who use the system.")] = "",
    owner: Annotated[str, typer.Option(help="Who sees to it.")] = "",
    due: Annotated[str, typer.Option(help="Until when, as YYYY-MM-DD.")] = "",
    comment: Annotated[str, typer.Option(help="Anything else.")] = "",
    config: ConfigOption = None,
) -> None:
    """Note the cause of an incident, or what was done about it.

    A note is added and stays; of several the last that says something of a field holds. The next daily log tells of it,
    or a new edition of the day on which the incident ended.
    """
    quiet_logs()
    read = read_config(config, check_files=False)
    if not re.fullmatch(r"[0-9a-fA-F]{8}", incident):
        fail(f"expected the eight hexadecimal digits of an incident, not {incident!r}")
    fields = {"cause": cause, "measure": measure, "effect": effect, "owner": owner, "due": due, "comment": comment}
    given = checked(NoteIn, {"by": by, **fields})
    with open_desk(read, f"POST /api/v1/incidents/{incident.lower()}/notes") as desk:
        kept = desk.note(incident.lower(), given, account(), time.time())
    out.print(f"noted to incident {kept.incident} by {kept.by} ({kept.account})", markup=False, soft_wrap=True)
