"""Hardware RAID as the makers' command-line tools tell of it, in one form for all."""

from collectors.raid_tools.ssacli import parse_ssacli
from collectors.raid_tools.storcli import parse_storcli
from collectors.raid_tools.unit import Battery, Condition, LogicalDrive, PhysicalDrive, RaidController

__all__ = [
    "Battery",
    "Condition",
    "LogicalDrive",
    "PhysicalDrive",
    "RaidController",
    "parse_ssacli",
    "parse_storcli",
]
