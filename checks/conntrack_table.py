"""How full the packet filter's table of tracked connections is.

Item        conntrack; none where connections are not tracked
State       WARN or CRIT from `used_percent` of nf_conntrack_max; WARN or CRIT from `drops_per_second`, connections that
            were refused or thrown out for want of room
Why         in a full table every new connection is dropped without a word: the server looks up, and nobody gets in
What to do  conntrack -S; conntrack -L | awk '{print $4, $5, $6}' | sort | uniq -c | sort -n | tail shows who fills it;
            sysctl -w net.netfilter.nf_conntrack_max=MORE (and nf_conntrack_buckets to a quarter); shorten
            nf_conntrack_tcp_timeout_established; do not track what need not be (notrack)
Manual      2.1 network; form 8.2
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import (
    Check,
    Layer,
    Measurement,
    Params,
    Percent,
    Result,
    Section,
    State,
    Text,
    Unit,
    UpperLevels,
    format_percent,
)
from checks.contract.threshold import crossed, crossed_percent, measured_ratio
from collectors import conntrack
from collectors.conntrack import Conntrack


class ConntrackTableParams(Params):
    """Level of a warning as the Prometheus node mixin has it."""

    used_percent: UpperLevels[Percent] = Field(
        UpperLevels[Percent](warn=75, crit=90), description="connections tracked, percent of nf_conntrack_max"
    )
    drops_per_second: UpperLevels[float] = Field(
        UpperLevels[float](warn=0.1, crit=10),
        description="packets dropped and entries thrown out early, since the table had no room",
    )


def evaluate(facts: Conntrack, params: ConntrackTableParams) -> Iterator[Result]:
    """One result for the host."""
    fill, words, measured = _fill(facts, params)
    lost, lost_words, lost_measured = _lost(facts, params)
    yield Result(
        item="conntrack",
        state=max(fill, lost),
        summary=Text(en=words.en + lost_words.en, zh=words.zh + lost_words.zh),
        measurements=(*measured, *lost_measured),
    )


_Finding = tuple[State, Text, tuple[Measurement, ...]]


def _fill(facts: Conntrack, params: ConntrackTableParams) -> _Finding:
    entries = Measurement("entries", facts.entries)
    if facts.maximum == 0:
        return (
            State.OK,
            Text(en=f"{facts.entries} tracked, no limit", zh=f"已跟踪 {facts.entries} 条,无上限"),
            (entries,),
        )
    ratio = facts.entries / facts.maximum
    state = params.used_percent.judge(ratio * 100)
    percent, level = format_percent(ratio), crossed_percent(params.used_percent, state)
    words = Text(
        en=f"{percent} used, {facts.entries} of {facts.maximum}{level.en}",
        zh=f"已用 {percent}({facts.entries} / {facts.maximum}){level.zh}",
    )
    return state, words, (measured_ratio("used", ratio, params.used_percent), entries)


def _lost(facts: Conntrack, params: ConntrackTableParams) -> _Finding:
    rate, levels = facts.drops_per_second, params.drops_per_second
    if rate is None:
        return State.OK, Text(en="", zh=""), ()
    state = levels.judge(rate)
    level = crossed(levels, state)
    measured = Measurement("drops", rate, Unit.PER_SECOND, levels.warn, levels.crit)
    words = Text(en=f", {rate:.2g} dropped per second{level.en}", zh=f",每秒丢弃 {rate:.2g} 个{level.zh}")
    return state, words if rate else Text(en="", zh=""), (measured,)


CHECK = Check(
    reads=conntrack.COLLECTOR,
    params=ConntrackTableParams,
    evaluate=evaluate,
    title=Text(en="Connection tracking table", zh="连接跟踪表"),
    layer=Layer.NETWORK,
    section=Section.SERVERS,
)
