"""The subject of a day's mail: the one line that everybody reads."""

from collections.abc import Sequence

from checks.contract import State, Text
from checks.contract.text import Language
from exporters.contract import DayRecord
from exporters.daily import Statistics, conclude, title
from exporters.daily.inert import plain
from exporters.daily.quantities import lasting
from exporters.daily.topics import BACKUP
from exporters.daily.words import chinese, counted

LONGEST = 200


def subject(day: DayRecord, languages: Sequence[Language]) -> str:
    """System, date and state. Of a day without findings it says all there is: nobody needs to open such a mail."""
    conclusion = conclude(day)
    said = conclusion.headline
    if not conclusion.findings and not conclusion.incomplete:
        said = _all(day, said)
    state = " / ".join(chinese(said.zh) if language == "zh" else said.en for language in languages)
    return plain(f"{title(day, languages[0])} {day.date.isoformat()}: {state}", LONGEST)


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
