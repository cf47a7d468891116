"""What a tool that makes backups declares of itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from collectors.backup_sources.copies import Listing


class Form(StrEnum):
    """How the value of a setting may look. None holds a control character, or begins with `-`."""

    PATTERN = "pattern"  # an absolute path with * ? [ ], not ending in /
    PATH = "path"  # an absolute path
    LOCATION = "location"  # what the tool itself takes for a repository: a path, or user@host:/path, s3:...
    NAME = "name"  # a word of the tool's own: a stanza, a server, a tag


@dataclass(frozen=True, slots=True)
class Setting:
    """A key of a backup set in config.yaml that this tool understands."""

    form: Form
    description: str


@dataclass(frozen=True, slots=True, eq=False)
class Tool:
    """A tool whose copies can be listed. The file's name is its name, and the key of config.yaml that names its target.

    target     what that key says
    options    further keys, by name, each optional. Two tools may share one, if it means the same
    lists      body of a POSIX sh function that lists the copies. It runs in a subshell of its own. `$1` is the target,
               then `NAME=VALUE` for each option that is set; `option NAME "$@"` prints one. It may use `as_root`, and
               tells what it cannot see by a line `absent WHAT`, `closed WHAT` or `failed WORDS` (`failed "$words"` is a
               function that prints the first line of its argument). `ask` of `asking.py` keeps to `$budget`, which is
               how many seconds it may take. No line begins with `== ` but what `as_root` prints
    parse      pure; the lines that `lists` printed, without their end -> the copies. `told_by_lines` reads off the
               lines about what cannot be seen, and leaves the others. Raises `UnreadableOutput`, nothing else
    tests      body of a POSIX sh function that tests whether the newest copy is whole, by the tool's own check, with
               the same arguments; None: there is no such check. `$budget` is how many seconds it may take, at most.
               It prints `tested NAME`, the copy it looked at, `newer NAME` if that is not the newest, since that one is
               still being written, and ends with one of `whole HOW`, `damaged HOW: WORDS`,
               `late HOW` (not finished in time) or `untestable WHY`; or tells what it cannot see, as `lists` does.
               `within COMMAND ARGUMENT...` runs a command for no longer than what is left of the budget, at the lowest
               priority, and returns 124 when it took longer
    as_root    pure; (target, options) -> what both run through `as_root`, as `Collector.root_commands` has it
    """

    target: Setting
    lists: str
    parse: Callable[[Sequence[str]], Listing]
    options: Mapping[str, Setting] = field(default_factory=dict)
    tests: str | None = None
    as_root: Callable[[str, Mapping[str, str]], Sequence[str]] | None = None
