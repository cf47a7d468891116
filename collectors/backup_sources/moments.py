"""Times as tools write them."""

import re
from datetime import UTC, datetime

from collectors.contract import UnreadableOutput

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})?")


def moment(word: str, line: str = "") -> int:
    """The epoch second of `2026-11-20T02:00:00.123456789+01:00`; without an offset it is UTC.

    Raises `UnreadableOutput`; `line` is shown then.
    """
    if not _MOMENT.fullmatch(word):
        raise UnreadableOutput("a time such as 2026-11-20T02:00:00Z", line or word)
    try:
        when = datetime.fromisoformat(word)
        return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        raise UnreadableOutput("a time that there is", line or word) from None
