"""What a column of checks shows: the worst line, and never something fine where nothing was judged."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from checks.contract import Measurement, State, Unit
from collectors.contract import Reason
from exporters.contract import HostCard
from exporters.daily.document import Tone
from exporters.forms.filled import ColumnKind, FilledCell
from tests.exporters.forms.filled_day import BACKUP, CPU, DB, DISK, WEB, cell, day_of, filled, texts, unmade, used
from tests.exporters.sample_day import ZONE, at


def test_the_value_of_the_worst_item_with_its_name():
    day = day_of(used("/", 0.5), used("/var", 0.93), used("/srv", 0.85))
    found = cell(day, {"check": "disk_usage"})
    assert found == FilledCell("93.0 % · /var", 0.93, Unit.RATIO, Tone.CRITICAL)


def test_of_normal_items_the_one_nearest_to_its_level():
    near_lower = used("low", 0.4, measurements=(Measurement("free", 11, Unit.COUNT, 10, 5, lower=True),))
    assert cell(day_of(used("/", 0.5), used("/var", 0.7)), {"check": "disk_usage"}).text == "70.0 % · /var"
    assert cell(day_of(used("/", 0.4), near_lower), {"check": "disk_usage"}).text == "11 · low"


def test_the_name_of_the_only_item_is_not_repeated():
    assert cell(day_of(used("/", 0.5)), {"check": "disk_usage"}).text == "50.0 %"


def test_several_checks_and_named_measurements():
    day = day_of(used("/", 0.5), used("cpu", 0.85, check=CPU))
    assert cell(day, {"check": ["disk_usage", "cpu_usage"]}).text == "85.0 %"
    assert cell(day, {"check": "disk_usage", "measurement": ["size", "used"]}).text == "1 TiB / 50.0 %"
    assert cell(day, {"check": "disk_usage", "measurement": "nothing"}).text == "–"


def test_only_items_that_fit():
    day = day_of(used("/", 0.95), used("/var/lib", 0.5))
    assert cell(day, {"check": "disk_usage", "item": "/var*"}).text == "50.0 %"
    assert cell(day, {"check": "disk_usage", "item": "/home"}).text == "–"


@pytest.mark.parametrize("show", ["value", "summary", "state", "item", "expected", "since", "count", "checked"])
def test_what_was_not_checked_says_so_whatever_is_shown(show):
    found = cell(day_of(unmade(Reason.UNREACHABLE)), {"check": "disk_usage", "show": show}, "zh")
    assert (found.text, found.tone, found.value) == ("未检查：主机不可达", Tone.UNCHECKED, None)


def test_what_is_not_there_is_not_applicable_and_what_is_not_asked_not_covered():
    assert cell(day_of(unmade(Reason.NOT_APPLICABLE)), {"check": "disk_usage"}, "zh").text == "不适用"
    assert cell(day_of(), {"check": "disk_usage"}, "zh").text == "未纳入巡检"
    assert cell(day_of(unmade(Reason.FIRST_LOOK)), {"check": "disk_usage"}).tone is Tone.QUIET


def test_one_item_not_judged_outweighs_those_that_are_normal_but_not_those_that_are_bad():
    undecided = used("/nfs", 0.1, state=State.UNKNOWN)
    assert cell(day_of(used("/", 0.5), undecided), {"check": "disk_usage"}).tone is Tone.UNCHECKED
    assert cell(day_of(used("/", 0.95), undecided), {"check": "disk_usage"}).text == "95.0 % · /"


def test_words_states_names_and_levels():
    day = day_of(used("/", 0.5), used("/var", 0.85, since=at(20, 22, 40)))

    def shown(what, language="zh"):
        return cell(day, {"check": "disk_usage", "show": what}, language)

    assert shown("summary").text == "/var：已用 85%"
    assert shown("state") == FilledCell("警告", tone=Tone.WARNING)
    assert shown("item").text == "/、/var"
    assert shown("expected").text == "80 % / 90 %"
    assert shown("count") == FilledCell("2", 2.0)
    assert shown("since").text == "2026-11-20 22:40"
    assert shown("since").value == datetime(2026, 11, 20, 22, 40, tzinfo=ZoneInfo(ZONE))
    assert shown("checked").text == "2026-11-21 07:59"


def test_normal_items_are_counted_and_named_only_when_few():
    many = [used(f"/d{n:02d}", 0.1) for n in range(20)]
    assert cell(day_of(*many), {"check": "disk_usage", "show": "summary"}).text == "20 items normal"
    assert cell(day_of(*many), {"check": "disk_usage", "show": "item"}).text.endswith("/d11 and 8 more")
    assert cell(day_of(*many), {"check": "disk_usage", "show": "item"}, "zh").text.endswith(" 等 20 项")


def test_a_moment_is_one_for_a_machine_too():
    begun = used("b", 0.1, check=BACKUP, measurements=(Measurement("newest", at(21, 2), Unit.TIMESTAMP),))
    found = cell(day_of(begun), {"check": "backup_freshness"})
    assert (found.text, found.value) == ("2026-11-21 02:00", datetime(2026, 11, 21, 2, tzinfo=ZoneInfo(ZONE)))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1e300])
def test_what_is_no_number_is_none_for_a_machine(value):
    odd = used("/", 0.1, measurements=(Measurement("used", value, Unit.TIMESTAMP, 0.8, 0.9),))
    assert cell(day_of(odd), {"check": "disk_usage"}).value in (None, value)


def test_lines_of_other_hosts_are_not_mixed_up():
    day = day_of(used("/", 0.5), used("/", 0.95, host="db-01"), hosts=(WEB, DB))
    assert texts(filled(day, {"card": "name"}, {"check": "disk_usage"})) == [["web-01", "50.0 %"], ["db-01", "95.0 %"]]


def test_columns_are_set_as_fits_what_they_show():
    shows = {"value": ColumnKind.NUMBER, "summary": ColumnKind.WIDE, "state": ColumnKind.STATE, "item": ColumnKind.TEXT}
    form = filled(day_of(), *({"check": "cpu_usage", "show": show} for show in shows))
    assert [column.kind for column in form.columns] == list(shows.values())
    assert filled(day_of(), {"check": "cpu_usage", "kind": "wide"}).columns[0].kind is ColumnKind.WIDE


def test_a_server_off_rounds_is_listed_where_the_form_wants_it():
    day = day_of(used("/", 0.5), out_of_service=(HostCard("old", "192.0.2.9", in_service=False),))
    columns = ({"card": "name"}, {"card": "status"}, {"check": "disk_usage"}, {"host": "reachable"}, {"entry": "port"})
    form = filled(day, *columns, language="zh", out_of_service=True, tail=True)
    assert texts(form)[1][:6] == ["old", "停用", "–", "–", "–", "停用"]
    assert len(filled(day, *columns).rows) == 1
    assert DISK.name in {line.check.name for line in day.items}
