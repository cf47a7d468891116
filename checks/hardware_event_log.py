"""What the server's management controller (BMC) wrote into its event log, and whether the log has room.

Item        the part that reported something bad, such as `Memory ECC Uncorr Err`; `log` for its fullness
State       WARN or CRIT by the words of entries that came since the first look, or on the day before it, for
            `shown_for` after they were seen or until an entry says that the state has ended. `log` from `used_percent`,
            WARN when entries were lost
Why         memory errors, power losses and broken fans are written here first, and often nowhere else; a full log
            takes no more entries
What to do  ipmitool sel elist last 20; ipmitool sel get 0xNUMBER; replace the part; save the log and then
            ipmitool sel clear
Manual      2.6 event log; 2.6 power supply; 2.6 memory ECC; form 8.6
"""

import re
from collections.abc import Iterator, Sequence

from pydantic import Field

from checks.contract import (
    Check,
    Duration,
    Layer,
    Measurement,
    Params,
    Percent,
    Result,
    Section,
    State,
    Text,
    UpperLevels,
)
from checks.contract.patterns import matches_any
from checks.contract.threshold import crossed_percent, measured_ratio
from checks.hardware_words import judge_words
from collectors import ipmi_event_log
from collectors.ipmi_event_log import EventLog, LoggedEvent

_GOOD = re.compile(r"presence detected|fully redundant|device present|drive present", re.IGNORECASE)


class HardwareEventLogParams(Params):
    """Parameters of hardware_event_log."""

    retries: int = Field(
        1, ge=1, le=100, description="how many looks in a row must agree; one, since looks are 15 min apart"
    )
    shown_for: Duration = Field(86400.0, gt=0, description="how long an entry stays a problem after it was seen")
    used_percent: UpperLevels[Percent] = Field(
        UpperLevels[Percent](warn=80, crit=95),
        description="how full the log is; null: it overwrites its oldest entries",
    )
    ignore: tuple[str, ...] = Field(
        (), description="parts not looked at, as patterns of items such as ['Physical Security*']"
    )


def evaluate(facts: EventLog, params: HardwareEventLogParams) -> Iterator[Result]:
    """One result for the log, and one per part that reported something bad lately."""
    recent = [new.event for new in facts.new if facts.clock_seconds - new.seen_at < params.shown_for]
    yield _log(facts, params, len(recent))
    for sensor in dict.fromkeys(event.sensor for event in recent):
        if matches_any(params.ignore, sensor):
            continue
        standing = [event for event in recent if event.sensor == sensor and _judge(event) is not State.OK]
        lasting = [event for event in standing if not _has_ended(event, recent)]
        if standing:
            yield _part(sensor, lasting, standing)


def _judge(event: LoggedEvent) -> State:
    if event.asserted:
        return judge_words(event.event, event.sensor)
    return State.WARN if _GOOD.search(event.event) else State.OK


def _has_ended(event: LoggedEvent, recent: Sequence[LoggedEvent]) -> bool:
    # Not by the record's number: it begins anew when the log was cleared.
    later = recent[recent.index(event) + 1 :]
    return any((e.sensor, e.event) == (event.sensor, event.event) and e.asserted != event.asserted for e in later)


def _part(sensor: str, lasting: Sequence[LoggedEvent], all_bad: Sequence[LoggedEvent]) -> Result:
    state = max((_judge(event) for event in lasting), default=State.OK)
    shown = max(lasting or all_bad, key=_judge)
    what = shown.event if shown.asserted else f"{shown.event} deasserted"
    what = f"{what} ({shown.detail})" if shown.detail else what
    at = Text(en=f", {shown.when}" if shown.when else "", zh=f",{shown.when}" if shown.when else "")
    times = Text(en=f", {len(lasting)} entries", zh=f",共 {len(lasting)} 条") if len(lasting) > 1 else Text("", "")
    ended = Text(en="", zh="") if lasting else Text(en="; it has ended", zh=";已解除")
    words = Text(en=f"{what}{at.en}{times.en}{ended.en}", zh=f"{what}{at.zh}{times.zh}{ended.zh}")
    return Result(sensor, state, words, (Measurement("bad_entries", float(len(lasting))),))


def _log(facts: EventLog, params: HardwareEventLogParams, recent: int) -> Result:
    state = State.OK if facts.used_ratio is None else params.used_percent.judge(facts.used_ratio * 100)
    level = crossed_percent(params.used_percent, state)
    en, zh = f"{facts.entries} entries, {recent} of them new", f"{facts.entries} 条记录,其中新增 {recent} 条"
    if facts.used_ratio is not None:
        used = f"{facts.used_ratio * 100:.0f} %"
        en, zh = f"{used} full{level.en}, {en}", f"已用 {used}{level.zh},{zh}"
    if facts.overflow:
        state = max(state, State.WARN)
        en, zh = f"{en}; entries were lost because it was full", f"{zh};日志已满,有记录丢失"
    measurements = [Measurement("entries", float(facts.entries)), Measurement("new_entries", float(recent))]
    if facts.used_ratio is not None:
        measurements.append(measured_ratio("used", facts.used_ratio, params.used_percent))
    return Result("log", state, Text(en=en, zh=zh), tuple(measurements))


CHECK = Check(
    reads=ipmi_event_log.COLLECTOR,
    params=HardwareEventLogParams,
    evaluate=evaluate,
    title=Text(en="Hardware event log", zh="硬件日志"),
    layer=Layer.HARDWARE,
    section=Section.HARDWARE,
)
