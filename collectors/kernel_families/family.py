"""Which family a message of the kernel belongs to, and which device or process it is about."""

import re
from enum import StrEnum


class Family(StrEnum):
    """What went wrong; also the item of the check."""

    OOM = "oom"
    LOCKUP = "lockup"
    HUNG_TASK = "hung_task"
    SEGFAULT = "segfault"
    KERNEL_BUG = "kernel_bug"
    PCIE = "pcie"
    MEMORY_UNCORRECTED = "memory_uncorrected"
    MEMORY_CORRECTED = "memory_corrected"
    MACHINE_CHECK = "machine_check"
    THERMAL = "thermal"
    NETWORK_FILE_SYSTEM = "network_file_system"
    FILE_SYSTEM = "file_system"
    DISK_RESET = "disk_reset"
    IO_ERROR = "io_error"
    LINK_DOWN = "link_down"


# In the order they are tried: "BUG: soft lockup" is a lockup, "EXT4-fs warning ... I/O error" a file system's.
# Written so that `grep -E` on the host (GNU, busybox) and Python read them alike: no \b, no classes by name,
# no counts. Words as the kernel prints them, see Documentation/admin-guide/RAS, lib/dump_stack.c, drivers/ata,
# drivers/nvme, mm/oom_kill.c, kernel/hung_task.c, kernel/watchdog.c, arch/x86/mm/fault.c and the file systems. At each
# start healthy disks say "Power-on or device reset occurred" and "Shutdown timeout set to 10 seconds".
_PATTERNS = {
    Family.OOM: r"[Oo]ut of memory: Kill",
    Family.LOCKUP: r"soft lockup|[Hh]ard LOCKUP|self-detected stall|detected (expedited )?stalls",
    Family.HUNG_TASK: r"blocked for more than [0-9]+ seconds",
    Family.SEGFAULT: r"segfault at |traps: .*(general protection|trap [a-z]+)|unhandled signal [0-9]+",
    Family.KERNEL_BUG: (
        r"kernel BUG at|BUG: |Oops(:| |\[)|general protection fault|Kernel panic|Unable to handle kernel"
    ),
    Family.PCIE: r"PCIe Bus Error|AER: (Corr|Uncorr|Mult)",
    Family.MEMORY_UNCORRECTED: (
        r"EDAC .* UE |Memory failure: |hardware memory corruption|[Uu]ncorrectable.* memory|"
        r"Uncorrected hardware memory"
    ),
    Family.MEMORY_CORRECTED: r"EDAC .* CE ",
    Family.MACHINE_CHECK: r"\[Hardware Error\]|Machine [Cc]heck",
    Family.THERMAL: r"temperature above threshold|critical temperature|clock throttled",
    Family.NETWORK_FILE_SYSTEM: r"nfs: server .* not responding|CIFS: .*not responded|ceph: .* hung",
    Family.FILE_SYSTEM: (
        r"EXT[234]-fs error|EXT[234]-fs (warning )?\(.*I/O error|JBD2: .*[Ee]rror|Aborting journal|"
        r"error count since last fsck|"
        r"Remounting filesystem read-only|XFS .*([Cc]orrupt|I/O error|[Ss]hut)|BTRFS.*: error|BTRFS (error|critical)|"
        r"(FAT-fs|F2FS-fs|SQUASHFS|EROFS|UDF-fs|NTFS-fs).* error"
    ),
    Family.DISK_RESET: (
        r"(hard|soft) resetting link|exception Emask|link is slow to respond|COMRESET failed|"
        r"nvme.*( timeout, |controller is down|Device not ready|Removing after probe failure)|"
        r"timing out command|task abort|scsi host.*reset|rejecting I/O to offline device"
    ),
    Family.IO_ERROR: (
        r"I/O error|[Mm]edium [Ee]rror|critical (target|nexus|space allocation) error|[Uu]nrecovered read error|"
        r"lost (async )?page write|Sense Key : Hardware Error"
    ),
    Family.LINK_DOWN: r"[Ll]ink is [Dd]own|[0-9]: Link down|Lost carrier",
}

_FAMILIES = tuple((family, re.compile(pattern)) for family, pattern in _PATTERNS.items())

GREP = "|".join(_PATTERNS.values())
"""One extended regular expression of POSIX that finds the messages of every family, without single quotes."""

_LONGEST = 2048
"""Characters of a message that are looked at: the kernel keeps 1024 bytes of one."""

_SUBJECTS = (
    # Out of memory: Killed process 4711 (java) total-vm:...
    re.compile(r"Kill(?:ed)? process [0-9]+ \((.{1,15}?)\)"),
    # watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [kworker/3:1:71]
    re.compile(r"(CPU#[0-9]+) stuck"),
    # INFO: task jbd2/sda1-8:211 blocked for more than 120 seconds.
    re.compile(r"task (\S{1,15}?):[0-9]+ blocked"),
    # portald[812]: segfault at 0 ip ...; traps: portald[812] general protection fault ...
    re.compile(r"^(?:traps: )?(.{1,15}?)\[[0-9]+\](?::| )"),
    re.compile(r"\bdev ([a-z][a-z0-9-]{1,15})\b"),
    re.compile(r"\(device ([a-z][a-z0-9-]{1,15})\)"),
    re.compile(r"^(?:EXT[234]-fs|XFS)[^(]{0,20}\(([a-z][a-z0-9-]{1,15})\)"),
    re.compile(r"\[(sd[a-z]{1,3}|sr[0-9]{1,2})\]"),
    re.compile(r"^(ata[0-9]{1,3}|nvme nvme[0-9]{1,3}|scsi host[0-9]{1,3})[ .:]"),
    re.compile(r"server (\S{1,60}) not responding"),
    re.compile(r"EDAC (MC[0-9]{1,3})"),
    re.compile(r"^mce: (CPU[0-9]{1,4}):"),
    re.compile(r"\b([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]): (?:PCIe|AER)"),
    re.compile(r"\b((?:en|eth|bond|ib|wl)[a-z0-9]{1,12})(?=:? (?:NIC |Copper )?[Ll]ink|: Lost)"),
)


def family_of(message: str) -> Family | None:
    """The family of a message; None for one that tells of no error in the set."""
    said = message[:_LONGEST]
    return next((family for family, pattern in _FAMILIES if pattern.search(said)), None)


def subject_of(message: str) -> str:
    """The device, process or server a message is about, "" where it does not say."""
    return next((match[1] for pattern in _SUBJECTS if (match := pattern.search(message))), "")
