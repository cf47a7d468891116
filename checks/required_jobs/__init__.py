"""Commands that cron must begin often enough."""

from checks.required_jobs.job import RequiredJob, judged

__all__ = ["RequiredJob", "judged"]
