"""The kernel's audit: whether its daemon runs, which rules are loaded, what was lost."""

# Rules and paths stay on the host:
#   installed
#   running
#   == status
#   enabled 1
#   lost 0
#   backlog 0
#   backlog_limit 8192
#   == rules
#   rules 24
#   5c1d...9a  -                 (SHA-256 of the rules, as they are listed)
#   == log
#   disk_full_action SUSPEND     (of /etc/audit/auditd.conf)

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from collectors.contract import Collector, Entry, Kind, UnreadableOutput
from collectors.contract.reading import blocks, refuse_denied, whole_number
from collectors.own_processes import OWN_PROCESSES

# auditd.conf is root's alone, and holds no secret: what is asked of it is picked on the host all the same.
PROBE = (
    OWN_PROCESSES
    + r"""
command -v auditctl >/dev/null || command -v auditd >/dev/null || { echo none; return; }
echo installed
[ -z "$(own_processes -e auditd)" ] || echo running
echo "== status"
as_root auditctl -s 2>&1
echo "== rules"
{ as_root auditctl -l 2>/dev/null || echo "== failed"; } | awk '
  /^== / { print; next }
  /^-/ { rules++; print | "sha256sum" }
  END { print "rules", rules + 0; if (rules) close("sha256sum") }'
echo "== log"
as_root cat /etc/audit/auditd.conf 2>/dev/null | tr -d ' \t' | awk -F= '
  /^== / { print }
  $1 ~ /^(max_log_file|num_logs|max_log_file_action|space_left_action|admin_space_left_action|disk_full_action)$/ {
    print $1, $2
  }'
:
"""
)


@dataclass(frozen=True, slots=True)
class AuditDaemon:
    """`running` is the daemon, `enabled` what the kernel does: 0 nothing, 1 audits, 2 audits, and rules are locked.

    `lost` are records lost since the kernel started, `newly_lost` those since the look before; None on the first one.
    `backlog` wait for the daemon, of at most `backlog_limit`. `fingerprint` is a SHA-256 of the rules; None: there are
    none. `log` are auditd.conf's settings on what happens to a full log. `first` is the fingerprint seen first, ""
    where there were no rules, None where it was never installed.
    """

    installed: bool
    running: bool = False
    enabled: int = 0
    lost: int = 0
    backlog: int = 0
    backlog_limit: int = 0
    rules: int = 0
    fingerprint: str | None = None
    log: tuple[tuple[str, str], ...] = ()
    newly_lost: int | None = None
    first: str | None = None


def parse(output: str) -> AuditDaemon:
    """Raises `UnreadableOutput`, `NoPermission`."""
    refuse_denied(output)
    if output.strip() == "none":
        return AuditDaemon(installed=False)
    parts = blocks(output, "status", "rules", "log")
    if "failed" in parts:
        raise UnreadableOutput("the kernel's audit rules", parts["status"].strip().partition("\n")[0])
    status = _status(parts["status"])
    rules = re.search(r"^rules ([0-9]{1,9})$", parts["rules"], re.MULTILINE)
    if rules is None:
        raise UnreadableOutput("how many rules there are", parts["rules"].partition("\n")[0])
    checksum = re.search(r"^([0-9a-f]{64}) +-$", parts["rules"], re.MULTILINE)
    lines = [line.split() for line in parts["log"].split("\n")]
    return AuditDaemon(
        installed=True,
        running="running" in parts[""].split("\n"),
        enabled=status["enabled"],
        lost=status["lost"],
        backlog=status["backlog"],
        backlog_limit=status["backlog_limit"],
        rules=int(rules[1]),
        fingerprint=checksum[1] if checksum else None,
        log=tuple((words[0], words[1].lower()) for words in lines if len(words) == 2),
    )


def _status(text: str) -> Mapping[str, int]:
    """Of `enabled 1`, a line each, or `AUDIT_STATUS: enabled=1 flag=1 ...` as older ones print it."""
    found = {match[1]: whole_number(match[2], text) for match in re.finditer(r"\b([a-z_]+)[ =]([0-9]{1,19})\b", text)}
    for key in ("enabled", "lost", "backlog", "backlog_limit"):
        if key not in found:
            raise UnreadableOutput(f"{key} and a number", text.strip().partition("\n")[0])
    return found


def compare(previous: AuditDaemon, current: AuditDaemon) -> AuditDaemon:
    """With the records lost since, and what rules were seen first."""
    first = previous.first
    if first is None and previous.installed:
        first = previous.fingerprint or ""
    if not (previous.installed and current.installed):
        return replace(current, first=first)
    # The kernel counts anew when it starts, and when it is told to.
    lost = current.lost - previous.lost if current.lost >= previous.lost else current.lost
    return replace(current, newly_lost=lost, first=first)


def inventory(audit: AuditDaemon) -> Iterable[Entry]:
    """The rules, where there is an audit."""
    if audit.installed:
        yield Entry(Kind.ACCESS, "audit rules", f"{audit.rules} rules, sha256 {(audit.fingerprint or '-')[:12]}")


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    every_seconds=900,
    timeout_seconds=20,
    compare=compare,
    inventory=inventory,
    keep_facts=True,
    root_commands=("auditctl -s", "auditctl -l", "cat /etc/audit/auditd.conf"),
)
