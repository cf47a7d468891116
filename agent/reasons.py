"""Why something was not checked, as a summary for people."""

from checks.contract import Text
from collectors.contract import Reason
from exporters.daily.words import REASONS


def not_checked_text(reason: Reason, detail: str = "") -> Text:
    """`not checked: login failed (...)`. `detail` is shown as it is, in the language of whoever said it."""
    words = REASONS[reason]
    return Text(
        en=f"not checked: {words.en}" + (f" ({detail})" if detail else ""),
        zh=f"未检查:{words.zh}" + (f"({detail})" if detail else ""),
    )
