"""Letters are composed, and handed to a real mail server on loopback."""

import re
import socket
import traceback
import unicodedata
from dataclasses import replace
from email import message_from_bytes
from email.policy import default as modern
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st
from pydantic import ValidationError

from agent.catalogue import catalogue
from checks.contract import State, Text
from exporters.contract import DeliveryError
from exporters.mail import EXPORTER
from exporters.post import Account, Security
from exporters.post.rendering import body_of
from exporters.post.settings import MailSettings
from exporters.post.subject import subject
from exporters.workbook.widths import text_width
from tests.exporters.post import certificates
from tests.exporters.sample_day import all_well, busy, incomplete
from tests.smtp_server import PASSWORD, Inbox, serving


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def trust(tmp_path):
    return certificates.make(tmp_path)


def settings(**changes):
    written = {"host": "127.0.0.1", "security": "none", "from": "rounds@example.org", "to": ["duty@example.org"]}
    return MailSettings.model_validate(written | {"timeout": "5s"} | changes)


def export(**changes):
    return EXPORTER.start(settings(**changes))


def message(letter):
    return message_from_bytes(letter.content, policy=modern)


# What is written


def test_a_letter_has_text_and_html_and_its_headers():
    (letter,) = export(to=["duty@example.org", "值班 <second@example.org>"]).compose(busy())
    mail = message(letter)
    assert mail.get_content_type() == "multipart/mixed"
    assert mail["Subject"] == letter.subject
    assert letter.subject == (
        "《门户平台 Portal系统运行维护日报》 2026-11-21: 严重异常，1台服务器失联，检查不完整"
        " / Critical, 1 server unreachable, incomplete"
    )
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == letter.message_id
    assert mail["Date"].datetime.timestamp() == int(busy().made_at)
    assert letter.recipients == ("duty@example.org", "second@example.org")
    assert mail["To"].addresses[1].display_name == "值班"
    assert not letter.content.isascii() or max(map(len, letter.content.splitlines())) <= 998
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for phrase in (
        "今日实检6/8台",
        "6 of 8 servers checked",
        "file-01",
        "主机不可达",
        "jump-01",
        "/var/lib/postgresql",
    ):
        assert phrase in text.replace("\n", "")
        assert phrase in html


def test_a_mail_of_endless_texts_is_shown_whole():
    day, long = busy(), "很长的说明" * 60
    items = tuple(
        replace(line, host=f"{line.host}-{n}", item=f"{line.item}/{'d' * 250}", summary=Text(long, long))
        for n in range(12)
        for line in day.items
    )
    endless = replace(day, items=tuple(replace(i, state=State.CRIT) for i in items if i.reason is None))
    html = body_of(endless, ("zh", "en")).html
    assert len(html.encode()) < 102_000
    assert "另有 69 台服务器，见日报全文" in html
    assert "and 69 more servers, see the log" in html


def test_a_day_that_is_not_over_is_mailed_as_that_and_is_another_mail():
    (whole,) = export().compose(busy())
    (early,) = export().compose(replace(busy(), made_at=busy().ends_at - 3600))
    assert "临时（截至 11-21 07:00）：严重异常" in early.subject
    assert "Provisional until 11-21 07:00: Critical" in early.subject
    assert early.message_id != whole.message_id
    assert "以下为截至 11-21 07:00 的临时统计。" in message(early).get_body(("plain",)).get_content().replace("\n", "")


def test_letters_are_lines_that_every_server_takes():
    (letter,) = export().compose(busy())
    assert letter.content.isascii()
    assert max(map(len, letter.content.splitlines())) <= 998
    assert letter.content.count(b"\n") == letter.content.count(b"\r\n")


def test_html_has_its_styles_at_the_elements():
    html = message(export().compose(busy())[0]).get_body(("html",)).get_content()
    assert re.search(r'<td[^>]*style="[^"]*color: ?#b3261e', html)
    assert "@media" in html
    assert not re.search(r'(?:src|href)="(?!cid:)', html)


@pytest.mark.parametrize(
    ("make", "zh"),
    [
        (busy, "严重异常，1台服务器失联，检查不完整"),
        (all_well, "全部正常，服务器 5 台，检查 51 项，备份 2/2"),
        (incomplete, "1台服务器失联，检查不完整"),
    ],
)
def test_the_subject_says_the_state(make, zh):
    assert subject(make(), ("zh",)).endswith(f"2026-11-21: {zh}")


LONG = "某省自然资源规划厅国土空间基础信息平台及政务服务一体化综合管理与运行监测保障业务群第二期工程生产环境核心业务区"


def test_a_long_name_leaves_room_for_the_state():
    assert len(LONG) >= 55
    mail = message(export(attach=[]).compose(replace(all_well(), system=LONG))[0])
    assert (
        mail["Subject"] == "《某省自然资源规划厅国土…工程生产环境核心业务区系统运行维护日报》 2026-11-21:"
        " 全部正常，服务器 5 台，检查 51 项，备份 2/2 / All normal, 5 servers, 51 items, backups 2/2"
    )
    assert f"《{LONG}系统运行维护日报》" in mail.get_body(("html",)).get_content()


def test_text_in_chinese_has_its_own_signs_and_fits_the_line():
    text = message(export(attach=[], languages=["zh"]).compose(busy())[0]).get_body(("plain",)).get_content()
    assert "服务器 实检/应检：6/8（未检查 2）" in text
    assert "[!!] 备份 db（严重） · 最新备份距今 31.5 小时" in text
    assert max(map(text_width, text.splitlines())) <= 76


def test_the_identity_is_made_from_the_day_and_not_from_the_moment():
    first, again = (export().compose(day)[0] for day in (busy(), busy()))
    assert first == again
    later = export().compose(replace(busy(), made_at=busy().made_at + 3600))[0]
    assert later.message_id == first.message_id
    assert re.fullmatch(r"<rounds\.2026-11-21\.[0-9a-f]{24}@example\.org>", first.message_id)
    others = [
        export().compose(all_well())[0],
        export().compose(replace(busy(), system="other"))[0],
        export(to=["else@example.org"]).compose(busy())[0],
    ]
    assert len({first.message_id, *(other.message_id for other in others)}) == 4


def test_a_hostile_system_name_adds_no_header():
    day = replace(busy(), system="x\r\nBcc: evil@example.org\r\n\r\nbody\u202e\x00")
    mail = message(export().compose(day)[0])
    assert mail["Bcc"] is None
    assert len(mail.keys()) == len(message(export().compose(busy())[0]).keys())


@settings_of_hypothesis(deadline=None, max_examples=25)
@given(words=st.text(min_size=1, max_size=120))
def test_whatever_a_system_and_its_hosts_are_called_a_mail_keeps_its_shape(words):
    day = busy()
    lines = tuple(replace(line, item=words, summary=Text(words, words)) for line in day.items)
    (letter,) = export(attach=["html"]).compose(replace(day, system=words, items=lines, person_on_duty=words))
    mail = message(letter)
    assert mail.keys() == message(export(attach=[]).compose(busy())[0]).keys()
    assert letter.content.isascii()
    assert not any(unicodedata.category(sign).startswith("C") for sign in str(mail["Subject"]))
    names = [part.get_filename() for part in mail.iter_attachments() if part.get_filename()]
    assert len(names) == 2
    assert not any(set(name) & set('/\\:<>"|?*\r\n') for name in names)
    html = mail.get_body(("html",)).get_content()
    assert not re.search(r"<(?:script|a|form|iframe|object|link)[ >]", html)


@pytest.mark.parametrize(
    "address",
    ["", "x", "@y", "x@", "a@b\nBcc: c@d", "a@b, c@d", "a b@c", "a@b\x00", "<a@b", "ü@example.org", "a@b>, <c@d"],
)
def test_addresses_that_are_none(address):
    with pytest.raises(ValidationError, match="mail address"):
        settings(**{"from": address})
    with pytest.raises(ValidationError, match="mail address"):
        settings(to=[address])


# How it is configured


def test_settings_and_their_defaults():
    made = MailSettings.model_validate({"host": "smtp.example.org", "from": "a@b.example", "to": ["c@d.example"]})
    assert (made.port, made.security, made.languages) == (587, Security.STARTTLS, ("zh", "en"))
    assert catalogue().exporters["mail"].exporter is EXPORTER
    assert "from" in MailSettings.model_json_schema()["properties"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"user": "u", "password_env": "P"}, "not sent without encryption"),
        ({"security": "tls", "user": "u"}, "a user needs a password"),
        ({"security": "tls", "password_env": "P"}, "a password needs a user"),
        ({"security": "tls", "user": "u", "password_env": "P", "password_file": "/p"}, "only one of"),
        ({"password": "secret"}, "Extra inputs"),
        ({"to": []}, "at least 1"),
    ],
)
def test_settings_that_cannot_be_meant(changes, said):
    with pytest.raises(ValidationError, match=said):
        settings(**changes)


def test_an_account_never_sends_its_password_in_the_clear():
    with pytest.raises(ValueError, match="without encryption"):
        Account("h", 25, Security.NONE, 1.0, user="u", password="p")
    assert "secret" not in repr(Account("h", 25, Security.TLS, 1.0, user="u", password="secret"))


# How it is sent


def test_over_starttls_with_login(inbox, trust, tmp_path):
    own, context = trust
    secret = tmp_path / "password"
    secret.write_text(PASSWORD + "\n", encoding="utf-8")
    with serving(inbox, tls_context=context, require_starttls=True, auth_required=True) as port:
        mail = export(port=port, security="starttls", ca_file=own, user="rounds", password_file=secret)
        (letter,) = mail.compose(busy())
        mail.deliver(letter)
    assert inbox.logins == [("rounds", PASSWORD)]
    ((sender, recipients, content),) = inbox.letters
    assert (sender, recipients) == ("rounds@example.org", ["duty@example.org"])
    assert content == letter.content


def test_over_tls_from_the_start(inbox, trust, monkeypatch):
    own, context = trust
    monkeypatch.setenv("ROUNDS_TEST_PASSWORD", PASSWORD)
    with serving(inbox, ssl_context=context, auth_require_tls=False) as port:
        mail = export(port=port, security="tls", ca_file=own, user="u", password_env="ROUNDS_TEST_PASSWORD")
        mail.deliver(mail.compose(all_well())[0])
    assert len(inbox.letters) == 1
    assert inbox.logins == [("u", PASSWORD)]


def test_in_the_clear_without_login(inbox):
    with serving(inbox) as port:
        mail = export(port=port)
        mail.deliver(mail.compose(all_well())[0])
    assert len(inbox.letters) == 1
    assert inbox.logins == []


def refused(mail) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        mail.deliver(mail.compose(all_well())[0])
    assert PASSWORD not in str(caught.value)
    return caught.value


def test_a_certificate_nobody_vouches_for_is_refused(inbox, trust):
    with serving(inbox, tls_context=trust[1]) as port:
        error = refused(export(port=port, security="starttls"))
    assert not error.permanent
    assert "no trusted encryption" in str(error)
    assert inbox.letters == []


def test_a_certificate_for_another_name_is_refused(inbox, tmp_path):
    own, context = certificates.make(tmp_path, "192.0.2.1")
    with serving(inbox, tls_context=context) as port:
        assert "no trusted encryption" in str(refused(export(port=port, security="starttls", ca_file=own)))


def test_a_server_without_starttls_gets_neither_letter_nor_password(inbox, monkeypatch):
    monkeypatch.setenv("ROUNDS_TEST_PASSWORD", PASSWORD)
    with serving(inbox, auth_require_tls=False) as port:
        error = refused(export(port=port, user="u", password_env="ROUNDS_TEST_PASSWORD", security="starttls"))
    assert not error.permanent
    assert "STARTTLS" in str(error)
    assert inbox.logins == []
    assert inbox.letters == []


def test_a_wrong_password_can_be_mended(inbox, trust, tmp_path):
    own, context = trust
    secret = tmp_path / "password"
    secret.write_text("wrong", encoding="utf-8")
    with serving(inbox, tls_context=context) as port:
        mail = export(port=port, security="starttls", ca_file=own, user="u", password_file=secret)
        error = refused(mail)
        assert not error.permanent
        assert "refused the login of u: 535" in str(error)
        secret.write_text(PASSWORD, encoding="utf-8")
        mail.deliver(mail.compose(all_well())[0])
    assert len(inbox.letters) == 1


@pytest.mark.parametrize(("answer", "permanent"), [("450 4.2.0 greylisted", False), ("550 5.1.1 no such user", True)])
def test_refused_recipients(inbox, answer, permanent):
    inbox.refuse = {"duty@example.org": answer}
    with serving(inbox) as port:
        error = refused(export(port=port))
    assert error.permanent is permanent
    assert "duty@example.org" in str(error)
    assert answer[4:] in str(error)


def test_one_refused_recipient_is_not_hidden_by_the_others(inbox):
    inbox.refuse = {"b@example.org": "550 no such user"}
    with serving(inbox) as port:
        error = refused(export(port=port, to=["a@example.org", "b@example.org"]))
        assert error.permanent
        assert "b@example.org: 550 no such user" in str(error)
        assert inbox.letters[0][1] == ["a@example.org"]
        inbox.refuse = {"b@example.org": "450 later"}
        error = refused(export(port=port, to=["a@example.org", "b@example.org"]))
        assert (error.permanent, error.remaining) == (False, ("b@example.org",))


def test_a_server_that_closes_while_it_is_told_the_recipients_loses_none_of_them(inbox):
    inbox.refuse = {"a@example.org": "550 no such user", "c@example.org": "421 too busy, closing"}
    everybody = [f"{name}@example.org" for name in "abcd"]
    with serving(inbox) as port:
        error = refused(export(port=port, to=everybody))
    assert inbox.letters == []
    assert not error.permanent
    assert error.remaining == ("b@example.org", "c@example.org", "d@example.org")


def test_files_that_a_server_refuses_cost_nobody_the_report(inbox):
    inbox.refuse_files = "552 5.7.0 this kind of attachment is not allowed"
    with serving(inbox) as port:
        mail = export(port=port, to=["值班 <a@example.org>", "b@example.org"], languages=["en"])
        (letter,) = mail.compose(busy())
        mail.deliver(letter)
    ((_, recipients, content),) = inbox.letters
    assert recipients == ["a@example.org", "b@example.org"]
    light = message_from_bytes(content, policy=modern)
    assert light["Message-ID"] == letter.message_id
    assert str(light["To"]) == "值班 <a@example.org>, b@example.org"
    text, html = (light.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for said in (text, html):
        assert "refused this mail with its attachments: 门户平台 Portal record forms 2026-11-21.xlsx" in said
        assert "拒收" not in said
    assert text.startswith(message(letter).get_body(("plain",)).get_content().rstrip())
    assert html.count("</body>") == 1


def test_a_letter_without_files_is_not_sent_twice(inbox):
    inbox.refuse_data = "552 5.3.4 too large"
    with serving(inbox) as port:
        error = refused(export(port=port, attach=[]))
    assert (error.permanent, inbox.asked) == (True, 1)


def test_a_passing_refusal_keeps_the_files(inbox):
    inbox.refuse_data = "452 4.3.1 no room now"
    with serving(inbox) as port:
        error = refused(export(port=port))
    assert (error.permanent, inbox.asked) == (False, 1)


@pytest.mark.parametrize(("answer", "permanent"), [("451 try later", False), ("554 spam", True)])
def test_refused_content(inbox, answer, permanent):
    inbox.refuse_data = answer
    with serving(inbox) as port:
        error = refused(export(port=port))
    assert error.permanent is permanent
    assert not error.outage, "another letter may be taken"
    assert answer in str(error)


def test_an_accepted_letter_stays_accepted_when_the_farewell_fails(inbox):
    inbox.farewell = "421 I am tired"
    with serving(inbox) as port:
        mail = export(port=port)
        mail.deliver(mail.compose(all_well())[0])
    assert len(inbox.letters) == 1


def test_a_server_that_is_down():
    with socket.create_server(("127.0.0.1", 0)) as chosen:
        port = chosen.getsockname()[1]
    error = refused(export(port=port))
    assert not error.permanent
    assert error.outage
    assert "cannot reach 127.0.0.1" in str(error)


@pytest.mark.parametrize("host", ["mail..example.org", f"{'x' * 70}.example.org"])
def test_a_host_name_that_is_none(host):
    error = refused(export(host=host))
    assert str(error) == f"{host}:587: that is not a host name"
    assert not error.permanent


def test_a_password_that_the_login_cannot_carry(inbox, trust, tmp_path):
    own, context = trust
    (tmp_path / "password").write_text("geheimnis-ä", encoding="utf-8")
    with serving(inbox, tls_context=context) as port:
        mail = export(port=port, security="starttls", ca_file=own, user="u", password_file=tmp_path / "password")
        error = refused(mail)
    assert "letters beyond ASCII" in str(error)
    assert "geheimnis" not in "".join(traceback.format_exception(error))
    assert not error.permanent


def test_a_server_that_says_nothing_is_given_up_in_time():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = refused(export(port=silent.getsockname()[1], timeout="200ms"))
    assert not error.permanent


def test_a_server_that_is_no_mail_server():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        listening.settimeout(0.1)
        error = refused(export(port=port, timeout="300ms"))
    assert not error.permanent


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ({"password_file": "/nonexistent/password"}, "no such file"),
        ({"password_env": "ROUNDS_TEST_NOT_SET"}, "ROUNDS_TEST_NOT_SET is not set"),
        ({"password_credential": "mail"}, "systemd passed no credentials"),
    ],
)
def test_a_password_that_cannot_be_read_is_told(place, said, monkeypatch):
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    error = refused(export(security="tls", user="u", **place))
    assert said in str(error)
    assert not error.permanent


def test_certificates_that_cannot_be_read_are_told(tmp_path):
    error = refused(export(security="tls", ca_file=tmp_path / "none.pem"))
    assert "cannot use the certificates in" in str(error)
    broken = tmp_path / "broken.pem"
    broken.write_text("not a certificate", encoding="utf-8")
    assert "cannot use the certificates in" in str(refused(export(security="tls", ca_file=broken)))


def test_no_path_of_a_secret_is_needed_to_compose():
    assert export(security="tls", user="u", password_file=Path("/nonexistent")).compose(busy())
