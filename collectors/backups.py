"""The copies that backups left: how old, how large, how many, in folders and in the repositories of backup tools."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from collectors.backup_sources import TOOLS, Source, functions, root_commands, source_of
from collectors.contract import Collector, UnreadableOutput
from collectors.contract.reading import whole_number

# Each argument is a source: a tool, what it works on, and its options, with tabs between. It is printed again before
# what the tool's function lists; the lines are the tool's own, see backup_sources/tools/. `set NAME SOURCE`, with tabs
# too, says what a source is called in config.yaml: it is printed again, so that the facts have the name.
#
# now 1763744000 +0100
# == files	/var/backups/db/*.gz
# 81a0 1763690402 48210993 1763690398 /var/backups/db/portal-2026-11-20.sql.gz
# count 1
# == restic	/srv/restic/home	password_file=/root/.restic-pass
# ...
PROBE = (
    functions("list_copies", {name: tool.lists for name, tool in TOOLS.items()})
    + r"""
clock=$(date +%s); date '+now %s %z'
left=0
for source in "$@"; do case $source in "set$tab"*) ;; *) left=$((left + 1)) ;; esac; done
# One that does not answer takes its share of the time, and leaves theirs to the others.
for source in "$@"; do
  printf '== %s\n' "$source"
  case $source in "set$tab"*) continue ;; esac
  budget=$(((clock + 50 - $(date +%s)) / left)); left=$((left - 1))
  list_copies "$source"
done
:
"""
)

_NOW = re.compile(r"now ([0-9]+) ([+-])([0-9]{2})([0-9]{2})")
_DENIED = "== denied "
_SET = "set\t"


@dataclass(frozen=True, slots=True)
class Backups:
    """All sources that were asked about. `now` is the host's clock, in epoch seconds, `utc_offset` seconds ahead."""

    now: int
    utc_offset: int
    sources: tuple[Source, ...]


def parse(output: str) -> Backups:
    """Facts from the probe's blocks, one for each source."""
    head, *lines = output.strip("\n").split("\n")
    match = _NOW.fullmatch(head)
    if match is None:
        raise UnreadableOutput("the host's time", head)
    ahead = whole_number(match[3]) * 3600 + whole_number(match[4]) * 60
    offset = -ahead if match[2] == "-" else ahead
    blocks: dict[str, list[str]] = {}
    asked = ""
    for line in lines:
        if line.startswith("== ") and not line.startswith(_DENIED):
            asked = line.removeprefix("== ")
            blocks.setdefault(asked, [])
        elif asked:
            blocks[asked].append(line)
    names: dict[str, list[str]] = {}
    for told in [asked for asked in blocks if asked.startswith(_SET)]:
        del blocks[told]
        name, _, asked = told.removeprefix(_SET).partition("\t")
        names.setdefault(asked, []).append(name)
    sources = tuple(_source(asked, block, names.get(asked, ())) for asked, block in blocks.items())
    return Backups(whole_number(match[1], head), offset, sources)


def _source(asked: str, lines: list[str], names: Iterable[str]) -> Source:
    tool = TOOLS.get(asked.partition("\t")[0])
    if tool is None:
        raise UnreadableOutput("a tool that is known", asked)
    return source_of(asked, tool.parse(lines), names)


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    every_seconds=900,
    root_commands_for=root_commands,
    keep_facts=True,
    timeout_seconds=150,  # a pattern may lead onto a dead network mount, repositories onto another machine
)
