"""What the sections say of courses, calendars, notes, dates to come, reviews, and of a day without data."""

import json
import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter

from checks.contract import Measurement, State, Text, Unit
from checks.contract.text import Language
from collectors.contract import Reason
from exporters.contract import DayRecord, Incident, IncidentNote, Review
from exporters.daily import conclude, render
from exporters.daily.attachments import Attached, AttachedForm
from exporters.daily.composition import report
from exporters.daily.courses import MOST_LINES, calendar
from exporters.daily.details import in_chinese
from exporters.daily.document import Calendar, Chart, Table
from exporters.daily.due import DUE
from exporters.daily.findings import MOST_ROWS as MOST_FINDINGS
from exporters.daily.incidents import MOST_ROWS
from exporters.daily.notes import noted
from exporters.daily.outlook import coming
from exporters.daily.servers import MOST_SERVERS
from exporters.daily.topics import BACKUP
from exporters.daily.view import View
from exporters.daily.words import chinese
from tests.exporters.daily.test_inert import HOSTILE
from tests.exporters.daily.test_rendering import Page
from tests.exporters.rich_day import PENDING, large, rich, without_data
from tests.exporters.sample_day import CPU, DISK, SERVICES, UPDATES, all_well, at, busy, incomplete, line

RECORD = TypeAdapter(DayRecord)


def section(day: DayRecord, number: int, language: Language = "en") -> str:
    """One section as Markdown."""
    text = render(day, "md", (language,))
    return re.split(r"^## ", text, flags=re.MULTILINE)[number].replace("\\", "")


def blocks(day: DayRecord, number: int, attached: Attached | None = None) -> list[object]:
    return list(report(day, "en", 1, attached).parts[number - 1].blocks)


def test_charts_stand_with_the_servers_the_worst_first() -> None:
    charts = [block for block in blocks(rich(), 3) if isinstance(block, Chart)]
    assert [chart.title for chart in charts] == ["Disk usage", "Processor", "Memory"]
    disk = charts[0]
    assert disk.ticks[:3] == ("08", "09", "10")
    assert len(disk.ticks) == 24
    assert disk.curves[0].name == "db-01"
    assert (disk.warn, disk.crit, disk.top) == (0.8, 0.9, 1.0)
    assert [place for place, step in enumerate(charts[2].curves[0].steps) if step is None] == [12]
    assert "▇" in section(rich(), 3)
    assert render(rich(), "html", ("en",)).count('<svg class="plot"') == 3


def test_charts_of_a_zone_half_an_hour_apart_stand_at_their_own_hours() -> None:
    day = rich()
    later = replace(day, timezone="Asia/Kolkata", begins_at=day.begins_at + 1800, ends_at=day.ends_at + 1800)
    later = replace(later, made_at=later.ends_at + 4)
    chart = next(block for block in blocks(later, 3) if isinstance(block, Chart))
    assert (chart.ticks[0], chart.ticks[-1], len(chart.ticks)) == ("06:30", "04:30", 23)
    course = next(one for one in day.series if (one.check.title.en, one.host) == (chart.title, chart.curves[0].name))
    known = {point.at: point.most for point in course.points}
    assert [step and step.most for step in chart.curves[0].steps] == [
        known.get(int(day.begins_at) + 3600 * hour) for hour in range(1, 24)
    ]
    assert "整点" in section(later, 3, "zh")
    assert "whole hours" not in section(day, 3)


def test_levels_that_differ_are_not_drawn_for_all() -> None:
    day = rich()
    first, *others = day.series
    day = replace(day, series=(replace(first, crit=0.95), *others))
    chart = next(b for b in blocks(day, 3) if isinstance(b, Chart) and b.title == "Processor")
    assert (chart.warn, chart.crit) == (None, None)


def test_a_night_when_the_clock_changes_has_as_many_hours_as_it_has() -> None:
    begin, end = (datetime(2026, 10, day, 8, tzinfo=ZoneInfo("Europe/Berlin")).timestamp() for day in (24, 25))
    day = replace(rich(), timezone="Europe/Berlin", begins_at=begin, ends_at=end, made_at=end + 1)
    point = replace(day.series[0].points[0], at=int(begin))
    day = replace(day, series=(replace(day.series[0], points=(point,)),))
    chart = next(b for b in blocks(day, 3) if isinstance(b, Chart))
    assert len(chart.ticks) == 25
    assert chart.ticks.count("02") == 2


def test_calendars_stand_with_backups_and_patches() -> None:
    for number, title in ((5, "Backup"), (6, "Patches")):
        (found,) = [block for block in blocks(rich(), number) if isinstance(block, Calendar)]
        assert found.title == f"{title}: the last 28 days"
        assert len(found.days) == 28
        assert found.days[-1] == rich().date
    assert "`••••••••••••••••••▲" not in section(rich(), 5)  # the ninth and the tenth day back
    assert "`•••••••••••••••••■▲••••••••■` db-01 · db" in section(rich(), 5)


def test_a_calendar_of_very_many_shows_the_worst() -> None:
    day = large(400)
    shown = calendar(View(day, "en"), BACKUP)
    assert shown is not None
    assert len(shown.lines) <= MOST_LINES
    assert shown.lines[0].name == "host-0000"
    assert "more rows in the JSON record" in shown.title


def test_what_began_or_ended_stands_in_section_9_and_what_is_older_in_11() -> None:
    day = rich()
    ids = {(one.host, one.check.name): one.id for one in day.incidents}
    today, opened = section(day, 9), section(day, 11)
    for key in (("app-01", "cpu"), ("web-02", "services"), ("db-01", "backup_freshness")):
        assert ids[key] in today
    assert ids["db-01", "disk_usage"] not in today
    assert "2 problems of before are still open: see section 11." in today
    assert ids["db-01", "disk_usage"] in opened
    assert ids["app-01", "cpu"] not in opened
    assert opened.count("see section 9") == 2
    assert ids["db-01", "disk_usage"] in section(day, 3)  # the line names its incident


def test_what_was_noted_of_an_incident_stands_beside_it() -> None:
    day = rich()
    noted_row = "| 门户首页打不开约两小时 | 升级后配置文件语法错误 | 回退到 1.22.1-9 · 王芳, 11-21 07:10 |"
    assert noted_row in section(day, 9)
    opened = section(day, 11, "zh")
    assert "原因：归档日志未清理" in opened
    assert "| 李敏 | 2026-11-20 · 已逾期 |" in opened
    assert "| 值班一组 | 2026-11-22 |" in opened


def test_of_several_notes_the_last_word_on_each_field_holds() -> None:
    first = IncidentNote("x", "a", 1.0, cause="disk", owner="ann")
    second = IncidentNote("x", "b", 2.0, cause="cable", measure=" ")
    said = noted(replace(busy().incidents[0], notes=(second, first)))
    assert (said.cause, said.owner, said.measure, said.last) == ("cable", "ann", "", second)


def test_what_was_only_not_checked_is_no_problem() -> None:
    day = all_well()
    lapse = Incident("web-01", SERVICES, "x", State.UNKNOWN, Text("x", "x"), at(20, 9), None)
    ended = replace(lapse, host="web-02", ended_at=at(20, 11))
    outage = replace(lapse, host="db-02", check=replace(SERVICES, name="reachable"), item="", ended_at=at(20, 10))
    day = replace(day, incidents=(lapse, ended, outage))
    assert day.open == ()
    assert day.resolved == (outage,)
    assert "No open problem." in section(day, 11)
    assert "Not checked for a time" in section(day, 9)
    assert outage.id in section(day, 9)
    assert lapse.id not in section(day, 9)
    assert not conclude(replace(day, incidents=(lapse, ended))).findings


def test_the_sums_are_checked_and_told() -> None:
    for day in (rich(), busy(), all_well(), incomplete(), without_data()):
        told = section(day, 2)
        due, done, missed = len(day.items_due), len(day.items_done), len(day.unchecked)
        assert f"{due} due = {done} done + {missed} not checked; {done} done = " in told
        assert "do not agree" not in told


def test_dates_to_come_are_told_the_nearest_first_and_those_past_are_not() -> None:
    found = [(one.due.title.en, one.line.host) for one in coming(View(rich(), "en")) if not one.due.together]
    assert found == [
        ("Security updates must be installed", "db-01"),
        ("Disk will be full", "file-01"),
        ("Certificate expires", "web-01"),
        ("Support of the distribution ends", "mail-01"),
    ]
    late = Measurement("longest_pending", 20 * 86400, Unit.SECONDS, None, 14 * 86400)
    day = replace(rich(), items=(line("db-01", PENDING, "security updates", State.CRIT, "x", "x", late),))
    assert coming(View(day, "en")) == []
    assert "app-01 config、mail-01 mailboxes、db-02 db" in section(rich(), 13, "zh")


def test_numbers_that_are_no_moment_are_no_date() -> None:
    for value in (float("nan"), float("inf"), -1e300, 1e300):
        odd = Measurement("full_in", value, Unit.SECONDS)
        items = tuple(line("x", replace(DISK, name=due.check.strip("*")), "/", State.OK, "x", "x", odd) for due in DUE)
        render(replace(all_well(), items=items), "md")


def test_reviews_stand_in_the_head_and_in_the_last_section() -> None:
    day, text = rich(), render(rich(), "md", ("zh",))
    assert "- 审核人：张伟" in text
    assert "- 签字/时间：2026-11-21 09:30" in text
    assert "| 张伟 | 2026-11-21 09:30 | 已阅,请数据库组今日内处理磁盘。 |" in section(day, 14, "zh")
    assert "Reviewer: ＿" not in section(day, 14)
    assert "Reviewer: ＿" in section(busy(), 14)
    assert "SHA-256：9f2c1d0e9f2c1d0e…" in text


def test_all_who_reviewed_stand_in_the_head() -> None:
    day = rich()
    second = replace(day.reviews[0], by="李娜", at=day.reviews[0].at + 3600)
    text = render(replace(day, reviews=(second, *day.reviews)), "md", ("zh",))
    assert "- 审核人：张伟、李娜" in text
    assert "- 签字/时间：2026-11-21 09:30、2026-11-21 10:30" in text


def test_the_files_and_forms_are_named_truly() -> None:
    form = AttachedForm("8.6 服务器巡检记录表", 8, ("指示灯", "清洁"))
    attached = Attached(("a.xlsx", "b.json"), (form, AttachedForm("empty", 0, ("x",))))
    closing = blocks(rich(), 14, attached)
    assert any(getattr(block, "text", "") == "a.xlsx, b.json" for block in closing)
    assert any(isinstance(block, Table) and block.rows[0][0].text == form.name for block in closing)
    waiting = [block.rows for block in blocks(rich(), 12, attached) if isinstance(block, Table)]
    assert [cell.text for cell in waiting[-1][0]] == ["8.6 服务器巡检记录表", "指示灯, 清洁", "8"]
    assert len(waiting[-1]) == 1  # a form without rows asks nothing of anybody


def test_a_day_without_data_says_so() -> None:
    verdict = conclude(without_data())
    assert verdict.no_data
    assert verdict.headline.zh == "无巡检数据"
    assert verdict.in_language("zh").startswith("统计时段内巡检程序全程未运行，应检服务器5台均未检查。")
    assert json.loads(render(without_data(), "json"))["conclusion"]["no_data"] is True
    assert not conclude(incomplete()).no_data


def test_a_record_of_before_is_read_and_told() -> None:
    """One without the keys that came later."""
    old = RECORD.dump_python(busy(), mode="json")
    for key in ("entries", "facts", "series", "calendar", "evidence", "reviews", "previous_sha256"):
        del old[key]
    for incident in old["incidents"]:
        del incident["notes"]
    for one in old["items"]:
        del one["check"]["collector"]
        del one["check"]["vital"]
    day = RECORD.validate_json(json.dumps(old))
    assert day == busy()
    for form in ("md", "html", "json"):
        render(day, form)  # type: ignore[arg-type]


def test_json_has_what_came_later() -> None:
    record = json.loads(render(rich(), "json"))
    assert record["schema"] == "rounds.daily/1"
    assert record["previous_sha256"] == rich().previous_sha256
    assert [one["id"] for one in record["incidents"]] == [one.id for one in rich().incidents]
    assert any(note["cause"] == "归档日志未清理" for one in record["incidents"] for note in one["notes"])
    assert record["reviews"][0]["by"] == "张伟"
    assert record["evidence"][0]["answer_sha256"] == "f" * 64
    assert record["series"][0]["hours"][0]["from"] == "2026-11-20T08:00:00+08:00"
    days = record["calendar"][0]["days"]
    assert (list(days)[-1], days["2026-11-21"], len(days)) == ("2026-11-21", "crit", 28)


def test_very_many_servers_stay_readable() -> None:
    day = large(400)
    page = render(day, "html", ("zh",))
    assert f"以上为情况最差的 {MOST_SERVERS} 台；其余 {400 - MOST_SERVERS} 台" in page
    assert len(page) < 600_000
    many = tuple(replace(busy().incidents[0], host=f"h{n}") for n in range(MOST_ROWS + 7))
    assert "and 7 more" in section(replace(busy(), incidents=many), 11)


def test_a_server_that_was_not_reached_is_named_once_in_each_topic() -> None:
    patches = section(busy(), 6)
    assert "**Servers not checked at all, see section 12**: file-01 (1 item), jump-01 (1 item)" in patches
    assert "| file-01 " not in patches
    assert "| file-01 " in section(busy(), 12)
    assert "整台未检查的服务器，见第 12 节" in section(busy(), 6, "zh")


def test_what_is_normal_is_counted_by_check_where_there_is_much_of_it() -> None:
    day = all_well()
    many = [line("web-01", UPDATES, f"p{n}", State.OK, "fine", "正常") for n in range(40)]
    again = replace(many[0], item="nginx", worst=State.CRIT)
    patches = section(replace(day, items=(*day.items, *many, again)), 6)
    assert "| Pending updates | 45 | 5 |" in patches
    assert "| web-01 | Pending updates · nginx | normal | fine · abnormal earlier in the day |" in patches
    assert "p39" not in patches


def test_much_that_is_abnormal_is_cut_off_and_said_so() -> None:
    bad = [line("web-02", UPDATES, f"p{n}", State.WARN, "old", "旧") for n in range(MOST_FINDINGS + 3)]
    day = all_well()
    patches = section(replace(day, items=(*day.items, *bad)), 6)
    assert patches.count("▲ warning") == MOST_FINDINGS
    assert "and 8 more, see the JSON record" in patches, "five that are normal follow"


@pytest.mark.parametrize(
    ("today", "yesterday", "told"),
    [(0.3294, 0.3266, "| 32.9 % | 32.7 % | +0.2 points |"), (0.1272, 0.1268, "| 12.7 % | 12.7 % | unchanged |")],
)
def test_the_change_is_what_a_reader_finds_who_subtracts(today: float, yesterday: float, told: str) -> None:
    used = Measurement("used", today, Unit.RATIO, 0.8, 0.9)
    full = replace(line("web-01", DISK, "/", State.OK, "", "", used), day_before=(replace(used, value=yesterday),))
    assert told in section(replace(all_well(), items=(full,)), 3)


def test_names_are_broken_after_their_dots_only() -> None:
    day = all_well()
    card = replace(day.hosts[0].host, name="srv-01.portal.example.org")
    page = render(replace(day, hosts=(replace(day.hosts[0], host=card), *day.hosts[1:])), "html", ("en",))
    assert '<span class="whole">srv-01.<wbr>portal.<wbr>example.<wbr>org</span>' in page
    assert '<span class="whole">机房 A-3</span>' in page
    endless = replace(card, name="a" * 80)
    page = render(replace(day, hosts=(replace(day.hosts[0], host=endless), *day.hosts[1:])), "html", ("en",))
    assert f'<div class="value">{"a" * 80}' in "".join(line.strip() for line in page.splitlines())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_notes_reviews_and_names_are_inert(language: Language) -> None:
    day = rich()
    notes = tuple(IncidentNote("x", text, float(n), text, text, text, text, text) for n, text in enumerate(HOSTILE))
    incidents = tuple(replace(one, notes=notes[n:]) for n, one in enumerate(day.incidents))
    reviews = tuple(Review(text, text, at(21, 9), text, text) for text in HOSTILE)
    rows = tuple(replace(day.calendar[0], host=text, item=text) for text in HOSTILE)
    series = tuple(replace(day.series[0], host=text, item=text) for text in HOSTILE)
    odd = replace(day, incidents=incidents, reviews=reviews, calendar=rows, series=series)
    attached = Attached(tuple(HOSTILE), tuple(AttachedForm(text, 1, (text,), text) for text in HOSTILE))
    tags = set(Page(render(odd, "html", (language,))).tags)
    assert tags - {"wbr"} == set(Page(render(day, "html", (language,))).tags), "a break after a dot is ours"
    assert "\u202e" not in render(odd, "html", (language,)) + render(odd, "md", (language,))
    report(odd, language, 1, attached)
    json.loads(render(odd, "json"))
    assert odd.items[0].check.name == CPU.name


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("已用 93.2%,剩余 5 GiB(警告)", "已用 93.2%，剩余 5 GiB（警告）"),
        ("近 5 分钟使用率 99.7 %,2 个处理器", "近 5 分钟使用率 99.7 %，2 个处理器"),
        ("负载 11.06 / 8.32 / 7.83,2 核", "负载 11.06 / 8.32 / 7.83，2 核"),
        ("挂载选项 rw,noatime,size=1,000k", "挂载选项 rw,noatime,size=1,000k"),
        ("系统 A:正常;b", "系统 A：正常；b"),
        ("db 95 %(阈值 80 % / 90 %);web", "db 95 %（阈值 80 % / 90 %）；web"),
        ("12:30 a,b (x) tcp 0.0.0.0:80", "12:30 a,b (x) tcp 0.0.0.0:80"),
        ("于 2026-11-21 08:00 起", "于 2026-11-21 08:00 起"),
    ],
)
def test_chinese_is_set_with_wide_punctuation(text: str, wide: str) -> None:
    assert chinese(text) == wide
    assert chinese(wide) == wide


def test_what_the_agent_says_itself_is_said_in_chinese() -> None:
    line_of_sudoers = "LOGIN ALL=(root) NOPASSWD: /usr/sbin/dmidecode"
    told = (
        f"needs root for dmidecode: set `sudo: true`, and allow what `rounds sudoers HOST` prints: `{line_of_sudoers}`"
    )
    assert in_chinese(told).startswith("dmidecode 需要 root 权限")
    assert line_of_sudoers in in_chinese(told)
    assert in_chinese("Permission denied") == "Permission denied"
    day = replace(all_well(), items=(replace(all_well().items[0], state=None, reason=Reason.NO_PERMISSION),))
    render(day, "md")
