"""Sections 13 and 14 of the daily report: what follows from the day, and who answers for it."""

from exporters.daily.document import Block, Lines, Note, Part
from exporters.daily.view import View
from exporters.daily.words import counted


def plan_part(view: View) -> Part:
    """13 明日计划: what the rounds can tell of it, and room for the rest."""
    say, numbers = view.say, view.numbers
    blocks: list[Block] = [Note(say("Rounds go on as configured.", "继续按既定频率自动巡检。"))]
    if numbers.open:
        text = say(
            f"Follow up {counted(numbers.open, 'open problem')} (section 11).",
            f"跟进遗留问题 {numbers.open} 项(见第 11 节)。",
        )
        blocks.append(Note(text))
    if numbers.hosts_not_done or numbers.items.unchecked:
        text = say(
            f"Verify {numbers.not_checked} by hand (section 12).",
            f"人工核实未检查的服务器 {numbers.hosts_not_done} 台、检查项 {numbers.items.unchecked} 项(见第 12 节)。",
        )
        blocks.append(Note(text))
    blocks.append(Lines((say("Further (by hand)", "其他(人工填写)"),)))
    return Part(13, say("Plan for tomorrow", "明日计划"), tuple(blocks))


def signatures_part(view: View) -> Part:
    """14 附件与签字."""
    say = view.say
    attached = Note(
        say(
            "this log as Markdown, HTML and JSON; the JSON record holds every item, normal ones included",
            "本日报的 Markdown、HTML、JSON 版本;JSON 记录含全部检查项明细(包括正常项)",
        ),
        None,
        say("Attachments", "附件"),
    )
    forms = Note(
        say("forms 8.2 to 8.6 are not made as separate files yet", "8.2–8.6 各记录表暂未单独生成"),
        None,
        say("Record forms", "记录表"),
    )
    lines = Lines(
        (
            say("Person on duty", "值班人签字"),
            say("Date", "日期"),
            say("Reviewer", "审核人签字"),
            say("Date", "日期"),
        )
    )
    return Part(14, say("Attachments and signatures", "附件、签字"), (attached, forms, lines))
