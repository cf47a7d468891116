"""What a mail's readers see of a day."""

from collections.abc import Sequence

from checks.contract.text import Language
from exporters.contract import DayRecord
from exporters.daily import BOTH
from exporters.post.rendering import body_of


def mailed(day: DayRecord, languages: Sequence[Language] = BOTH) -> tuple[str, str]:
    """The day's digest as text and as HTML."""
    body = body_of(day, languages)
    return body.text, body.html
