"""The day's mail as it is delivered: through a real postfix into a mailbox, and fetched from a real dovecot by IMAP."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default

import openpyxl
import pytest

from exporters.contract import DayRecord, Export
from exporters.mail import EXPORTER
from exporters.post.settings import MailSettings
from tests.exporters.rich_day import rich
from tests.exporters.sample_day import all_well, busy
from tests.mail_servers import LARGEST, Servers, serving_mail

SAME = ("Subject", "From", "To", "Date", "Message-ID", "Content-Language", "Auto-Submitted")
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with serving_mail() as running:
        yield running


def exported(servers: Servers) -> Export:
    """An agent's mail, handed to this postfix."""
    written = {"host": "127.0.0.1", "port": servers.smtp_port, "security": "none", "timeout": "30s"}
    people = {"from": "运维巡检 <rounds@example.org>", "to": ["值班 <duty@example.org>"]}
    return EXPORTER.start(MailSettings.model_validate(written | people))


def delivered(servers: Servers, day: DayRecord, number: int) -> tuple[EmailMessage, bytes, bytes]:
    """The letter of a day as it arrived, and its bytes before and after."""
    export = exported(servers)
    (letter,) = export.compose(day)
    export.deliver(letter)
    content = next(c for c in servers.fetched(number) if letter.message_id.encode() in c)
    return message_from_bytes(content, policy=default), letter.content, content


def test_it_arrives_whole(servers: Servers) -> None:
    mail, sent, arrived = delivered(servers, busy(), 1)
    assert mail["Subject"] == (
        "《门户平台 Portal系统运行维护日报》 2026-11-21: 严重异常，1台服务器失联，检查不完整"
        " / Critical, 1 server unreachable, incomplete"
    )
    assert mail["From"].addresses[0].display_name == "运维巡检"
    assert mail["To"].addresses[0].display_name == "值班"
    assert arrived.endswith(sent.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n") + b"\r\n"), "not a byte is lost"
    assert not [defect for part in mail.walk() for defect in part.defects]


def test_its_pictures_are_all_there_and_all_shown(servers: Servers) -> None:
    mail, *_ = delivered(servers, rich(), 2)
    html = mail.get_body(("html",)).get_content()
    named = set(re.findall(r'src="cid:([^"]+)"', html))
    pictures = {part["Content-ID"].strip("<>"): part for part in mail.walk() if part.get_content_maintype() == "image"}
    assert len(pictures) == 5, "three charts and two calendars, though two languages show them"
    assert set(pictures) == named
    assert all(part.get_content().startswith(PNG) for part in pictures.values())
    assert not re.search(r'(?:src|href)="(?!cid:)', html), "nothing is loaded from anywhere"


def test_its_files_have_chinese_names_and_open(servers: Servers) -> None:
    mail, *_ = delivered(servers, replace(all_well(), number="RPT-1"), 3)
    files = {part.get_filename(): part for part in mail.iter_attachments() if part.get_filename()}
    assert set(files) == {
        "门户平台 Portal 巡检记录表 2026-11-21.xlsx",
        "门户平台 Portal record forms 2026-11-21.xlsx",
        "门户平台 Portal系统运行维护日报 2026-11-21.html",
        "门户平台 Portal daily maintenance report 2026-11-21.html",
    }
    sheets = openpyxl.load_workbook(io.BytesIO(files["门户平台 Portal 巡检记录表 2026-11-21.xlsx"].get_content()))
    assert any("系统运行监测记录表" in name for name in sheets.sheetnames)
    assert "总体结论" in files["门户平台 Portal系统运行维护日报 2026-11-21.html"].get_content()


def test_what_is_too_large_for_the_server_arrives_without_its_files(servers: Servers) -> None:
    export = exported(servers)
    (letter,) = export.compose(rich())
    mail = message_from_bytes(letter.content, policy=default)
    mail.add_attachment(bytes(LARGEST), "application", "octet-stream", filename="巡检录像.bin")
    export.deliver(replace(letter, content=mail.as_bytes(policy=SMTP)))
    arrived = message_from_bytes(servers.fetched(4)[-1], policy=default)
    assert [part for part in arrived.walk() if part.get_content_disposition() == "attachment"] == []
    assert {name: str(arrived[name]) for name in SAME} == {name: str(mail[name]) for name in SAME}
    for kind in ("plain", "html"):
        told = "".join(arrived.get_body((kind,)).get_content().split())
        assert "邮件服务器拒收带附件的本邮件，未附上：门户平台Portal巡检记录表2026-11-21.xlsx、" in told
        assert "巡检录像.bin" in told
    pictures = {part["Content-ID"]: part.get_content() for part in mail.walk() if part["Content-ID"]}
    assert {part["Content-ID"]: part.get_content() for part in arrived.walk() if part["Content-ID"]} == pictures
    assert len(pictures) == 5
