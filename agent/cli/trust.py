"""`rounds trust`."""

import sys
from typing import Annotated

import typer

from agent.cli.completion import host_names
from agent.cli.options import ConfigOption, choose_host, fail, out, read_config
from agent.config import Config
from agent.shells import ssh_target
from collectors.contract import Reason, TransportError
from collectors.transport.deadline import Deadline
from collectors.transport.host_keys import HostKey, KnownHosts
from collectors.transport.ssh import ask_host_key
from collectors.transport.target import SshTarget


def trust(
    host: Annotated[str, typer.Argument(help="The host's name in the configuration.", autocompletion=host_names)],
    config: ConfigOption = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; for scripts that compared it already.")] = False,
    fingerprint: Annotated[str, typer.Option(help="Trust only this one, as SHA256:...; nothing is asked then.")] = "",
    replace: Annotated[bool, typer.Option(help="Forget another key that was trusted for this host.")] = False,
) -> None:
    """Show the key a host identifies itself with, and trust it from now on.

    Compare the fingerprint with what the host itself says: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub
    """
    read = read_config(config)
    chosen = choose_host(read, host)
    if chosen.transport == "local":
        fail(f"{host} is this machine itself: there is no key to trust")
    target, key = _fetch(read, host)
    known = KnownHosts(read.ssh.known_hosts)
    out.print(f"{host} ({target.place}) shows {key.type} {key.fingerprint}", markup=False, soft_wrap=True)
    try:
        if fingerprint and fingerprint != key.fingerprint:
            fail(f"that is not {fingerprint}: nothing was trusted")
        if key in known.keys(target.host_key_name):
            out.print("it is trusted already")
            return
        if not fingerprint and not yes:
            _ask()
        known.trust(target.host_key_name, key, replace=replace)
    except TransportError as error:
        more = (
            "; add --replace to forget the old one" if error.reason is Reason.HOST_KEY_CHANGED and not replace else ""
        )
        fail(f"{error}{more}")
    except OSError as error:
        fail(f"cannot write {read.ssh.known_hosts}: {error.strerror}")
    out.print(f"trusted, in {read.ssh.known_hosts}", markup=False, soft_wrap=True)


def _fetch(config: Config, host: str) -> tuple[SshTarget, HostKey]:
    try:
        target = ssh_target(config, host)
        return target, ask_host_key(target, Deadline(config.rounds.deadline))
    except TransportError as error:
        fail(str(error))


def _ask() -> None:
    """End with exit code 2 unless somebody says yes."""
    if not sys.stdin.isatty():
        fail("nobody is there to ask; compare the fingerprint and say --yes or --fingerprint")
    try:
        agreed = typer.confirm("Is that the fingerprint the host itself shows?")
    except typer.Abort:  # Ctrl-C or Ctrl-D
        out.print()
        agreed = False
    if not agreed:
        fail("nothing was trusted")
