"""What the kernel shows of btrfs below /sys/fs/btrfs, and what its tools print and log."""

from collectors.btrfs_files.probe import PROBE
from collectors.btrfs_files.scrub_log import Scrub, last_scrub
from collectors.btrfs_files.sysfs import BlockGroup, Errors, Shown, counted, shown

__all__ = ["PROBE", "BlockGroup", "Errors", "Scrub", "Shown", "counted", "last_scrub", "shown"]
