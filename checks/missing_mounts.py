"""File systems that fstab wants mounted, or that are required, and that are not.

Item        the mount point (none for `noauto` and swap, unless it is `required`)
State       CRIT when it is not mounted; WARN when fstab says `nofail` and it is not `required`. CRIT too when one of
            `required` that fstab does not mount is read-only (of the others read_only_mounts tells). A waiting
            automount point counts as mounted
Why         programs then write into the empty folder beneath, onto the wrong disk, and backups miss what is not there
What to do  mount MOUNT; journalctl -u MOUNT-AS-UNIT.mount; blkid and multipath -ll, or the NFS server, when it
            is refused
Manual      2.1 mounts; 2.1.6 LUNs; form 8.2
"""

from collections.abc import Iterator

from pydantic import Field, field_validator

from checks.contract import Check, Layer, Params, Result, Section, State, Text
from collectors import mounts
from collectors.mounts import WantedMount, where_it_appears


class MissingMountsParams(Params):
    """What fstab wants mounted at every start is looked at in any case."""

    required: tuple[str, ...] = Field(
        (),
        description="mount points that must be mounted and writable whatever fstab says or does not say: mounted by a "
        "cluster, by a unit of systemd, by hand, or with nofail: [/data, /srv/backup]",
    )

    @field_validator("required")
    @classmethod
    def _are_mount_points(cls, required: tuple[str, ...]) -> tuple[str, ...]:
        for path in required:
            if not path.startswith("/") or not path.isprintable():
                raise ValueError(f"{path!r} is not a mount point: a path from the root, such as /data")
        return tuple(dict.fromkeys(map(where_it_appears, required)))


def evaluate(wanted: tuple[WantedMount, ...], params: MissingMountsParams) -> Iterator[Result]:
    """One result for each mount that is required, or that fstab wants at every start."""
    for mount in wanted:
        if mount.mount in params.required:
            yield _required(mount)
        elif mount.in_fstab and "noauto" not in mount.options and mount.fstype not in ("swap", "ignore"):
            yield _in_fstab(mount)


def _required(mount: WantedMount) -> Result:
    if mount.mounted_options is None:
        what = f" ({mount.device}, {mount.fstype})" if mount.in_fstab else ""
        words = Text(en=f"required, but not mounted{what}", zh=f"必需,但未挂载{what}")
        return Result(mount.mount, State.CRIT, words)
    judged_elsewhere = mount.in_fstab and "noauto" not in mount.options and "ro" not in mount.options
    if "ro" in mount.mounted_options and mount.mounted_fstype != "autofs" and not judged_elsewhere:
        return Result(mount.mount, State.CRIT, Text(en="required, but read-only", zh="必需,但为只读"))
    return _mounted(mount)


def _in_fstab(mount: WantedMount) -> Result:
    if mount.mounted_options is not None:
        return _mounted(mount)
    state = State.WARN if "nofail" in mount.options else State.CRIT
    what = f"{mount.device}, {mount.fstype}"
    words = Text(en=f"in fstab but not mounted ({what})", zh=f"fstab 要求挂载,但未挂载({what})")
    return Result(mount.mount, state, words)


def _mounted(mount: WantedMount) -> Result:
    if mount.mounted_fstype == "autofs":
        return Result(mount.mount, State.OK, Text(en="mounted at its first use", zh="首次使用时自动挂载"))
    return Result(mount.mount, State.OK, Text(en="mounted", zh="已挂载"))


CHECK = Check(
    reads=mounts.COLLECTOR,
    params=MissingMountsParams,
    evaluate=evaluate,
    title=Text(en="Missing mounts", zh="未挂载的文件系统"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.STORAGE,
    arguments=lambda params: params.required,
)
