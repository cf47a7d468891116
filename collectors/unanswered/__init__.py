"""Commands that wait for a device that does not answer, where no signal reaches them: they must not pile up."""

import re

from collectors.contract import UnreadableOutput
from collectors.own_processes import OWN_PROCESSES

MOST = 3
"""So many of them at once do not wait their turn any more: the device hangs, and another one would too."""


def refrain(*commands: str) -> str:
    """Part of a probe without arguments: ends it where `MOST` of `commands` run already; `refuse_unanswered` tells."""
    names = " ".join(f"-e {command}" for command in commands)
    return f"""\
{OWN_PROCESSES.strip()}
set -- $(own_processes {names})
[ $# -lt {MOST} ] || {{ echo '== unanswered {" ".join(commands)}'; return 0; }}
set --"""


def refuse_unanswered(output: str) -> None:
    """Raise `UnreadableOutput` where the probe refrained."""
    if (found := re.match(r"== unanswered ([a-z0-9 ]{1,99})$", output, re.MULTILINE)) is not None:
        commands = " or ".join(found[1].split(" "))
        raise UnreadableOutput("an answer of what is asked", f"{MOST} or more of {commands} still wait for one")
