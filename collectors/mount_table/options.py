"""Options of mounts that people choose."""

from collections.abc import Iterable

_HARMLESS = """
_netdev acl auto barrier bind commit compress compress-force data defaults dev dirsync discard dmask errors exec fmask
gid gquota group grpjquota grpquota hard hidepid intr jqfmt lazytime mode nfsvers noacl noatime noauto nobarrier nodev
noexec nofail nolock nosuid owner pquota prjquota proto quota rbind relatime retrans ro rsize rw sec size soft
strictatime subvol suid sync timeo uid umask uquota user user_xattr users usrjquota usrquota vers wsize
x-systemd.automount x-systemd.device-timeout x-systemd.idle-timeout x-systemd.requires
"""
_OF_NOTE = frozenset(_HARMLESS.split())


def options_of_note(options: Iterable[str]) -> str:
    """Those that are known to hold no secret, as `password=` of a share does, in the order of the alphabet."""
    return ",".join(sorted(option for option in set(options) if option.partition("=")[0] in _OF_NOTE))
