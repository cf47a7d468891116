"""A timer of systemd and the service it starts, from look to look."""

from collectors.timed_units.lasting import lasting
from collectors.timed_units.timer import Service, Timer, carried

__all__ = ["Service", "Timer", "carried", "lasting"]
