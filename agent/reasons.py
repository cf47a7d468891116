"""Why something was not checked, as a summary for people."""

from checks.contract import Text
from checks.contract.text import Language
from collectors.contract import Reason
from exporters.daily.reasons import why_not


def not_checked_text(reason: Reason, detail: str = "") -> Text:
    """`not checked: login failed (...)`. `detail` is in English; in Chinese it stands where the reason needs it."""
    return Text(en=f"not checked: {_told(reason, detail, 'en')}", zh=f"未检查:{_told(reason, detail, 'zh')}")


def _told(reason: Reason, detail: str, language: Language) -> str:
    words, more = why_not(reason, detail, language)
    if not more:
        return words
    return f"{words}({more})" if language == "zh" else f"{words} ({more})"
