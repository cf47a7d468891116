"""Local accounts: who they are, whether and how they can log in, how old the password is, when they last did."""

# No hash leaves the host: awk prints of it whether it is there, how long, and which scheme (see account_files).
#   == group
#   sudo:27:alice,bob
#   == passwd
#   alice:0:0:1::1001:1001:/home/alice:/bin/bash
#   == shadow
#   alice:0:0:106:6:20778:0:99999:7::
#   == logins
#   source lastlog 0
#   alice 1795220000
#   alice 2026-11-21T00:13:20+00:00
#   == running
#   1001
#   == keys
#   key alice

from collections.abc import Iterator
from dataclasses import dataclass, replace

from collectors.account_files import (
    LAST_LOGINS,
    PASSWD,
    SHADOW,
    Account,
    Group,
    Password,
    accounts,
    differing,
    groups,
    login_records,
    passwords,
)
from collectors.contract import Collector, Entry, Kind, UnreadableOutput
from collectors.contract.reading import blocks, denial, pairs, whole_number
from collectors.key_files import COMMANDS, KEY_FILES

PROBE = (
    KEY_FILES
    + LAST_LOGINS
    + r"""
date '+now %s'
echo "== group"
awk -F: '{ print $1 ":" $3 ":" $4 }' /etc/group
echo "== passwd"
awk -F: '@PASSWD@' /etc/passwd
echo "== shadow"
if [ -e /etc/shadow ]; then
  as_root awk -F: '@SHADOW@' /etc/shadow 2>/dev/null || echo "== closed"
fi
echo "== logins"
last_logins
echo "== running"
stat -c %u /proc/[0-9]* 2>/dev/null | sort -un
echo "== keys"
key_files | awk '
  /^== denied/ { denied = denied $0 "\n"; next }
  /^\+/ {
    split($0, part, ":"); path = substr($0, length(part[1] part[2]) + 3)
    owner[path] = owner[path] " " substr(part[1], 2)
  }
  /^!/ { print "closed", substr($0, 2) }
  /^\// { split($0, part, ":"); file = substr($0, length(part[1] part[2]) + 3) }
  /^=/ && (file in owner) { n = split(owner[file], name, " "); for (i = 1; i <= n; i++) keys[name[i]] }
  END { for (one in keys) print "key", one; printf "%s", denied }'
""".replace("@PASSWD@", PASSWD).replace("@SHADOW@", SHADOW)
)


@dataclass(frozen=True, slots=True)
class Accounts:
    """All local accounts and groups, in the order of their files.

    `now` is the host's clock in epoch seconds. `recorded_since`: from when on logins are on record, 0 for ever, None
    where nothing keeps them. `closed` says why passwords could not be seen, empty where they could. `first` are the
    accounts seen first; None on the first look. `differed` are the names of those that were not so at some look since.
    `last` are the accounts whose passwords cannot be seen now, as they were when these last could.
    """

    now: int
    accounts: tuple[Account, ...]
    groups: tuple[Group, ...]
    recorded_since: int | None
    closed: str = ""
    first: tuple[Account, ...] | None = None
    differed: tuple[str, ...] = ()
    last: tuple[Account, ...] = ()


def parse(output: str) -> Accounts:
    """Raises `UnreadableOutput`."""
    parts = blocks(output, "group", "passwd", "shadow", "logins", "running", "keys")
    told, records = groups(parts["group"]), login_records(parts["logins"])
    secrets, closed = None if "closed" in parts else passwords(parts["shadow"]), ""
    if secrets is None:
        closed = denial(output) or "/etc/shadow cannot be read, not even by root"
    running = {whole_number(uid) for uid in parts["running"].split()}
    lines = [line.partition(" ") for line in sorted(parts["keys"].split("\n"))]
    keys = {name: word == "key" for word, _, name in lines if word}
    found = tuple(
        replace(
            account,
            last_login=records.last.get(account.name),
            running=account.uid in running,
            has_key=None if keys.get(account.name) is False else account.name in keys,
        )
        for account in accounts(parts["passwd"], told, secrets)
    )
    if not found:
        raise UnreadableOutput("an account", "")
    return Accounts(whole_number(pairs(parts[""], "now")["now"]), found, told, records.since, closed)


def compare(previous: Accounts, current: Accounts) -> Accounts:
    """Carry on what was seen first, who has differed from that and is still told of, and what was seen of passwords."""
    first = previous.accounts if previous.first is None else previous.first
    closed = {one.name for one in current.accounts if one.password is Password.UNKNOWN}
    seen = (one for one in (*previous.accounts, *previous.last) if one.password is not Password.UNKNOWN)
    last = tuple(one for one in seen if one.name in closed)
    return replace(current, first=first, differed=differing(first, current.accounts, previous.differed), last=last)


def inventory(facts: Accounts) -> Iterator[Entry]:
    """Each account with what it may, each group with its members; a password that cannot be seen has not changed."""
    known = {one.name: one.password for one in facts.last}
    for one in facts.accounts:
        password = known.get(one.name, one.password)
        login = f", password {password}" if one.has_real_shell and password is not Password.UNKNOWN else ""
        value = f"uid {one.uid}, shell {one.shell}{login}, groups {' '.join(one.groups)}"
        yield Entry(Kind.ACCOUNT, one.name, value[:200])
    for group in facts.groups:
        yield Entry(Kind.ACCOUNT, f"group {group.name}", _members(group)[:200])


def _members(group: Group) -> str:
    return f"gid {group.gid}" + (f", members {' '.join(sorted(group.members))}" if group.members else "")


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    needs_command="awk",
    every_seconds=3600,
    timeout_seconds=30,
    compare=compare,
    keep_facts=True,
    inventory=inventory,
    root_commands=(f"awk -F: {SHADOW} /etc/shadow", *COMMANDS),
)
