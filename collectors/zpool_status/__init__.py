"""What `zpool status` says of each pool, ZFS 0.6 to 2.3."""

from collectors.zpool_status.scan import Scan, last_scan
from collectors.zpool_status.status import PoolStatus, Vdev, statuses

__all__ = ["PoolStatus", "Scan", "Vdev", "last_scan", "statuses"]
