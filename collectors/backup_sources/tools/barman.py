"""Servers of Barman: the backups that its own list tells of, and its own check of the newest."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from collectors.backup_sources.asking import LIST_SECONDS, TEST_SECONDS, as_root
from collectors.backup_sources.copies import Copy, Listing
from collectors.backup_sources.told import told_by_lines
from collectors.backup_sources.tool import Form, Setting, Tool
from collectors.contract import UnreadableOutput

# Barman answers to its own user and to root, which it leaves behind at once.
_SERVER = r"""
installed barman || return 0
[ "$(id -un)" = barman ] || by=as_root
server=$1
told_why() {
  why=$(said '"_ERROR": ' 'ERROR: ' | sed -e 's/^.*"_ERROR": \["\(.*\)"\].*$/\1/' -e 's/^.*ERROR: //')
  case $why in "Unknown server "*) echo "absent $server" ;; *) failed "$why" ;; esac
}
"""

# backups {"main": [{"backup_id": "20261121T231627", "end_time_timestamp": "1795302988", "status": "DONE", ...}]}
_LISTS = (
    _SERVER
    + r"""
ask $list_seconds "$program" -f json list-backups "$server"
case $status in
  0) printf 'backups %s\n' "$(printf '%s\n' "$told" | sed -n '/^{/{p;q;}')" ;;
  77) ;;
  *) told_why ;;
esac
"""
)

# pg_verifybackup reads all of the newest backup against the list that pg_basebackup wrote; others have no such list.
_TESTS = (
    _SERVER
    + r"""
echo "tested $server"
ask $test_seconds "$program" -f json verify-backup "$server" latest
case $status,$told in
  77,*) ;;
  124,*) late "pg_verifybackup" ;;
  0,*"successfully verified"*) echo "whole pg_verifybackup" ;;
  *"could not open file"*backup_manifest*) echo "untestable the backup has no backup_manifest" ;;
  *"verify backup failure"*)
    why=$(said 'pg_verifybackup: error' | sed -e 's/.*pg_verifybackup: error: //' -e 's/\\n"\].*//' -e 's/\\//g')
    echo "damaged pg_verifybackup: $why" ;;
  *"not found"*) echo "untestable pg_verifybackup is not installed" ;;
  *) told_why ;;
esac
"""
)

_WHOLE = ("DONE", "WAITING_FOR_WALS")


class _Backup(BaseModel):
    backup_id: Annotated[str, Field(max_length=200)]
    status: str
    end_time_timestamp: Annotated[int, Field(ge=0, le=2**40)] | None = None
    size_bytes: Annotated[int, Field(ge=0, le=2**63)] | None = None
    backup_type: str = "full"


_SERVERS = TypeAdapter(dict[str, tuple[_Backup, ...]])


def parse(lines: Sequence[str]) -> Listing:
    """The backups that are whole, from the tool's JSON; one that failed, or is being made, is no copy."""
    obstructions, others = told_by_lines(lines)
    return Listing(tuple(copy for line in others for copy in _copies(line)), obstructions)


def _copies(line: str) -> Iterator[Copy]:
    word, _, text = line.partition(" ")
    if word != "backups":
        raise UnreadableOutput("backups of barman", line)
    try:
        servers = _SERVERS.validate_json(text)
    except ValidationError:
        raise UnreadableOutput("the JSON of barman list-backups", text) from None
    for backup in (backup for backups in servers.values() for backup in backups):
        if backup.status in _WHOLE and backup.end_time_timestamp is not None:
            is_full = backup.backup_type != "incremental"
            yield Copy(backup.backup_id, backup.end_time_timestamp, None, backup.size_bytes, is_full)


TOOL = Tool(
    target=Setting(Form.NAME, "a server of Barman"),
    lists=_LISTS,
    parse=parse,
    tests=_TESTS,
    as_root=lambda server, options: (
        as_root(LIST_SECONDS, "/usr/bin/barman", "-f", "json", "list-backups", server),
        as_root(TEST_SECONDS, "/usr/bin/barman", "-f", "json", "verify-backup", server, "latest"),
    ),
)
