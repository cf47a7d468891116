"""The closed list of reasons why something was not checked."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a host or a section of a round gave no facts.

    The values are label values of `rounds_errors_total{reason}` and part of the JSON of reports:
    they may be added to, never renamed.
    """

    # of a whole host
    UNREACHABLE = "unreachable"  # no route, name not found, connect timed out
    REFUSED = "refused"  # something answered, and would not talk: connection refused or closed
    AUTH_FAILED = "auth_failed"
    BACKING_OFF = "backing_off"  # authentication failed before; not tried again yet
    HOST_KEY_UNKNOWN = "host_key_unknown"
    HOST_KEY_CHANGED = "host_key_changed"
    PROTOCOL = "protocol"  # not SSH, no common algorithm, broken packets
    CONNECTION_LOST = "connection_lost"
    DEADLINE = "deadline"  # the round's deadline passed
    INTERRUPTED = "interrupted"  # the agent was stopped meanwhile
    NOT_ASKED = "not_asked"  # no round asked in the time looked at: never due, or the agent did not run
    # of one section
    NOT_APPLICABLE = "not_applicable"  # the thing is not there, and need not be
    FIRST_LOOK = "first_look"  # a rate needs two looks
    NO_PERMISSION = "no_permission"
    LATE = "late"  # this section ran into its own time limit, or the round ended before it
    FAILED = "failed"  # the probe exited non-zero and said nothing that could be read
    UNREADABLE = "unreadable"  # the probe ran, but its text is not what the parser knows
    TOO_LONG = "too_long"  # the answer was cut at the size limit
    BUG = "bug"  # an exception of ours

    @property
    def is_harmless(self) -> bool:
        """Whether nothing is wrong although nothing was judged. Harmless is still not OK."""
        return self in (Reason.NOT_APPLICABLE, Reason.FIRST_LOOK)

    @property
    def is_of_the_host(self) -> bool:
        """Whether the whole host could not be asked, and not just one section of it."""
        return self in _OF_THE_HOST


_OF_THE_HOST = frozenset(
    {
        Reason.UNREACHABLE,
        Reason.REFUSED,
        Reason.AUTH_FAILED,
        Reason.BACKING_OFF,
        Reason.HOST_KEY_UNKNOWN,
        Reason.HOST_KEY_CHANGED,
        Reason.PROTOCOL,
        Reason.CONNECTION_LOST,
        Reason.DEADLINE,
        Reason.INTERRUPTED,
    }
)
