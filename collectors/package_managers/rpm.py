"""dnf, dnf5 and yum: Red Hat, its rebuilds, Fedora, and CentOS 7."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from collectors.contract import UnreadableOutput
from collectors.contract.reading import blocks
from collectors.package_managers.answer import answered
from collectors.package_managers.stamps import read_stamps
from collectors.package_managers.update import Advisory, Manager, Obstacle, Packages, Update

# Asked twice: with all that the administrator locks or excludes, and without; what only the first tells is held. dnf5
# knows no way around its version locks: there the advisories tell what they hold back. From the system's cache alone
# (-C), which an ordinary user may read, and without the plugins that would renew subscriptions on the way.
#
# How old the lists are: a refresh that finds nothing new renews the times of some of these files.
#
# What they log and lock goes into a folder that is removed again, with the name that dnf gives to one of its own. dnf5
# as an ordinary user copies root's lists once, and with -C never again: there it finds links to these.
#
# EPEL's advisories are for its own packages only: beside CentOS, which has none, they say nothing of all the others.
#
# manager dnf
# now 1795303389
# fetched 1795303231 /var/cache/dnf/lab-updates-8bb48da9a721f591/repodata/repomd.xml
# advisories
# == all
#
# portal-agent.noarch                    2.0-1                         lab-updates
# portal-web.noarch                      1.0-2.lab                     lab-updates
# == all ended
# 100
# == free
#
# portal-web.noarch                      1.0-2.lab                     lab-updates
# == free ended
# 100
# == advisories
# LAB-2026:0003 Critical/Sec.  portal-agent-2.0-1.noarch
# LAB-2026:0001 Important/Sec. portal-web-1.0-2.lab.noarch
# == advisories ended
# 0
# == installed
# portal-agent.noarch 1.0-1
# portal-web.noarch 1.0-1
SHELL = r"""
# ask_dnf dnf5|dnf|yum
ask_dnf() {
  case $(readlink -f "$(command -v "$1")") in */dnf5) set -- dnf5 ;; */dnf-3) set -- dnf ;; esac
  echo "manager $1"
  date '+now %s'
  case $1 in
    dnf5) lists=/var/cache/libdnf5 deep= ;;
    dnf) lists=/var/cache/dnf deep= ;;
    yum) lists=/var/cache/yum deep='*/*/' ;;
  esac
  closed "$lists" && return
  stat -c 'fetched %Z %n' $lists/$deep*/repomd.xml $lists/$deep*/cachecookie $lists/$deep*/repodata/repomd.xml \
    $lists/$deep*/repodata/*primary* 2>/dev/null
  for file in $lists/$deep*/*updateinfo* $lists/$deep*/repodata/*updateinfo*; do
    case $file in */epel*) continue ;; esac
    [ -e "$file" ] && echo advisories && break
  done
  enabled_repositories /etc/yum.conf /etc/dnf/dnf.conf /etc/yum.repos.d/*.repo /etc/dnf/repos.override.d/*.repo |
    while read -r id; do
      case $id in *'$'*) continue ;; esac
      for file in $lists/$deep"$id"/repomd.xml $lists/"$id"-*/repodata/repomd.xml none; do
        [ -e "$file" ] && break
      done
      [ "$file" != none ] || echo "unlisted $id"
    done
  own=
  [ "$1" = yum ] || own=$(mktemp -d "/var/tmp/dnf-$(id -un 2>/dev/null || id -u)-XXXXXXXX" 2>/dev/null)
  [ -z "$own" ] || set -- "$1" --setopt=logdir="$own"
  if [ "$1" = dnf5 ] && [ -n "$own" ] && [ ! -w "$lists" ]; then
    mkdir "$own/lists"
    cp -rs "$lists"/*/ "$own/lists" 2>/dev/null
    set -- "$@" --setopt=cachedir="$own/lists"
  fi
  found=$(
    case $1 in
      dnf5)
        answer all "$@" -C -q --setopt='disable_excludes=*' check-upgrade
        answer free "$@" -C -q check-upgrade
        answer advisories "$@" -C -q advisory list
        echo "== locked"
        sed -n 's/^ *name *= *["'\'']\([^"'\'']*\)["'\''].*/\1/p' /etc/dnf/versionlock.toml 2>/dev/null ;;
      *)
        answer all "$@" -C -q --noplugins --disableexcludes=all check-update
        answer free "$@" -C -q --disableplugin=subscription-manager,product-id,fastestmirror check-update
        answer advisories "$@" -C -q --noplugins --disableexcludes=all updateinfo list ;;
    esac
  )
  [ -z "$own" ] || rm -rf "$own"
  printf '%s\n' "$found"
  set -f
  set -- $(printf '%s\n' "$found" | awk '
    /^== / { locked = $2 == "locked"; next }
    (locked || /^[A-Za-z0-9][^ ]*\.[A-Za-z0-9_]+( |$)/) && !seen[$1]++ { print $1 }
  ')
  echo "== installed"
  [ $# = 0 ] || rpm -q --qf '%{NAME}.%{ARCH} %|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\n' "$@" 2>/dev/null
  :
}
"""

_KINDS = ("security", "bugfix", "enhancement", "newpackage", "unknown", "unspecified")
_NEVRA = re.compile(r"([^\s-][^\s]*)-((?:[0-9]+:)?[^\s:-]+-[^\s:-]+)\.([A-Za-z0-9_]+)")
# Printed beside the list by dnf 4, where a newer kernel is installed than the one that runs.
_ASIDE = ("Security: ", "Last metadata expiration check", "Loaded plugins:", "Updating Subscription Management")


class _Offer(NamedTuple):
    """A newer version of `name.architecture`, and the repository that has it."""

    package: str
    version: str
    origin: str


class _Notice(NamedTuple):
    """An advisory for one package; `package` is `name.architecture`."""

    package: str
    version: str
    advisory: Advisory
    security: bool


def read(manager: Manager, output: str) -> Packages:
    """Facts from what was asked."""
    parts = blocks(output)
    stamps = read_stamps(parts[""], "advisories")
    free = {offer.package: offer for offer in _offers(answered(parts, "free", ("0", "100")))}
    # Some repositories come from a plugin, as those of Spacewalk do: only `free` has them.
    offers = free | {offer.package: offer for offer in _offers(answered(parts, "all", ("0", "100")))}
    notices: dict[str, list[_Notice]] = {}
    for notice in _notices(answered(parts, "advisories")):
        notices.setdefault(notice.package, []).append(notice)
    for name in _locked(parts.get("locked", ""), notices):
        offers.setdefault(name, _Offer(name, notices[name][-1].version, ""))
    if "installed" not in parts:
        raise UnreadableOutput("a part 'installed'", output.rstrip("\n").rpartition("\n")[2])
    installed = _installed(parts["installed"])
    updates = []
    for offer in offers.values():
        name, _, architecture = offer.package.rpartition(".")
        told = notices.get(offer.package, [])
        security = any(notice.security for notice in told)
        updates.append(
            Update(
                name,
                installed.get(offer.package, ""),
                offer.version,
                offer.origin,
                security,
                Obstacle.NONE if offer.package in free else Obstacle.HELD,
                stamps.now,
                architecture,
                tuple(dict.fromkeys(notice.advisory for notice in told if notice.security == security)),
            )
        )
    return Packages(
        stamps.now,
        stamps.fetched,
        None,
        tuple(sorted(_named_once(updates), key=lambda update: update.package)),
        manager,
        "advisories" in stamps.marks
        or any(offer.package in notices and not offer.origin.startswith("epel") for offer in offers.values()),
        unlisted=stamps.unlisted,
    )


def _named_once(updates: list[Update]) -> Iterator[Update]:
    """With the architecture in the name where several of one name wait, as on hosts with 32-bit libraries."""
    count = Counter(update.package for update in updates)
    for update in updates:
        several = count[update.package] > 1
        yield replace(update, package=f"{update.package}.{update.architecture}") if several else update


def _offers(text: str) -> Iterator[_Offer]:
    """Of lines of three columns; yum breaks a line where a column is too narrow for its word."""
    broken: list[str] = []
    for line in text.split("\n"):
        words = line.split()
        if not words or line.startswith(_ASIDE):
            continue
        if line.startswith("Obsoleting"):  # these replace a package by another one
            break
        words = [*broken, *words] if line[:1].isspace() else words
        if len(words) > 3 or "." not in words[0].strip("."):
            raise UnreadableOutput("name.architecture version repository", line)
        broken = words if len(words) < 3 else []
        if not broken:
            yield _Offer(*words)
    if broken:
        raise UnreadableOutput("name.architecture version repository", " ".join(broken))


def _notices(text: str) -> Iterator[_Notice]:
    """`ID Important/Sec. NEVRA` of dnf 4 and yum, or `ID security Important NEVRA DATE TIME` of dnf5."""
    for line in text.split("\n"):
        words = line.split()
        if not words or line.startswith(_ASIDE) or words[:3] == ["Name", "Type", "Severity"]:
            continue
        kind, severity = "", ""
        if len(words) >= 4 and words[1].lower() in _KINDS:
            kind, severity, package = words[1].lower(), words[2], words[3]
        elif len(words) == 3:
            severity, _, kind = words[1].rpartition("/")
            kind, package = "security" if kind == "Sec." else kind, words[2]
        else:
            raise UnreadableOutput("advisory kind package", line)
        match = _NEVRA.fullmatch(package)
        if match is None:
            raise UnreadableOutput("name-version-release.architecture", line)
        told = "" if severity.lower() in ("none", "unknown", "unspecified") else severity
        yield _Notice(f"{match[1]}.{match[3]}", match[2], Advisory(words[0], told), kind == "security")


def _locked(text: str, notices: Mapping[str, object]) -> Iterator[str]:
    names = {line.strip() for line in text.split("\n") if line.strip()}
    return (package for package in notices if package.rpartition(".")[0] in names)


def _installed(text: str) -> Mapping[str, str]:
    """Versions by `name.architecture`: of several kernels the last one named."""
    words = [line.split() for line in text.split("\n")]
    return {line[0]: line[1] for line in words if len(line) == 2}
