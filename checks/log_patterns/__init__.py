"""Lines of the log that an organisation looks for."""

from checks.log_patterns.pattern import LogPattern, judged

__all__ = ["LogPattern", "judged"]
