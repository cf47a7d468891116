"""The programs that install updates by themselves, each with its settings, its starter and its last run."""

from collectors.update_mechanisms.apt import by_apt
from collectors.update_mechanisms.others import by_cron, by_units
from collectors.update_mechanisms.seen import Mechanism, Reach, Seen

__all__ = ["Mechanism", "Reach", "Seen", "by_apt", "by_cron", "by_units"]
