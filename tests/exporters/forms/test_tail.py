"""How a row ends: the result never says normal of what was not looked at."""

from dataclasses import replace

import pytest

from checks.contract import State, Text
from collectors.contract import Reason
from exporters.contract import CheckCard, HostLine, Incident, IncidentNote
from exporters.daily.document import Tone
from tests.exporters.forms.filled_day import CPU, DISK, WEB, cell, day_of, end, evidence, filled, unmade, used
from tests.exporters.sample_day import at

SHOWN = {"check": ["disk_usage", "cpu_usage"]}


@pytest.mark.parametrize(
    ("lines", "result", "tone"),
    [
        ([used("/", 0.5)], "正常", Tone.GOOD),
        ([used("/", 0.5), used("/var", 0.85)], "异常", Tone.WARNING),
        ([used("/", 0.95), unmade(Reason.LATE, check=CPU)], "异常", Tone.CRITICAL),
        ([used("/", 0.5), unmade(Reason.LATE, check=CPU)], "部分检查", Tone.UNCHECKED),
        ([used("/", 0.5, state=State.UNKNOWN)], "未检查", Tone.UNCHECKED),
        ([unmade(Reason.UNREACHABLE)], "未检查", Tone.UNCHECKED),
        ([unmade(Reason.NOT_APPLICABLE)], "不适用", Tone.QUIET),
        ([], "–", Tone.QUIET),
    ],
)
def test_the_result_is_the_worst_of_the_row(lines, result, tone):
    found = end(day_of(*lines), SHOWN, language="zh")["result"]
    assert (found.text, found.tone) == (result, tone)


def test_what_a_person_has_to_look_at_keeps_a_row_from_being_normal():
    look, note = {"by_hand": True}, {"by_hand": "note"}
    assert end(day_of(used("/", 0.5)), SHOWN, look, language="zh")["result"].text == "正常，余待人工"
    assert end(day_of(used("/", 0.5)), SHOWN, note, language="zh")["result"].text == "正常"
    assert end(day_of(), look, language="zh")["result"].text == "待人工"
    assert end(day_of(used("/", 0.95)), SHOWN, look, language="zh")["result"].text == "异常"


def test_findings_are_what_is_not_normal_in_the_words_of_the_checks():
    row = end(day_of(used("/", 0.5), used("/var", 0.85), used("/srv", 0.95)), SHOWN)
    assert row["finding"].text == "Disk usage /srv: 95% used; Disk usage /var: 85% used"
    assert end(day_of(used("/", 0.5)), SHOWN)["finding"].text == "none"
    assert end(day_of(unmade(Reason.NOT_APPLICABLE)), SHOWN)["finding"].text == "–"


def test_what_was_abnormal_earlier_is_told():
    row = end(day_of(used("/", 0.5, worst=State.CRIT)), SHOWN, language="zh")
    assert (row["result"].text, row["finding"].text) == ("正常", "当日曾异常：磁盘使用率 /")


def test_reasons_are_told_once_with_what_they_cost():
    denied = [unmade(Reason.NO_PERMISSION, check=check, detail="sudo: a password is required") for check in (DISK, CPU)]
    row = end(day_of(*denied), SHOWN)
    assert row["finding"].text == "not checked: no permission (sudo: a password is required) [Disk usage, CPU]"


def test_a_server_that_was_not_checked_says_why_and_nothing_else():
    dead = HostLine(WEB, False, None, 1440, 1440, Reason.UNREACHABLE, "no route to host")
    day = day_of(unmade(Reason.UNREACHABLE), unmade(Reason.UNREACHABLE, check=CPU), hosts=())
    row = end(replace(day, hosts=(dead,)), SHOWN, {"host": "reachable"})
    assert row["result"].text == "not checked"
    assert row["finding"].text == "not checked: no route to host"
    assert end(replace(day, hosts=(dead,)), SHOWN, language="zh")["finding"].text == "未检查：主机不可达"


def incident(item: str, *measures: str, check: CheckCard = DISK, host: str = "web-01") -> Incident:
    notes = tuple(IncidentNote("0", "wang", at(21, 6), measure=measure) for measure in measures)
    return Incident(host, check, item, State.CRIT, Text("full", "满"), at(20, 22), None, notes=notes)


def test_actions_are_the_measures_noted_of_the_incidents_of_the_row():
    day = day_of(used("/", 0.95), used("/var", 0.95))
    reachable = replace(CPU, name="reachable")
    noted = (
        incident("/", "looked", "grew the volume"),
        incident("/var"),
        incident("/gone", "not shown here"),
        incident("/", "of another", host="db-01"),
        incident("", "moved the cable", check=reachable),
    )
    assert end(replace(day, incidents=noted), SHOWN)["action"].text == "grew the volume; moved the cable"
    assert end(day, SHOWN)["action"].text == ""
    assert end(day_of(used("/", 0.1)), SHOWN)["action"].text == "–"


def test_a_row_rests_on_the_answers_its_lines_and_facts_came_from():
    told = (*map(evidence, ("filesystems", "cpu", "packages")), evidence("cpu", "db-01"))
    day = day_of(used("/", 0.5), evidence=told)
    columns = ({"check": "disk_usage"}, {"fact": "packages", "path": "pending"})
    (row,) = filled(day, *columns).rows
    assert [(one.host, one.collector) for one in row.evidence] == [("web-01", "filesystems"), ("web-01", "packages")]
    assert filled(day, {"card": "name"}).rows[0].evidence == ()


def test_the_end_can_be_left_out_and_its_columns_stand_anywhere():
    assert [column.name for column in filled(day_of(), SHOWN).columns] == ["c0"]
    assert cell(day_of(used("/", 0.5)), {"tail": "result"}).text == "–"
    (row,) = filled(day_of(used("/", 0.5)), {"tail": "result"}, SHOWN).rows
    assert [one.text for one in row.cells] == ["normal", "50.0 %"]


def test_what_nobody_could_look_at_as_a_whole_keeps_every_row_from_being_normal():
    closed = used("passwords", 0.0, state=State.UNKNOWN, summary=Text("cannot be read: needs root", "无法读取:x"))
    rows = {"rows": {"items": ["cpu_usage"]}}
    disk = {"check": ["cpu_usage", "disk_usage"], "otherwise": "passwords"}
    day = day_of(used("root", 0.1, check=CPU), closed)
    assert end(day, {**disk, "otherwise": "others"}, **rows)["result"].text == "normal"
    row = end(day, disk, **rows)
    assert row["result"].text == "checked in part"
    assert row["finding"].text == "not checked: state unknown (cannot be read) [Disk usage passwords]"
    judged = day_of(used("root", 0.1, check=CPU), replace(closed, state=State.OK))
    assert end(judged, disk, **rows)["result"].text == "normal"


def test_columns_that_no_check_speaks_for_are_named_where_they_say_less_than_they_ought_to():
    day = day_of(used("/", 0.5), unmade(Reason.NO_PERMISSION, check=replace(CPU, collector="packages")))
    row = end(day, {"check": "disk_usage"}, {"fact": "packages", "path": "manager", "title": "Sources"})
    assert (row["result"].text, row["finding"].text) == ("checked in part", "not checked: no permission [Sources]")


def test_why_a_server_was_not_checked_is_said_once():
    dead = HostLine(WEB, False, None, 9, 9, Reason.UNREACHABLE, "no route")
    day = replace(day_of(unmade(Reason.UNREACHABLE)), hosts=(dead,))
    row = end(day, {"host": "reachable"}, {"check": "disk_usage"}, {"entry": "port"}, language="zh")
    assert [row[name].text for name in ("c0", "c1", "c2")] == ["未检查", "未检查", "未检查"]
    assert row["finding"].text == "未检查：主机不可达"
    assert cell(day, {"check": "disk_usage"}, "zh").text == "未检查：主机不可达", "where no finding says it"
