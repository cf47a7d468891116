"""Puts the daily report (form 8.7) together, and the digest of it that is mailed."""

from checks.contract import Section
from checks.contract.text import Language
from exporters.contract import DayRecord
from exporters.daily.attachments import Attached
from exporters.daily.changes import changes_part
from exporters.daily.closing import signatures_part
from exporters.daily.document import Document, Part
from exporters.daily.findings import section_part
from exporters.daily.incidents import incidents_part, open_part
from exporters.daily.outlook import plan_part
from exporters.daily.overview import conclusion_part, conclusion_tone, statistics_part
from exporters.daily.servers import servers_part
from exporters.daily.unchecked import awaiting_part
from exporters.daily.view import View

SHORT_HASH = 16
"""Digits of a hash that a reader compares; the JSON record has all."""


def report(day: DayRecord, language: Language, edition: int = 1, attached: Attached | None = None) -> Document:
    """The whole report: all fourteen sections, in the form's order. `attached` goes along with it."""
    view, attached = View(day, language), attached or Attached()
    found = tuple(section_part(view, section) for section in Section if section is not Section.SERVERS)
    parts = (
        conclusion_part(view),
        statistics_part(view),
        servers_part(view),
        *found,
        incidents_part(view),
        changes_part(view),
        open_part(view),
        awaiting_part(view, attached),
        plan_part(view),
        signatures_part(view, attached),
    )
    return _document(view, parts, edition)


def title(day: DayRecord, language: Language) -> str:
    """《{系统}系统运行维护日报》."""
    if language == "zh":
        return f"《{day.system.removesuffix('系统')}系统运行维护日报》"
    return f"{day.system}: daily maintenance report"


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
        *_reviewed(view),
    ]
    foot = [
        say(f"Made by rounds {day.agent_version}", f"由 rounds {day.agent_version} 生成"),
        view.moment(day.made_at),
        day.number,
    ]
    if day.previous_sha256:
        before = day.previous_sha256[:SHORT_HASH]
        foot.append(say(f"record before: SHA-256 {before}…", f"前一记录 SHA-256：{before}…"))
    return Document(
        language=view.language,
        title=title(day, view.language),
        date=day.date.isoformat(),
        headline=view.word(view.conclusion.headline),
        conclusion=tuple(view.word(sentence) for sentence in view.conclusion.sentences),
        tone=conclusion_tone(view),
        head=tuple(head),
        parts=parts,
        foot=" · ".join(foot),
    )


def _reviewed(view: View) -> tuple[tuple[str, str], ...]:
    """The reviewers and when; empty for a pen where nobody has reviewed the record yet."""
    reviewer, time = view.say("Reviewer", "审核人"), view.say("Signature, time", "签字/时间")
    reviews = sorted(view.day.reviews, key=lambda review: review.at)
    by = view.listed(dict.fromkeys(review.by for review in reviews))
    return ((reviewer, by), (time, view.listed(view.moment(review.at) for review in reviews)))
