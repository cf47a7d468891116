"""Finds the tools by their place, and joins their sh functions into one text."""

import pkgutil
import re
from collections.abc import Mapping, Sequence
from importlib import import_module

from collectors.backup_sources import tools
from collectors.backup_sources.asking import ASKING
from collectors.backup_sources.tool import Tool

TOOLS: Mapping[str, Tool] = {
    module.name: import_module(f"{tools.__name__}.{module.name}").TOOL
    for module in sorted(pkgutil.iter_modules(tools.__path__), key=lambda module: module.name)
    if not module.name.startswith("_") and not module.ispkg
}
"""Every tool there is, by name."""

FUNCTIONS = r"""
# option NAME FIELD...: the value of the field NAME=VALUE; fails without one.
option() {
  wanted=$1; shift
  for field in "$@"; do case $field in "$wanted="*) printf '%s\n' "${field#*=}"; return ;; esac; done
  return 1
}
# all_fit NAME...: fails, and says so, where printf is no part of the shell, as of mksh, and would not take them all.
all_fit() {
  case $(command -v printf) in /*) ;; *) return 0 ;; esac
  all=$*
  [ ${#all} -lt 100000 ] || { echo "failed too many names for the shell of this login: $#"; return 1; }
}
# failed WORDS: tells that the tool could not, in the first line of its own words.
failed() { printf '%s\n' "$1" | sed -n '/[^ ]/{s/^ */failed /;p;q;}' | without_secrets; }
"""
"""What every tool's functions may use."""


def functions(verb: str, bodies: Mapping[str, str], otherwise: str = ":") -> str:
    """sh functions `VERB_TOOL`, each in a subshell, and `VERB ARGUMENT`, which calls that of the argument's tool.

    For a tool without one it runs `otherwise`.

    An argument is a source: the tool's name, its target, and `NAME=VALUE` for its options, with tabs between.
    """
    defined = "".join(f"{verb}_{name}() (\n{body.strip()}\n)\n" for name, body in bodies.items())
    return (
        f"{FUNCTIONS.strip()}\n{ASKING.strip()}\n{defined}tab=$(printf '\\t')\n"
        f"{verb}() (\n"
        "  source=$1; set -f; IFS=$tab; set -- $1; unset IFS; set +f\n"
        "  tool=$1; shift\n"
        f'  case $tool in {"|".join(bodies) or "-"}) "{verb}_$tool" "$@" ;; *) {otherwise} ;; esac\n'
        ")\n"
    )


_SPECIAL = r"[\\\[\]]"
"""What would be a character class in sudoers. `*` and `?`, which no command may hold, stand for themselves there."""


def root_commands(sources: Sequence[str]) -> tuple[str, ...]:
    """What the tools run as root for these arguments, each once; nothing for one with a blank, see `asking.py`."""
    found: dict[str, None] = {}
    for source in sources:
        name, target, *fields = [*re.sub(_SPECIAL, r"\\\g<0>", source).split("\t"), ""]
        tool = TOOLS.get(name)
        if tool and tool.as_root and " " not in source:
            options = dict(field.split("=", 1) for field in fields if "=" in field)
            found |= dict.fromkeys(tool.as_root(target, options))
    return tuple(found)
