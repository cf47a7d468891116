"""The workbook, opened by another program than the one that wrote it."""

import csv
import io
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from checks.contract import Unit
from exporters.forms.filled import ColumnKind, FilledCell, FilledColumn, FilledForm, FilledRow
from exporters.paper.letterhead import Letterhead
from exporters.workbook.book import workbook
from exporters.workbook.inert import SheetNames, cell_text
from tests.exporters.daily.test_inert import HOSTILE
from tests.exporters.sample_forms import forms, proven

FORMULAS = [
    '=HYPERLINK("http://192.0.2.1","x")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r\n=cmd|' /C calc'!A0",
    "＝1+1",
]


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def of_texts(texts: list[str]) -> FilledForm:
    columns = (FilledColumn("a", "A", ColumnKind.WIDE), FilledColumn("b", texts[0], ColumnKind.NUMBER))
    rows = tuple(FilledRow((FilledCell(text), FilledCell(text, 1.0))) for text in texts)
    return FilledForm("x", "9", texts[-1], "zh", tuple((t, t) for t in texts), columns, rows, note=texts[0])


def cells(sheet: Worksheet) -> list[object]:
    return [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]


@pytest.fixture(scope="module")
def book() -> openpyxl.Workbook:
    day = proven()
    return opened(workbook(day, forms(day, "zh"), "zh", Letterhead("示例信息中心")))


def test_the_same_day_gives_the_same_bytes() -> None:
    day = proven()
    first = workbook(day, forms(day, "en"), "en")
    assert first == workbook(day, forms(day, "en"), "en")
    assert opened(first).properties.created == datetime(2026, 11, 21, 0, 0, 4)


def test_a_cover_a_sheet_for_each_form_and_the_evidence(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == [
        "封面", "8.2 系统运行监测记录表", "8.6 服务器巡检记录表", "8.5 病毒定义升级及病毒检查表", "凭证 Evidence",
    ]  # fmt: skip
    said = [str(cell.value) for cell in cells(book["封面"])]
    assert "《门户平台 Portal系统运行维护日报》" in said
    assert any("异常" in text for text in said)
    assert "审核人签字" in said


def test_a_form_is_frozen_filtered_and_set_for_paper(book: openpyxl.Workbook) -> None:
    sheet = book["8.2 系统运行监测记录表"]
    assert sheet.freeze_panes == "B5"
    assert sheet.auto_filter.ref == "A4:K12"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$4:$4"
    assert "&P / &N" in f"{sheet.oddFooter.center.text}".replace("&[Page]", "&P").replace("&[Pages]", "&N")
    assert sheet.oddHeader.right.text == "RPT-20261121-001"


def test_the_cover_is_printed_on_one_page_with_its_signatures(book: openpyxl.Workbook) -> None:
    setup = book.worksheets[0].page_setup
    assert (setup.fitToWidth or 1, setup.fitToHeight or 1) == (1, 1)


def test_numbers_are_numbers_and_moments_dates_of_the_days_zone(book: openpyxl.Workbook) -> None:
    row = list(book["8.2 系统运行监测记录表"][5])
    assert (row[2].value, row[2].number_format) == (0.07, "0.0%")
    assert row[1].value == pytest.approx(41.127, abs=0.001)
    assert row[1].number_format == '#,##0.0" 天"'
    assert row[4].number_format == '#,##0.0" GiB"'
    assert row[6].value == datetime(2026, 11, 21, 7, 59)
    assert row[6].is_date


def test_a_row_leads_to_its_evidence(book: openpyxl.Workbook) -> None:
    cell = book["8.2 系统运行监测记录表"]["K5"]
    first = int(str(cell.value).replace("–", ",").split(",")[0])
    assert cell.hyperlink.location == f"'凭证 Evidence'!A{first + 2}"
    found = [cell.value for cell in book["凭证 Evidence"][first + 2]]
    assert found[0] == first
    assert found[1] == "web-01"
    assert len(str(found[7])) == 64


def test_a_form_without_rows_says_why(book: openpyxl.Workbook) -> None:
    assert any("未纳入本次巡检" in str(cell.value) for cell in cells(book["8.5 病毒定义升级及病毒检查表"]))


def test_a_number_stands_alone_and_what_follows_it_beside_it() -> None:
    columns = (FilledColumn("host", "Host"), FilledColumn("disk", "Disk", ColumnKind.NUMBER))
    rows = (
        FilledRow((FilledCell("a"), FilledCell("93.2 % · /var", 0.932, Unit.RATIO))),
        FilledRow((FilledCell("b"), FilledCell("not checked: unreachable"))),
    )
    sheet = opened(workbook(proven(), [FilledForm("x", "", "X", "en", (), columns, rows)], "en"))["X"]
    assert [cell.value for cell in sheet[4]] == ["Host", "Disk", "Disk · of", "Evidence"]
    assert [cell.value for cell in sheet[5]][:3] == ["a", 0.932, "/var"]
    assert [cell.value for cell in sheet[6]][:2] == ["b", "not checked: unreachable"]


def test_what_hosts_write_is_never_a_formula_a_link_or_a_control_character() -> None:
    texts = [*FORMULAS, *HOSTILE]
    content = workbook(replace(proven(), system=HOSTILE[0]), [of_texts(texts)], "zh")
    made = opened(content)
    for sheet in made:
        for cell in cells(sheet):
            assert cell.data_type != "f"
            if isinstance(cell.value, str):
                assert cell.value.isprintable() or "\u3000" in cell.value, ascii(cell.value)
                assert len(cell.value) <= 1 or cell.value[0] not in "=+-@＝＋－＠"
            assert cell.hyperlink is None or cell.hyperlink.target is None
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert not [name for name in parts.namelist() if "worksheets" in name and b"<f>" in parts.read(name)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=4))
def test_any_text_gives_a_workbook_that_opens(texts: list[str]) -> None:
    made = opened(workbook(proven(), [of_texts(texts)], "zh"))
    assert len(made.sheetnames) == 3


@given(st.lists(st.text(max_size=50), max_size=8))
def test_names_of_sheets_are_valid_and_each_once(wanted: list[str]) -> None:
    names = SheetNames()
    found = [names.name(name) for name in (*wanted, *wanted, "History", "a" * 40, "a" * 41)]
    assert len({name.casefold() for name in found}) == len(found)
    for name in found:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert name.strip("'") == name


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_told_as_text(text: str) -> None:
    assert cell_text(text).startswith("'")


needs_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


@needs_office
def test_an_office_program_opens_it_and_its_csv_holds_no_formula(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(workbook(proven(), [of_texts(FORMULAS)], "zh"))
    every_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to"]
    done = subprocess.run(
        [*command, every_sheet, "--outdir", str(tmp_path), str(tmp_path / "book.xlsx")],
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    found = sorted(tmp_path.glob("*.csv"))
    assert len(found) == 3, done.stdout + done.stderr
    for path in found:
        for row in csv.reader(path.read_text("utf-8").splitlines()):
            assert not [text for text in row if len(text) > 1 and text[0] in "=+-@＝"], row
