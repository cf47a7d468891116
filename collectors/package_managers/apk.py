"""apk: Alpine."""

import re

from collectors.contract import UnreadableOutput
from collectors.contract.reading import blocks
from collectors.package_managers.answer import answered
from collectors.package_managers.stamps import read_stamps
from collectors.package_managers.update import Manager, Obstacle, Packages, Update

# A name in apk's world with a version behind it is pinned: an upgrade leaves it where that says. Which updates are for
# security stands in no index.
#
# manager apk
# now 1795303389
# fetched 1795303231 /var/cache/apk/APKINDEX.b53994b4.tar.gz
# == upgradable
# libcurl-7.78.0-r0 x86_64 {curl} (MIT) [upgradable from: libcurl-7.77.0-r1]
# == upgradable ended
# 0
# == pinned
# libcurl=7.77.0-r1
SHELL = r"""
ask_apk() {
  echo "manager apk"
  date '+now %s'
  stat -c 'fetched %Z %n' /etc/apk/cache/APKINDEX*.tar.gz /var/cache/apk/APKINDEX*.tar.gz 2>/dev/null
  answer upgradable apk --no-network list --upgradable
  echo "== pinned"
  grep '[=<>~]' /etc/apk/world 2>/dev/null
  :
}
"""

_LISTED = re.compile(
    r"(\S+)-([0-9][^\s-]*-r[0-9]+) (\S+) \{[^}]*\} \(.*\) \[upgradable from: (\S+)-([0-9][^\s-]*-r[0-9]+)\]"
)


def read(output: str) -> Packages:
    """Facts from the index that is there."""
    parts = blocks(output, "upgradable", "pinned")
    stamps = read_stamps(parts[""])
    pinned = {re.split("[=<>~@]", line.strip(), maxsplit=1)[0] for line in parts["pinned"].split("\n") if line.strip()}
    found = {}
    for line in answered(parts, "upgradable").split("\n"):
        if not line.strip() or line.startswith(("WARNING: ", "fetch ")):
            continue
        match = _LISTED.fullmatch(line.strip())
        if match is None:
            raise UnreadableOutput("name-version architecture {source} (licence) [upgradable from: ...]", line)
        name, available, architecture, _, installed = match.groups()
        obstacle = Obstacle.HELD if name in pinned else Obstacle.NONE
        found[name] = Update(name, installed, available, "", False, obstacle, stamps.now, architecture)
    updates = tuple(found[name] for name in sorted(found))
    return Packages(stamps.now, stamps.fetched, None, updates, Manager.APK, security_told=False)
