"""Puts the report of a week or a month together."""

from datetime import timedelta

from checks.contract.text import Language
from exporters.contract import PeriodKind, PeriodRecord
from exporters.daily.document import Block, Document, Lines, Note, Part
from exporters.daily.words import counted
from exporters.periodic.conclusion import conclude_period
from exporters.periodic.hosts import availability_part
from exporters.periodic.incidents import incidents_part
from exporters.periodic.overview import conclusion_part, days_part, numbers_part, service_part
from exporters.periodic.upkeep import backups_part, capacity_part, changes_part, patches_part, subjects_part
from exporters.periodic.view import PeriodView


def period_report(period: PeriodRecord, language: Language, edition: int = 1, *, whole: bool = False) -> Document:
    """The report of a week or a month; `whole`: with every row of its tables, however many."""
    view = PeriodView(period, language, whole)
    parts = (
        conclusion_part(view),
        numbers_part(view),
        service_part(view),
        days_part(view),
        availability_part(view),
        incidents_part(view),
        backups_part(view),
        capacity_part(view),
        patches_part(view),
        subjects_part(view),
        changes_part(view),
        _signatures_part(view),
    )
    return _document(view, parts, edition)


def period_title(period: PeriodRecord, language: Language) -> str:
    """《{系统}系统运行维护周报》."""
    week = period.kind is PeriodKind.WEEK
    if language == "zh":
        return f"《{period.system.removesuffix('系统')}系统运行维护{'周报' if week else '月报'}》"
    return f"{period.system}: {'weekly' if week else 'monthly'} maintenance report"


def _signatures_part(view: PeriodView) -> Part:
    say = view.say
    blocks: list[Block] = []
    for review in view.period.reviews:
        words = f"{review.by} · {view.moment(review.at)}" + (f" · {review.comment}" if review.comment else "")
        blocks.append(Note(words, None, say("Reviewed", "已审核")))
    lines = (say("Made by", "编制"), say("Date", "日期"), say("Reviewer", "审核人签字"), say("Date", "日期"))
    return Part(12, say("Signatures", "签字"), (*blocks, Lines(lines)))


def _document(view: PeriodView, parts: tuple[Part, ...], edition: int) -> Document:
    period, say = view.period, view.say
    conclusion = conclude_period(period)
    days = f"{period.days[0].date - timedelta(days=1)} – {period.days[-1].date - timedelta(days=1)}"
    reviewer = period.reviews[-1].by if period.reviews else ""
    head = (
        (
            say("No.", "记录编号"),
            period.number + (say(f" (edition {edition})", f"(第 {edition} 版)") if edition > 1 else ""),
        ),
        (view.word(view.noun).title() if view.language == "en" else "周期", f"{period.name} ({days})"),
        (
            say("Period", "统计时段"),
            f"{view.moment(period.begins_at)} – {view.moment(period.ends_at)} ({period.timezone})",
        ),
        (say("Made from", "数据来源"), _sources(view)),
        (say("Made by", "编制"), f"rounds {period.agent_version}"),
        (say("On duty", "值班人"), period.person_on_duty),
        (say("Reviewer", "审核人"), reviewer),
    )
    made = say(f"Made by rounds {period.agent_version}", f"由 rounds {period.agent_version} 生成")
    return Document(
        language=view.language,
        title=period_title(period, view.language),
        date=period.name,
        headline=view.word(conclusion.headline),
        conclusion=tuple(view.word(sentence) for sentence in conclusion.sentences),
        tone=conclusion.tone,
        head=head,
        parts=parts,
        foot=f"{made} · {view.moment(period.made_at)} · {period.number}",
    )


def _sources(view: PeriodView) -> str:
    figures = view.period.figures
    return view.say(
        f"{figures.days_made} of {counted(figures.days_due, 'daily record')}",
        f"日报 {figures.days_made}/{figures.days_due} 份",
    )
