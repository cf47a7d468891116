import re
import shutil
import subprocess

import pytest

from collectors.kernel_families import GREP, Family, family_of, subject_of

MESSAGES = [
    ("Out of memory: Killed process 812 (mysqld) total-vm:1kB", Family.OOM, "mysqld"),
    ("Memory cgroup out of memory: Kill process 4 (java) score 9 or sacrifice child", Family.OOM, "java"),
    ("watchdog: BUG: soft lockup - CPU#2 stuck for 22s! [kworker/2:1:8140]", Family.LOCKUP, "CPU#2"),
    ("rcu: INFO: rcu_sched self-detected stall on CPU", Family.LOCKUP, ""),
    ("INFO: task kworker/1:2:10762 blocked for more than 122 seconds.", Family.HUNG_TASK, "kworker/1:2"),
    ("php-fpm[9]: segfault at 8 ip 0 sp 0 error 4 in libc.so.6", Family.SEGFAULT, "php-fpm"),
    ("traps: a b[9] trap invalid opcode ip:1 sp:2 error:0 in a", Family.SEGFAULT, "a b"),
    ("BUG: unable to handle page fault for address: 00", Family.KERNEL_BUG, ""),
    ("Kernel panic - not syncing: Attempted to kill init!", Family.KERNEL_BUG, ""),
    ("pcieport 0000:00:1c.0: PCIe Bus Error: severity=Corrected", Family.PCIE, "0000:00:1c.0"),
    ("EDAC MC0: 1 UE memory read error on DIMM#0", Family.MEMORY_UNCORRECTED, "MC0"),
    ("mce: Uncorrected hardware memory error in user-access at 1000", Family.MEMORY_UNCORRECTED, ""),
    ("EDAC sbridge MC1: HANDLING MCE MEMORY ERROR", None, "MC1"),
    ("EDAC MC0: 3 CE memory scrubbing error on DIMM#0", Family.MEMORY_CORRECTED, "MC0"),
    ("mce: [Hardware Error]: CPU 0: Machine Check: 0 Bank 5: 8c00", Family.MACHINE_CHECK, ""),
    ("mce: CPU3: Core temperature above threshold, cpu clock throttled", Family.THERMAL, "CPU3"),
    ("thermal thermal_zone0: critical temperature reached (105 C)", Family.THERMAL, ""),
    ("nfs: server nas-01 not responding, timed out", Family.NETWORK_FILE_SYSTEM, "nas-01"),
    ("JBD2: Error -5 detected when updating journal superblock for sda1-8.", Family.FILE_SYSTEM, ""),
    ("EXT4-fs (sda1): error count since last fsck: 5", Family.FILE_SYSTEM, "sda1"),
    ("XFS (sdb1): Corruption detected. Unmount and run xfs_repair", Family.FILE_SYSTEM, "sdb1"),
    ("BTRFS: error (device sdc) in btrfs_commit_transaction:1: errno=-5", Family.FILE_SYSTEM, "sdc"),
    ("ata1: hard resetting link", Family.DISK_RESET, "ata1"),
    ("nvme nvme0: controller is down; will reset: CSTS=0xffffffff", Family.DISK_RESET, "nvme nvme0"),
    ("nvme nvme0: I/O 128 QID 2 timeout, aborting", Family.DISK_RESET, "nvme nvme0"),
    (
        "nvme nvme1: I/O tag 5 (1005) opcode 0x2 (I/O Cmd) QID 3 timeout, reset controller",
        Family.DISK_RESET,
        "nvme nvme1",
    ),
    ("sd 0:0:3:0: [sdd] tag#12 timing out command, waited 180s", Family.DISK_RESET, "sdd"),
    ("Buffer I/O error on dev sdz, logical block 0, lost async page write", Family.IO_ERROR, "sdz"),
    ("critical medium error, dev sda, sector 5", Family.IO_ERROR, "sda"),
    ("igb 0000:01:00.0 eth0: igb: eth0 NIC Link is Down", Family.LINK_DOWN, "eth0"),
    ("mlx5_core 0000:5e:00.0 ens1f0np0: Link down", Family.LINK_DOWN, "ens1f0np0"),
    # What a healthy system says.
    ("EXT4-fs (sda1): re-mounted. Opts: errors=remount-ro", None, ""),
    ("EXT4-fs (loop2): The kernel was not built with CONFIG_QUOTA and CONFIG_QFMT_V2", None, ""),
    ("EDAC MC: Ver: 3.0.0", None, ""),
    ("XFS (sda1): Ending clean mount", None, ""),
    ("nvme nvme0: 8/0/0 default/read/poll queues", None, "nvme nvme0"),
    ("nvme nvme0: Shutdown timeout set to 10 seconds", None, ""),
    ("sd 0:0:3:0: Power-on or device reset occurred", None, ""),
    ("ata2: SATA link down (SStatus 4 SControl 300)", None, "ata2"),
    ("BTRFS info (device sda): bdev /dev/sda errs: wr 0, rd 0, flush 0, corrupt 0, gen 0", None, "sda"),
    ("mce: CPU supports 20 MCE banks", None, ""),
    ("tg3 0000:03:00.0: eth0: Link is up at 100 Mbps, full duplex", None, ""),
]


@pytest.mark.parametrize(("message", "family", "subject"), MESSAGES, ids=[message[:40] for message, *_ in MESSAGES])
def test_family(message: str, family: Family | None, subject: str) -> None:
    assert family_of(message) is family
    if family:
        assert subject_of(message) == subject


@pytest.mark.parametrize("grep", [["grep"], ["busybox", "grep"]], ids=["gnu", "busybox"])
def test_grep_on_the_host_finds_the_same(grep: list[str]) -> None:
    if not shutil.which(grep[0]):
        pytest.skip(f"no {grep[0]} here")
    text = "".join(f"{message}\n" for message, *_ in MESSAGES)
    found = subprocess.run([*grep, "-E", GREP], input=text, capture_output=True, text=True, check=True, timeout=10)
    assert found.stdout.splitlines() == [message for message, family, _ in MESSAGES if family]
    assert "'" not in GREP


def test_every_family_is_tried() -> None:
    assert {family for _, family, _ in MESSAGES if family} == set(Family)


def test_hostile_messages_take_no_time() -> None:
    for word in ("EDAC ", "XFS ", "nvme", "BTRFS", "EXT4-fs (", "traps: ", "task x:1 ", "server "):
        message = (word * 400)[:400]
        assert family_of(message) in (None, *Family)
        assert len(subject_of(message)) <= 60
    assert re.compile(GREP)
