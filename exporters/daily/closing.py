"""Section 14 of the daily report: what goes along with it, and who answers for it."""

from collections.abc import Iterator

from exporters.daily.attachments import Attached
from exporters.daily.document import Block, Cell, Column, Kind, Lines, Note, Part, Table, Tone
from exporters.daily.view import View
from exporters.daily.words import counted


def signatures_part(view: View, attached: Attached) -> Part:
    """14 附件与签字."""
    say = view.say
    blocks: list[Block] = [_files(view, attached), _forms(view, attached), *_evidence(view), *_reviews(view)]
    pens = (
        say("Person on duty", "值班人签字"),
        say("Date", "日期"),
        say("Reviewer", "审核人签字"),
        say("Date", "日期"),
    )
    blocks.append(Lines(pens[:2] if view.day.reviews else pens))
    return Part(14, say("Attachments and signatures", "附件、签字"), tuple(blocks))


def _files(view: View, attached: Attached) -> Note:
    say = view.say
    words = view.listed(attached.files) or say(
        "none with this copy; the JSON record holds every item, normal ones included",
        "本份无附件;JSON 记录含全部检查项明细(包括正常项)",
    )
    return Note(words, None, say("Attachments", "附件"))


def _forms(view: View, attached: Attached) -> Block:
    say = view.say
    if not attached.forms:
        return Note(say("none with this copy", "本份未附记录表"), Tone.QUIET, say("Record forms", "记录表"))
    columns = (
        Column(say("Record form", "记录表"), Kind.WIDE),
        Column(say("Rows", "行数"), Kind.NUMBER),
    )
    rows = tuple((Cell(form.name, note=form.note), Cell(str(form.rows))) for form in attached.forms)
    return Table(columns, rows)


def _evidence(view: View) -> Iterator[Note]:
    """How many of the day's results can be traced to what a server answered."""
    say, day = view.say, view.day
    named = {(one.host, one.collector, one.at) for one in day.evidence}
    judged = [(line.host, line.check.collector, line.checked_at) for line in day.items if line.checked_at is not None]
    without = sum(place not in named for place in judged)
    if not judged:
        return
    label = say("Evidence", "原始应答")
    if not without:
        words = say(
            f"all {counted(len(judged), 'result')} can be traced to what the server answered",
            f"{len(judged)} 项检查结果均可追溯到服务器的原始应答",
        )
        yield Note(words, Tone.QUIET, label)
        return
    words = say(
        f"{without} of {counted(len(judged), 'result')} without evidence: what the server answered was not kept",
        f"{len(judged)} 项检查结果中有 {without} 项无据可查:服务器的原始应答未留存",
    )
    yield Note(words, None, label)


def _reviews(view: View) -> Iterator[Table]:
    """Who has read this record and answers for it."""
    say = view.say
    if view.day.reviews:
        columns = (
            Column(say("Reviewed by", "审核人")),
            Column(say("Time", "审核时间")),
            Column(say("Comment", "审核意见"), Kind.WIDE),
            Column(say("Record, account", "记录编号、账户")),
        )
        rows = tuple(
            (Cell(one.by), Cell(view.moment(one.at)), Cell(one.comment), Cell(one.number, note=one.account))
            for one in sorted(view.day.reviews, key=lambda one: one.at)
        )
        yield Table(columns, rows, say("Reviews", "审核记录"))
