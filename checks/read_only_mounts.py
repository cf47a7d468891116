"""File systems that are mounted read-only although fstab wants them writable.

Item        the mount point
State       CRIT when it is read-only and fstab does not say `ro`
Why         the kernel makes a file system read-only when its disk gives errors: nothing can be saved any more
What to do  journalctl -k | grep -iE 'remount|I/O error'; save what can be saved, check the disk, fsck, then
            mount -o remount,rw MOUNT
Manual      2.1 mounts; 2.1.6 LUNs; form 8.2
"""

from collections.abc import Iterator

from checks.contract import Check, Layer, Params, Result, Section, State, Text
from collectors import mounts
from collectors.mount_table import IMAGE_TYPES
from collectors.mounts import WantedMount


class ReadOnlyMountsParams(Params):
    """No parameters of its own: fstab says what is wanted."""


def evaluate(wanted: tuple[WantedMount, ...], params: ReadOnlyMountsParams) -> Iterator[Result]:
    """One result for each mounted file system that fstab wants writable."""
    for mount in wanted:
        if mount.mounted_options is None or mount.mounted_fstype in ("autofs", *IMAGE_TYPES):
            continue
        # Mounted by hand (noauto), it is as the hand wanted it. Of what fstab does not know missing_mounts tells.
        if not mount.in_fstab or "ro" in mount.options or "noauto" in mount.options:
            continue
        if "ro" in mount.mounted_options:
            summary = Text(
                en=f"read-only, though fstab wants {mount.device} writable",
                zh=f"只读,而 fstab 要求 {mount.device} 可写",
            )
            yield Result(mount.mount, State.CRIT, summary)
        else:
            yield Result(mount.mount, State.OK, Text(en="writable", zh="可写"))


CHECK = Check(
    reads=mounts.COLLECTOR,
    params=ReadOnlyMountsParams,
    evaluate=evaluate,
    title=Text(en="Read-only file systems", zh="只读文件系统"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.STORAGE,
)
