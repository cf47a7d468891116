"""What is wrong with a disk: by its own account, against what was counted before, and by thresholds."""

from checks.disk_faults.faults import Fault, faults
from checks.disk_faults.levels import DiskLevels
from checks.disk_faults.words import verdict

__all__ = ["DiskLevels", "Fault", "faults", "verdict"]
