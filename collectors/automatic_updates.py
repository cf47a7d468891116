"""What installs updates by itself, how far it goes, and how it fared when it last ran."""

# now 1763744000 +0100
# manager apt-get
# program unattended-upgrade
# stamp 1763700000 /var/lib/apt/periodic/upgrade-stamp
# == apt                                             (of apt-config dump only these)
# APT::Periodic::Unattended-Upgrade "1";
# Unattended-Upgrade::Origins-Pattern:: "origin=Debian,codename=${distro_codename}-security,label=Debian-Security";
# == log                                             (the errors of the last run, and its end, by the host's local time)
# error 2025-11-21 06:31:02,311 Installing the upgrades failed!
# last 2025-11-21 06:31:02,312
# == settings                                        (of dnf-automatic, yum-cron, os-update ...)
# /etc/dnf/automatic.conf apply_updates = yes
# == units                                           (as systemctl show tells of them, one after the other)
# Id=apt-daily-upgrade.timer, ActiveState=active, LastTriggerUSec=Fri 2025-11-21 06:30:12 UTC, each in a line ...
# == cron                                            (scripts there that upgrade)
# /etc/periodic/daily/apk-upgrade

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from collectors.contract import Collector, Entry, Kind, NotApplicable, UnreadableOutput
from collectors.contract.reading import blocks, refuse_denied, whole_number
from collectors.unit_properties import units
from collectors.update_mechanisms import Mechanism, Seen, by_apt, by_cron, by_units

# Settings may hold a password of a proxy or a mail account: only what is meant leaves the host. apt passes over files
# that it may not read, without a word.
PROBE = r"""
date '+now %s %z'
for name in apt-get dnf yum zypper apk pacman; do ! command -v "$name" >/dev/null || echo "manager $name"; done
! command -v unattended-upgrade >/dev/null || echo "program unattended-upgrade"
stat -c 'stamp %Y %n' /var/lib/apt/periodic/*-stamp 2>/dev/null
for file in /etc/cron.daily/apt-compat /etc/cron.daily/apt; do [ ! -x "$file" ] || echo "daily $file"; done
echo "== apt"
if command -v apt-config >/dev/null; then
  set -- APT::Periodic Unattended-Upgrade::Origins-Pattern Unattended-Upgrade::Allowed-Origins; closed=
  for file in /etc/apt/apt.conf /etc/apt/apt.conf.d/*; do [ ! -e "$file" ] || [ -r "$file" ] || closed=$file; done
  if [ -z "$closed" ]; then apt-config dump "$@"; else as_root apt-config dump "$@"; fi 2>/dev/null
  set --
fi
echo "== log"
log=/var/log/unattended-upgrades/unattended-upgrades.log
if [ -d "${log%/*}" ]; then
  if [ -r "$log" ]; then tail -n 200 "$log"; else as_root tail -n 200 "$log" 2>/dev/null; fi | cut -c 1-250 | awk '
    /^== denied / { print; next }
    /Starting unattended upgrades script/ { errors = "" }
    /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9:]+,[0-9]+ [A-Z]+ / {
      last = $1 " " $2
      if ($3 == "ERROR" || $3 == "CRITICAL") {
        text = $0; sub(/^[^ ]+ [^ ]+ [A-Z]+ /, "", text); errors = "error " last " " text "\n"
      }
    }
    END { printf "%s", errors; if (last != "") print "last " last }'
fi
echo "== settings"
for file in /usr/share/dnf5/dnf5-plugins/automatic.conf /etc/dnf/dnf5-plugins/automatic.conf /etc/dnf/automatic.conf \
  /etc/yum/yum-cron.conf /usr/etc/os-update.conf /etc/os-update.conf /etc/sysconfig/automatic_online_update; do
  [ ! -r "$file" ] || set -- "$@" "$file"
done
[ $# = 0 ] || awk '
  /^[ \t]*(upgrade_type|(download|apply)_updates|update_cmd|UPDATE_CMD|AOU_[A-Z_]+)[ \t]*=/ { print FILENAME, $0 }' "$@"
echo "== units"
if [ -d /run/systemd/system ]; then
  set -- dnf-automatic dnf-automatic-notifyonly dnf-automatic-download dnf-automatic-install dnf5-automatic \
    os-update transactional-update
  for name in "$@"; do shift; set -- "$@" "$name.timer" "$name.service"; done
  TZ=UTC systemctl show --no-pager -p Id,LoadState,UnitFileState,ActiveState,Result,ExecMainStatus \
    -p ExecMainExitTimestamp,LastTriggerUSec -- apt-daily.timer apt-daily-upgrade.timer yum-cron.service "$@" 2>&1
fi
echo "== cron"
grep -lsE '^[^#]*(apt-get|apt|dnf|yum|zypper|apk)( -[^ ]+)* (update -y|upgrade|full-upgrade|dist-upgrade|patch|dup)' \
  /etc/cron.d/* /etc/cron.daily/* /etc/cron.weekly/* /etc/cron.monthly/* /etc/periodic/*/* 2>/dev/null
:
"""


@dataclass(frozen=True, slots=True)
class AutomaticUpdates:
    """All mechanisms that are on this host, switched on or off; `now` is the host's clock in epoch seconds."""

    now: int
    mechanisms: tuple[Mechanism, ...]


def parse(output: str) -> AutomaticUpdates:
    """Raises `UnreadableOutput`, `NotApplicable`, `NoPermission` where apt's settings are closed to the login."""
    text, _, cron = output.partition("\n== cron\n")
    before, _, after = text.partition("\n== log\n")
    refuse_denied(before)  # a file of settings is closed to the login, and may turn all of them round
    # Where the log is closed, what is known of the last run is only when it was.
    after = re.sub(r"^== denied [^\n]*\n?", "", after)
    parts = blocks(f"{before}\n== log\n{after}", "apt", "log", "settings", "units")
    words = [line.split(" ", 2) for line in parts[""].split("\n") if line]
    now = next((word for word in words if word[0] == "now"), [])
    if len(now) != 3 or not re.fullmatch(r"[+-][0-9]{4}", now[2], re.ASCII):
        raise UnreadableOutput("now, with the offset from UTC", parts[""].partition("\n")[0])
    if not any(word[0] == "manager" for word in words):
        raise NotApplicable("no package manager that could update by itself")
    found = {unit.text("Id"): unit for unit in units(parts["units"])}
    seen = Seen(
        offset_seconds=(1 if now[2][0] == "+" else -1) * (int(now[2][1:3]) * 3600 + int(now[2][3:]) * 60),
        programs=frozenset(word[1] for word in words if word[0] == "program" and len(word) > 1),
        daily=any(word[0] == "daily" for word in words),
        stamps={
            word[2].rpartition("/")[2]: whole_number(word[1]) for word in words if word[0] == "stamp" and len(word) == 3
        },
        log=parts["log"],
        settings=parts["settings"],
        units=found,
    )
    at = whole_number(now[1])
    mechanisms = (*by_apt(parts["apt"], seen), *by_units(seen), *by_cron(cron))
    return AutomaticUpdates(at, tuple(replace(one, on_since=float(at) if one.started else None) for one in mechanisms))


def inventory(facts: AutomaticUpdates) -> Iterator[Entry]:
    """Each mechanism with how far it goes."""
    for mechanism in facts.mechanisms:
        yield Entry(Kind.SYSTEM, f"automatic updates by {mechanism.name}"[:200], mechanism.reach_now.value)


def compare(previous: AutomaticUpdates, current: AutomaticUpdates) -> AutomaticUpdates:
    """Carry on since when each mechanism is seen switched on."""
    since = {mechanism.name: mechanism.on_since for mechanism in previous.mechanisms}
    return replace(current, mechanisms=tuple(_carried(one, since.get(one.name)) for one in current.mechanisms))


def _carried(mechanism: Mechanism, since: float | None) -> Mechanism:
    return mechanism if since is None or mechanism.on_since is None else replace(mechanism, on_since=since)


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    every_seconds=3600,
    timeout_seconds=20,
    compare=compare,
    keep_facts=True,
    inventory=inventory,
    root_commands=(
        "apt-config dump APT::Periodic Unattended-Upgrade::Origins-Pattern Unattended-Upgrade::Allowed-Origins",
        "tail -n 200 /var/log/unattended-upgrades/unattended-upgrades.log",
    ),
)
