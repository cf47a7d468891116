"""Updates that wait to be installed, told by the package manager from the lists it has; nothing is refreshed or locked.

Read are apt, dnf, dnf5, yum, zypper and apk. dnf logs and locks in a folder of its own in /var/tmp, which is removed
again; yum notes in its log that it was asked, as always.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from collectors.contract import Collector, NotApplicable
from collectors.package_managers import (
    Advisory,
    Manager,
    Obstacle,
    Packages,
    Update,
    apk,
    apt,
    as_textfile_scripts,
    repositories,
    rpm,
    zypper,
)

__all__ = ["COLLECTOR", "Advisory", "Manager", "Obstacle", "Packages", "Update", "compare", "parse"]

# Which package manager the system is made with: Debian may have dnf or zypper at hand, and Fedora apt or zypper.
# What each of them prints stands with its parser in `package_managers`.
_CHOICE = r"""
suse=
if [ -r /etc/os-release ]; then
  while read -r line; do case $line in ID*=*suse*) suse=zypper ;; esac; done </etc/os-release
fi
chosen=none
for manager in apt-get $suse dnf5 dnf yum zypper apk pacman opkg; do
  command -v "$manager" >/dev/null || continue
  [ "$manager" != apt-get ] || [ -s /var/lib/dpkg/status ] || continue
  chosen=$manager; break
done
case $chosen in
  apt-get) ask_apt ;;
  dnf5 | dnf | yum) ask_dnf "$chosen" ;;
  zypper) ask_zypper ;;
  apk) ask_apk ;;
  *) echo "manager $chosen" ;;
esac
:
"""

PROBE = "".join((repositories.SHELL, apt.SHELL, rpm.SHELL, zypper.SHELL, apk.SHELL, _CHOICE))


def parse(output: str) -> Packages:
    """Facts of whichever package manager was asked. Raises `NotApplicable` where none of those it knows is there."""
    match = re.match(r"manager (\w+)[ \t]*(?:\n|$)", output.lstrip())
    if match is None:
        return apt.read(output)
    name, answer = match[1], output.lstrip()[match.end() :]
    match name:
        case "dnf" | "dnf5" | "yum":
            return rpm.read(Manager(name), answer)
        case "zypper":
            return zypper.read(answer)
        case "apk":
            return apk.read(answer)
        case "none":
            raise NotApplicable("no package manager on this host")
        case _:
            raise NotApplicable(f"the updates of {name} are not read, only those of {', '.join(Manager)}")


def compare(previous: Packages, current: Packages) -> Packages:
    """With `first_seen` from before, for what waited then; an update that became a security one counts from now.

    Without a package list what waited before is kept as it was, so that its time goes on when there is a list again.
    """
    if current.listed_at is None:
        return replace(current, updates=previous.updates)
    before: Mapping[str, Update] = {update.package: update for update in previous.updates}

    def carried(update: Update) -> Update:
        old = before.get(update.package)
        if old is None or (update.security and not old.security):
            return update
        return replace(update, first_seen=min(old.first_seen, update.first_seen))

    return replace(current, updates=tuple(map(carried, current.updates)))


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    every_seconds=3600,
    timeout_seconds=120,
    compare=compare,
    keep_facts=True,
    samples=as_textfile_scripts,
)
