"""Quotas of users, groups and projects, on file systems that are mounted with them. Only root is told.

now 1795294017
== mounts
/dev/vdb /home ext4 rw,relatime,quota,usrquota,grpquota 0 0
== report
*** Report for user quotas on device /dev/vdb
Block grace time: 7days; Inode grace time: 7days
                        Block limits                File limits
User            used    soft    hard  grace    used  soft  hard  grace
----------------------------------------------------------------------
alice     +-    5000    4000   10000 1795898817       1    10    20      0
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from collectors.contract import Collector, NotApplicable, UnreadableOutput
from collectors.contract.reading import blocks, refuse_denied, whole_number
from collectors.mount_table import plain_name

# The kernel shows these options only while quotas are kept. -p: the end of the grace as a time; -i: no automounter.
PROBE = r"""
mounts=$(grep -E ' [^ ]*[ ,](usrquota|grpquota|prjquota|usrjquota=|grpjquota=|uqnoenforce|gqnoenforce|pqnoenforce)' \
  /proc/self/mounts) || { echo "no quotas"; return 0; }
date '+now %s'
echo "== mounts"; printf '%s\n' "$mounts"
command -v repquota >/dev/null || { echo "== missing"; return 0; }
echo "== report"
as_root repquota -augip 2>/dev/null
case $mounts in *prjquota*) as_root repquota -aPip 2>/dev/null ;; esac
:
"""

_HEAD = re.compile(r"\*\*\* Report for (user|group|project) quotas on device (.+)")
_BLOCK = 1024


@dataclass(frozen=True, slots=True)
class Limit:
    """Of space in bytes, or of files. 0 is no limit. `grace_ends_at` is when the soft one becomes hard, 0: never."""

    used: int
    soft: int
    hard: int
    grace_ends_at: int


@dataclass(frozen=True, slots=True)
class Quota:
    """Of one user, group or project (`kind`) that has limits, on one file system."""

    mount: str
    kind: str
    name: str
    space: Limit
    files: Limit


@dataclass(frozen=True, slots=True)
class Quotas:
    """All that have limits; `mounts` are the file systems with quotas, `now` is the host's clock."""

    now: int
    mounts: tuple[str, ...]
    quotas: tuple[Quota, ...]


def parse(output: str) -> Quotas:
    """Raises `NotApplicable` (no quotas, no repquota), `NoPermission`, `UnreadableOutput`."""
    if output.strip() == "no quotas":
        raise NotApplicable("no file system is mounted with quotas")
    refuse_denied(output)
    parts = blocks(output, "mounts")
    if "missing" in parts:
        raise NotApplicable("quotas are kept here, but there is no repquota to tell of them: install the package quota")
    word, _, now = parts[""].strip().partition(" ")
    if word != "now" or "report" not in parts:
        raise UnreadableOutput("the host's time and the report", output.partition("\n")[0])
    mounts: dict[str, str] = {}
    for line in parts["mounts"].split("\n"):
        fields = line.split(" ")
        if len(fields) == 6:
            mounts.setdefault(plain_name(fields[0]), plain_name(fields[1]))
    found = {(quota.mount, quota.kind, quota.name): quota for quota in _report(parts["report"], mounts)}
    return Quotas(whole_number(now), tuple(dict.fromkeys(mounts.values())), tuple(found.values()))


def _report(report: str, mounts: Mapping[str, str]) -> Iterator[Quota]:
    kind = mount = ""
    rows = False
    for line in report.split("\n"):
        if match := _HEAD.fullmatch(line):
            kind, mount, rows = match[1], mounts.get(match[2], match[2]), False
        elif line.startswith("-----"):
            rows = True
        elif rows and line.strip():
            quota = _quota(line, kind, mount)
            if quota.space.soft or quota.space.hard or quota.files.soft or quota.files.hard:
                yield quota
        elif not kind and line.strip():
            raise UnreadableOutput("a report of repquota", line)
    if not kind:
        raise UnreadableOutput("a report of repquota", report.partition("\n")[0])


def _quota(line: str, kind: str, mount: str) -> Quota:
    words = line.rsplit(None, 9)
    if len(words) != 10 or not re.fullmatch(r"[-+]{2}", words[1]):
        raise UnreadableOutput("a name, two signs and eight numbers", line)
    n = [whole_number(word, line) for word in words[2:]]
    space = Limit(n[0] * _BLOCK, n[1] * _BLOCK, n[2] * _BLOCK, n[3])
    return Quota(mount, kind, words[0].strip(), space, Limit(n[4], n[5], n[6], n[7]))


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    needs_command="grep",
    every_seconds=1800,
    timeout_seconds=60,
    root_commands=("repquota -augip", "repquota -aPip"),
)
