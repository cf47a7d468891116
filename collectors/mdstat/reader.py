"""Reads /proc/mdstat."""

import re
from collections.abc import Sequence

from collectors.contract import UnreadableOutput
from collectors.contract.reading import decimal_number, whole_number
from collectors.mdstat.array import Activity, Array, Member, Sync, SyncWait

_MEMBER = re.compile(r"(\S+?)\[\d+\]((?:\([A-Z]\))*)", re.ASCII)
_BLOCKS = re.compile(r"\s+(\d+) blocks\b(.*)", re.ASCII)
_DISKS = re.compile(r" \[(\d+)/(\d+)\] \[[U_]+\]", re.ASCII)
_RUNNING = re.compile(
    r"(recovery|resync|reshape|check)\s*=\s*[\d.]+%\s*\((\d+)/(\d+)\)\s*finish=(\S{1,20}?)min\s*speed=(\d+)K/sec",
    re.ASCII,
)
_WAITING = re.compile(r"(recovery|resync|reshape|check)\s*=\s*(PENDING|DELAYED|REMOTE)\b")
_WITHOUT_REDUNDANCY = ("raid0", "linear")


def parse_mdstat(text: str) -> tuple[Array, ...]:
    """The arrays in the order of the file. Raises `UnreadableOutput`."""
    stanzas: list[list[str]] = []
    began = False
    for line in text.split("\n"):
        if line.startswith("Personalities"):
            began = True
        elif line[:1] in (" ", "\t") and stanzas:
            stanzas[-1].append(line)
        elif line.strip() and not line.startswith("unused devices"):
            stanzas.append([line])
    if not began:
        raise UnreadableOutput("a line Personalities", text.partition("\n")[0])
    arrays = tuple(_array(stanza) for stanza in stanzas)
    if len({array.name for array in arrays}) < len(arrays):
        raise UnreadableOutput("each array once", stanzas[-1][0])
    return arrays


def _array(lines: Sequence[str]) -> Array:
    """From `md0 : active (auto-read-only) raid1 sdb1[1] sda1[0]` and the indented lines below it."""
    name, colon, rest = lines[0].partition(" : ")
    words = rest.split()
    if not colon or not name.strip() or not words or words[0] not in list(Activity):
        raise UnreadableOutput("an array, active or inactive", lines[0])
    activity, words = Activity(words[0]), words[1:]
    read_only = words.pop(0).strip("()") if words and words[0].startswith("(") else None
    level = words.pop(0) if words and not _MEMBER.fullmatch(words[0]) else None
    members = tuple(_member(word, lines[0]) for word in words)
    blocks, kind = _blocks(lines)
    required, working = _disks(kind, activity, level, members)
    return Array(
        name=name.strip(),
        activity=activity,
        read_only=read_only,
        level=level,
        members=members,
        blocks=blocks,
        required=required,
        working=working,
        is_container=activity is Activity.INACTIVE and bool(re.search(r"super external:(?!/)", kind)),
        has_bitmap=any(line.lstrip().startswith("bitmap:") for line in lines[1:]),
        sync=_sync(lines[1:]),
        first_spares=sum(member.spare for member in members),
    )


def _member(word: str, line: str) -> Member:
    match = _MEMBER.fullmatch(word)
    if match is None:
        raise UnreadableOutput("a member such as sda1[0](F)", line)
    return Member(match[1], failed="(F)" in match[2], spare="(S)" in match[2])


def _blocks(lines: Sequence[str]) -> tuple[int, str]:
    """The size, and what is said after it."""
    for line in lines[1:]:
        if match := _BLOCKS.match(line):
            return whole_number(match[1], line), match[2]
    if len(lines) == 1 or not lines[1].strip():
        return 0, ""  # not one disk is left of it
    raise UnreadableOutput("a number of blocks", lines[1])


def _disks(kind: str, activity: Activity, level: str | None, members: Sequence[Member]) -> tuple[int, int]:
    """How many are required and how many work, as node_exporter counts them."""
    if activity is Activity.INACTIVE:
        return 0, 0
    if match := _DISKS.search(kind):
        return whole_number(match[1], kind), whole_number(match[2], kind)
    if level in _WITHOUT_REDUNDANCY:
        return len(members), sum(not member.failed for member in members)
    raise UnreadableOutput("disks such as [2/2] [UU]", kind)


def _sync(lines: Sequence[str]) -> Sync | None:
    for line in lines:
        if match := _RUNNING.search(line):
            return Sync(
                action=match[1],
                done_blocks=whole_number(match[2], line),
                total_blocks=whole_number(match[3], line),
                left_seconds=decimal_number(match[4], line) * 60,
                bytes_per_second=whole_number(match[5], line) * 1024,
            )
        if match := _WAITING.search(line):
            return Sync(action=match[1], waits=SyncWait(match[2].lower()))
    return None
