"""The one-line conclusion, in the three wordings of the maintenance manual."""

from collections.abc import Iterator
from dataclasses import dataclass

from checks.contract import State, Text
from checks.contract.text import Language
from exporters.contract import CheckCard, DayRecord, Incident, ItemLine
from exporters.daily.inert import plain
from exporters.daily.quantities import amount, clock, is_beyond, judged, lasting, thresholds
from exporters.daily.reasons import LOCKED_OUT, UNREACHABLE, is_of_reach, problem_title, reason_words
from exporters.daily.statistics import Counts, Statistics
from exporters.daily.topics import ANTIVIRUS, BACKUP
from exporters.daily.words import chinese, counted, is_in_title, item_words

_BOTH: tuple[Language, Language] = ("en", "zh")

VIRUS_SCAN = Text("virus scan", "病毒扫描")

NAMED = 3
"""Main problems, and reasons, that the line names."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What the day comes to. Both findings and incompleteness can hold at once.

    `worst` is OK, WARN or CRIT: the worst of what was judged and of what was resolved meanwhile.
    """

    findings: bool
    incomplete: bool
    worst: State
    sentences: tuple[Text, ...]
    no_data: bool = False
    """The agent did not run at all: nothing is known of the day."""
    unreachable: int = 0
    """Servers that could not be reached at the end of the day."""
    judged: State = State.OK
    """The worst of what was found on servers that were reached."""
    until: str = ""
    """The moment until which a day is told that is not over; empty where it is."""

    @property
    def headline(self) -> Text:
        """The state of the day in a word or two; of one that is not over, that it is not."""
        state = self._state
        if not self.until:
            return state
        return Text(f"Provisional until {self.until}: {state.en}", f"临时(截至 {self.until}):{state.zh}")

    @property
    def _state(self) -> Text:
        if self.no_data:
            return Text("No data", "无巡检数据")
        told = []
        if self.findings and self.judged is not State.OK:
            told.append(Text("critical", "严重异常") if self.judged == State.CRIT else Text("warnings", "有异常"))
        if self.unreachable:
            lost = Text(f"{counted(self.unreachable, 'server')} unreachable", f"{self.unreachable}台服务器失联")
            told.insert(1 if self.judged is State.CRIT else 0, lost)
        if self.findings and not told:
            told.append(Text("servers could not be connected to", "有服务器曾无法连接"))
        if self.incomplete:
            told.append(Text("incomplete", "检查不完整"))
        en = ", ".join(words.en for words in told) or "all normal"
        return Text(en[0].upper() + en[1:], "，".join(words.zh for words in told) or "全部正常")

    def in_language(self, language: Language) -> str:
        """The sentences as one line."""
        return ("" if language == "zh" else " ").join(s.in_language(language) for s in self.sentences)


def conclude(day: DayRecord) -> Conclusion:
    """Draw the conclusion of a day."""
    numbers = Statistics.of(day)
    problems = [incident for incident in day.incidents if not incident.is_lapse]
    findings = bool(day.abnormal or problems)
    incomplete = bool(numbers.hosts_not_done or numbers.items.unchecked or not numbers.items.done)
    no_data = _ran_never(day, numbers)
    found = [i.state or State.OK for i in day.abnormal]
    judged = max([*found, *(i.worst for i in problems if i.worst is not State.UNKNOWN)], default=State.OK)
    unreachable = 0 if no_data else _unreachable(day)
    # A server that cannot be reached is as bad as can be; one that was back in time, more than nothing.
    worst = State.CRIT if unreachable else max(judged, State.WARN) if problems else judged
    sentences = [_no_data(day)] if no_data else list(_sentences(day, numbers, findings, incomplete))
    if day.began_at is not None:
        at = clock(day.began_at, day.timezone)
        sentences.append(Text(f"Rounds began at {at}: nothing is known of before.", f"巡检自{at}开始,此前情况未知。"))
    if day.gaps and not no_data:
        sentences.append(_gaps(day, numbers))
    until = clock(day.made_at, day.timezone) if day.made_at < day.ends_at else ""
    if until:
        sentences.insert(
            0, Text(f"Provisional, the day until {until}.", f"本日尚未结束,以下为截至 {until} 的临时统计。")
        )
    wide = tuple(Text(sentence.en, chinese(sentence.zh)) for sentence in sentences)
    return Conclusion(findings, incomplete, worst, wide, no_data, unreachable, judged, until)


def _unreachable(day: DayRecord) -> int:
    """The servers that no round reached, or none any more. Those that only let nobody in are not among them."""
    absent = {
        line.host.name
        for line in day.hosts
        if not line.checked and line.reason is not None and line.reason.is_of_the_host and line.reason not in LOCKED_OUT
    }
    return len(absent | {i.host for i in _lost(day) if problem_title(i.check, i.summary) is UNREACHABLE})


def _lost(day: DayRecord) -> list[Incident]:
    """The problems of servers that are not reached at the end of the day."""
    return [incident for incident in day.open if is_of_reach(incident.check)]


def _sentences(day: DayRecord, numbers: Statistics, findings: bool, incomplete: bool) -> Iterator[Text]:
    if findings:
        yield _findings(day, numbers)
    if incomplete:
        yield _incomplete(day, numbers)
    if not findings and not incomplete:
        yield _all_well(day, numbers)


def _ran_never(day: DayRecord, numbers: Statistics) -> bool:
    """Whether the agent itself did not run for the whole of the day, as far as it has passed."""
    passed = min(day.ends_at, day.made_at) - day.begins_at
    return not numbers.rounds and not numbers.items.done and 0 < passed <= day.unwatched_seconds + 1


def _no_data(day: DayRecord) -> Text:
    n, still = len(day.hosts), len(day.open)
    en = (
        f"; {counted(still, 'problem')} of before {'is' if still == 1 else 'are'} not known to be solved"
        if still
        else ""
    )
    zh = f";此前遗留的{still}项问题是否已解决未知" if still else ""
    return Text(
        en=f"The agent did not run during the whole period: none of {counted(n, 'server')} was checked{en}."
        " This says nothing about how the servers fared: verify by hand.",
        zh=f"统计时段内巡检程序全程未运行,应检服务器{n}台均未检查{zh}。本日报不能说明系统运行状况,请人工核实。",
    )


def _all_well(day: DayRecord, numbers: Statistics) -> Text:
    backups = Counts.of(BACKUP.lines(day))
    scanned = any(line.state == State.OK for line in ANTIVIRUS.lines(day) if "scans" in line.check.name.split("_"))
    # A clause about what nobody looked at would be a lie, so it is said instead that nobody did.
    missing = [title for title, found in ((BACKUP.title, backups.done), (VIRUS_SCAN, scanned)) if not found]
    en, zh = [], []
    if backups.done:
        sets = len({(line.host, line.item) for line in BACKUP.lines(day) if line.state == State.OK})
        en.append(f"backups {sets}/{sets}")
        zh.append(f"备份{sets}/{sets}成功")
    if scanned:
        en.append("no malware found")
        zh.append("未发现病毒")
    if missing:
        en.append(f"{' and '.join(title.en.lower() for title in missing)} not covered by these rounds")
        zh.append(f"{'、'.join(title.zh for title in missing)}未纳入本次巡检")
    n, m = numbers.hosts_due, numbers.items.done
    return Text(
        en=f"{'All ' if n > 1 else ''}{counted(n, 'server')} checked, {counted(m, 'item')}, all normal;"
        f" {'; '.join(en)}.",
        zh=f"今日应检服务器{n}台,实检{numbers.hosts_done}台,检查{m}项,全部正常;{','.join(zh)}。系统整体运行平稳。",
    )


def _findings(day: DayRecord, numbers: Statistics) -> Text:
    items = numbers.items
    main = [_line_problem(line, day.timezone) for line in day.abnormal]
    if main:
        main = [*(_incident_problem(incident) for incident in _lost(day)), *main]
    main = main or [
        _incident_problem(incident)
        for incident in sorted((*day.open, *day.resolved), key=lambda i: (i.ended_at is not None, -i.worst))
    ]
    more = len(main) - NAMED
    en = "; ".join(problem.en for problem in main[:NAMED]) + (f"; and {more} more" if more > 0 else "")
    zh = "；".join(problem.zh for problem in main[:NAMED]) + (f";另有{more}项" if more > 0 else "")
    judged_en = (
        f"{items.abnormal} of {counted(items.done, 'item')} abnormal"
        f" ({items.critical} critical, {items.warning} warning)"
    )
    judged_zh = (
        f"{items.done}项中正常{items.normal}项、异常{items.abnormal}项(严重{items.critical}、警告{items.warning})"
    )
    return Text(
        en=f"{numbers.hosts_done} of {counted(numbers.hosts_due, 'server')} checked; {judged_en};"
        f" {numbers.resolved} resolved, {numbers.open} open. Main: {en}.",
        zh=f"今日实检{numbers.hosts_done}/{numbers.hosts_due}台,{judged_zh},"
        f"已处理{numbers.resolved}项,遗留{numbers.open}项。主要问题:{zh}。",
    )


def _incomplete(day: DayRecord, numbers: Statistics) -> Text:
    if numbers.hosts_not_done:
        why = _why([reason_words(line.reason) for line in day.hosts if not line.checked])
        return Text(
            en=f"{counted(numbers.hosts_not_done, 'server')} not checked ({why.en}): incomplete, verify by hand.",
            zh=f"{numbers.hosts_not_done}台未能检查(原因:{why.zh}),结论不完整,请人工核实。",
        )
    if numbers.items.unchecked:
        why = _why([reason_words(line.reason) for line in day.unchecked])
        return Text(
            en=f"{counted(numbers.items.unchecked, 'item')} not checked ({why.en}): incomplete, verify by hand.",
            zh=f"{numbers.items.unchecked}项未能检查(原因:{why.zh}),结论不完整,请人工核实。",
        )
    return Text("Nothing was checked: verify by hand.", "今日未作任何检查,请人工核实。")


def _gaps(day: DayRecord, numbers: Statistics) -> Text:
    long = lasting(numbers.gap_seconds)
    return Text(
        en=f"The agent itself did not run for {long.en} ({counted(len(day.gaps), 'gap')}).",
        zh=f"巡检程序中断{len(day.gaps)}次,共{long.zh.replace(' ', '')}。",
    )


def _line_problem(line: ItemLine, timezone: str) -> Text:
    """{主机}{项目}{当前值}(阈值{阈值}); in the check's own words where no measurement is beyond its level."""
    subject = Text(
        *(f"{plain(line.host)} {_named(line.check.title, line.check, line.item, language)}" for language in _BOTH)
    )
    measured = judged(line.measurements)
    # A number without the item it counts would be a riddle.
    if measured is None or not is_beyond(measured) or measured.value < 0 or is_in_title(line.check, line.item):
        return Text(
            en=f"{subject.en}: {plain(line.summary.en, 120)}",
            zh=f"{subject.zh}：{plain(line.summary.zh, 120)}",
        )
    value = Text(*(amount(measured.value, measured.unit, language, timezone) for language in _BOTH))
    limit = Text(*(thresholds(measured, language, timezone) for language in _BOTH))
    return Text(
        en=f"{subject.en} {value.en} (threshold {limit.en})",
        zh=f"{subject.zh} {value.zh}(阈值{limit.zh})",
    )


def _incident_problem(incident: Incident) -> Text:
    title = problem_title(incident.check, incident.summary)
    en, zh = (f"{plain(incident.host)} {_named(title, incident.check, incident.item, language)}" for language in _BOTH)
    return Text(f"{en} (resolved)", f"{zh}(已恢复)") if incident.ended_at is not None else Text(en, zh)


def _named(title: Text, check: CheckCard, item: str, language: Language) -> str:
    return f"{title.in_language(language)} {plain(item_words(check, item, language), 80)}".strip()


def _why(reasons: list[Text]) -> Text:
    """The reasons, the most frequent first, each once."""
    unique = sorted(dict.fromkeys(reasons), key=lambda reason: -reasons.count(reason))
    more = len(unique) - NAMED
    return Text(
        en=", ".join([reason.en for reason in unique[:NAMED]] + ([counted(more, "other reason")] if more > 0 else [])),
        zh="、".join(reason.zh for reason in unique[:NAMED]) + (f"等{len(unique)}种" if more > 0 else ""),
    )
