"""Whether a restart is asked for, since when and by what, and the running kernel beside the newest one installed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from collectors.contract import Collector, Sample, UnreadableOutput
from collectors.contract.reading import whole_number
from collectors.kernel_releases import kernel_version

# The flag is made by the package manager's hooks (Debian, Ubuntu, SUSE) and holds its age in its own timestamp. Where
# dnf or yum rule, packages are told of by when they were installed, as needs-restarting does it, which would read the
# lists of all repositories. A kernel's file keeps the time of its build; that of its last change is its installation.
# A container runs its host's kernel, whatever lies in its /boot. A folder in /lib/modules that an old kernel left
# behind has no modules.dep. A kernel's name without a number (Alpine, Arch) tells no version. Debian may put a newer
# build in the place of the one that runs, under the same name: there the package's version tells it.
#
# running 6.1.0-28-amd64
# now 1763744000
# started 1763000000
# installed 1763740000 /boot/vmlinuz-6.1.0-31-amd64
# build 6.1.119-1
# image 6.1.119-1
# flag 1763740000
# package linux-image-6.1.0-31-amd64
# rpm 1763740000 glibc
PROBE = r"""
read -r running </proc/sys/kernel/osrelease || return
echo "running $running"
date '+now %s'
{
  while read -r key booted rest; do [ "$key" != btime ] || break; done </proc/stat
  read -r line </proc/1/stat
} 2>/dev/null
# When process 1 was started: in a container that is not when the kernel was.
set -f; set -- ${line##*") "}; set +f
[ -z "$booted" ] || echo "started $((booted + ${20:-0} / 100))"
if [ -e /run/systemd/container ] || [ -e /.dockerenv ] || [ -e /run/.containerenv ]; then
  echo container
else
  set --
  for path in /boot/vmlinuz-[0-9]* /lib/modules/*/modules.dep; do [ ! -e "$path" ] || set -- "$@" "$path"; done
  [ $# = 0 ] || stat -c 'installed %Z %n' "$@"
  read -r build </proc/sys/kernel/version
  case $build in *" Debian "*)
    build=${build#*" Debian "}; echo "build ${build%% *}"
    dpkg-query -W -f 'image ${Version}\n' "linux-image-$running" 2>/dev/null ;;
  esac
fi
for flag in /run/reboot-required /var/run/reboot-required /run/reboot-needed /var/run/reboot-needed; do
  [ -e "$flag" ] || continue
  stat -c 'flag %Y' "$flag"
  if [ -r "$flag.pkgs" ]; then
    while read -r package; do echo "package $package"; done <"$flag.pkgs"
  fi
  break
done
if command -v rpm >/dev/null && { command -v dnf || command -v yum; } >/dev/null; then
  set -f; set -- $(cat /etc/dnf/plugins/needs-restarting.d/*.conf 2>/dev/null | sed 's/#.*//')
  rpm -q --qf 'rpm %{INSTALLTIME} %{NAME}\n' kernel kernel-core kernel-rt kernel-rt-core kernel-uek kernel-uek-core \
    glibc linux-firmware systemd dbus dbus-broker dbus-daemon microcode_ctl "$@" 2>/dev/null | grep '^rpm '
fi
:
"""

_KEYS = ("running", "now", "started", "installed", "build", "image", "container", "flag", "package", "rpm")
_OF_THE_KERNEL = ("kernel", "linux-firmware", "microcode_ctl")  # a container has no use of them


@dataclass(frozen=True, slots=True)
class Restart:
    """What speaks for a restart.

    `flagged` is a package's wish; `flagged_seconds` how long ago it was uttered, None when not flagged or not known.
    `newest_kernel` is None where no kernel is installed: in a container, or booted from outside; `kernel_seconds` is
    how long ago it was. `updated` are packages that take a restart to be used and were installed since the last one,
    the first `updated_seconds` ago.
    """

    running_kernel: str
    newest_kernel: str | None
    kernel_is_old: bool
    flagged: bool
    flagged_seconds: int | None
    packages: tuple[str, ...]
    kernel_seconds: int | None = None
    updated: tuple[str, ...] = ()
    updated_seconds: int | None = None


def parse(output: str) -> Restart:
    """Facts from the keyed lines of the probe."""
    found: dict[str, list[str]] = {key: [] for key in _KEYS}
    for line in output.split("\n"):
        key, _, value = line.partition(" ")
        if not line.strip():
            continue
        if key not in found:
            raise UnreadableOutput(f"one of {', '.join(found)}", line)
        found[key].append(value.strip())
    if len(found["running"]) != 1 or not found["running"][0]:
        raise UnreadableOutput("one running kernel", output.partition("\n")[0])
    running, now = found["running"][0], whole_number((found["now"] or [""])[0], output.partition("\n")[0])
    kernels = _kernels(found["installed"])
    newest = max(kernels, key=kernel_version, default=None)
    updated = _updated(found["rpm"], found["started"], in_container=bool(found["container"]))
    if running in kernels and found["image"] and found["build"] and found["image"] != found["build"]:
        updated[f"linux-image-{running}"] = kernels[running]
    return Restart(
        running_kernel=running,
        newest_kernel=newest,
        kernel_is_old=newest is not None and kernel_version(newest) > kernel_version(running) > (),
        flagged=bool(found["flag"]),
        flagged_seconds=max(0, now - whole_number(found["flag"][0])) if found["flag"] else None,
        packages=tuple(dict.fromkeys(name for name in found["package"] if name)),
        kernel_seconds=None if newest is None else max(0, now - kernels[newest]),
        updated=tuple(updated),
        updated_seconds=max(0, now - min(updated.values())) if updated else None,
    )


def _kernels(lines: list[str]) -> Mapping[str, int]:
    """When each kernel was installed: its file and its modules were together, but those may be made anew."""
    times: dict[str, int] = {}
    for line in lines:
        seconds, _, path = line.partition(" ")
        name = path.removeprefix("/boot/vmlinuz-").removeprefix("/lib/modules/").removesuffix("/modules.dep")
        if kernel_version(name):
            times[name] = min(times.get(name, 2**63), whole_number(seconds, line))
    return times


def _updated(lines: list[str], started: list[str], *, in_container: bool) -> dict[str, int]:
    """The packages installed since the last start, and when, the oldest first."""
    since = whole_number(started[0]) if started else 2**63
    times: dict[str, int] = {}
    for line in lines:
        seconds, _, name = line.partition(" ")
        at = whole_number(seconds, line)
        if at > since and not (in_container and name.startswith(_OF_THE_KERNEL)):
            times[name] = min(times.get(name, at), at)
    return dict(sorted(times.items(), key=lambda item: item[1]))


def samples(facts: Restart) -> Iterator[Sample]:
    """As the textfile scripts of node_exporter name it: what packages ask for, not the kernel's files."""
    asked = facts.flagged or bool(facts.updated)
    yield Sample("node_reboot_required", float(asked), help="Node reboot is required for software updates.")


COLLECTOR = Collector(probe=PROBE, parse=parse, every_seconds=900, timeout_seconds=20, samples=samples)
