"""The forms as pages, as Markdown, as rows of the record and as PDF."""

import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pypdf
import pytest

from exporters.forms.filled import ColumnKind, FilledCell, FilledColumn, FilledForm, FilledRow
from exporters.maintenance_log import MaintenanceLogSettings
from exporters.paper.edition import Edition, FileFormat, names, write
from exporters.paper.letterhead import Letterhead
from exporters.paper.markdown import forms_markdown
from exporters.paper.numbering import Numbering
from exporters.paper.page import forms_page
from exporters.paper.pdf import NoPdfError, _libraries, pdf
from exporters.paper.rows import record_parts
from exporters.paper.unmade import holds, unmade
from tests.exporters.daily.test_inert import HOSTILE
from tests.exporters.daily.test_rendering import Page
from tests.exporters.sample_day import busy
from tests.exporters.sample_forms import forms, proven, runtime


def hostile() -> FilledForm:
    columns = tuple(FilledColumn(f"c{n}", text, ColumnKind.WIDE) for n, text in enumerate(HOSTILE))
    row = FilledRow(tuple(FilledCell(text) for text in HOSTILE))
    return FilledForm("x", "9", HOSTILE[0], "zh", tuple((t, t) for t in HOSTILE), columns, (row,), note=HOSTILE[0])


def words_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def test_evidence_is_numbered_once_for_all() -> None:
    day = proven()
    numbering = Numbering.of(day, forms(day, "zh"))
    assert numbering == Numbering.of(day, forms(day, "en"))
    assert len(numbering.entries) == len(day.evidence)
    assert numbering.told(runtime(day, "zh").rows[2]) == "1–3, 5"  # app-01; its temperature is number 4


def test_a_page_holds_every_form_and_loads_nothing() -> None:
    day = proven()
    text = forms_page(day, forms(day, "zh"), "zh", Letterhead("示例信息中心"))
    page = Page(text)
    for words in ("示例信息中心", "8.2 系统运行监测记录表", "未纳入本次巡检", "凭证 Evidence", "1–3, 5"):
        assert words in page.text
    assert not set(page.tags) & {"script", "link", "iframe", "object"}
    assert "http" not in text.replace("http-equiv", "")


@pytest.mark.parametrize("what", ["log", "forms"])
def test_logo_and_header_stand_on_the_log_as_on_the_forms(what: str, tmp_path: Path) -> None:
    picture = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="4"/></svg>'
    (tmp_path / "logo.svg").write_bytes(picture)
    settings = MaintenanceLogSettings(
        folder=tmp_path, logo=tmp_path / "logo.svg", header={"en": "Operations <b>", "zh": "信息中心"}
    )
    edition = Edition(busy(), settings)
    for language, line in (("zh", "信息中心"), ("en", "Operations &lt;b&gt;")):
        made = edition.log(FileFormat.HTML, language) if what == "log" else edition.forms(FileFormat.HTML, language)
        assert f"{line}</p>" in made
        assert '<img class="logo" alt="" src="data:image/svg+xml;base64,' in made
        assert "img-src data:" in made


def test_hostile_text_is_inert_on_a_page_and_in_markdown() -> None:
    plain = Page(forms_page(proven(), [], "zh"))
    page = Page(forms_page(proven(), [hostile()], "zh", Letterhead(HOSTILE[0])))
    ours = {"b", "table", "thead", "tbody", "tr", "th", "td", "colgroup", "col", "div", "span", "dl", "dt", "dd"}
    assert set(page.tags) - set(plain.tags) <= ours
    assert all(c.isprintable() or c in "\n\u3000" for c in page.text)
    text = forms_markdown(proven(), [hostile()], "zh", Letterhead(HOSTILE[0]))
    assert all(line.isprintable() or "\u3000" in line for line in text.splitlines())
    assert "<script" not in text.replace("\\<", "")


def test_rows_of_the_record_name_their_evidence() -> None:
    day = proven()
    parts = {key: list(value) for key, value in record_parts(day, {k: forms(day, k) for k in ("zh", "en")}).items()}
    row = next(row for row in parts["form_rows"] if row["form"] == "runtime")
    assert row["cells"]["cpu"] == {"text": {"en": "7.0%", "zh": "7.0%"}, "value": 0.07, "unit": "ratio"}
    assert {parts["evidence"][number - 1]["host"] for number in row["evidence"]} == {"web-01"}
    json.dumps(parts, allow_nan=False)


def test_the_forms_as_pdf_are_landscape_and_numbered(caplog: pytest.LogCaptureFixture) -> None:
    edition = Edition(proven(), MaintenanceLogSettings(header="示例信息中心"))
    content = edition.forms(FileFormat.PDF, "zh")
    assert content == Edition(proven(), MaintenanceLogSettings(header="示例信息中心")).forms(FileFormat.PDF, "zh")
    found = pypdf.PdfReader(io.BytesIO(content))
    assert all(page.mediabox.width > page.mediabox.height for page in found.pages)
    text = words_of(content)
    for words in ("系统运行监测记录表", "示例信息中心", "RPT-20261121-001", "1 / "):
        assert words in text
    assert not caplog.records, "rules for screens are nothing to warn of"


def test_the_log_as_pdf(tmp_path: Path) -> None:
    content = Edition(busy(), MaintenanceLogSettings()).log(FileFormat.PDF, "en")
    found = pypdf.PdfReader(io.BytesIO(content))
    assert len(found.pages) >= 3
    assert found.pages[0].mediabox.width < found.pages[0].mediabox.height
    assert f"1 / {len(found.pages)}" in found.pages[0].extract_text()
    assert "Overall conclusion" in words_of(content)
    (tmp_path / "log.pdf").write_bytes(content)
    fonts = subprocess.run(["pdffonts", "log.pdf"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert all(line.split()[-5] == "yes" for line in fonts.splitlines()[2:]), fonts  # embedded: printed as seen


def test_a_pdf_loads_nothing_and_takes_hostile_text_as_text(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("SECRET")
    page = f'<img src="file://{tmp_path}/secret.txt"><link rel=attachment href="file://{tmp_path}/secret.txt"><p>x</p>'
    content = pdf(page, system='"; } * { content: "x', day="\\", identifier="n")
    assert b"SECRET" not in content
    assert not pypdf.PdfReader(io.BytesIO(content)).attachments
    day = replace(proven(), system=HOSTILE[0])
    assert pdf(forms_page(day, [hostile()], "zh"), system=day.system, day="d", identifier="n").startswith(b"%PDF")


def test_without_the_libraries_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    _libraries.cache_clear()
    try:
        with pytest.raises(NoPdfError, match=r"rounds\[pdf\].*libpango"):
            pdf("<p>x</p>", system="s", day="d", identifier="n")
    finally:
        _libraries.cache_clear()


def test_a_pdf_that_fails_costs_no_other_file_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weasyprint = pytest.importorskip("weasyprint")
    monkeypatch.setattr(weasyprint.HTML, "write_pdf", lambda *_, **__: (_ for _ in ()).throw(AssertionError("grid")))
    formats, day = (FileFormat.HTML, FileFormat.PDF), busy()
    write(Edition(day, MaintenanceLogSettings(formats=formats)), formats, ("en",), tmp_path)
    date = day.date.isoformat()
    assert unmade(sorted(tmp_path.iterdir())) == (f"maintenance-log-{date}.en.pdf", f"record-forms-{date}.en.pdf")
    said = (tmp_path / f"maintenance-log-{date}.en.pdf.not-made.txt").read_text("utf-8")
    assert "could not be made" in said
    assert "未能生成" in said
    assert "AssertionError grid" in said
    assert (tmp_path / f"maintenance-log-{date}.en.html").exists()
    assert holds(tmp_path, names(day.date, formats, ("en",)))
    assert not holds(tmp_path, names(day.date, formats, ("en", "zh")))


def test_no_grid_is_left_in_print() -> None:
    """WeasyPrint's grid layout asserts what some page will break: of the log, where a calendar meets the page's end."""
    laid_out = re.findall(r"([.\w >]+)\{ display: grid", files("exporters").joinpath("templates/daily.css").read_text())
    assert laid_out
    for_print = files("exporters").joinpath("templates/pdf.css").read_text()
    for rule in laid_out:
        name = rule.strip()
        if name != ".cards tr":  # on narrow screens only
            assert f"{name} {{ display: flex !important" in for_print, name
