"""`rounds report`: the daily log of any day, from what is remembered."""

import json
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from agent.catalogue import catalogue
from agent.config import load
from agent.daily import plan_of
from agent.memory import opened_history
from agent.problems import Tracker
from exporters.mail import MailExport, MailSettings
from tests.agent.cli.conftest import Rounds
from tests.agent.reports import judged, report, used
from tests.smtp_server import Inbox, serving

DAY_SECONDS = 86400


@pytest.fixture
def remembered(config: Path) -> Path:
    """Two days in which the agent looked at this machine."""
    now = time.time()
    with opened_history(load(config)) as history:
        history.start()
        tracker = Tracker()
        for back in (2 * DAY_SECONDS, DAY_SECONDS, DAY_SECONDS - 60, DAY_SECONDS - 120, 10, 5, 1):
            found = report(now - back, judged(used("/", 0.95)), host="this-machine")
            history.record(found, tracker.follow(found, {}), {})
        assert history.flush(30)
    return config


def test_the_last_day_that_is_over(rounds: Rounds, remembered: Path) -> None:
    done = rounds("report")
    assert done.exit_code == 0
    assert "门户平台 Portal系统运行维护日报" in done.stdout
    assert "daily maintenance report" in done.stdout
    assert "this-machine" in done.stdout
    last = rounds("report", "--date", last_day().isoformat())
    assert last.exit_code == 0


def last_day() -> date:
    now = datetime.now(UTC)
    return (now if now.hour >= 8 else now - timedelta(days=1)).date()


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
@pytest.mark.parametrize("form", ["md", "html", "json"])
def test_every_form_and_language(rounds: Rounds, remembered: Path, form: str, lang: str) -> None:
    done = rounds("report", "--now", "--format", form, "--lang", lang)
    assert done.exit_code == 0
    if form == "json":
        json.loads(done.stdout)
        return
    assert ("日报" in done.stdout) == (lang != "en")
    assert ("daily maintenance report" in done.stdout) == (lang != "zh")
    assert done.stdout.lstrip().startswith("<!" if form == "html" else "#")


def test_of_a_day_before_the_first_nothing_is_told(rounds: Rounds, remembered: Path) -> None:
    done = rounds("report", "--date", "2020-01-01")
    assert (done.exit_code, done.stdout) == (2, "")
    said = " ".join(done.stderr.split())
    assert "there is no record of the day that ends on 2020-01-01" in said
    first = datetime.fromtimestamp(time.time() - 2 * DAY_SECONDS, UTC)
    assert f"rounds began at {first:%Y-%m-%d}" in said


def test_a_record_that_is_kept_is_printed_however_old_it_is(rounds: Rounds, remembered: Path) -> None:
    day = date(2020, 1, 1)
    read = load(remembered)
    with opened_history(read) as history:
        history.publish_day(history.day(day, plan_of(read, catalogue())))
    assert rounds("report", "--date", "2020-01-01").exit_code == 0


def test_into_a_file(rounds: Rounds, remembered: Path, tmp_path: Path) -> None:
    done = rounds("report", "--now", "--format", "html", "--output", str(tmp_path / "log.html"))
    assert (done.exit_code, done.stdout) == (0, "")
    assert (tmp_path / "log.html").read_text("utf-8").lstrip().startswith("<!")
    refused = rounds("report", "--now", "--output", str(tmp_path / "no" / "such" / "log.md"))
    assert refused.exit_code == 2
    assert "cannot write" in refused.stderr
    assert "No such file" in refused.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--date", "2999-01-01"], "is not over yet"),
        (["--date", "yesterday"], "expected a day as YYYY-MM-DD"),
        (["--date", "2026-02-30"], "expected a day as YYYY-MM-DD"),
        (["--date", "2026-01-01", "--now"], "exclude each other"),
        (["--mail"], "no mail section"),
        (["--format", "docx"], "'docx' is not one of"),
        (["--lang", "fr"], "'fr' is not one of"),
    ],
)
def test_bad_input(rounds: Rounds, remembered: Path, words: list[str], said: str) -> None:
    done = rounds("report", *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in " ".join(done.stderr.replace("│", " ").split())


def test_a_letter_delivered_before_is_sent_again_and_by_the_agent_when_the_server_was_down(
    rounds: Rounds, remembered: Path
) -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        write_mail(remembered, port)
        done = rounds("report", "--mail")
        assert (done.exit_code, done.stdout) == (0, "mailed to duty@example.org\n"), "the log itself is in the mail"
    down = rounds("report", "--mail")
    assert (down.exit_code, down.stdout) == (2, "")
    assert "the agent tries again from its outbox" in down.stderr
    with serving(inbox) as port:
        write_mail(remembered, port)
        read = load(remembered)
        with opened_history(read) as history:
            assert list(history.due_letters(time.time())) == [], "not at the same moment"
            (entry,) = history.due_letters(time.time() + 61)
            settings = read.exporters["mail"]
            assert isinstance(settings, MailSettings)
            MailExport(settings).deliver(entry.letter)
            history.letter_delivered(entry.letter.message_id)
        assert rounds("report", "--mail").exit_code == 0
    assert len(inbox.letters) == 3
    with opened_history(load(remembered)) as history:
        assert history.outbox_length() == 0


def test_mail_and_a_file_at_once(rounds: Rounds, remembered: Path, tmp_path: Path) -> None:
    with serving(Inbox()) as port:
        write_mail(remembered, port)
        done = rounds("report", "--mail", "--output", str(tmp_path / "log.md"))
    assert (done.exit_code, done.stdout) == (0, "mailed to duty@example.org\n")
    assert "this-machine" in (tmp_path / "log.md").read_text("utf-8")
    assert not (remembered.parent / "state" / "log").exists(), "mailing makes no folder for the log"


def write_mail(config: Path, port: int) -> None:
    """Add a mail section for a server on loopback, or move it to another port."""
    text = config.read_text("utf-8").partition("mail:")[0]
    mail = f"mail: {{host: 127.0.0.1, port: {port}, security: none, from: a@example.org, to: [duty@example.org]}}\n"
    config.write_text(text + mail, encoding="utf-8")


def test_nothing_is_remembered_yet(rounds: Rounds) -> None:
    done = rounds("report")
    assert done.exit_code == 2
    assert "nothing is remembered yet" in done.stderr


def test_a_history_that_cannot_be_opened_is_said(rounds: Rounds, config: Path) -> None:
    (config.parent / "state").mkdir()
    (config.parent / "state" / "history.db").write_bytes(b"this is no database at all, but it is long enough" * 100)
    done = rounds("report")
    assert done.exit_code == 2
    assert "history" in done.stderr


def test_record_forms_as_text_and_with_the_record(rounds: Rounds, remembered: Path) -> None:
    done = rounds("report", "--now", "--forms")
    assert done.exit_code == 0
    assert "## 8.2 系统运行监测记录表" in done.stdout
    assert "## 8.2 Runtime record" in done.stdout
    page = rounds("report", "--now", "--forms", "--format", "html", "--lang", "en")
    assert "8.2 Runtime record" in page.stdout
    record = json.loads(rounds("report", "--now", "--forms", "--format", "json").stdout)
    assert [row for row in record["form_rows"] if row["form"] == "runtime"]


def test_a_workbook_and_a_pdf_into_files(rounds: Rounds, remembered: Path, tmp_path: Path) -> None:
    for form, options, begin in (("xlsx", (), b"PK"), ("pdf", (), b"%PDF-"), ("pdf", ("--forms",), b"%PDF-")):
        path = tmp_path / f"out.{form}"
        done = rounds("report", "--now", "--format", form, *options, "--lang", "en", "-o", str(path))
        assert (done.exit_code, done.stdout) == (0, ""), done.stderr
        assert path.read_bytes().startswith(begin)


def test_what_cannot_be_made_is_said(rounds: Rounds, remembered: Path) -> None:
    both = rounds("report", "--now", "--format", "xlsx")
    assert both.exit_code == 2
    assert "--lang zh or --lang en" in both.stderr
    week = rounds("report", "--week", "last", "--forms")
    assert week.exit_code == 2
