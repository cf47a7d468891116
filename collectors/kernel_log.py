"""Errors that the kernel tells of: of disks, file systems, memory, processors, and processes that it killed."""

# From the journal, newest first, or where the kernel's log is not in it from dmesg, oldest first:
#   now 1795291440 +0000
#   boot 1d4f6ae4-45d9-4c2e-8c3a-0c7c6a8a5a3c 86423.51
#   == journal
#   1795291400.497119 web-01 kernel: blk_update_request: I/O error, dev sdb, sector 1953525160
#   == dmesg
#   <3>[86383.001122] EXT4-fs error (device sdb1): ext4_find_entry:1455: inode #2: comm ls: reading directory lblock 0

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from collectors.contract import Collector, NotApplicable, UnreadableOutput
from collectors.contract.reading import blocks, decimal_number, refuse_denied
from collectors.kernel_families import GREP, Family, family_of, subject_of
from collectors.log_lines import host_clock, lines_of, shown

# Not -k, which leaves out the boot before: a crash is told of there. journald has no kernel log where there is no
# /dev/kmsg, as in containers; dmesg may show that of their host.
PROBE = rf"""
stamp=$(date '+%s %z'); now=${{stamp% *}}; echo "now $stamp"
boot=; read -r boot </proc/sys/kernel/random/boot_id; read -r up idle </proc/uptime; echo "boot ${{boot:-none}} $up"
if {{ [ -d /var/log/journal ] || [ -d /run/log/journal ]; }} && [ -S /run/systemd/journal/socket ] && [ -e /dev/kmsg ]
then
  echo "== journal"
  journalctl -r _TRANSPORT=kernel -S "@$((now - 86400))" -o short-unix --no-pager 2>&1 |
    grep -E '^[^0-9]|{GREP}' | grep -v '^ ' | head -n 500 | cut -c 1-400 | without_secrets
else
  command -v dmesg >/dev/null || {{ echo "== none"; return; }}
  echo "== dmesg"
  if dmesg -r >/dev/null 2>&1; then dmesg -r; else as_root dmesg -r 2>/dev/null || echo "== closed"; fi |
    grep -E '^== |{GREP}' | tail -n 500 | cut -c 1-400 | without_secrets
fi
:
"""

REMEMBERED = 50
"""How many messages of a family are carried from look to look."""
CARRIED_SECONDS = 7 * 86400.0
"""For how long, so that a check may show them for up to this."""

# <3>[86383.001122] text; two more digits with PRINTK_CALLER: [86383.001122][ T211]
_DMESG = re.compile(r"(?:<[0-9]{1,4}>)?\[ *([0-9]{1,10}\.[0-9]{1,6})\](?:\[ *[TC][0-9]+\])? ?(.*)")


@dataclass(frozen=True, slots=True)
class KernelEvent:
    """One message of a family. `at` is the host's clock in epoch seconds; `mark` tells it from all others.

    `subject` is the device, process or server it is about, "" where it does not say.
    """

    family: Family
    at: float
    mark: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class KernelLog:
    """The messages of all families, the latest first, at most 50 of each; `now` is the host's clock, epoch seconds."""

    now: float
    source: str
    events: tuple[KernelEvent, ...]


def parse(output: str) -> KernelLog:
    """Raises `UnreadableOutput`, `NotApplicable` (no kernel log here), `NoPermission` (closed to the login)."""
    refuse_denied(output)
    parts = blocks(output)
    if "none" in parts or "closed" in parts:
        raise NotApplicable("the kernel's log cannot be seen from here, as in a container, or there is no dmesg")
    clock, _, boot = parts[""].strip().partition("\nboot ")
    now, offset = host_clock(clock)
    boot_id, _, uptime = boot.partition(" ")
    up = decimal_number(uptime.strip(), boot)
    if "journal" in parts:
        events = _from_journal(parts["journal"], (now, offset))
    elif "dmesg" in parts:
        events = _from_dmesg(parts["dmesg"], boot_id, now - up)
    else:
        raise UnreadableOutput("the journal, or dmesg", output.partition("\n")[0])
    return KernelLog(now, "journal" if "journal" in parts else "dmesg", _bounded(events, now))


def _from_journal(text: str, clock: tuple[float, int]) -> Iterator[KernelEvent]:
    for line in lines_of("journal", text, clock):
        if family := family_of(line.message):
            yield _event(family, line.at, f"{line.at:.6f}", line.message)


def _from_dmesg(text: str, boot_id: str, booted_at: float) -> Iterator[KernelEvent]:
    for line in text.split("\n"):
        match = _DMESG.fullmatch(line)
        family = family_of(match[2]) if match else None
        if match and family:
            yield _event(family, booted_at + float(match[1]), f"{boot_id}/{match[1]}", match[2])


def _event(family: Family, at: float, mark: str, message: str) -> KernelEvent:
    # The journal keeps the kernel's own time within some messages: [ 1234.5] text
    text = shown(re.sub(r"^\[ *[0-9]+\.[0-9]+\] ", "", message), 120)
    return KernelEvent(family, round(at, 6), mark, shown(subject_of(text), 60), text)


def _bounded(events: Iterator[KernelEvent], now: float) -> tuple[KernelEvent, ...]:
    """Each once, the latest first, so many of each family as are carried."""
    kept: dict[Family, int] = {}
    found: dict[tuple[str, str], KernelEvent] = {}
    for event in sorted(events, key=lambda event: -event.at):
        if now - event.at < CARRIED_SECONDS and (event.mark, event.text) not in found:
            kept[event.family] = kept.get(event.family, 0) + 1
            if kept[event.family] <= REMEMBERED:
                found[event.mark, event.text] = event
    return tuple(found.values())


def compare(previous: KernelLog, current: KernelLog) -> KernelLog:
    """With what was seen before: a restart, or a flood of other messages, empties the kernel's own memory."""
    before = previous.events if previous.source == current.source else ()
    return replace(current, events=_bounded(iter((*current.events, *before)), current.now))


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    every_seconds=300,
    timeout_seconds=20,
    compare=compare,
    keep_facts=True,
    root_commands=("dmesg -r",),
)
