"""The mail of a week or a month: its conclusion, its numbers against those before, its service level, the report."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from email.utils import parseaddr
from zoneinfo import ZoneInfo

import structlog

from checks.contract import Text
from checks.contract.text import Language
from exporters.contract import Letter, PeriodRecord
from exporters.daily.document import Cell, Figures, Note, Table, Tone
from exporters.daily.inert import plain
from exporters.paper.edition import FileFormat
from exporters.paper.pdf import NoPdfError
from exporters.periodic import conclude_period, period_title
from exporters.periodic.edition import PeriodEdition
from exporters.periodic.overview import numbers_part, service_part
from exporters.periodic.view import PeriodView
from exporters.post.brief import Block, Brief, Entry, Group, Section
from exporters.post.digest import MOST_ROWS, shortened
from exporters.post.enclosures import KINDS, Enclosures, Files, fitting
from exporters.post.headers import file_name
from exporters.post.message import Attachment, Body, Envelope, build, identity
from exporters.post.rendering import shown, tags
from exporters.post.settings import Languages, MailSettings
from exporters.post.subject import LONGEST, in_subject
from exporters.press import press

log = structlog.get_logger()


def period_letter(period: PeriodRecord, settings: MailSettings) -> Letter:
    """One letter, to those and as the settings have it."""
    body = period_body(period, settings.languages)
    told = (period.system, settings.sender, *settings.to, *settings.attach, _timeless(period, settings.languages).text)
    envelope = Envelope(
        subject=period_subject(period, settings.languages),
        sender=settings.sender,
        to=tuple(dict.fromkeys(settings.to)),
        at=datetime.fromtimestamp(period.made_at, ZoneInfo(period.timezone)),
        identity=identity(period.name, told, parseaddr(settings.sender)[1]),
        languages=tags(settings.languages),
    )
    made = _enclosures(period, settings)
    enclosed = fitting(made, settings.largest - len(build(envelope, body)))
    if enclosed.remarks:
        body = period_body(period, settings.languages, enclosed)
    return Letter(envelope.identity, envelope.subject, envelope.recipients, build(envelope, body, enclosed.files))


def period_subject(period: PeriodRecord, languages: Languages) -> str:
    """System, week or month, and what became of the service level."""
    headline = conclude_period(period).headline
    state = " / ".join(headline.in_language(language) for language in languages)
    named = replace(period, system=in_subject(period.system))
    return plain(f"{period_title(named, languages[0])} {period.name}: {state}", LONGEST)


def period_body(period: PeriodRecord, languages: Languages, enclosed: Enclosures | None = None) -> Body:
    """What a reader sees, one language after the other."""
    return shown([period_brief(period, language) for language in languages], enclosed.remarks if enclosed else ())


def _enclosures(period: PeriodRecord, settings: MailSettings) -> Enclosures:
    """The files, made in a process apart. What cannot be made keeps no mail from leaving: it is said in it."""
    try:
        return press(period_files, period, settings.attach, settings.languages)
    except OSError as error:
        log.error("mail_files_not_made", period=period.name, error=str(error))
        return Enclosures((), (_not_made(str(error)),))


def period_files(period: PeriodRecord, wanted: Files, languages: Languages) -> Enclosures:
    """The report in the formats wanted, in each language."""
    edition, files, remarks = PeriodEdition(period), [], []
    for kind in dict.fromkeys(wanted):
        try:
            files += [_attachment(edition, kind, language) for language in languages]
        except NoPdfError as error:
            remarks.append(_not_made(f"{kind.upper()} ({error})"))
    return Enclosures(tuple(files), tuple(remarks))


def _not_made(what: str) -> Text:
    return Text(f"Attachments that could not be made: {what}", f"附件未能生成:{what}")


def _attachment(edition: PeriodEdition, kind: FileFormat, language: Language) -> Attachment:
    period = edition.period
    stem = f"{period_title(period, language).strip('《》')} {period.name}"
    fallback = f"maintenance-log-{period.name}.{language}.{kind}"
    return Attachment(file_name(stem, f".{kind}"), fallback, KINDS[kind], edition.content(kind, language))


def _timeless(period: PeriodRecord, languages: Languages) -> Body:
    """The same however often it is composed."""
    return period_body(replace(period, made_at=period.ends_at), languages)


def period_brief(period: PeriodRecord, language: Language) -> Brief:
    """What there is to know of a week or a month before anything else."""
    view, conclusion = PeriodView(period, language), conclude_period(period)
    numbers, service = numbers_part(view), service_part(view)
    figures = next(block.figures for block in numbers.blocks if isinstance(block, Figures))
    foot = [
        f"{period.number} · {view.moment(period.begins_at)} – {view.moment(period.ends_at)} ({period.timezone})",
        view.say(f"Made by rounds {period.agent_version}", f"由 rounds {period.agent_version} 生成")
        + f" · {view.moment(period.made_at)}",
    ]
    if period.previous_sha256:
        foot.append(view.say("SHA-256 of the record before: ", "前一记录 SHA-256:") + period.previous_sha256)
    return Brief(
        language=language,
        title=f"{period_title(period, language)} {period.name}",
        headline=view.word(conclusion.headline),
        tone=conclusion.tone,
        conclusion=tuple(view.word(sentence) for sentence in conclusion.sentences),
        figures=figures,
        sections=(
            Section(service.title, tuple(_promises(table) for table in service.blocks if isinstance(table, Table))),
            Section(view.say("Open at the end", "期末遗留"), _still_open(view)),
            Section(numbers.title, tuple(_compared(view, numbers.blocks))),
        ),
        foot=tuple(foot),
    )


def _promises(table: Table) -> Block:
    """Each promise with its arithmetic, and whether it was kept."""
    entries = (Entry(promise.text, kept.text, how.text, verdict) for promise, kept, how, verdict in table.rows)
    return Group(None, tuple(entries))


def _still_open(view: PeriodView) -> tuple[Block, ...]:
    """What is not mended yet, the worst and oldest first."""
    period = view.period
    found = [one for one in period.incidents if one.ended_at is None and not period.is_lapsed(one)]
    if not found:
        return (Note(view.say("nothing", "无"), Tone.GOOD),)
    entries = []
    for one in sorted(found, key=lambda one: (-one.worst, one.began_at))[:MOST_ROWS]:
        subject, since = view.subject(one.check, one.item), view.clock(one.began_at)
        long = view.lasting(period.ends_at - one.began_at)
        head = " · ".join(filter(None, (one.host, f"{subject.text} {subject.note}".strip())))
        note = view.say(f"since {since} ({long})", f"始于 {since}({long})")
        entries.append(Entry(shortened(head), shortened(view.word(one.summary)), note, view.state(one.worst)))
    return (Group(None, tuple(entries)), *_more(view, len(found) - len(entries)))


def _more(view: PeriodView, left: int) -> tuple[Note, ...]:
    """How many rows a mail leaves to the report."""
    said = view.say(f"and {left} more, see the report", f"另有 {left} 项,见报告全文")
    return (Note(said, Tone.QUIET),) if left > 0 else ()


def _compared(view: PeriodView, blocks: tuple[object, ...]) -> Iterator[Block]:
    """Each number with the one before it."""
    for block in blocks:
        if isinstance(block, Table):
            yield Group(None, tuple(_compared_row(view, *row) for row in block.rows))
        elif isinstance(block, Note):
            yield block


def _compared_row(view: PeriodView, name: Cell, now: Cell, then: Cell, change: Cell) -> Entry:
    before = view.say(f"before {then.text}", f"上期 {then.text}") if view.period.before else ""
    told = " · ".join(filter(None, (now.note, before, change.text)))
    return Entry(name.text, note=told, aside=Cell(now.text, now.tone))
