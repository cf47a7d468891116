"""Whether the spam filter's lists of addresses and its rules are there, whole and kept up to date.

Item        the name of the list; else its file; `spamassassin rules`
State       CRIT when a list that was named is not there. WARN when a list lost more than `shrink` of its entries at a
            time, until `shown_for` has passed; WARN and CRIT from `entries`, `age` and the rules' age
Why         an emptied blocklist lets spam in, an emptied list of welcome senders throws wanted mail away
What to do  look at what writes the list, and restore it from its backup. Rules: sa-update, and its cron job or timer
Manual      2.4 spam lists
"""

from collections.abc import Iterator, Sequence

from pydantic import Field, field_validator

from checks.contract import (
    Check,
    Duration,
    Layer,
    LowerLevels,
    Measurement,
    Params,
    Percent,
    Result,
    Section,
    State,
    Text,
    Unit,
    UpperLevels,
    duration_text,
)
from checks.contract.threshold import crossed, crossed_duration
from checks.spam_places import NamedList, each_name_once, not_seen
from collectors import spam_filter
from collectors.spam_filter import SpamFilter
from collectors.spam_stores import Rules, SpamList

DAY = 86400.0


class SpamListsParams(Params):
    """What rspamd and SpamAssassin have is found by itself."""

    lists: tuple[NamedList, ...] = Field(
        (), description="more lists, such as [{name: blocked, file: /etc/postfix/blocked_senders}]"
    )
    entries: LowerLevels[int] = Field(
        LowerLevels[int](warn=None, crit=None), description="how many entries a list needs"
    )
    age: UpperLevels[Duration] = Field(
        UpperLevels[Duration](warn=None, crit=None), description="since a list was last written"
    )
    shrink: Percent | None = Field(50, description="by how much a list may shrink at a time; null: by any")
    shown_for: Duration = Field(7 * DAY, description="how long a list that shrank is shown")
    rules_age: UpperLevels[Duration] = Field(
        UpperLevels[Duration](warn=7 * DAY, crit=30 * DAY), description="since SpamAssassin's rules were last updated"
    )
    retries: int = Field(
        1, ge=1, le=100, description="how many looks in a row must agree; one, since looks are hours apart"
    )

    @field_validator("lists")
    @classmethod
    def _each_name_once(cls, lists: tuple[NamedList, ...]) -> tuple[NamedList, ...]:
        each_name_once(lists)
        return lists


def arguments(params: SpamListsParams) -> Sequence[str]:
    """The files of the lists that were named."""
    return tuple(dict.fromkeys(f"list:{one.file}" for one in params.lists))


def evaluate(facts: SpamFilter, params: SpamListsParams) -> Iterator[Result]:
    """One result for each list that was named, or was found, and one for the rules."""
    names = {one.file: one.name for one in params.lists}
    for one in facts.lists:
        yield _judge(names.get(one.path, f"{one.path} {one.kind}".rstrip()), one, facts.now, params)
    yield from not_seen(names, {one.path for one in facts.lists}, facts)
    if facts.rules is not None:
        yield _judge_rules(facts.rules, facts.now, params.rules_age)


def _judge(item: str, one: SpamList, now: int, params: SpamListsParams) -> Result:
    age = max(0, now - one.modified_at)
    few, old = params.entries.judge(one.entries), params.age.judge(age)
    lost = 100 * (one.before - one.entries) / one.before if one.before else 0.0
    lately = one.changed_at is not None and now - one.changed_at < params.shown_for
    shrank = params.shrink is not None and lost > params.shrink and lately
    en, zh = (
        f"{_count(one.entries)}{crossed(params.entries, few).en}",
        f"{one.entries} 条{crossed(params.entries, few).zh}",
    )
    if one.before is not None and lately:
        en, zh = f"{en}, were {one.before}", f"{zh},原有 {one.before} 条"
    if shrank:
        en, zh = f"{en} (warn when more than {params.shrink:g} % go)", f"{zh}(减少超过 {params.shrink:g} % 警告)"
    written, mark = duration_text(age), crossed_duration(params.age, old)
    state = max(few, old, State.WARN if shrank else State.OK)
    return Result(
        item,
        state,
        Text(en=f"{en}, written {written.en} ago{mark.en}", zh=f"{zh},写入于 {written.zh}前{mark.zh}"),
        (
            Measurement("entries", one.entries, warn=params.entries.warn, crit=params.entries.crit, lower=True),
            Measurement("age", age, Unit.SECONDS, params.age.warn, params.age.crit),
        ),
    )


def _count(entries: int) -> str:
    return "1 entry" if entries == 1 else f"{entries} entries"


def _judge_rules(rules: Rules, now: int, levels: UpperLevels[Duration]) -> Result:
    if rules.updated_at is None:
        text = Text(en="only the package's rules: sa-update never ran", zh="仅有软件包自带规则,从未运行 sa-update")
        return Result("spamassassin rules", State.WARN, text)
    age = max(0, now - rules.updated_at)
    state = levels.judge(age)
    old, mark = duration_text(age), crossed_duration(levels, state)
    version = f"{rules.version}, " if rules.version else ""
    return Result(
        "spamassassin rules",
        state,
        Text(
            en=f"{version}updated {old.en} ago{mark.en}", zh=f"{version.replace(', ', ',')}更新于 {old.zh}前{mark.zh}"
        ),
        (Measurement("rules_age", age, Unit.SECONDS, levels.warn, levels.crit),),
    )


CHECK = Check(
    reads=spam_filter.COLLECTOR,
    params=SpamListsParams,
    evaluate=evaluate,
    title=Text(en="Spam lists", zh="垃圾邮件名单"),
    layer=Layer.APPLICATION,
    section=Section.PATCHES,
    arguments=arguments,
)
