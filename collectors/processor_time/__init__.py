"""Processor time: the kernel's counters, and how it was used lately."""

from collectors.processor_time.times import MODES, USER_HZ, Times, parse_times, psutil_times
from collectors.processor_time.usage import Look, Usage, usage_between, was_reset, window

__all__ = [
    "MODES",
    "USER_HZ",
    "Look",
    "Times",
    "Usage",
    "parse_times",
    "psutil_times",
    "usage_between",
    "was_reset",
    "window",
]
