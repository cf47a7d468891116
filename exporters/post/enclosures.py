"""The files that go along with a day's mail, as far as they can be made and the mail server takes them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import structlog

from checks.contract import Text, format_bytes
from checks.contract.text import Language
from exporters.contract import DayRecord
from exporters.daily import title
from exporters.forms import FormsError, FormsSettings
from exporters.paper.edition import Edition, FileFormat
from exporters.paper.pdf import NoPdfError
from exporters.post.headers import file_name
from exporters.post.message import Attachment, size_of
from exporters.press import press

log = structlog.get_logger()

FORMS = Text("record forms", "巡检记录表")
LOG = Text("log", "日报")

KINDS = {
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileFormat.HTML: "text/html; charset=utf-8",
    FileFormat.PDF: "application/pdf",
}
"""What can be attached, and its media type."""

ITEMS_APART = 5000
"""A day with more items than this is rendered in a process apart: the agent would keep the memory it takes."""

Files = tuple[FileFormat, ...]


@dataclass(frozen=True, slots=True)
class Enclosures:
    """What goes along, and what is to be said of what does not."""

    files: tuple[Attachment, ...] = ()
    remarks: tuple[Text, ...] = ()


def enclosures(day: DayRecord, wanted: Files, languages: Sequence[Language], forms: FormsSettings) -> Enclosures:
    """The files wanted, in each language. What cannot be made keeps no mail from leaving: it is said in it."""
    apart = FileFormat.PDF in wanted or len(day.items) > ITEMS_APART
    try:
        return (
            press(_made, day, wanted, tuple(languages), forms) if apart else _made(day, wanted, tuple(languages), forms)
        )
    except OSError as error:
        log.error("mail_files_not_made", date=day.date.isoformat(), error=str(error))
        return Enclosures((), (_not_made("", str(error)),))


def fitting(made: Enclosures, room: int) -> Enclosures:
    """The files that fit into `room` bytes, the first before the others."""
    taken, left_out = [], []
    for file in made.files:
        size = size_of(file)
        if size <= room:
            taken.append(file)
            room -= size
        else:
            left_out.append(f"{file.name} ({format_bytes(size)})")
    if not left_out:
        return made
    names = ", ".join(left_out)
    said = Text(
        f"Not attached, because this mail would be too large: {names}. See the folder of the day.",
        f"因邮件大小限制未附上:{names},请见当日文件夹。",
    )
    return Enclosures(tuple(taken), (*made.remarks, said))


def _made(day: DayRecord, wanted: Files, languages: tuple[Language, ...], forms: FormsSettings) -> Enclosures:
    edition = Edition(day, forms)
    files: list[Attachment] = []
    remarks: list[Text] = []
    for kind in dict.fromkeys(wanted):
        try:
            files.extend(_files(edition, kind, languages))
        except (NoPdfError, FormsError) as error:
            log.error("mail_file_not_made", date=day.date.isoformat(), kind=kind, error=str(error))
            remarks.append(_not_made(kind.upper(), str(error)))
    return Enclosures(tuple(files), tuple(remarks))


def _files(edition: Edition, kind: FileFormat, languages: tuple[Language, ...]) -> Iterator[Attachment]:
    day = edition.day
    date = day.date.isoformat()
    for language in languages:
        if kind is FileFormat.XLSX:
            content = edition.forms(kind, language)
            stem, fallback = f"{day.system} {FORMS.in_language(language)} {date}", f"record-forms-{date}.{language}"
        else:
            content = edition.log(kind, language)
            stem, fallback = f"{title(day, language).strip('《》')} {date}", f"maintenance-log-{date}.{language}"
        whole = content.encode("utf-8") if isinstance(content, str) else content
        yield Attachment(file_name(stem, f".{kind}"), f"{fallback}.{kind}", KINDS[kind], whole)


def _not_made(kind: str, error: str) -> Text:
    return Text(f"Attachments that could not be made: {kind} ({error})", f"附件未能生成:{kind}({error})")
