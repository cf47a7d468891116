"""Columns and rows of inventory, facts, changes, items, hosts and the day."""

from dataclasses import replace

import pytest

from checks.contract import State, Text, Unit
from collectors.contract import Entry, Kind, Reason
from exporters.contract import Change, HostCard, HostChanges, HostEntries, HostFacts, HostLine, Needs
from exporters.daily.document import Tone
from tests.exporters.forms.filled_day import (
    BACKUP,
    DB,
    DISK,
    END,
    WEB,
    cell,
    day_of,
    end,
    filled,
    form,
    texts,
    unmade,
    used,
)  # fmt: skip
from tests.exporters.sample_day import at

FACTS = {
    "manager": "apt",
    "pending": [{"name": "nginx", "security": True, "size": 2048}, {"name": "vim", "security": False, "size": 0}],
    "held": [],
    "refreshed_at": at(21, 6),
    "note": None,
    "nested": {"a": 1},
}


def knowing(facts=FACTS, when=END, **others):
    return day_of(facts=(HostFacts("web-01", "packages", when, facts),), **others)


def made_of(*entries, left_out=()):
    return day_of(entries=(HostEntries("web-01", entries, left_out),))


def fact(path, **others):
    return {"fact": "packages", "path": path, **others}


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (fact("manager"), "apt"),
        (fact("pending[].name"), "nginx, vim"),
        (fact("length(pending)"), "2"),
        (fact("pending[0].security"), "yes"),
        (fact("pending[?size > `9`].size", unit="bytes"), "2 KiB"),
        (fact("refreshed_at", unit="timestamp_seconds"), "2026-11-21 06:00"),
        (fact("held"), "none"),
        (fact("note"), "–"),
        (fact("nowhere.at.all"), "–"),
        (fact("length(manager.x)"), "–"),
        (fact("nested"), '{"a": 1}'),
    ],
)
def test_facts_as_people_read_them(column, text):
    assert cell(knowing(), column).text == text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("[`150`, `100`]", "+50.0 %"),
        ("[`99.9`, `100`]", "-0.1 %"),
        ("[`0`, `100`]", "-100.0 %"),
        ("[`100`, `100`]", "+0.0 %"),
        ("[`100`, `0`]", "–"),
        ("[`100`, nothing]", "–"),
        ("[`1`]", "–"),
        ("manager", "–"),
    ],
)
def test_a_change_of_two_numbers(path, text):
    found = cell(knowing(), fact(path, change=True))
    assert (found.text, found.unit) == (text, None if text == "–" else Unit.RATIO)


def test_facts_that_are_not_there_are_not_checked():
    column = fact("manager")
    packages = replace(BACKUP, collector="packages")
    nowhere = day_of()
    assert (cell(nowhere, column, "zh").text, end(nowhere, column)["result"].text) == ("未纳入巡检", "–")
    asked = day_of(used("x", 0.1, check=packages))
    assert cell(asked, column, "zh").text == "未检查：未采集"
    assert end(asked, column, language="zh")["result"].text == "未检查"
    denied = day_of(unmade(Reason.NO_PERMISSION, check=packages))
    assert cell(denied, column, "zh").text == "未检查：权限不足"
    absent = day_of(unmade(Reason.NOT_APPLICABLE, check=packages))
    assert (cell(absent, column, "zh").text, end(absent, column)["result"].text) == ("不适用", "–")
    assert end(knowing(), column, language="zh")["result"].text == "已登记"
    assert cell(knowing(None), column, "zh").text == "未检查：内容过长，未留存"
    dead = HostLine(WEB, False, None, 9, 9, Reason.UNREACHABLE, "no route")
    assert cell(replace(knowing(when=at(19, 8)), hosts=(dead,)), column, "zh").text == "未检查：主机不可达"


def test_facts_of_an_earlier_day_carry_their_time():
    found = cell(knowing(when=at(19, 22)), fact("manager"))
    assert (found.text, found.tone) == ("apt (11-19 22:00)", Tone.QUIET)


def test_facts_of_which_a_record_has_only_what_was_asked_of_them():
    selected = HostFacts(
        "web-01", "packages", END, None, {"manager": "apt", "pending[]": FACTS["pending"], "note": None}
    )
    day = day_of(used("x", 0.1, check=replace(BACKUP, collector="packages")), facts=(selected,))
    assert cell(day, fact("manager")).text == "apt"
    assert cell(day, fact("note")).text == "–"
    assert cell(day, fact("held"), "zh").text == "未检查：未采集", "a column that was declared later"
    rows = {"fact": "packages", "path": "pending[]"}
    assert texts(filled(day, {"field": "name"}, fact("manager"), rows=rows)) == [["nginx", "apt"], ["vim", "apt"]]
    assert texts(filled(day, {"field": "@"}, rows={**rows, "path": "held[]"})) == [["not checked: not known"]]


def test_entries_of_an_earlier_day_carry_their_time_once_in_a_row():
    entries = (Entry(Kind.SYSTEM, "kernel", "6"), Entry(Kind.PORT, "tcp 22", "sshd"))
    old = HostEntries("web-01", entries, seen_at=((Kind.SYSTEM, at(19, 22)), (Kind.PORT, at(19, 22))))
    columns = {"card": "name"}, {"entry": "system"}, {"entry": "port"}
    (row,) = filled(day_of(entries=(old,)), *columns).rows
    assert [(one.text, one.tone) for one in row.cells] == [
        ("web-01", None),
        ("6 (11-19 22:00)", Tone.QUIET),
        ("sshd", Tone.QUIET),
    ]
    listed = filled(day_of(entries=(old,)), {"field": "name"}, {"field": "value"}, rows={"entries": ["port"]})
    assert texts(listed) == [["tcp 22 (11-19 22:00)", "sshd"]]
    new = replace(old, seen_at=((Kind.SYSTEM, END), (Kind.PORT, END)))
    assert texts(filled(day_of(entries=(new,)), *columns)) == [["web-01", "6", "sshd"]]


def test_an_entry_that_is_spelled_out_is_there_or_not_known():
    day = made_of(Entry(Kind.SYSTEM, "kernel", "6"))
    assert cell(day, {"entry": "system", "named": "distribution"}, "zh").text == "未采集"
    assert cell(day, {"entry": "system", "named": "dist*"}, "zh").text == "无"


def test_the_frequency_is_the_one_that_is_configured():
    every = {"host": "every"}
    assert cell(day_of(hosts=(replace(WEB, every_seconds=300.0),)), every).text == "5 min"
    assert cell(day_of(), every).text == "1 min", "of a record that has not kept it"


def test_the_own_machine_has_no_address_to_be_reached_at():
    here = HostCard("here", "here", transport="local")
    assert cell(day_of(hosts=(here,)), {"card": "address"}, "zh").text == "本机"


def test_facts_about_the_item_of_a_row():
    sets = [{"set": "db", "tested": "2026-11-01"}, {"set": "home", "tested": None}]
    day = day_of(used("db", 0.1, check=BACKUP), used("home", 0.1, check=BACKUP),
                 facts=(HostFacts("web-01", "packages", END, sets),))  # fmt: skip
    tested = {"fact": "packages", "path": "[]", "where": "set", "show": "tested"}
    made = filled(day, {"field": "item"}, tested, rows={"items": ["backup_freshness"]})
    assert texts(made) == [["db", "2026-11-01"], ["home", "–"]]


def test_entries_of_the_inventory():
    day = made_of(
        Entry(Kind.PORT, "tcp 80", "nginx"), Entry(Kind.PORT, "tcp 22", ""), Entry(Kind.SYSTEM, "kernel", "6")
    )
    assert cell(day, {"entry": "port"}).text == "nginx, tcp 22"
    assert cell(day, {"entry": ["system", "port"], "show": "both"}).text == "kernel 6, tcp 80 nginx, tcp 22"
    assert cell(day, {"entry": "port", "show": "name", "named": "* 22"}).text == "tcp 22"
    assert cell(day, {"entry": "port", "show": "count"}).value == 2
    assert cell(day, {"entry": "port", "named": "udp*"}).text == "none"
    assert cell(day, {"entry": "package"}, "zh").text == "未采集"
    many = made_of(*(Entry(Kind.PACKAGE, f"p{n}", "1") for n in range(5)), left_out=((Kind.PACKAGE, 7),))
    assert cell(many, {"entry": "package", "show": "count"}).text == "12"
    counted = made_of(left_out=((Kind.PACKAGE, 7),))
    assert cell(counted, {"entry": "package", "show": "count"}).value == 7
    assert form({"entry": "package", "show": "count"}).needs == Needs(counted=frozenset({Kind.PACKAGE}))


def test_an_inventory_nobody_looked_at_is_not_an_empty_one():
    found = cell(day_of(), {"entry": "port"}, "zh")
    assert (found.text, found.tone) == ("未检查：未采集", Tone.UNCHECKED)
    (row,) = filled(day_of(), {"field": "name"}, {"tail": "result"}, rows={"entries": ["port"]}, language="zh").rows
    assert [one.text for one in row.cells] == ["未检查：未采集", "未检查"]


def test_a_row_for_each_entry_and_one_for_a_host_without():
    day = made_of(Entry(Kind.ACCOUNT, "eve", "uid 0"), Entry(Kind.ACCOUNT, "bob", "uid 9"), Entry(Kind.PORT, "80", ""))
    day = replace(day, hosts=(*day.hosts, replace(day.hosts[0], host=DB)),
                  entries=(*day.entries, HostEntries("db-01", ())))  # fmt: skip
    columns = ({"card": "name"}, {"field": "name"}, {"field": "value"}, {"field": "kind"})
    assert texts(filled(day, *columns, rows={"entries": ["account"]})) == [
        ["web-01", "eve", "uid 0", "account"],
        ["web-01", "bob", "uid 9", "account"],
        ["db-01", "none", "none", "none"],
    ]
    assert len(filled(day, *columns, rows={"entries": "account", "named": "b*"}).rows) == 2


def test_a_row_for_each_element_of_facts_with_the_checks_of_its_item():
    day = knowing(items=(used("nginx", 0.95, check=BACKUP), used("vim", 0.1, check=BACKUP)))
    rows = {"fact": "packages", "path": "pending[]", "item": "name"}
    made = filled(day, {"field": "name"}, {"field": "size", "unit": "bytes"}, {"check": "backup_freshness"}, rows=rows)
    assert texts(made) == [["nginx", "2 KiB", "95.0 %"], ["vim", "0 B", "10.0 %"]]


def test_rows_of_items_and_of_a_check_that_was_not_made():
    day = day_of(used("db", 0.1, check=BACKUP), unmade(Reason.NO_PERMISSION, "db-01", BACKUP), hosts=(WEB, DB))
    made = filled(
        day, {"field": "item"}, {"check": "backup_freshness"}, language="zh", rows={"items": "backup_freshness"}
    )
    assert texts(made) == [["db", "10.0 %"], ["全部", "未检查：权限不足"]]


def test_an_item_that_one_of_two_checks_has_not():
    other = replace(BACKUP, name="backup_copies")
    day = day_of(used("db", 0.1, check=BACKUP), unmade(Reason.LATE, check=other))
    made = filled(day, {"check": "backup_freshness"}, {"check": "backup_copies"}, rows={"items": "backup_freshness"})
    assert texts(made) == [["10.0 %", "not checked: not done in time"]]


def test_changes_with_before_and_after():
    change = Change("web-01", Kind.PACKAGE, "nginx", "1.22", None, at(20, 9), at(20, 10))
    port = Change("web-01", Kind.PORT, "tcp 80", None, "nginx", at(20, 9), at(20, 10))
    day = day_of(hosts=(WEB, DB), changes=(HostChanges("web-01", 640, (change, port)),))
    columns = ({"field": "name"}, {"field": "before"}, {"field": "after"}, {"field": "at", "unit": "timestamp_seconds"})
    made = filled(day, *columns, rows={"changes": ["package"]})
    assert texts(made) == [["nginx", "1.22", "–", "2026-11-20 10:00"]]
    assert made.note == "638 more changes are not listed. Not compared with the day before: 1 of 2 servers."
    assert len(filled(day, *columns, rows={"changes": True}).rows) == 2


def test_rows_for_a_pen():
    made = filled(
        day_of(), {"by_hand": "note"}, {"card": "name"}, {"check": "cpu_usage"}, rows={"by_hand": 3}, tail=True
    )
    assert texts(made) == [[""] * 7] * 3


def test_the_host_the_day_and_the_card():
    day = day_of(used("/", 0.5), used("cpu", 0.1, check=BACKUP))
    day = replace(day, hosts=(replace(day.hosts[0], rounds_failed=1, state=State.WARN),), person_on_duty="")
    shown = {name: cell(day, {"host": name}).text for name in ("reachable", "rounds", "every", "state", "checks")}
    assert shown == {
        "reachable": "99.9 %",
        "rounds": "1440",
        "every": "1 min",
        "state": "warning",
        "checks": "2: Disk usage, Backups",
    }
    assert cell(day, {"host": "reachable"}).unit is Unit.RATIO
    assert cell(day, {"card": "groups"}).text == "web, prod"
    assert cell(day, {"card": "location"}).text == "–"
    assert cell(day, {"day": "period"}).text == "2026-11-20 08:00 – 2026-11-21 08:00"
    assert cell(day, {"day": "on_duty"}).text == "–"


def test_how_often_is_told_of_the_time_the_agent_ran():
    day = day_of(gaps=((at(20, 9), at(20, 21)),))
    assert cell(day, {"host": "every"}).text == "30 s"


def test_rows_that_do_not_apply_are_left_out_and_counted():
    columns = ({"check": "disk_usage"},)
    day = day_of(unmade(Reason.NOT_APPLICABLE), used("/", 0.5, "db-01"), hosts=(WEB, DB, replace(DB, name="new")))
    made = filled(day, *columns, applicable=True, language="zh")
    assert texts(made) == [["50.0 %"]]
    assert made.note == "另有 1 台服务器无此项。 未纳入此项巡检：1 台服务器。"
    assert len(filled(day, *columns).rows) == 3
    unknown = day_of(unmade(Reason.UNREACHABLE))
    assert len(filled(unknown, *columns, applicable=True).rows) == 1


def test_a_form_without_rows_says_so():
    assert filled(day_of(), {"field": "name"}, rows={"changes": True}, language="zh").note.startswith("本日无记录。")


HOSTILE = ("=1+1", "@SUM(A1)", "<script>alert(1)</script>", "a\r\nBcc: x", "\u202egpj.exe", "\x1b[2J", "|", "`")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_host_wrote_reaches_the_formats_as_it_is_for_them_to_make_harmless(text):
    day = knowing({"name": text}, entries=(HostEntries("web-01", (Entry(Kind.PORT, text, text),)),))
    assert cell(day, fact("name")).text == text
    assert cell(day, {"entry": "port"}).text == text
    assert cell(replace(day, items=(used(text, 0.9),)), {"check": "disk_usage", "show": "item"}).text == text


def test_no_cell_is_endless():
    long = ["x" * 500 + str(n) for n in range(50)]
    assert len(cell(knowing(long), fact("@")).text) <= 2000
    assert len(cell(knowing({"a": "y" * 9000}), fact("a")).text) <= 2000
    assert len(cell(knowing({"a": {"b": "y" * 9000}}), fact("a")).text) <= 2000


def test_many_checks_are_counted_and_not_all_named():
    many = [used("/", 0.5, check=replace(DISK, name=f"n{n}", title=Text(f"T{n}", f"题{n}"))) for n in range(14)]
    found = cell(day_of(*many), {"host": "checks"}, "zh").text
    assert found == "14 项：" + "、".join(f"题{n}" for n in range(12)) + "等"
    assert cell(day_of(*many[:2]), {"host": "checks"}).text == "2: T0, T1"
