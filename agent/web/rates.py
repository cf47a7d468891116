"""`rate_limit`: how often one may ask, counted apart for those who are known and for those who are not."""

import time
from collections import defaultdict

from agent.config.web_file import RateLimit


class Bucket:
    """Counts what `rate_limit` allows: `burst` requests at once, and one more each `interval`."""

    def __init__(self) -> None:
        self._limit: RateLimit | None = None
        self._left = 0.0
        self._at = 0.0

    def take(self, limit: RateLimit | None) -> bool:
        """Whether one more request is allowed now."""
        if limit is None or limit.interval == 0:
            return True
        now = time.monotonic()
        if limit != self._limit:
            self._limit, self._left, self._at = limit, float(limit.burst), now
        self._left = min(float(limit.burst), self._left + (now - self._at) / limit.interval)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Rates:
    """A bucket for all who are known, one for all strangers, and one for the logins of each user.

    So strangers use up nothing that holders need, and guesses at one user keep only him from a new login.
    """

    def __init__(self) -> None:
        self._holders = Bucket()
        self._strangers = Bucket()
        self._logins: defaultdict[str, Bucket] = defaultdict(Bucket)

    def take_as_holder(self, limit: RateLimit | None) -> bool:
        """Whether one more request of somebody known is allowed now."""
        return self._holders.take(limit)

    def take_as_user(self, name: str, limit: RateLimit | None) -> bool:
        """The same of somebody who says that he is this user; only for users that there are."""
        return self._logins[name].take(limit)

    def take_as_stranger(self, limit: RateLimit | None) -> bool:
        """The same of anybody else."""
        return self._strangers.take(limit)
