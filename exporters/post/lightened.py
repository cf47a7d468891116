"""A letter without its files: what is left to send when a server will not have it with them."""

from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from html import escape

from checks.contract import Text
from exporters.contract import Letter
from exporters.daily.inert import plain
from exporters.post.message import Body, Envelope, Picture, build

_LONGEST = 500
_REMARK = "max-width: 596px; margin: 0 auto 20px; padding: 14px 22px; background-color: #efedfb; color: #5a4fa8;"


def lightened(letter: Letter) -> Letter | None:
    """The same letter with a remark instead of its files; None when it has none.

    It keeps its Message-ID: it says the same to the same people.
    """
    mail = message_from_bytes(letter.content, policy=default)
    if mail.get_content_type() != "multipart/mixed":
        return None
    shown, *files = mail.iter_parts()
    remark = _remark([file.get_filename("") for file in files])
    languages = tuple(str(mail.get("Content-Language", "zh-CN, en")).split(", "))
    words = [remark.zh if language.startswith("zh") else remark.en for language in languages]
    body = Body(
        text="\n\n".join([_content(shown, "plain").rstrip(), *words, ""]),
        html=_remarked(_content(shown, "html"), words),
        pictures=tuple(_pictures(shown)),
    )
    return replace(letter, content=build(_envelope(mail, letter, languages), body))


def _remark(names: list[str]) -> Text:
    en, zh = (plain(between.join(names), _LONGEST) for between in (", ", "、"))
    return Text(
        f"The mail server refused this mail with its attachments: {en}. They are in the folder of the report.",
        f"邮件服务器拒收带附件的本邮件，未附上：{zh}。附件请见报告所在文件夹。",
    )


def _envelope(mail: EmailMessage, letter: Letter, languages: tuple[str, ...]) -> Envelope:
    return Envelope(
        subject=letter.subject,
        sender=str(mail["From"].addresses[0]),
        to=tuple(str(address) for address in mail["To"].addresses),
        at=mail["Date"].datetime,
        identity=letter.message_id,
        languages=languages,
    )


def _content(shown: MIMEPart, kind: str) -> str:
    part = shown.get_body((kind,))
    assert part is not None, "every letter of ours has both"
    return str(part.get_content())


def _remarked(html: str, words: list[str]) -> str:
    said = "".join(f'<p style="{_REMARK}">{escape(word)}</p>' for word in words)
    before, end, after = html.rpartition("</body>")
    return f"{before}{said}{end}{after}"


def _pictures(shown: MIMEPart) -> list[Picture]:
    return [
        Picture(part["Content-ID"].strip("<> "), part.get_content())
        for part in shown.walk()
        if part.get_content_maintype() == "image"
    ]
