"""What /etc/fstab or a check wants mounted, and how it is mounted.

Both are read from the kernel's table and the file alone. No mount point is looked at, so a dead one cannot hang it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from collectors.contract import Collector, Entry, Kind, NoPermission, NotApplicable, UnreadableOutput
from collectors.inventoried import entries
from collectors.mount_table import options_of_note, plain_name

# The table comes first: nothing in it can look like a heading, whatever people write into fstab; and what was asked for
# comes last.
#
# == /proc/self/mounts
# /dev/vda1 / ext4 rw,relatime,errors=remount-ro 0 0
# == /etc/fstab
# UUID=0a3407de-014b-458b-b5c1-848e92a327a3  /  ext4  errors=remount-ro  0  1
# == asked
# /data
#
# A share's password may stand in fstab: such a file goes through sed before it leaves the host.
PROBE = r"""
if [ ! -e /etc/fstab ]; then
  echo "== no fstab"
elif [ ! -r /etc/fstab ]; then
  echo "== closed fstab"
else
  echo "== /etc/fstab"
  text=
  while IFS= read -r line || [ -n "$line" ]; do text="$text$line
"; done </etc/fstab
  case $text in
    *[Pp][Aa][Ss][Ss]*=* | *[Pp][Ww][Dd]*=* | *[Ss][Ee][Cc][Rr][Ee][Tt]*=* | *[Tt][Oo][Kk][Ee][Nn]*=* | \
      *[Kk][Ee][Yy]*=* | *=*%* | *:*@*)
      printf '%s' "$text" | sed -E -e 's/((pass|pwd|secret|token|key)[a-z0-9_.-]*=)([^,[:space:]]|,,)*/\1***/gI' \
        -e 's/(user(name)?=[^,%[:space:]]*%)([^,[:space:]]|,,)*/\1***/gI' \
        -e 's/([#/][^]:\/@[:space:]]*:)[^\/@[:space:]]*@/\1***@/g' ;;
    *) printf '%s' "$text" ;;
  esac
fi
echo "== asked"
[ $# = 0 ] || printf '%s\n' "$@"
"""


@dataclass(frozen=True, slots=True)
class WantedMount:
    """A line of fstab that has a mount point, or a mount point asked for. `in_fstab` tells whether it is a line.

    `mounted_options` are those in force, None when it is not mounted. `mounted_fstype` is `autofs` while an automount
    point waits for its first user.
    """

    mount: str
    device: str
    fstype: str
    options: tuple[str, ...]
    mounted_fstype: str | None
    mounted_options: tuple[str, ...] | None
    in_fstab: bool = True


def parse(output: str) -> tuple[WantedMount, ...]:
    """Facts from /proc/self/mounts and /etc/fstab, then what was asked for and is not in fstab.

    Raises `UnreadableOutput`, for a line too that mount would not understand; `NotApplicable`, `NoPermission`.
    """
    read, heading, last = output.rpartition("== asked\n")
    if not heading or not read.startswith("== /proc/self/mounts\n"):
        raise UnreadableOutput("the mounts, and what was asked for", output.partition("\n")[0])
    table, between, fstab = read.removeprefix("== /proc/self/mounts\n").partition("== /etc/fstab\n")
    asked = [mount for mount in last.split("\n") if mount]
    if table.endswith("== closed fstab\n"):
        raise NoPermission("the login may not read /etc/fstab; to allow it: chmod o+r /etc/fstab")
    if table.endswith("== no fstab\n"):
        if not asked:
            raise NotApplicable("no /etc/fstab on this host")
        table = table.removesuffix("== no fstab\n")
    elif not between:
        raise UnreadableOutput("/etc/fstab after the mounts", read.rpartition("\n")[2])
    mounted = _mounted(table)
    wanted: dict[str, WantedMount] = {}
    for line in fstab.split("\n"):
        fields = line.split()
        if not fields or fields[0].startswith("#"):
            continue
        if len(fields) < 3:
            raise UnreadableOutput("a line of /etc/fstab: device, mount point, type, options", line)
        device, mount, fstype = (plain_name(field) for field in fields[:3])
        if not mount.startswith("/"):  # swap, none
            continue
        mount = where_it_appears(mount)
        options = tuple(fields[3].split(",")) if len(fields) > 3 else ("defaults",)
        wanted[mount] = WantedMount(mount, device, fstype, options, *mounted.get(mount, (None, None)))
    for mount in asked:
        found = mounted.get(mount, (None, None))
        wanted.setdefault(mount, WantedMount(mount, "", "", (), found[0], found[1], in_fstab=False))
    return tuple(wanted.values())


def _mounted(table: str) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Type and options by mount point; of several on one point the last is on top."""
    mounted: dict[str, tuple[str, tuple[str, ...]]] = {}
    for line in table.split("\n"):
        if not line:
            continue
        fields = line.split(" ")
        if len(fields) != 6 or not fields[1].startswith("/"):
            raise UnreadableOutput("a line of /proc/self/mounts", line)
        mounted[plain_name(fields[1])] = (fields[2], tuple(fields[3].split(",")))
    return mounted


def where_it_appears(mount: str) -> str:
    """The path the kernel shows: no slash at the end, and nothing under the links that /var/run and /var/lock are."""
    mount = mount.rstrip("/") or "/"
    for link, target in (("/var/run", "/run"), ("/var/lock", "/run/lock")):
        if mount == link or mount.startswith(f"{link}/"):
            return target + mount.removeprefix(link)
    return mount


def inventory(mounts: tuple[WantedMount, ...]) -> Iterator[Entry]:
    """Each line of fstab that has a mount point; of its options only what can be no secret."""
    lines = (one for one in mounts if one.in_fstab)
    told = ((f"fstab {one.mount}", (one.fstype, one.device, options_of_note(one.options))) for one in lines)
    yield from entries(Kind.MOUNT, ((name, " ".join(word for word in words if word)) for name, words in told))


COLLECTOR = Collector(probe=PROBE, parse=parse, inventory=inventory, files=("/proc/self/mounts",))
