"""Who is mailed what: by project, by group, by severity, in which language, with which files."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from pydantic import ValidationError

from checks.contract import State
from collectors.contract import Reason
from exporters.contract import DayRecord, Letter, PeriodKind
from exporters.mail import EXPORTER
from exporters.post.routing import concerns
from exporters.post.settings import MailSettings, Severity
from tests.exporters.sample_day import all_well, busy, incomplete
from tests.exporters.sample_period import MONTH, period

PLAIN = {"host": "127.0.0.1", "security": "none", "from": "rounds@example.org", "to": ["duty@example.org"]}


def composed(day: DayRecord, *routes: object, **settings: object) -> dict[str, Letter]:
    """The letters of a day by their recipients."""
    made = MailSettings.model_validate(PLAIN | {"routes": list(routes), "attach": []} | settings)
    return {", ".join(letter.recipients): letter for letter in EXPORTER.start(made).compose(day)}


def read(letter: Letter) -> EmailMessage:
    return message_from_bytes(letter.content, policy=default)


def text(letter: Letter) -> str:
    body = read(letter).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def unseen() -> DayRecord:
    """The agent did not run: nothing was judged."""
    day = all_well()
    lines = tuple(replace(line, state=None, reason=Reason.NOT_ASKED) for line in day.items)
    hosts = tuple(replace(line, checked=False, rounds=0, reason=Reason.NOT_ASKED) for line in day.hosts)
    return replace(day, items=lines, hosts=hosts, gaps=((day.begins_at, day.ends_at),))


def test_a_project_is_told_of_its_own_servers_only() -> None:
    letters = composed(busy(), {"to": ["portal@example.org"], "projects": ["portal"]})
    assert set(letters) == {"duty@example.org", "portal@example.org"}
    whole, part = text(letters["duty@example.org"]), text(letters["portal@example.org"])
    for foreign in ("file-01", "mail-01", "jump-01"):
        assert foreign in whole
        assert foreign not in part
    assert "5/5" in part
    assert "db-01" in part
    assert letters["portal@example.org"].subject.startswith("《门户平台 Portal · portal系统运行维护日报》")
    assert len({letter.message_id for letter in letters.values()}) == 2


def test_a_route_of_many_groups_says_so_and_leaves_room_for_the_state() -> None:
    groups = [f"department-{number}" for number in range(39)]
    letters = composed(busy(), {"to": ["web@example.org"], "projects": ["portal"], "groups": ["web", *groups]})
    letter = letters["web@example.org"]
    assert letter.subject.endswith("系统运行维护日报》 2026-11-21: 严重异常，检查不完整 / Critical, incomplete")
    assert "《门户平台 Portal · portal, web, department-0, department-1 +37系统运行维护日报》" in text(letter)


def test_what_is_attached_is_of_these_servers_only_too() -> None:
    route = {"to": ["web@example.org"], "groups": ["web"], "attach": ["html"], "languages": ["en"]}
    letters = composed(busy(), route)
    (file,) = (part for part in read(letters["web@example.org"]).iter_attachments() if part.get_filename())
    page = file.get_content()
    assert "web-01" in page
    assert not re.search(r"db-01|file-01|app-01", page)
    assert 'lang="en"' in page
    assert "问题" not in text(letters["web@example.org"])


@pytest.mark.parametrize(
    ("make", "concerned"),
    [
        (all_well, {"any"}),
        (incomplete, {"any", "warning", "critical"}),
        (busy, {"any", "warning", "critical"}),
        (unseen, {"any", "warning", "critical"}),
        (lambda: warned(State.WARN), {"any", "warning"}),
        (lambda: warned(State.CRIT), {"any", "warning", "critical"}),
    ],
)
def test_severity(make, concerned) -> None:
    assert {severity.value for severity in Severity if concerns(make(), severity)} == concerned


def warned(state: State) -> DayRecord:
    day = all_well()
    return replace(day, items=(replace(day.items[0], state=state), *day.items[1:]))


def test_what_was_critical_for_a_while_concerns_those_who_want_the_critical() -> None:
    day, (first, *_) = all_well(), busy().incidents
    day = replace(day, incidents=(replace(first, ended_at=first.began_at + 600),))
    assert [concerns(day, severity) for severity in Severity] == [True, True, True]


def test_an_item_that_was_not_checked_is_a_warning() -> None:
    day = all_well()
    day = replace(day, items=(replace(day.items[0], state=None, reason=Reason.LATE), *day.items[1:]))
    assert [concerns(day, severity) for severity in Severity] == [True, True, False]


def test_a_calm_day_is_not_told_to_those_who_want_trouble() -> None:
    boss = {"to": ["boss@example.org"], "severity": "critical"}
    assert set(composed(all_well(), boss)) == {"duty@example.org"}
    assert set(composed(busy(), boss)) == {"duty@example.org", "boss@example.org"}


def test_trouble_of_others_is_no_trouble_of_a_project() -> None:
    day = busy()
    other = {"to": ["jump@example.org"], "groups": ["web"], "severity": "critical"}
    calm = replace(day, items=tuple(line for line in day.items if line.host != "web-02"), incidents=())
    assert "jump@example.org" not in composed(calm, other)


def test_nobody_gets_the_same_twice() -> None:
    letters = composed(
        busy(),
        {"to": ["Duty <DUTY@example.org>", "boss@example.org"], "severity": "critical"},
        {"to": ["boss@example.org", "duty@example.org"], "projects": ["portal"]},
        {"to": ["boss@example.org"], "groups": ["web"], "projects": ["portal"]},
        to=["duty@example.org", "Duty again <duty@example.org>"],
    )
    assert set(letters) == {"duty@example.org", "boss@example.org", "boss@example.org, duty@example.org"}


def test_a_project_whose_servers_are_all_out_of_service_gets_no_mail() -> None:
    assert set(composed(busy(), {"to": ["x@example.org"], "projects": ["gone"]})) == {"duty@example.org"}


def test_weeks_and_months_go_to_those_who_want_them_and_to_nobody_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exporters.mail.period_letter", lambda _, asked: asked)
    routes = [
        {"to": ["dba@example.org"], "groups": ["databases"]},
        {"to": ["boss@example.org", "Duty <DUTY@example.org>"], "severity": "critical", "monthly": True, "attach": []},
        {"to": ["boss@example.org", "board@example.org"], "monthly": True, "weekly": True, "languages": ["en"]},
    ]
    made = EXPORTER.start(MailSettings.model_validate(PLAIN | {"routes": routes, "weekly": False}))
    asked = {
        kind: [(one.to, one.languages, len(one.attach)) for one in made.compose_period(period(kind, MONTH))]
        for kind in PeriodKind
    }
    assert asked[PeriodKind.MONTH] == [
        (("duty@example.org",), ("zh", "en"), 2),
        (("boss@example.org",), ("zh", "en"), 0),
        (("board@example.org",), ("en",), 2),
    ]
    assert asked[PeriodKind.WEEK] == [(("boss@example.org", "board@example.org"), ("en",), 2)]


def test_a_month_of_some_servers_is_refused() -> None:
    with pytest.raises(ValidationError, match="of all servers: write a route without projects and groups"):
        composed(busy(), {"to": ["x@example.org"], "projects": ["portal"], "monthly": True})


@pytest.mark.parametrize("route", [{}, {"to": []}, {"to": ["x"]}, {"to": ["a@b"], "severity": "bad"}])
def test_routes_that_cannot_be_meant(route: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        composed(busy(), route)


def test_files_that_do_not_fit_are_left_out_and_named() -> None:
    day = all_well()
    many = tuple(replace(day.items[0], state=State.WARN, item=f"{number} {'字' * 300}") for number in range(400))
    settings = MailSettings.model_validate(PLAIN | {"attach": ["html", "xlsx"]})
    small = settings.model_copy(update={"largest": 250_000})  # less than may be configured, and quicker to fill
    (letter,) = EXPORTER.start(small).compose(replace(day, items=many))
    assert len(letter.content) <= small.largest
    names = [part.get_filename() for part in read(letter).iter_attachments() if part.get_filename()]
    assert [name.rpartition(".")[2] for name in names] == ["xlsx", "xlsx"]
    told = text(letter).replace("\n", "")
    assert "因邮件大小限制未附上" in told
    assert "Not attached, because this mail would be too large" in told
    assert "maintenance report 2026-11-21.html" in told


def test_a_mail_leaves_although_its_files_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("exporters.post.enclosures._made", full)
    (letter,) = composed(busy(), attach=["xlsx"]).values()
    assert "附件未能生成" in text(letter).replace("\n", "")
