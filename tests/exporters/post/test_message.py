"""Mails as bytes: what is written is what a client reads, and nothing a host wrote adds to it."""

import re
from base64 import b64decode
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import compat32, default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.daily.inert import plain
from exporters.post import Attachment, Body, Envelope, Picture, build, headers, identity

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
AT = datetime(2026, 11, 21, 8, 0, 4, tzinfo=UTC)
HOSTILE = st.text(min_size=1, max_size=300)


def envelope(subject: str = "x", **changes: object) -> Envelope:
    fields = {"sender": "rounds@example.org", "to": ("duty@example.org",), "at": AT, "identity": "<1@example.org>"}
    return Envelope(subject=subject, **(fields | changes))


def read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=default)


def read_by_older_rules(content: bytes, name: str) -> str:
    return str(make_header(decode_header(message_from_bytes(content, policy=compat32)[name])))


def whole(subject: str = "s") -> bytes:
    body = Body("text\n", '<img src="cid:a@rounds">', (Picture("a@rounds", PNG), Picture("b@rounds", PNG[::-1])))
    files = (
        Attachment("系统运行维护日报 2026-11-21.html", "daily.html", "text/html", b"<p>"),
        Attachment("巡检记录表.xlsx", "forms.xlsx", "application/octet-stream", bytes(range(256)) * 300),
    )
    return build(envelope(subject), body, files)


def test_its_levels_are_nested_as_mail_programs_expect_them() -> None:
    mail = read(whole())

    def outline(part: EmailMessage) -> object:
        below = [outline(child) for child in part.iter_parts()] if part.is_multipart() else []
        return (part.get_content_type(), below) if below else part.get_content_type()

    alternative = ("multipart/alternative", ["text/plain", "text/html"])
    related = ("multipart/related", [alternative, "image/png", "image/png"])
    assert outline(mail) == ("multipart/mixed", [related, "text/html", "application/octet-stream"])
    assert mail.get_body(("plain",)).get_content() == "text\n"
    assert 'src="cid:a@rounds"' in mail.get_body(("html",)).get_content()
    pictures = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert [part["Content-ID"] for part in pictures] == ["<a@rounds>", "<b@rounds>"]
    assert [part.get_content_disposition() for part in pictures] == ["inline", "inline"]
    assert pictures[0].get_content() == PNG
    assert [part.get_content() for part in mail.iter_attachments()][-1] == bytes(range(256)) * 300
    assert not [defect for part in mail.walk() for defect in part.defects]


def test_levels_with_nothing_to_add_are_left_out() -> None:
    assert read(build(envelope(), Body("t", "h"))).get_content_type() == "multipart/alternative"
    with_picture = build(envelope(), Body("t", "h", (Picture("a@b", PNG),)))
    assert read(with_picture).get_content_type() == "multipart/related"
    attached = build(envelope(), Body("t", "h"), (Attachment("a", "a", "text/plain", b""),))
    assert [part.get_content_type() for part in read(attached).iter_parts()] == ["multipart/alternative", "text/plain"]


def test_the_same_content_gives_the_same_bytes() -> None:
    assert whole() == whole()


def test_it_is_lines_that_every_server_takes() -> None:
    content = whole("《门户平台 Portal系统运行维护日报》" * 8)
    assert content.isascii()
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert max(map(len, content.partition(b"\r\n\r\n")[0].split(b"\r\n"))) <= 78


def test_a_chinese_subject_is_cut_between_characters() -> None:
    subject = "《门户平台 Portal系统运行维护日报》 2026-11-21: 严重异常,检查不完整 / Critical, incomplete"
    content = whole(subject)
    assert read(content)["Subject"] == subject
    assert read_by_older_rules(content, "Subject") == subject
    words = re.findall(r"=\?utf-8\?B\?([^?]+)\?=", content.decode().partition("\r\nFrom:")[0])
    assert len(words) > 1
    for word in words:
        assert len(word) + 12 <= 75
        b64decode(word).decode("utf-8")  # whole characters


@pytest.mark.parametrize(
    "name", ["系统运行维护日报 2026-11-21.html", "a;b=c.txt", "长" * 70 + ".xlsx", "quote' and 100.md"]
)
def test_a_files_name_is_whole_in_both_ways_and_has_one_in_ascii(name: str) -> None:
    content = build(envelope(), Body("t", "h"), (Attachment(name, "forms.xlsx", "text/plain", b"x"),))
    (part,) = read(content).iter_attachments()
    assert part.get_filename() == name
    (old,) = [part for part in message_from_bytes(content, policy=compat32).walk() if part.get_filename()]
    assert str(make_header(decode_header(old.get_param("name")))) == name
    assert b'filename="forms.xlsx"' in content


def test_names_of_senders_and_recipients() -> None:
    content = build(
        envelope(
            sender="运维 巡检 <rounds@example.org>",
            to=("a@example.org", "Li Min <b@example.org>", "值班 <a@example.org>"),
        ),
        Body("t", "h"),
    )
    mail = read(content)
    assert mail["From"].addresses[0].display_name == "运维 巡检"
    assert [address.addr_spec for address in mail["To"].addresses] == [
        "a@example.org",
        "b@example.org",
        "a@example.org",
    ]
    assert [address.display_name for address in mail["To"].addresses] == ["", "Li Min", "值班"]


def test_each_address_gets_it_once() -> None:
    assert envelope(to=("a@b", "A <a@b>", "c@d")).recipients == ("a@b", "c@d")


@settings(deadline=None)
@given(subject=HOSTILE)
def test_no_subject_adds_a_header_or_hides_one(subject: str) -> None:
    content = build(envelope(subject), Body("t", "h"))
    mail = read(content)
    assert mail.keys() == read(build(envelope("x"), Body("t", "h"))).keys()
    assert read_by_older_rules(content, "Subject") == plain(subject)
    head = content.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert all(line[:1] in b" \t" or b":" in line for line in head.split(b"\r\n"))
    assert max(map(len, head.split(b"\r\n"))) <= 998


@settings(deadline=None)
@given(stem=HOSTILE)
def test_no_file_name_leaves_its_folder_or_adds_a_header(stem: str) -> None:
    name = headers.file_name(stem, ".html")
    assert re.fullmatch(r"[^/\\:<>\"|?*\x00-\x1f\u202a-\u202e]{1,80}\.html", name)
    assert not name.startswith((".", " "))
    mail = read(build(envelope(), Body("t", "h"), (Attachment(name, "a.html", "text/html", b"x"),)))
    (part,) = mail.iter_attachments()
    assert part.get_filename() == name
    assert set(part.keys()) == {"Content-Type", "Content-Disposition", "Content-Transfer-Encoding"}


def test_an_identity_is_made_from_what_is_said_and_to_whom() -> None:
    first = identity("2026-11-21", ("a", "b"), "Rounds <rounds@example.org>")
    assert re.fullmatch(r"<rounds\.2026-11-21\.[0-9a-f]{24}@example\.org>", first)
    assert first == identity("2026-11-21", ("a", "b"), "rounds@example.org")
    assert first != identity("2026-11-21", ("ab", ""), "rounds@example.org")
