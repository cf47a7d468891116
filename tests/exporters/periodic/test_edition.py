"""The files of a week or a month: all of them or none, each readable, and the workbook harmless."""

import zipfile
from dataclasses import replace
from datetime import date
from email import message_from_bytes
from email.policy import default
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from agent.catalogue import catalogue
from exporters.contract import Export, PeriodKind
from exporters.maintenance_log import MaintenanceLogSettings
from exporters.periodic.workbook import period_workbook
from exporters.post.settings import MailSettings
from tests.exporters.periodic.test_rendering import RECORD, hostile
from tests.exporters.sample_period import period

WEEK = period(PeriodKind.WEEK, date(2026, 10, 26))


def log_to(folder: Path, **settings: object) -> Export:
    return catalogue().exporters["maintenance_log"].exporter.start(
        MaintenanceLogSettings.model_validate({"folder": folder, "formats": ["html", "xlsx"], **settings})
    )  # fmt: skip


def mail(**settings: object) -> Export:
    whole = {"host": "127.0.0.1", "security": "none", "from": "rounds@example.org", "to": ["duty@example.org"]}
    return catalogue().exporters["mail"].exporter.start(MailSettings.model_validate(whole | settings))


def test_a_week_has_a_folder_of_its_own_and_is_not_written_twice(tmp_path: Path) -> None:
    log = log_to(tmp_path)
    written = log.publish_period(WEEK)
    assert {path.name for path in written} == {
        "maintenance-log-2026-W43.json",
        *(f"maintenance-log-2026-W43.{language}.{form}" for language in ("zh", "en") for form in ("html", "xlsx")),
    }
    assert log.publish_period(replace(WEEK, made_at=WEEK.made_at + 60)) == written
    assert [path.name for path in tmp_path.iterdir()] == ["2026-W43"]
    log.publish_period(replace(WEEK, person_on_duty="another"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2026-W43", "2026-W43.2"], "what was written stays"


def test_weeks_and_months_can_be_switched_off(tmp_path: Path) -> None:
    log = log_to(tmp_path, weekly=False, monthly=False)
    assert log.publish_period(WEEK) == log.publish_period(RECORD) == ()
    assert list(tmp_path.iterdir()) == []
    assert mail(weekly=False).compose_period(WEEK) == ()
    assert mail(monthly=False).compose_period(RECORD) == ()


def test_a_folder_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    log = log_to(tmp_path / "log")
    (tmp_path / "log").rmdir()
    (tmp_path / "log").write_text("a file in its place")
    with pytest.raises(OSError, match="log"):
        log.publish_period(WEEK)
    assert [path.name for path in tmp_path.iterdir()] == ["log"]


def test_the_workbook_has_every_row_with_filters_and_frozen_heads() -> None:
    book = load_workbook(BytesIO(period_workbook(RECORD, "en")))
    incidents = [sheet for sheet in book.worksheets if sheet.title.startswith("6 Incidents")][-1]
    assert incidents.max_row == 3 + len(RECORD.incidents), "also those that a page has no room for"
    assert incidents.auto_filter.ref
    assert incidents.freeze_panes == "B4"
    days = next(sheet for sheet in book.worksheets if sheet.title.startswith("4 "))
    assert [days.cell(row, 6).value for row in (4, 5)] == [day.normal for day in RECORD.days[:2]], "numbers are numbers"
    assert {days.cell(row, 1).value for row in range(4, 35)} >= {"10-02", "11-01"}


def test_the_same_period_gives_the_same_workbook() -> None:
    assert period_workbook(WEEK, "zh") == period_workbook(WEEK, "zh")


def test_an_id_of_digits_keeps_its_zeros() -> None:
    (first, *_) = RECORD.incidents
    book = load_workbook(BytesIO(period_workbook(replace(RECORD, incidents=(replace(first, id="00123456"),)), "en")))
    sheet = [sheet for sheet in book.worksheets if sheet.title.startswith("6 Incidents")][-1]
    assert sheet.cell(4, 1).value == "00123456"


def test_hostile_text_is_no_formula_and_no_link() -> None:
    content = period_workbook(hostile(), "zh")
    for sheet in load_workbook(BytesIO(content)).worksheets:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)
    with zipfile.ZipFile(BytesIO(content)) as parts:
        text = b"".join(parts.read(name) for name in parts.namelist())
    assert b"\x1b" not in text
    assert b"<f>" not in text


def test_the_mail_has_the_conclusion_and_the_report_as_files() -> None:
    (letter,) = mail().compose_period(RECORD)
    message = message_from_bytes(letter.content, policy=default)
    assert letter.subject == str(message["Subject"])
    assert "系统运行维护月报》 2026-10: 服务级别未达标，记录不完整 / Service level missed, incomplete" in letter.subject
    body = message.get_body(("plain",))
    assert body is not None
    assert "Service level missed" in body.get_content()
    told = body.get_content()
    assert f"期末遗留\n{'-' * 40}\n" in told
    assert told.count("始于") == told.count("since ") == RECORD.figures.open > 0
    names = {part.get_filename() for part in message.iter_attachments()}
    assert "门户平台 Portal系统运行维护月报 2026-10.xlsx" in names
    assert len(names) == 4
    (again,) = mail().compose_period(replace(RECORD, made_at=RECORD.made_at + 900))
    assert again.message_id == letter.message_id, "composed again it is the same mail"
