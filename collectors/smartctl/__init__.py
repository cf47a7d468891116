"""Disks as `smartctl --json` tells of them."""

from collectors.smartctl.disk import LIMIT_SECONDS, Access, Counters, Disk, DiskHealth, DiskIdentity, lowest
from collectors.smartctl.probe import PROBE, ROOT_COMMANDS
from collectors.smartctl.report import Reading, parse_report
from collectors.smartctl.smartmon import smartmon_samples

__all__ = [
    "LIMIT_SECONDS",
    "PROBE",
    "ROOT_COMMANDS",
    "Access",
    "Counters",
    "Disk",
    "DiskHealth",
    "DiskIdentity",
    "Reading",
    "lowest",
    "parse_report",
    "smartmon_samples",
]
