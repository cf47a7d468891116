"""What the log of a cron daemon tells of its jobs and its crontabs."""

from collectors.cron_log.told import FailedJob, Moment, RefusedCrontab, Told, carried, told_by

__all__ = ["FailedJob", "Moment", "RefusedCrontab", "Told", "carried", "told_by"]
