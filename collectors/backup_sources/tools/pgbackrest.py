"""Stanzas of pgBackRest: the backups that its own list tells of, and its own check of them."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from collectors.backup_sources.asking import LIST_SECONDS, TEST_SECONDS, as_root
from collectors.backup_sources.copies import Copy, Listing, Obstacle, Obstruction
from collectors.backup_sources.told import told_by_lines
from collectors.backup_sources.tool import Form, Setting, Tool
from collectors.contract import UnreadableOutput

_QUIETLY = ("--log-level-file=off", "--log-level-console=off")

# Its configuration is for its own user alone, and may hold passwords: only the tool reads it. It writes no log here.
_STANZA = rf"""
installed pgbackrest || return 0
for file in /etc/pgbackrest.conf /etc/pgbackrest/pgbackrest.conf; do
  [ ! -e "$file" ] || [ -r "$file" ] || by=as_root
done
[ -r /etc/pgbackrest ] || [ ! -e /etc/pgbackrest ] || by=as_root
pgbackrest() {{ seconds=$1; shift; ask $seconds "$program" "--stanza=$stanza" {" ".join(_QUIETLY)} "$@"; }}
stanza=$1
"""

# info [{"backup":[{...,"label":"20261121-231543F","timestamp":{"start":1795302943,"stop":1795302945},...}],...}]
_LISTS = (
    _STANZA
    + r"""
pgbackrest $list_seconds --output=json info
case $status in
  0) printf 'info %s\n' "$(printf '%s\n' "$told" | sed -n '/^\[/{p;q;}')" ;;
  77) ;;
  *) failed "$(said 'ERROR: ' | sed 's/^.*ERROR: //')" ;;
esac
"""
)

# It ends well whatever it found (2.45): its words are what counts. One that cannot show them says nothing at all.
_TESTS = (
    _STANZA
    + r"""
echo "tested $stanza"
pgbackrest $test_seconds --output=text --verbose verify
case $status,$told in
  77,*) ;;
  124,*) late "pgbackrest verify" ;;
  0,*"status: ok"*) echo "whole pgbackrest verify" ;;
  0,*"status: error"*)
    echo "damaged pgbackrest verify: $(said 'No usable' 'status: invalid' 'nvalid: [1-9]' 'status: error')" ;;
  0,*) echo "untestable pgbackrest verify tells no result" ;;
  *) failed "$(said 'ERROR: ' | sed 's/^.*ERROR: //')" ;;
esac
"""
)

_Moment = Annotated[int, Field(strict=True, ge=0, le=2**40)]


class _Span(BaseModel):
    start: _Moment
    stop: _Moment


class _Amount(BaseModel):
    size: Annotated[int, Field(strict=True, ge=0, le=2**63)]


class _Backup(BaseModel):
    label: Annotated[str, Field(max_length=200)]
    type: str
    timestamp: _Span
    info: _Amount


class _Status(BaseModel):
    code: int
    message: Annotated[str, Field(max_length=200)] = ""


class _Stanza(BaseModel):
    backup: tuple[_Backup, ...]
    status: _Status


_STANZAS = TypeAdapter(tuple[_Stanza, ...])
_WELL, _NO_STANZA, _NO_BACKUP, _NO_DATA = 0, 1, 2, 3  # codes of a stanza's status


def parse(lines: Sequence[str]) -> Listing:
    """The backups, from the tool's JSON."""
    obstructions, others = told_by_lines(lines)
    stanzas = [stanza for line in others for stanza in _stanzas(line)]
    found = (obstruction for stanza in stanzas for obstruction in _obstructed(stanza))
    copies = tuple(_copy(backup) for stanza in stanzas for backup in stanza.backup)
    return Listing(copies, (*obstructions, *found))


def _stanzas(line: str) -> tuple[_Stanza, ...]:
    word, _, text = line.partition(" ")
    if word != "info":
        raise UnreadableOutput("info of pgbackrest", line)
    try:
        return _STANZAS.validate_json(text)
    except ValidationError:
        raise UnreadableOutput("the JSON of pgbackrest info", text) from None


def _obstructed(stanza: _Stanza) -> Iterator[Obstruction]:
    if stanza.status.code in (_NO_STANZA, _NO_DATA):
        yield Obstruction(Obstacle.ABSENT, "the stanza")
    elif stanza.status.code not in (_WELL, _NO_BACKUP):
        yield Obstruction(Obstacle.FAILED, stanza.status.message or f"status {stanza.status.code}")


def _copy(backup: _Backup) -> Copy:
    span = backup.timestamp
    return Copy(backup.label, span.stop, span.start, backup.info.size, is_full=backup.type == "full")


def _as_root(stanza: str) -> Iterator[str]:
    asked = ("/usr/bin/pgbackrest", f"--stanza={stanza}", *_QUIETLY)
    yield as_root(LIST_SECONDS, *asked, "--output=json", "info")
    yield as_root(TEST_SECONDS, *asked, "--output=text", "--verbose", "verify")


TOOL = Tool(
    target=Setting(Form.NAME, "a stanza of pgBackRest"),
    lists=_LISTS,
    parse=parse,
    tests=_TESTS,
    as_root=lambda stanza, options: tuple(_as_root(stanza)),
)
