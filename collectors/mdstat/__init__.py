"""The format of /proc/mdstat."""

from collectors.mdstat.array import Activity, Array, Member, Sync, SyncWait
from collectors.mdstat.reader import parse_mdstat

__all__ = ["Activity", "Array", "Member", "Sync", "SyncWait", "parse_mdstat"]
