"""How far back a host's logs reach, and how long they are kept."""

from collectors.log_keeping.log import Log, journal_of, log_of
from collectors.log_keeping.probe import PROBE

__all__ = ["PROBE", "Log", "journal_of", "log_of"]
