"""Why something was not checked, as a summary for people."""

from typing import Any

from checks.contract import Text
from checks.contract.text import Language
from collectors.contract import Collector, Reason
from exporters.daily.reasons import why_not


def not_checked_text(reason: Reason, detail: str = "") -> Text:
    """`not checked: login failed (...)`. `detail` is in English; in Chinese it stands where the reason needs it."""
    return Text(en=f"not checked: {_told(reason, detail, 'en')}", zh=f"未检查:{_told(reason, detail, 'zh')}")


def _told(reason: Reason, detail: str, language: Language) -> str:
    words, more = why_not(reason, detail, language)
    if not more:
        return words
    return f"{words}({more})" if language == "zh" else f"{words} ({more})"


def late_or_missing(collector: Collector[Any], reason: Reason) -> str:
    """Why a section of the round's script has no answer to be read, in English."""
    match reason:
        case Reason.NOT_APPLICABLE:
            return f"the command {collector.needs_command} is not on the host"
        case Reason.LATE if collector.timeout_seconds:
            return f"not done within {collector.timeout_seconds:g} s, or not reached before the round's deadline"
        case Reason.LATE:
            return "not reached before the round's deadline"
        case Reason.TOO_LONG:
            return "the answer was longer than the limit"
        case _:
            return "the host's shell ended before this section did"
