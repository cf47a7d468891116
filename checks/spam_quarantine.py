"""How much the spam filter's quarantine holds, and for how long.

Item        the name of the quarantine; else its folder
State       WARN and CRIT from the age of the oldest message, from the number of messages and from their size. CRIT when
            a folder that was named is not there, UNKNOWN when the login may not look into it
Why         nobody looks at mail kept back for months; a quarantine that only grows fills the disk of the mail server
What to do  look through it for what was wanted, release that (amavisd-release), delete the rest; set up a job that does
            so: find FOLDER -type f -mtime +30 -delete
Manual      2.4 quarantine
"""

from collections.abc import Iterator, Sequence

from pydantic import Field, field_validator

from checks.contract import (
    Check,
    Duration,
    Layer,
    Measurement,
    Params,
    Result,
    Section,
    Size,
    State,
    Text,
    Unit,
    UpperLevels,
    duration_text,
    format_bytes,
)
from checks.contract.threshold import crossed, crossed_duration
from checks.spam_places import NamedFolder, each_name_once, not_seen
from collectors import spam_filter
from collectors.spam_filter import SpamFilter
from collectors.spam_stores import AMAVIS, Quarantine


class SpamQuarantineParams(Params):
    """The folders of amavis are found by themselves."""

    quarantines: tuple[NamedFolder, ...] = Field(
        (), description="more folders, such as [{name: spam, folder: /var/spool/quarantine}]"
    )
    oldest: UpperLevels[Duration] = Field(
        UpperLevels[Duration](warn=30 * 86400, crit=None), description="how long a message may lie there"
    )
    messages: UpperLevels[int] = Field(
        UpperLevels[int](warn=10_000, crit=None), description="how many messages may lie there"
    )
    size: UpperLevels[Size] = Field(
        UpperLevels[Size](warn=None, crit=None), description="how much room they may take together"
    )
    retries: int = Field(
        1, ge=1, le=100, description="how many looks in a row must agree; one, since looks are hours apart"
    )

    @field_validator("quarantines")
    @classmethod
    def _each_name_once(cls, quarantines: tuple[NamedFolder, ...]) -> tuple[NamedFolder, ...]:
        each_name_once(quarantines)
        return quarantines


def arguments(params: SpamQuarantineParams) -> Sequence[str]:
    """The folders that were named."""
    return tuple(dict.fromkeys(f"quarantine:{one.folder}" for one in params.quarantines))


def evaluate(facts: SpamFilter, params: SpamQuarantineParams) -> Iterator[Result]:
    """One result for each quarantine that was named, or was found."""
    names = {one.folder: one.name for one in params.quarantines}
    for one in facts.quarantines:
        yield _judge(names.get(one.folder, one.folder), one, facts.now, params)
    closed = {folder: folder for folder in AMAVIS if folder in facts.closed}
    yield from not_seen(closed | names, {one.folder for one in facts.quarantines}, facts)


def _judge(item: str, one: Quarantine, now: int, params: SpamQuarantineParams) -> Result:
    age = 0 if one.oldest_at is None else max(0, now - one.oldest_at)
    many, large = params.messages.judge(one.messages), params.size.judge(one.size_bytes)
    old = params.oldest.judge(age) if one.messages else State.OK
    size, oldest = format_bytes(one.size_bytes), duration_text(age)
    marks = (
        crossed(params.messages, many),
        crossed(params.size, large, format_bytes),
        crossed_duration(params.oldest, old),
    )
    count = "1 message" if one.messages == 1 else f"{one.messages} messages"
    text = Text(
        en=f"{count}{marks[0].en}, {size}{marks[1].en}, oldest {oldest.en}{marks[2].en}",
        zh=f"{one.messages} 封{marks[0].zh},{size}{marks[1].zh},最早 {oldest.zh}前{marks[2].zh}",
    )
    return Result(
        item,
        max(many, large, old),
        text if one.messages else Text(en="empty", zh="为空"),
        (
            Measurement("messages", one.messages, warn=params.messages.warn, crit=params.messages.crit),
            Measurement("size", one.size_bytes, Unit.BYTES, params.size.warn, params.size.crit),
            Measurement("oldest", age, Unit.SECONDS, params.oldest.warn, params.oldest.crit),
        ),
    )


CHECK = Check(
    reads=spam_filter.COLLECTOR,
    params=SpamQuarantineParams,
    evaluate=evaluate,
    title=Text(en="Spam quarantine", zh="垃圾邮件隔离区"),
    layer=Layer.APPLICATION,
    section=Section.PATCHES,
    arguments=arguments,
)
