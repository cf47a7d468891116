"""`rounds sudoers`."""

from collections.abc import Mapping
from typing import Annotated

import typer

from agent.catalogue import catalogue
from agent.cli.completion import host_names
from agent.cli.options import ConfigOption, choose_hosts, err, read_config
from agent.sudoers import arguments_of, grants, sudoers
from checks.contract import Params


def print_sudoers(
    hosts: Annotated[
        list[str] | None,
        typer.Argument(metavar="[HOST]...", help="Default: every host on rounds.", autocompletion=host_names),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Print what a server's sudoers must allow, so that the checks which need root can be made without it.

    Each command with its exact arguments; all of them only read. Without these lines such a check is not made, and
    says so. As root on the server, after visudo -cf: install -m 440 rounds.sudoers /etc/sudoers.d/rounds
    """
    read = read_config(config, check_files=False)
    hosts_by_user: dict[str, list[Mapping[str, Params]]] = {}
    for host in choose_hosts(read, hosts or ()):
        if host.user != "root":
            hosts_by_user.setdefault(host.user, []).append(read.checks_for(host.name))
    if not hosts_by_user:
        err.print("nothing is needed: every host chosen is reached as root", soft_wrap=True)
    for user, made in sorted(hosts_by_user.items()):
        typer.echo("# What rounds runs as root: it reads only. To be checked with visudo -cf.")
        checks = {name for host in made for name in host}
        for line in sudoers(user, grants(catalogue(), checks, arguments_of(catalogue(), made))):
            typer.echo(line)
