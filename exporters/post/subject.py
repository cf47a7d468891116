"""The subject of a day's mail: the one line that everybody reads."""

from collections.abc import Sequence
from dataclasses import replace

from checks.contract import State, Text
from checks.contract.text import Language
from exporters.contract import DayRecord
from exporters.daily import Statistics, conclude, title
from exporters.daily.inert import plain
from exporters.daily.quantities import lasting
from exporters.daily.topics import BACKUP
from exporters.daily.words import chinese, counted
from exporters.post.breaking import abridged

LONGEST = 200

LONGEST_NAME = 48
"""Columns of a system's name, of which an ideograph takes two."""


def subject(day: DayRecord, languages: Sequence[Language]) -> str:
    """System, date and state. Of a day without findings it says all there is: nobody needs to open such a mail."""
    conclusion = conclude(day)
    said = conclusion.headline
    if not conclusion.findings and not conclusion.incomplete:
        said = _all(day, said)
    state = " / ".join(chinese(said.zh) if language == "zh" else said.en for language in languages)
    named = replace(day, system=in_subject(day.system))
    return plain(f"{title(named, languages[0])} {day.date.isoformat()}: {state}", LONGEST)


def in_subject(system: str) -> str:
    """The system's name as long as a subject has room for it before what matters; the mail itself has it whole."""
    return abridged(plain(system), LONGEST_NAME)


def _all(day: DayRecord, headline: Text) -> Text:
    numbers = Statistics.of(day)
    hosts, items = numbers.hosts_due, numbers.items.done
    en = [headline.en, counted(hosts, "server"), counted(items, "item")]
    zh = [headline.zh, f"服务器 {hosts} 台", f"检查 {items} 项"]
    sets = len({(line.host, line.item) for line in BACKUP.lines(day) if line.state == State.OK})
    if sets:
        en.append(f"backups {sets}/{sets}")
        zh.append(f"备份 {sets}/{sets}")
    if day.gaps:
        long = lasting(numbers.gap_seconds)
        en.append(f"the agent itself did not run for {long.en}")
        zh.append(f"巡检程序中断 {long.zh}")
    return Text(", ".join(en), "，".join(zh))
