"""The `rounds` command: all its subcommands, put together."""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from agent import __version__
from agent.cli import (
    changes,
    check,
    configuration,
    coverage,
    evidence,
    explain,
    hosts,
    inventory,
    log,
    new_check,
    new_key,
    note,
    record,
    relearn,
    report,
    sign,
    start,
    sudoers,
    token,
    trust,
    updates,
    verify,
)
from agent.cli.terminal import honest_output


class _Commands(TyperGroup):
    def invoke(self, ctx: Any) -> Any:
        with honest_output():
            return super().invoke(ctx)


app = typer.Typer(
    cls=_Commands,
    name="rounds",
    help="Makes the maintenance manual's rounds over SSH, exposes metrics, and writes the daily log.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"rounds {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


app.command("start")(start.start)
app.command("check")(check.check)
app.command("report")(report.report)
app.command("log")(log.log)
app.command("evidence")(evidence.evidence)
app.command("sign")(sign.sign)
app.command("note")(note.note)
app.command("verify")(verify.verify)
app.command("hosts")(hosts.hosts)
app.command("inventory")(inventory.inventory)
app.command("changes")(changes.changes)
app.command("updates")(updates.updates)
app.command("trust")(trust.trust)
app.command("relearn")(relearn.relearn)
app.command("validate")(configuration.validate)
app.command("schema")(configuration.schema)
app.command("explain")(explain.explain)
app.command("coverage")(coverage.coverage_table)
app.command("script")(explain.script)
app.command("sudoers")(sudoers.print_sudoers)
app.command("record")(record.record)
app.command("token")(token.token)
app.command("new-key")(new_key.new_key)
app.command("new-check")(new_check.new_check)


def run() -> None:
    """Do what the command line says."""
    app()
