"""`rounds new-key`."""

import time
from typing import Annotated

import typer

from agent.cli.logs import quiet_logs
from agent.cli.options import ConfigOption, fail, out, read_config
from agent.history import HistoryError
from agent.memory import opened_history, sqlite_file


def new_key(
    lost: Annotated[bool, typer.Option("--lost", help="The present key is gone for good and cannot vouch.")] = False,
    config: ConfigOption = None,
) -> None:
    """Let the agent sign with a new key from now on; the present one vouches for it, and is kept beside it.

    After --lost `rounds verify` tells of the break, unless it is told to trust the new key.
    """
    quiet_logs()
    read = read_config(config, check_files=False)
    if (file := sqlite_file(read)) is not None and not file.exists():
        fail(f"nothing is remembered yet: {file} is not there; start the agent with `rounds start` first")
    try:
        with opened_history(read) as history:
            fingerprint = history.renew_key(time.time(), is_lost=lost)
    except HistoryError as error:
        fail(str(error))
    out.print(f"from now on the agent signs with the key {fingerprint}", markup=False, soft_wrap=True)
