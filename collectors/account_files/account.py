"""An account and a group of a host."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

DAY = 86400

NO_SHELLS = {"nologin", "false", "true", "null", "sync", "halt", "shutdown", "reboot", "git-shell"}
"""Names of programs that send away whoever logs in to them."""


class Password(StrEnum):
    """Whether there is a password, and whether it opens anything."""

    SET = "set"
    EMPTY = "empty"  # nothing need be typed
    LOCKED = "locked"  # there is one, behind a `!`
    NONE = "none"  # never set: `*`, `!`, or no hash at all
    UNKNOWN = "unknown"  # /etc/shadow was closed


@dataclass(frozen=True, slots=True)
class Aging:
    """What /etc/shadow tells of time: days since 1970, or numbers of days; None where it says nothing."""

    changed_day: int | None
    min_days: int | None
    max_days: int | None
    warn_days: int | None
    inactive_days: int | None
    expires_day: int | None


@dataclass(frozen=True, slots=True)
class Account:
    """A line of /etc/passwd and what belongs to it.

    `groups` begins with the primary one. `scheme` is how the password is hashed, as a word. `last_login` is in epoch
    seconds, None where no login is on record. `running`: a process runs as it. `has_key`: it has an authorized key;
    None where its file was closed to the login.
    """

    name: str
    uid: int
    groups: tuple[str, ...]
    home: str
    shell: str
    password: Password
    scheme: str | None = None
    aging: Aging | None = None
    last_login: int | None = None
    running: bool = False
    has_key: bool | None = None

    @property
    def identity(self) -> tuple[int, frozenset[str], str, str]:
        """What stays until somebody changes it: number, groups, home, shell."""
        return self.uid, frozenset(self.groups), self.home, self.shell

    @property
    def has_real_shell(self) -> bool:
        """Whether who logs in gets a shell, and is not sent away."""
        return self.shell.rpartition("/")[2] not in NO_SHELLS

    @property
    def has_password(self) -> bool:
        """Whether a password opens it; an empty one does."""
        return self.password in (Password.SET, Password.EMPTY)

    def has_expired(self, now: int) -> bool:
        """Whether the account's own last day has passed; `now` is the host's clock, in epoch seconds."""
        expires = self.aging.expires_day if self.aging else None
        return expires is not None and now >= expires * DAY


@dataclass(frozen=True, slots=True)
class Group:
    """A line of /etc/group; `members` without those whose primary group it is."""

    name: str
    gid: int
    members: tuple[str, ...]


def differing(first: Sequence[Account], now: Sequence[Account], before: Collection[str]) -> tuple[str, ...]:
    """The names of the accounts that are not as they were first, and of those in `before` that are among either."""
    then, since = ({account.name: account.identity for account in some} for some in (first, now))
    return tuple(name for name in then | since if name in before or then.get(name) != since.get(name))
