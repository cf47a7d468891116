"""zypper: SUSE Linux Enterprise and openSUSE."""

import html
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from collectors.contract import UnreadableOutput
from collectors.contract.reading import blocks
from collectors.package_managers.answer import answered
from collectors.package_managers.stamps import Stamps, read_stamps
from collectors.package_managers.update import Advisory, Manager, Obstacle, Packages, Update

# `--no-refresh` spares what is there, but would fetch a list that is not there yet: then root is not asked at all, and
# an ordinary user, who cannot write the cache, is told without it. Only `--all` lists what is locked or would change
# its vendor. A patch's packages are told by what it is in conflict with. Addresses may bear passwords, and stay there.
#
# manager zypper
# now 1795303389
# fetched 1795303231 /var/cache/zypp/raw/lab-updates/repodata/repomd.xml
# advisories
# == all
# update kind="package" name="portal-web" edition="1.0-2.lab" arch="noarch" edition-old="1.0-1">
# source alias="lab-updates"/>
# == all ended
# 0
# == free
# ...
# == patches
# update kind="patch" name="LAB-2026:0001" edition="1" arch="noarch" status="needed" category="security" ...>
# == patches ended
# 0
# == contents
# Name        : LAB-2026:0001
# Conflicts   : portal-web < 1.0-2.lab
# == contents ended
# 0
# == locks
# name>portal-agent
# == locks ended
# 0
SHELL = r"""
zypper_says() { # COMMAND ARGUMENT...: an element on each line
  tags=$(ZYPP_READONLY_HACK=1 ZYPP_LOGFILE=/dev/null zypper --non-interactive --quiet --no-refresh --xmlout "$@")
  status=$?
  printf '%s\n' "$tags" | tr '<' '\n' |
    sed -n -e 's/ url="[^"]*"//' -e 's#[A-Za-z]*://[^ ]*#...#g' -e '/^update kind="/p' \
      -e '/^source /p' -e '/^name>/p' \
      -e '/^message type="warning">Skipping /p' -e '/^message type="error"/p'
  return $status
}
zypper_answer() { # NAME COMMAND ARGUMENT...
  asked=$1; shift
  echo "== $asked"
  zypper_says "$@" 2>/dev/null
  printf '== %s ended\n%s\n' "$asked" $?
}
ask_zypper() {
  echo "manager zypper"
  date '+now %s'
  raw=/var/cache/zypp/raw
  closed $raw && return
  stat -c 'fetched %Z %n' $raw/*/repodata/repomd.xml $raw/*/cookie $raw/*/content 2>/dev/null
  for file in $raw/*/repodata/*updateinfo*; do [ -e "$file" ] && echo advisories && break; done
  unlisted=$(
    enabled_repositories /etc/zypp/repos.d/*.repo | while read -r id; do [ -d "$raw/$id" ] || echo "unlisted $id"; done
  )
  [ -z "$unlisted" ] || { echo "$unlisted"; [ ! -O /proc/1 ] || return; }
  zypper_answer all list-updates --all
  zypper_answer free list-updates
  patches=$(zypper_answer patches list-patches)
  printf '%s\n' "$patches"
  set -f
  set -- $(printf '%s\n' "$patches" | sed -n 's/^update kind="patch" name="\([A-Za-z0-9][^"]*\)".*/\1/p')
  if [ $# -gt 0 ]; then
    echo "== contents"
    contents=$(
      ZYPP_READONLY_HACK=1 ZYPP_LOGFILE=/dev/null \
        zypper --non-interactive --quiet --no-refresh info -t patch "$@" 2>/dev/null
    )
    status=$?
    printf '%s\n' "$contents" | awk '/^[A-Z][A-Za-z ]*:/ { on = /^Conflicts/ } on || /^Name *:/'
    printf '== contents ended\n%s\n' $status
  fi
  zypper_answer locks locks
}
"""

# Of a repository whose list is not there, or cannot be read; what the others have is told.
_SOME_SKIPPED = "106"

_SKIPPED = re.compile(r"^message type=\"warning\">Skipping repository '(.+)' because of the above error", re.M)

_ATTRIBUTE = re.compile(r' ([a-z_-]{1,30})="([^"]*)"')


def read(output: str) -> Packages:
    """Facts from what was asked; `listed_at` is None where a list is missing, and nothing or nobody was asked."""
    parts = blocks(output)
    stamps = read_stamps(parts[""], "advisories")
    if stamps.unlisted and "all" not in parts:
        return Packages(stamps.now, None, None, (), Manager.ZYPPER, unlisted=stamps.unlisted)
    updates = tuple(_updates(parts, stamps))
    # By its name, where its alias was not told before.
    unlisted = stamps.unlisted or tuple(dict.fromkeys(_SKIPPED.findall(html.unescape(parts["all"]))))
    return Packages(
        stamps.now,
        stamps.fetched if updates or not unlisted else None,
        None,
        updates,
        Manager.ZYPPER,
        "advisories" in stamps.marks or any(update.advisories for update in updates),
        unlisted=unlisted,
    )


def _updates(parts: Mapping[str, str], stamps: Stamps) -> Iterator[Update]:
    skipped = stamps.unlisted or _SKIPPED.search(html.unescape(parts.get("all", "")))
    well = ("0", _SOME_SKIPPED) if skipped else ("0",)
    locks = [line.removeprefix("name>") for line in answered(parts, "locks", well).split("\n") if line[:5] == "name>"]
    free = {one["name"] for one in _elements(answered(parts, "free", well))}
    notices = _notices(parts, well)
    found = {one["name"]: one for one in _elements(answered(parts, "all", well))}
    for name, one in sorted(found.items()):
        told = notices.get(name, [])
        security = any(kind == "security" for kind, _ in told)
        obstacle = Obstacle.NONE
        if name not in free:
            held = any(fnmatchcase(name, html.unescape(lock)) for lock in locks)
            obstacle = Obstacle.HELD if held else Obstacle.KEPT_BACK
        yield Update(
            name,
            one.get("edition-old", ""),
            one["edition"],
            one.get("alias", ""),
            security,
            obstacle,
            stamps.now,
            one.get("arch", ""),
            tuple(dict.fromkeys(advisory for kind, advisory in told if (kind == "security") == security)),
        )


def _elements(text: str) -> Iterator[Mapping[str, str]]:
    """The attributes of each update, and of its source."""
    current: dict[str, str] | None = None
    for line in text.split("\n"):
        if line.startswith("update kind="):
            if current is not None:
                yield current
            current = {key: html.unescape(value) for key, value in _ATTRIBUTE.findall(line)}
            if not (current.get("name") and current.get("edition")):
                raise UnreadableOutput("an update with its name and edition", line)
        elif line.startswith("source ") and current is not None:
            current |= {key: html.unescape(value) for key, value in _ATTRIBUTE.findall(line) if key == "alias"}
        elif line.strip() and not line.startswith("message "):
            raise UnreadableOutput("an update or its source", line)
    if current is not None:
        yield current


def _notices(parts: Mapping[str, str], well: tuple[str, ...]) -> Mapping[str, list[tuple[str, Advisory]]]:
    """Category and advisory of the needed patches, by the packages that they are for."""
    patches = {one["name"]: one for one in _elements(answered(parts, "patches", well))}
    notices: dict[str, list[tuple[str, Advisory]]] = {}
    if not patches:
        return notices
    patch: Mapping[str, str] | None = None
    for line in answered(parts, "contents", well).split("\n"):
        key, _, value = line.partition(":")
        if key.rstrip() == "Name":
            patch = patches.get(value.strip())
            continue
        wanted = value if key.rstrip() == "Conflicts" else line
        words = wanted.split()
        if patch is None or len(words) != 3 or words[1] != "<":  # `[2]` counts the lines that follow
            continue
        name = re.sub(r"\.(noarch|x86_64|aarch64|s390x|ppc64le|i[3-6]86|armv7hl|riscv64|src)$", "", words[0])
        severity = patch.get("severity", "")
        told = "" if severity in ("unspecified", "none") else severity
        notices.setdefault(name, []).append((patch.get("category", ""), Advisory(patch["name"], told)))
    return notices
