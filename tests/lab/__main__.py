"""`python -m tests.lab build|up|status|down`: the lab for people."""

import argparse
import sys

from tests.lab import Lab, LabError, LabUnavailable, requirements
from tests.lab.premises import BY_HAND, Premises, all_premises, demolish_stale
from tests.lab.root_images import build_all


def build() -> None:
    """Build the root file systems that are not in the cache yet."""
    requirements.demand()
    build_all()


def up() -> None:
    """Boot the lab and leave it running."""
    if Premises(BY_HAND).folder.exists():
        raise LabError("it is up already; `python -m tests.lab down` first")
    lab = Lab(Premises(BY_HAND))
    lab.build()
    config = lab.write_config(lab.premises.folder / "config.yaml")
    status()
    print(f"\nconfiguration: {config}\nrun the monitor there with: {' '.join(lab.in_monitor(['COMMAND']))}")


def status() -> None:
    """Show every lab on this machine."""
    for premises in all_premises():
        print(premises.name + (" (left behind by a run that is gone)" if premises.is_stale else ""))
        for host in Lab(premises).hosts.values():
            print(f"  {host.name:12} {host.address:12} {'running' if host.is_running else 'not running'}")


def down() -> None:
    """Take the lab away, with what crashed runs left behind; a running test keeps its own."""
    Premises(BY_HAND).demolish()
    demolish_stale()


def main() -> int:
    commands = {command.__name__: command for command in (build, up, status, down)}
    parser = argparse.ArgumentParser(prog="python -m tests.lab", description=__doc__)
    subparsers = parser.add_subparsers(dest="command", required=True)
    for name, command in commands.items():
        subparsers.add_parser(name, help=command.__doc__)
    try:
        commands[parser.parse_args().command]()
    except (LabError, LabUnavailable) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
