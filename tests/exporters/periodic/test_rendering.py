"""The weekly and the monthly report in every format: complete, in agreement, and inert."""

import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from checks.contract import State, Text
from exporters.contract import CheckCard, Incident, IncidentNote, PeriodKind, PeriodRecord, Review
from exporters.daily.document import Table
from exporters.periodic import Fold, days_of, render_period
from exporters.periodic.comparison import comparison
from exporters.periodic.composition import period_report
from exporters.periodic.view import PeriodView, share
from exporters.post.period import period_body
from tests.exporters import sample_day
from tests.exporters.sample_period import MONTH, at, frame, period, quiet

BEFORE = period(PeriodKind.MONTH, date(2026, 10, 1))
RECORD = period(PeriodKind.MONTH, MONTH, BEFORE, missing=(28,))


def test_a_report_says_its_numbers_what_it_is_compared_with_and_what_it_lacks() -> None:
    text = render_period(RECORD, "md", ("en",))
    figures = RECORD.figures
    assert "# 门户平台 Portal: monthly maintenance report" in text
    assert "2026-10 (2026-10-01 – 2026-10-31)" in text
    assert f"{figures.backups_ok}/{figures.backups_due}" in text
    assert "There is no record of 1 day (10-30)" in text
    assert "on 1 day not at all" in text
    assert BEFORE.number in text
    assert "更换光模块" in text
    assert "25" in text


def test_there_is_something_to_say_in_both_languages_and_in_twelve_sections() -> None:
    for language in ("zh", "en"):
        document = period_report(RECORD, language)
        assert [part.number for part in document.parts] == list(range(1, 13))
        assert all(part.blocks for part in document.parts)
    assert period_report(RECORD, "zh").title == "《门户平台 Portal系统运行维护月报》"
    assert "周报" in period_report(period(PeriodKind.WEEK, date(2026, 10, 26)), "zh").title


def test_on_a_telephone_a_day_stays_a_row_and_a_missing_one_says_so_in_its_first_cell() -> None:
    (_, _, _, days, *_) = period_report(RECORD, "zh").parts
    table = next(block for block in days.blocks if isinstance(block, Table))
    assert table.compact
    shown = [column.title for column in table.columns if not column.desk]
    assert shown == ["日期", "可用率", "异常", "未检查", "故障", "备份"]
    missing = next(row for row in table.rows if row[0].text == "10-30")
    assert (missing[0].note, {cell.text for cell in missing[3:]}) == ("缺日报", {"–"})
    page = render_period(RECORD, "html", ("zh",))
    hidden = len(table.columns) - len(shown)
    assert len(re.findall(r'<t[dh][^>]* class="[a-z]+ desk\b|<td class="[a-z]+ desk\b', page)) == hidden * (
        1 + len(table.rows)
    )


def test_without_the_period_before_that_is_said() -> None:
    text = render_period(BEFORE, "md")
    assert "There is no record of the month before" in text
    assert "没有上月的记录" in text


def test_no_time_between_failures_is_told_where_nothing_failed() -> None:
    calm = Fold(frame(PeriodKind.WEEK, date(2026, 10, 26)))
    for day in days_of(PeriodKind.WEEK, date(2026, 10, 26)):
        calm.add(quiet(day))
    table, _ = comparison(PeriodView(calm.record("1", at(date(2026, 10, 26))), "en"))
    rows = {row[0].text: row[1].text for row in table.rows}  # type: ignore[union-attr]
    assert rows["Mean time between failures of a server"] == rows["Mean time to repair"] == "–"
    assert rows["Availability"] == "100 %"


@pytest.mark.parametrize(
    ("ratio", "words"), [(1, "100 %"), (0.99999, "99.99 %"), (0.995, "99.50 %"), (0, "0.00 %"), (None, "–")]
)
def test_a_share_is_cut_so_that_only_all_reads_as_all(ratio: float | None, words: str) -> None:
    assert share(ratio) == words


def test_json_has_all_of_it() -> None:
    read = json.loads(render_period(RECORD, "json"))
    assert (read["kind"], read["name"], read["schema"]) == ("month", "2026-10", "rounds.period/1")
    assert len(read["days"]) == 31
    assert [day["date"] for day in read["days"] if not day["made"]] == ["2026-10-30"]
    assert read["figures"]["normal"] == RECORD.figures.normal
    assert read["before"]["availability"] == BEFORE.figures.availability
    assert len(read["incidents"]) == len(RECORD.incidents)
    assert read["days"][23] | {"date": "2026-10-25", "hours": 25.0} == read["days"][23]


HOSTILE = '<script>alert(1)</script>\r\nX-Evil: 1\u202e=HYPERLINK("x")|`\x1b[31m'


def hostile() -> PeriodRecord:
    """What hosts and people wrote, everywhere that they can write."""
    words = Text(HOSTILE, HOSTILE)
    check = CheckCard("disk_usage", words, sample_day.DISK.layer, sample_day.DISK.section)
    note = IncidentNote("x", HOSTILE, 1.0, cause=HOSTILE, measure=HOSTILE)
    fold = Fold(frame(PeriodKind.WEEK, date(2026, 10, 26)))
    for day in days_of(PeriodKind.WEEK, date(2026, 10, 26)):
        one = quiet(day)
        incident = Incident(HOSTILE, check, HOSTILE, State.CRIT, words, at(day) - 9, None, notes=(note,))
        lines = tuple(replace(line, host=replace(line.host, name=HOSTILE, project=HOSTILE)) for line in one.hosts[:2])
        items = tuple(replace(line, host=HOSTILE, item=HOSTILE, state=State.CRIT) for line in one.items)
        fold.add(replace(one, hosts=lines, items=items, incidents=(incident,), number=HOSTILE))
    record = fold.record(HOSTILE, 1.0)
    return replace(record, system=HOSTILE, person_on_duty=HOSTILE, reviews=(Review(HOSTILE, HOSTILE, 1.0, HOSTILE),))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        assert not any(name.startswith("on") for name, _ in attrs)


def test_hostile_text_is_inert_in_every_format() -> None:
    record = hostile()
    pages = [render_period(record, form) for form in ("md", "html", "json")]
    mail = period_body(record, ("zh", "en"))
    text, html = mail.text, mail.html
    for page in (*pages, text, html):
        assert not {"\u202e", "\x1b", "\r"} & set(page)
    for page in (pages[1], html):
        tags = _Tags()
        tags.feed(page)
        assert "script" not in tags.seen
    assert "<script" not in pages[0].replace("\\<", "")
    assert "\nX-Evil" not in text
    assert json.loads(pages[2])["incidents"]
