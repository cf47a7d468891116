"""Declarations are read whole, or refused with file, line, key and what was expected."""

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exporters.contract import Fault
from exporters.forms.reading import LONGEST, FormsError, own_forms, read_folder, read_form
from tests.exporters.forms.filled_day import DAY_OF_ALL_KINDS as DAY
from tests.exporters.forms.filled_day import fill_in

HEAD = "name: mine\ntitle: Mine\nrows: host\ncolumns:\n"


def faults(tmp_path: Path, text: str | bytes) -> list[str]:
    file = tmp_path / "mine.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(FormsError) as caught:
        read_form(file)
    return [str(fault).removeprefix(f"{tmp_path}/") for fault in caught.value.faults]


def test_the_forms_that_come_with_rounds_are_declared_once_each():
    names = [declared.form.name for declared in own_forms()]
    assert "runtime" in names
    assert len(set(names)) == len(names)


def test_a_form_is_read(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(HEAD + "  - {name: host, title: {en: Host, zh: 服务器}, card: name}\n")
    declared = read_form(file)
    assert (declared.form.title.zh, declared.form.columns[0].title.zh) == ("Mine", "服务器")
    assert str(declared.fault(("columns", 0, "card"), "no")) == f"{file}:5: columns.0.card: no"


@pytest.mark.parametrize(
    ("column", "fault"),
    [
        (
            "{name: a, title: A, chek: cpu}",
            "mine.yaml:5: columns.0: expected a column with exactly one of the keys card,",
        ),
        ("{name: a, title: A, check: cpu, card: name}", "mine.yaml:5: columns.0: expected a column with exactly one"),
        ("{name: a, title: A, check: cpu, shwo: value}", 'columns.0.shwo: unknown key, did you mean "show"?'),
        ("{name: a, title: A, check: cpu, show: valeu}", "columns.0.show: must be 'value', 'summary'"),
        ("{name: a, check: cpu}", "mine.yaml:5: columns.0.title: missing"),
        ("{name: a, title: 8, check: cpu}", "columns.0.title: expected keys with values below it"),
        ("{name: a, title: {en: A}, check: cpu}", "mine.yaml:5: columns.0.title.zh: missing"),
        ("{name: A b, title: A, check: cpu}", "columns.0.name: String should match pattern"),
        ("{name: a, title: A, entry: prot}", "columns.0.entry.0: must be 'hardware', 'disk'"),
        ("{name: a, title: A, fact: cpu, path: 'a[['}", "columns.0.path: 'a[[' is not a JMESPath"),
        ("{name: a, title: A, fact: cpu}", "mine.yaml:5: columns.0.path: missing"),
        ("{name: a, title: A, by_hand: maybe}", "columns.0.by_hand: must be True or 'note'"),
        ("{name: a, title: A, field: x}", "column a: its rows have no fields"),
        ("{name: result, title: A, card: name}", "there are two columns of the name result"),
    ],
)
def test_a_column_that_cannot_be(tmp_path, column, fault):
    (found,) = faults(tmp_path, f"{HEAD}  - {column}\n")
    assert fault in found


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("", "expected keys with values below it"),
        ("name: mine\n", "columns: missing"),
        (HEAD + "  []\n", "columns: "),
        (HEAD.replace("host", "hosts"), "mine.yaml:3: rows: expected host, or exactly one of the keys items, entries,"),
        (HEAD + "  - &a {name: a, title: A, card: name}\n  - *a\n", "aliases (*name) are not used here"),
        (HEAD + "  - {name: a, name: b}\n", "mine.yaml:5: name is written twice"),
        (HEAD + "  - {1: a}\n", "mine.yaml:5: a key is not text"),
        (HEAD + "  - [\n", "mine.yaml:6: "),
        ("name: !!python/object/apply:os.system [ls]\n", "mine.yaml:1: "),
        (b"name: \xff\xfe", "mine.yaml: is not UTF-8 text"),
        (b"name: \x00", "mine.yaml"),
        (
            "number: 8.2\n" + HEAD + "  - {name: a, title: A, card: name}\n",
            "number: expected text, not 8.2; put it in quotes",
        ),
        ("# " + "x" * LONGEST, "longer than 256 KiB"),
        ("[" * 5000, "mine.yaml"),
    ],
)
def test_a_file_that_cannot_be(tmp_path, written, fault):
    assert any(fault in found for found in faults(tmp_path, written))


@pytest.mark.parametrize(
    ("rows", "field", "fault"),
    [
        ("{changes: true}", "valeu", "its rows have no field 'valeu'; they have after, at, before, kind, name, since"),
        ("{entries: [port]}", "path", "its rows have no field 'path'; they have kind, name, value"),
        ("{items: [cpu_usage]}", "name", "its rows have no field 'name'; they have item"),
    ],
)
def test_a_field_that_rows_have_not(tmp_path, rows, field, fault):
    text = HEAD.replace("rows: host", f"rows: {rows}") + f"  - {{name: a, title: A, field: {field}}}\n"
    assert any(fault in found for found in faults(tmp_path, text))


def test_a_folder_is_read_whole_and_says_all_that_is_wrong(tmp_path):
    good = HEAD + "  - {name: a, title: A, card: name}\n"
    (tmp_path / "a.yaml").write_text(good)
    (tmp_path / "README.md").write_text("not a form")
    assert [declared.form.name for declared in read_folder(tmp_path)] == ["mine"]
    (tmp_path / "b.yml").write_text(good)
    (tmp_path / "c.yaml").write_text("name: [")
    (tmp_path / "d.yaml").mkdir()
    with pytest.raises(FormsError) as caught:
        read_folder(tmp_path)
    told = str(caught.value)
    assert "b.yml:1: name: mine is declared in a.yaml already" in told
    assert "c.yaml:" in told
    assert "d.yaml: cannot be read: Is a directory" in told
    with pytest.raises(FormsError, match="cannot read the folder: No such file"):
        read_folder(tmp_path / "nowhere")


KEYS = st.sampled_from(
    ["name", "title", "rows", "columns", "check", "card", "fact", "path", "entry", "field", "by_hand", "items", "host"]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | KEYS | st.sampled_from(["pending[]", "cpu_usage"])
TREES = st.recursive(
    LEAVES | st.text(max_size=5), lambda below: st.lists(below, max_size=4) | st.dictionaries(KEYS, below, max_size=5)
)


UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""The machine may have other things to do: how long an example takes says nothing of the forms."""


@UNHURRIED
@given(written=TREES)
def test_whatever_is_written_is_a_form_or_faults(tmp_path_factory, written):
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")
    found: tuple[Fault, ...] = ()
    try:
        assert read_form(file).form.columns
    except FormsError as error:
        found = error.faults or (Fault((), ""),)
    assert all(fault.file == file and fault.message for fault in found)


@UNHURRIED
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_whatever_the_bytes(tmp_path_factory, content):
    file = tmp_path_factory.getbasetemp() / "bytes.yaml"
    file.write_bytes(content)
    with pytest.raises(FormsError):
        read_form(file)


SOURCES = st.one_of(
    st.fixed_dictionaries({"card": st.sampled_from(["name", "groups", "status"])}),
    st.fixed_dictionaries(
        {"host": st.sampled_from(["reachable", "rounds", "every", "state", "reason", "checked", "checks"])}
    ),
    st.fixed_dictionaries(
        {"check": st.sampled_from(["disk_usage", "cpu_usage", "backup_freshness", "nothing"])},
        optional={
            "show": st.sampled_from(["value", "summary", "state", "item", "expected", "since", "count", "checked"]),
            "measurement": st.sampled_from(["used", "size", ["used", "size"]]),
            "item": st.sampled_from(["*", "/v*", "[", "x"]),
        },
    ),
    st.fixed_dictionaries({"entry": st.sampled_from(["port", ["port", "package"]])}),
    st.fixed_dictionaries(
        {
            "fact": st.just("packages"),
            "path": st.sampled_from(["@", "pending", "pending[].name", "sum(pending)", "a.b"]),
        },
        optional={
            "where": st.sampled_from(["name", "@"]),
            "show": st.just("name"),
            "unit": st.sampled_from(["bytes", ""]),
        },
    ),
    st.fixed_dictionaries({"by_hand": st.sampled_from([True, "note"])}),
    st.fixed_dictionaries({"tail": st.sampled_from(["result", "finding", "action", "remarks"])}),
)
ROWS = st.sampled_from(
    [
        "host",
        {"items": ["disk_usage"]},
        {"entries": ["port"]},
        {"fact": "packages", "path": "pending[]", "item": "name"},
        {"changes": True},
        {"by_hand": 2},
    ]
)


@UNHURRIED
@given(columns=st.lists(SOURCES, min_size=1, max_size=6), rows=ROWS, language=st.sampled_from(["zh", "en"]))
def test_every_form_that_can_be_declared_is_filled(columns, rows, language):
    form = fill_in(DAY, columns, rows, language)
    assert all(len(row.cells) == len(form.columns) for row in form.rows)
    for row in form.rows:
        for column, cell in zip(form.columns, row.cells, strict=True):
            by_hand = column.kind == "by-hand" or rows == {"by_hand": 2}
            assert by_hand or cell.text or column.name in ("action", "remarks") or "action" in column.title
