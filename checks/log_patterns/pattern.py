"""A pattern that lines of the log are held against, and what follows from the newest line that has it."""

import re
import warnings
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from checks.contract import Measurement, Result, State, Text, Unit, duration_text
from collectors.system_log import Sought

_NOT_EXTENDED = re.compile(r"\\[dD]|\(\?")
"""What other tools understand, and grep -E takes for something else, without a word."""

_UNFINISHED = ("unterminated", "unbalanced parenthesis")


class LogPattern(BaseModel):
    """Lines that matter, of any priority."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pattern: str = Field(min_length=1, description="extended regular expression, as grep -E reads it")
    state: Literal["warn", "crit"] = Field("warn", description="how bad such a line is")
    name: str | None = Field(None, min_length=1, description="what people call it; default: the pattern")

    @field_validator("pattern")
    @classmethod
    def _is_one_line(cls, pattern: str) -> str:
        if not pattern.isprintable() or pattern != pattern.strip():
            raise ValueError("expected one line without control characters or blanks around it")
        if strange := _NOT_EXTENDED.search(pattern):
            raise ValueError(f"grep -E knows no {strange[0]}; write [0-9] for a digit, [[:space:]] for a blank")
        with warnings.catch_warnings(action="ignore"):  # of [[:digit:]], which is something else to Python
            try:
                re.compile(pattern)
            except re.error as error:
                if any(words in error.msg for words in _UNFINISHED):
                    raise ValueError(f"expected a whole regular expression: {error.msg}") from None
        return pattern


def judged(wanted: LogPattern, found: Sought | None, now: float, shown_for: float) -> Result:
    """The result for one pattern; `shown_for` is for how many seconds its newest line is a problem."""
    item = wanted.name or wanted.pattern
    if found is None:
        return Result(item, State.UNKNOWN, Text(en="was not looked for yet", zh="尚未查找"))
    if found.refused:
        return Result(item, State.UNKNOWN, Text(en="grep -E refuses the pattern", zh="grep -E 不接受此表达式"))
    if found.at is None:
        return Result(item, State.OK, Text(en="not seen", zh="未出现"))
    age = duration_text(max(0.0, now - found.at))
    state = State[wanted.state.upper()] if now - found.at < shown_for else State.OK
    words = Text(en=f"{age.en} ago: {found.example}", zh=f"{age.zh}前:{found.example}")
    return Result(item, state, words, (Measurement("last_seen", found.at, Unit.TIMESTAMP),))
