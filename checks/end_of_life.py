"""Until when the distribution gets security updates.

Item        `distribution`, `table` (the dates known to this version of rounds)
State       WARN and CRIT from the time that is left, UNKNOWN for a release whose dates are not known. The table: WARN
            when it is so old that dates may have changed since
Why         after its end no hole is closed any more, and every pending update is missing although none is pending
What to do  plan the upgrade to the next release, or buy extended support (Ubuntu Pro, ELS, LTSS) and set `counts:
            extended`; a contract of your own, or a release not in the table: `dates`. An old table: upgrade rounds
Manual      2.3.1 end of life; form 8.4
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime

from pydantic import Field

from checks.contract import (
    Check,
    Duration,
    Layer,
    LowerLevels,
    Measurement,
    Params,
    Result,
    Section,
    State,
    Text,
    Unit,
    UpperLevels,
)
from checks.contract.threshold import crossed_duration
from checks.end_of_life_dates import Counts, End, Ends, Table, end_of, shipped, version_of
from collectors import operating_system
from collectors.operating_system import OperatingSystem

DAY = 86400.0


class EndOfLifeParams(Params):
    """Parameters of end_of_life."""

    remaining: LowerLevels[Duration] = Field(
        LowerLevels[Duration](warn=180 * DAY, crit=0),
        description="how long support must last yet; crit 0: it has ended",
    )
    counts: Counts = Field(
        "free",
        description="which support counts: regular; free: also what all get without a contract (Debian LTS);"
        " extended: also what needs one (Ubuntu ESM, RHEL ELS, SLES LTSS)",
    )
    dates: Mapping[str, Ends] = Field(
        default_factory=dict,
        description="dates of your own by ID and VERSION_ID of os-release, such as {kylin V10: {regular: 2030-12-31}};"
        " they come before the table's",
    )
    table_age: UpperLevels[Duration] = Field(
        UpperLevels[Duration](warn=400 * DAY), description="how old the table of dates may be"
    )
    retries: int = Field(
        1, ge=1, le=100, description="how many looks in a row must agree; one, since dates do not come and go"
    )


def evaluate(facts: OperatingSystem, params: EndOfLifeParams) -> Iterator[Result]:
    """The distribution, and the table's age."""
    table = shipped()
    yield _distribution(facts, params, table)
    age = max(0.0, facts.asked_at - _midnight(table.as_of))
    state, levels = params.table_age.judge(age), params.table_age
    days, mark = int(age // DAY), crossed_duration(levels, state)
    words = Text(en=f"of {table.as_of}, {days} d old{mark.en}", zh=f"{table.as_of} 版,距今 {days} 天{mark.zh}")
    yield Result("table", state, words, (Measurement("table_age", age, Unit.SECONDS, levels.warn, levels.crit),))


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def _distribution(facts: OperatingSystem, params: EndOfLifeParams, table: Table) -> Result:
    release = facts.release
    if release is None:
        words = Text(en="no os-release: the distribution is not known", zh="无 os-release,发行版未知")
        return Result("distribution", State.UNKNOWN, words)
    if end := end_of(release, table, params.dates, params.counts):
        return _judged(release.pretty_name, end, params.remaining, facts.asked_at)
    product = table.product(release)
    if product is not None and product.rolling:
        words = Text(
            en=f"{release.pretty_name}: rolling, does not end", zh=f"{release.pretty_name}:滚动发布,无终止日期"
        )
        return Result("distribution", State.OK, words)
    named = f"{release.pretty_name} ({f'{release.id} {version_of(release)}'.strip()})"
    words = Text(en=f"{named} is not in the table of {table.as_of}", zh=f"{named} 不在 {table.as_of} 版日期表中")
    return Result("distribution", State.UNKNOWN, words)


def _judged(name: str, end: End, levels: LowerLevels[Duration], asked_at: float) -> Result:
    left = _midnight(end.day) + DAY - asked_at  # the last day counts
    state, days = levels.judge(left), int(abs(left) // DAY)
    if left >= 0:
        mark = crossed_duration(levels, state)
        en, zh = f"until {end.day}, {days} d left{mark.en}", f"至 {end.day},剩余 {days} 天{mark.zh}"
    else:
        en, zh = f"ended on {end.day}, {days} d ago", f"已于 {end.day} 终止,距今 {days} 天"
    words = Text(
        en=f"{name}: {end.phase.en} {en}{end.beside.en} ({end.source.en})",
        zh=f"{name}:{end.phase.zh}{zh}{end.beside.zh}({end.source.zh})",
    )
    measured = Measurement("remaining", left, Unit.SECONDS, levels.warn, levels.crit, lower=True)
    return Result("distribution", state, words, (measured,))


CHECK = Check(
    reads=operating_system.COLLECTOR,
    params=EndOfLifeParams,
    evaluate=evaluate,
    title=Text(en="End of life", zh="发行版终止支持"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.PATCHES,
)
