"""`rounds validate` and `rounds schema`."""

import json
from typing import Annotated

import typer

from agent.cli.options import ConfigOption, err, out, read_config
from agent.config import schema as json_schema
from agent.config.web_file import NO_WEB_FILE
from agent.config.web_loading import doubts, read_web_file
from checks.contract.written import write_duration
from exporters.daily.words import counted


def validate(
    config: ConfigOption = None,
    files: Annotated[
        bool, typer.Option(help="Also look whether key and secret files are there, and folders writable.")
    ] = True,
) -> None:
    """Read the configuration and say what is wrong with it, or what it amounts to. Exit code 2 when it is wrong."""
    read = read_config(config, check_files=files, check_folders=files)
    checks = sum(len(read.checks_for(host.name)) for host in read.on_rounds)
    resting = len(read.hosts) - len(read.on_rounds)
    hosts = counted(len(read.on_rounds), "host") + f" on rounds{f', {resting} out of service' if resting else ''}"
    words = f"{read.path} is valid: {hosts}, {counted(checks, 'check')}, every {write_duration(read.rounds.every)}"
    out.print(words, markup=False, soft_wrap=True)
    if files:
        file = read_web_file(read.web.config_file) if read.web.config_file is not None else NO_WEB_FILE
        for doubt in doubts(read.web, file):
            err.print(f"warning: {doubt}", style="yellow" if err.is_terminal else None, markup=False, soft_wrap=True)


def schema() -> None:
    """Print the JSON Schema of config.yaml, for editors."""
    typer.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
