"""What an organisation changes about the forms: renamed, dropped, added, ordered, hidden, its own; logo and header."""

import pickle
from pathlib import Path

import pytest
from pydantic import ValidationError

from collectors.contract import Kind
from exporters.contract import Known
from exporters.forms import FormsError, FormsSettings, by_hand, filled_forms, needs
from exporters.forms.columns import first_names
from exporters.forms.reading import own_forms
from tests.exporters.forms.filled_day import day_of, texts, used

KNOWN = Known(
    checks=frozenset(check for one in own_forms() for check in one.form.needs.checks) | {"cpu_usage", "disk_usage"},
    collectors=frozenset({"packages", "cpu"}),
    keep_facts=frozenset({"packages"}),
)


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("updates[?security].package | [:6]", {"updates"}),
        ("listed_at && length(updates) || `null`", {"listed_at", "updates"}),
        ("min((updates[?security] || held)[?obstacle != 'phased'].first_seen)", {"updates", "held"}),
        ("[now, before] | [0]", {"now", "before"}),
        ("{a: now, b: max_by(disks, &used).name}", {"now", "disks"}),
        ("!idle == `true`", {"idle"}),
        ("disks[0:2].name", {"disks"}),
        ("*.name", set()),
        ("[0].name", set()),
        ("@", set()),
    ],
)
def test_which_names_a_path_looks_for_first(path: str, names: set[str]) -> None:
    assert first_names(path) == names


OWN = """\
name: {name}
number: "A.1"
title: {{en: Visits, zh: 机房出入登记}}
rows: {rows}
columns:
  - {{name: host, title: {{en: Host, zh: 服务器}}, card: name}}
  - {{name: seen, title: {{en: Seen, zh: 查看}}, by_hand: true}}
"""


def own(tmp_path: Path, name: str = "visits", rows: str = "host", text: str | None = None) -> Path:
    folder = tmp_path / "forms"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yaml").write_text(text or OWN.format(name=name, rows=rows), encoding="utf-8")
    return folder


def made(settings: FormsSettings, name: str, language="zh"):
    return next(form for form in filled_forms(day_of(used("/", 0.95)), language, settings) if form.name == name)


def changed(**change):
    return FormsSettings.model_validate({"forms": {"runtime": change}})


def faults(settings: FormsSettings) -> list[tuple[tuple[str | int, ...], str]]:
    return [(fault.keys, fault.message) for fault in settings.faults(KNOWN)]


def headings(settings: FormsSettings, name: str = "runtime") -> list[str]:
    return [column.title for column in made(settings, name).columns]


def test_without_any_setting_the_manuals_forms_are_made():
    settings = FormsSettings()
    enabled = [one.form.name for one in own_forms() if one.form.enabled]
    assert [form.name for form in filled_forms(day_of(), "en", settings)] == enabled
    assert settings.header is None
    assert settings.picture is None


def test_columns_are_renamed_dropped_added_and_ordered():
    settings = changed(
        title={"en": "Shift record", "zh": "值班记录"},
        number="B.2",
        columns={
            "cpu": {"title": {"en": "Processor", "zh": "处理器"}},
            "load": None,
            "remarks": {"title": "Bemerkung"},
        },
        add=[{"name": "owner", "title": {"en": "Owner", "zh": "责任人"}, "card": "owner"}],
        order=["host", "owner", "result"],
    )
    assert faults(settings) == []
    form = made(settings, "runtime")
    names = [column.name for column in form.columns]
    assert (form.title, form.number) == ("值班记录", "B.2")
    assert names[:3] == ["host", "owner", "result"]
    assert "load" not in names
    assert names[-3:] == ["finding", "action", "remarks"]
    assert headings(settings)[names.index("cpu")] == "处理器"
    assert headings(settings)[-1] == "Bemerkung"
    assert texts(form)[0][2] == "异常"


def test_what_is_added_stands_before_the_result():
    settings = changed(add=[{"name": "owner", "title": "Owner", "card": "owner"}])
    assert headings(settings)[-5:] == ["Owner", "结果", "异常情况", "处理情况", "备注"]


def test_a_form_is_hidden():
    names = [form.name for form in filled_forms(day_of(), "zh", changed(enabled=False))]
    assert "runtime" not in names


def test_a_form_of_its_own_comes_after_those_of_the_manual_or_in_the_place_of_one(tmp_path):
    settings = FormsSettings(forms_folder=own(tmp_path))
    assert filled_forms(day_of(), "zh", settings)[-1].title == "机房出入登记"
    own(tmp_path, "runtime")
    replaced = FormsSettings(forms_folder=tmp_path / "forms")
    names = [form.name for form in filled_forms(day_of(), "zh", replaced)]
    assert names.count("runtime") == 1
    assert names.index("runtime") < names.index("visits")
    assert made(replaced, "runtime").title == "机房出入登记"


def test_its_own_form_is_changed_and_asked_for_like_any_other(tmp_path):
    folder = own(tmp_path, rows="{entries: [port], named: 'tcp*'}")
    settings = FormsSettings.model_validate(
        {"forms_folder": folder, "forms": {"visits": {"add": [{"name": "n", "title": "N", "field": "name"},
         {"name": "p", "title": "P", "fact": "packages", "path": "manager"}]}}}
    )  # fmt: skip
    assert faults(settings) == []
    assert (Kind.PORT, "tcp*") in needs(settings).named
    assert ("packages", "manager") in needs(settings).paths
    assert ("机房出入登记", ("查看",)) in by_hand(settings, "zh")


def test_a_hidden_form_needs_nothing():
    everything = {one.form.name: {"enabled": False} for one in own_forms()}
    settings = FormsSettings.model_validate({"forms": everything})
    assert needs(settings) == type(needs(settings))()
    assert filled_forms(day_of(), "zh", settings) == ()


@pytest.mark.parametrize(
    ("change", "keys", "words"),
    [
        ({"columns": {"cpuu": None}}, ("columns", "cpuu"), 'no such column, did you mean "cpu"?'),
        ({"order": ["host", "hots"]}, ("order", 1), 'no such column, did you mean "host"?'),
        ({"columns": {"cpu": None}, "order": ["cpu"]}, ("order", 0), "no such column"),
        ({"add": [{"name": "cpu", "title": "X", "card": "name"}]}, ("add", 0, "name"), "a column cpu already"),
        ({"add": [{"name": "x", "title": "X", "field": "name"}]}, ("add",), "column x: its rows have no fields"),
        ({"add": [{"name": "x", "title": "X", "check": ["cpu_usage", "disk_usag"]}]}, ("add", 0, "check"), "disk_usag"),
        ({"add": [{"name": "x", "title": "X", "fact": "package", "path": "x"}]}, ("add", 0, "fact"), "did you mean"),
        ({"add": [{"name": "x", "title": "X", "fact": "cpu", "path": "x"}]}, ("add", 0, "fact"), "is not kept"),
    ],
)
def test_a_change_of_what_is_not_there_is_a_fault_with_its_keys(change, keys, words):
    ((found, message),) = faults(changed(**change))
    assert found == ("forms", "runtime", *keys)
    assert words in message


def test_a_form_that_is_not_there():
    settings = FormsSettings.model_validate({"forms": {"runtim": {"enabled": False}}})
    assert faults(settings) == [(("forms", "runtim"), 'there is no such form, did you mean "runtime"?')]
    with pytest.raises(FormsError, match="runtim"):
        filled_forms(day_of(), "zh", settings)


def test_no_column_may_be_left():
    columns = {
        column.name: None for column in next(o for o in own_forms() if o.form.name == "runtime").form.all_columns
    }
    assert faults(changed(columns=columns)) == [
        (("forms", "runtime", "columns"), "no column is left; enabled: false takes the whole form away")
    ]


def test_faults_in_its_own_forms_name_file_and_line(tmp_path):
    folder = own(tmp_path, text=OWN.format(name="visits", rows="{items: [dsk_usage]}") + "    oops: 1\n")
    (fault,) = FormsSettings(forms_folder=folder).faults(KNOWN)
    assert str(fault).startswith(f"{folder}/visits.yaml:")
    own(tmp_path, text=OWN.format(name="visits", rows="{items: [dsk_usage]}"))
    (fault,) = FormsSettings(forms_folder=folder).faults(KNOWN)
    assert (fault.file, fault.line, fault.keys) == (folder / "visits.yaml", 4, ("rows", "items"))
    assert 'no check "dsk_usage"' in fault.message
    (fault,) = FormsSettings(forms_folder=tmp_path / "nowhere").faults(KNOWN)
    assert (fault.keys, fault.file) == (("forms_folder",), None)


def test_settings_are_equal_where_their_forms_are(tmp_path):
    before = FormsSettings(forms_folder=own(tmp_path))
    assert before == FormsSettings(forms_folder=own(tmp_path))
    own(tmp_path, rows="{changes: true}")
    assert before != FormsSettings(forms_folder=tmp_path / "forms")


def test_settings_can_be_handed_to_another_process(tmp_path):
    settings = FormsSettings(forms_folder=own(tmp_path), header="信息中心")
    again = pickle.loads(pickle.dumps(settings))
    assert filled_forms(day_of(), "zh", again) == filled_forms(day_of(), "zh", settings)


def test_the_header_stands_on_every_form():
    settings = FormsSettings.model_validate({"header": {"en": "IT department", "zh": "信息中心"}})
    assert {form.header for form in filled_forms(day_of(), "zh", settings)} == {"信息中心"}
    with pytest.raises(ValidationError, match="header"):
        FormsSettings.model_validate({"header": {"en": "IT"}})
