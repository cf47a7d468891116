"""Lines of a host's log, from the journal or from files of syslog, and what may be shown of them."""

from collectors.log_lines.ends import ENDS
from collectors.log_lines.kind import kind_of
from collectors.log_lines.known import FORGOTTEN_AFTER, REMEMBERED, Kind, carried_on, kinds_in, known_before
from collectors.log_lines.line import LogLine, host_clock, journal_lines, lines_of, refuse_hidden, syslog_lines
from collectors.log_lines.shown import shown

__all__ = [
    "ENDS",
    "FORGOTTEN_AFTER",
    "REMEMBERED",
    "Kind",
    "LogLine",
    "carried_on",
    "host_clock",
    "journal_lines",
    "kind_of",
    "kinds_in",
    "known_before",
    "lines_of",
    "refuse_hidden",
    "shown",
    "syslog_lines",
]
