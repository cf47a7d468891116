"""File systems that fstab wants mounted and that are not.

Item        the mount point (none for `noauto` and swap)
State       CRIT when it is not mounted; WARN when fstab says `nofail`. A waiting automount point counts as mounted
Why         programs then write into the empty folder beneath, onto the wrong disk, and backups miss what is not there
What to do  mount MOUNT; journalctl -u MOUNT-AS-UNIT.mount; blkid and multipath -ll, or the NFS server, when it
            is refused
Manual      2.1 mounts; 2.1.6 LUNs; form 8.2
"""

from collections.abc import Iterator

from checks.contract import Check, Layer, Params, Result, Section, State, Text
from collectors import mounts
from collectors.mounts import WantedMount


class MissingMountsParams(Params):
    """No parameters of its own: fstab says what is wanted."""


def evaluate(wanted: tuple[WantedMount, ...], params: MissingMountsParams) -> Iterator[Result]:
    """One result for each mount that fstab wants at every start."""
    for mount in wanted:
        if "noauto" in mount.options or mount.fstype in ("swap", "ignore"):
            continue
        if mount.mounted_fstype == "autofs":
            yield Result(mount.mount, State.OK, Text(en="mounted at its first use", zh="首次使用时自动挂载"))
        elif mount.mounted_fstype is not None:
            yield Result(mount.mount, State.OK, Text(en="mounted", zh="已挂载"))
        else:
            state = State.WARN if "nofail" in mount.options else State.CRIT
            what = f"{mount.device}, {mount.fstype}"
            yield Result(
                mount.mount, state, Text(en=f"in fstab but not mounted ({what})", zh=f"fstab 要求挂载,但未挂载({what})")
            )


CHECK = Check(
    reads=mounts.COLLECTOR,
    params=MissingMountsParams,
    evaluate=evaluate,
    title=Text(en="Missing mounts", zh="未挂载的文件系统"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.STORAGE,
)
