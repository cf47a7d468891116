"""Puts the daily report (form 8.7) together, and the digest of it that is mailed."""

from dataclasses import replace

from checks.contract import Section
from checks.contract.text import Language
from exporters.contract import DayRecord
from exporters.daily.changes import changes_part
from exporters.daily.closing import plan_part, signatures_part
from exporters.daily.document import Block, Document, Note, Part, Table, Tone
from exporters.daily.findings import abnormal, lines_table, section_part
from exporters.daily.overview import conclusion_part, conclusion_tone, figures, gaps, statistics_part
from exporters.daily.problems import (
    awaiting_part,
    incidents_part,
    open_part,
    open_tables,
    unchecked_tables,
)
from exporters.daily.servers import extremes_tables, servers_part
from exporters.daily.view import View

MOST_MAILED = 40
"""Rows of a table that a mail shows; the log has all of them."""


def report(day: DayRecord, language: Language, edition: int = 1) -> Document:
    """The whole report: all fourteen sections, in the form's order."""
    view = View(day, language)
    found = tuple(section_part(view, section) for section in Section if section is not Section.SERVERS)
    parts = (
        conclusion_part(view),
        statistics_part(view),
        servers_part(view),
        *found,
        incidents_part(view),
        changes_part(view),
        open_part(view),
        awaiting_part(view),
        plan_part(view),
        signatures_part(view),
    )
    return _document(view, parts, edition)


def digest(day: DayRecord, language: Language) -> Document:
    """What the person on duty has to know before anything else."""
    view = View(day, language)
    say = view.say
    blocks: list[tuple[str, tuple[Block, ...]]] = [(say("Statistics", "巡检统计"), (figures(view), *gaps(view)))]
    bad = abnormal(day.items)
    if bad:
        blocks.append((say("Abnormal", "异常项"), _first(view, (lines_table(view, bad),))))
    blocks.append((say("Awaiting a person", "待人工确认项"), _first(view, unchecked_tables(view))))
    blocks.append((say("Open problems", "遗留问题"), _first(view, open_tables(view))))
    extremes = tuple(replace(table, caption="") for table in extremes_tables(view))
    blocks.append((say("Fullest and busiest", "最满与最忙"), extremes))
    parts = tuple(Part(0, title, found) for title, found in blocks if found)
    return _document(view, parts, 1)


def title(day: DayRecord, language: Language) -> str:
    """《{系统}系统运行维护日报》."""
    if language == "zh":
        return f"《{day.system.removesuffix('系统')}系统运行维护日报》"
    return f"{day.system}: daily maintenance report"


def _first(view: View, tables: tuple[Table, ...]) -> tuple[Block, ...]:
    """The tables as far as a mail has room for them, and how much more there is."""
    blocks: list[Block] = []
    for table in tables:
        blocks.append(replace(table, rows=table.rows[:MOST_MAILED]))
        more = len(table.rows) - MOST_MAILED
        if more > 0:
            blocks.append(Note(view.say(f"and {more} more, see the log", f"另有 {more} 行,见日报全文"), Tone.QUIET))
    return tuple(blocks)


def _document(view: View, parts: tuple[Part, ...], edition: int) -> Document:
    day, say = view.day, view.say
    period = f"{view.moment(day.begins_at)} – {view.moment(day.ends_at)} ({day.timezone})"
    if view.until < day.ends_at:
        period += say(f", so far until {view.moment(view.until)}", f",统计至 {view.moment(view.until)}")
    head = [
        (
            say("No.", "记录编号"),
            day.number + (say(f" (edition {edition})", f"(第 {edition} 版)") if edition > 1 else ""),
        ),
        (say("Date", "日期"), day.date.isoformat()),
        (say("Period", "统计时段"), period),
        (say("Checked by", "检查人"), f"rounds {day.agent_version}"),
        (say("On duty", "值班人"), day.person_on_duty),
        (say("Reviewer", "审核人"), ""),
        (say("Signature, time", "签字/时间"), ""),
    ]
    made = say(f"Made by rounds {day.agent_version}", f"由 rounds {day.agent_version} 生成")
    return Document(
        language=view.language,
        title=title(day, view.language),
        date=day.date.isoformat(),
        headline=view.word(view.conclusion.headline),
        conclusion=tuple(view.word(sentence) for sentence in view.conclusion.sentences),
        tone=conclusion_tone(view),
        head=tuple(head),
        parts=parts,
        foot=f"{made} · {view.moment(day.made_at)} · {day.number}",
    )
