"""What a measurement says of a day to come: the table that section 13 of the daily report is made from.

A new kind of date is one more entry: which check measures it, under which name, and how long before it is told.
"""

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache

from checks.contract import Measurement, Text

DAY = 86400.0


class Tells(StrEnum):
    """How a measurement tells its moment."""

    LEFT = "left"  # the seconds until then
    AT = "at"  # the moment itself
    AGE = "age"  # seconds that have passed; it is due when they reach the highest level


@dataclass(frozen=True, slots=True)
class Due:
    """One kind of date. `check` and `measurement` are shell patterns; told when it is at most `within_days` away.

    `together`: there are so many of them that they share one row.
    """

    title: Text
    check: str
    measurement: str
    tells: Tells
    within_days: float
    together: bool = False

    def fits(self, measurement: Measurement) -> bool:
        """Whether it is this date that a measurement of its check tells of."""
        return fnmatchcase(measurement.name, self.measurement)

    def moment(self, measurement: Measurement, measured_at: float) -> float | None:
        """When it is, in epoch seconds; None where no level says so."""
        match self.tells:
            case Tells.LEFT:
                return measured_at + measurement.value
            case Tells.AT:
                return measurement.value
            case Tells.AGE:
                level = measurement.warn if measurement.crit is None else measurement.crit
                return None if level is None else measured_at + level - measurement.value


DUE = (
    Due(Text("Certificate expires", "证书到期"), "*certificate*", "remaining", Tells.LEFT, 30),
    Due(Text("Certificate expires", "证书到期"), "*certificate*", "expires*", Tells.AT, 30),
    Due(Text("Support of the distribution ends", "发行版终止支持"), "end_of_life", "remaining", Tells.LEFT, 180),
    Due(Text("Disk will be full", "磁盘将写满"), "disk_forecast", "full_in", Tells.LEFT, 14),
    Due(
        Text("Security updates must be installed", "安全更新最迟安装"),
        "pending_updates",
        "longest_pending",
        Tells.AGE,
        7,
    ),
    Due(Text("Restart must be done", "最迟重启"), "reboot_required", "waiting", Tells.AGE, 7),
    Due(Text("Virus scan due", "病毒扫描到期"), "antivirus_scans", "last_scan_age", Tells.AGE, 2),
    Due(Text("Restore test due", "恢复测试到期"), "backup_restore_test", "age", Tells.AGE, 30),
    Due(Text("Backups due", "应完成的备份"), "backup_freshness", "newest_age", Tells.AGE, 1, together=True),
)


@cache
def dates_of(check: str) -> tuple[Due, ...]:
    """The dates that a check tells of, by its name."""
    return tuple(due for due in DUE if fnmatchcase(check, due.check))
