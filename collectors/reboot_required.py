"""Whether a restart is asked for, and the running kernel beside the newest one installed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from collectors.contract import Collector, Sample, UnreadableOutput
from collectors.contract.reading import whole_number

# The flag is made by the package manager's hooks (Debian, Ubuntu) and holds its age in its own timestamp.
# A container runs its host's kernel, whatever lies in its /boot. A folder in /lib/modules that an old
# kernel left behind has no modules.dep. A kernel's name without a number (Alpine, Arch) tells no version.
#
# running 6.1.0-28-amd64
# installed 6.1.0-31-amd64
# flag 1763740000
# now 1763744000
# package linux-image-6.1.0-31-amd64
PROBE = r"""
read -r running </proc/sys/kernel/osrelease || return
echo "running $running"
if [ -e /run/systemd/container ] || [ -e /.dockerenv ] || [ -e /run/.containerenv ]; then
  echo container
else
  for path in /boot/vmlinuz-[0-9]* /lib/modules/*/modules.dep; do
    [ -e "$path" ] || continue
    path=${path#/boot/vmlinuz-} path=${path#/lib/modules/}
    echo "installed ${path%/modules.dep}"
  done
fi
for flag in /run/reboot-required /var/run/reboot-required; do
  [ -e "$flag" ] || continue
  stat -c 'flag %Y' "$flag"
  date '+now %s'
  if [ -r "$flag.pkgs" ]; then
    while read -r package; do echo "package $package"; done <"$flag.pkgs"
  fi
  break
done
"""


@dataclass(frozen=True, slots=True)
class Restart:
    """What speaks for a restart.

    `flagged` is a package's wish; `flagged_seconds` how long ago it was uttered, None when not flagged.
    `newest_kernel` is None where no kernel is installed: in a container, or booted from outside.
    """

    running_kernel: str
    newest_kernel: str | None
    kernel_is_old: bool
    flagged: bool
    flagged_seconds: int | None
    packages: tuple[str, ...]


def parse(output: str) -> Restart:
    """Facts from the keyed lines of the probe."""
    found: dict[str, list[str]] = {
        "running": [],
        "installed": [],
        "container": [],
        "flag": [],
        "now": [],
        "package": [],
    }
    for line in output.split("\n"):
        key, _, value = line.partition(" ")
        if not line.strip():
            continue
        if key not in found:
            raise UnreadableOutput("running, installed, container, flag, now or package", line)
        found[key].append(value.strip())
    if len(found["running"]) != 1 or not found["running"][0]:
        raise UnreadableOutput("one running kernel", output.partition("\n")[0])
    running = found["running"][0]
    kernels = [name for name in found["installed"] if kernel_version(name)]
    newest = max(kernels, key=kernel_version, default=None)
    age = None
    if found["flag"] and found["now"]:
        age = max(0, whole_number(found["now"][0]) - whole_number(found["flag"][0]))
    return Restart(
        running_kernel=running,
        newest_kernel=newest,
        kernel_is_old=newest is not None and kernel_version(newest) > kernel_version(running) > (),
        flagged=bool(found["flag"] or found["now"]),
        flagged_seconds=age,
        packages=tuple(dict.fromkeys(name for name in found["package"] if name)),
    )


def kernel_version(release: str) -> tuple[int, ...]:
    """The numbers a release begins with: (6, 1, 0, 28) of `6.1.0-28-amd64`; () when it begins with none.

    What follows names a flavour (`-amd64`, `-generic`, `.el9.x86_64`) or says "rescue", and makes nothing newer.
    """
    match = re.match(r"[0-9]{1,9}(?:[.-][0-9]{1,9}(?![0-9A-Za-z]))*", release)
    return tuple(int(number) for number in re.findall("[0-9]+", match[0])) if match else ()


def samples(facts: Restart) -> Iterator[Sample]:
    """As the textfile scripts of node_exporter name it: the flag alone, not the kernel."""
    yield Sample("node_reboot_required", float(facts.flagged), help="Node reboot is required for software updates.")


COLLECTOR = Collector(probe=PROBE, parse=parse, every_seconds=900, samples=samples)
