"""`rounds validate` and `rounds schema`."""

import json
from typing import Annotated

import typer

from agent.cli.options import ConfigOption, out, read_config
from agent.config import schema as json_schema


def validate(
    config: ConfigOption = None,
    files: Annotated[bool, typer.Option(help="Also look whether key and secret files are there.")] = True,
) -> None:
    """Read the configuration and say what is wrong with it, or what it amounts to. Exit code 2 when it is wrong."""
    read = read_config(config, check_files=files)
    on_rounds = len(read.on_rounds)
    checks = sum(len(read.checks_for(host.name)) for host in read.on_rounds)
    resting = len(read.hosts) - on_rounds
    out.print(
        f"{read.path} is valid: {on_rounds} hosts on rounds{f', {resting} out of service' if resting else ''}, "
        f"{checks} checks, every {read.rounds.every:g} s",
        markup=False,
        soft_wrap=True,
    )


def schema() -> None:
    """Print the JSON Schema of config.yaml, for editors."""
    typer.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
