"""`rounds report --week` and `--month`, and signing them: from records of days that are kept."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.catalogue import catalogue
from agent.config import load
from agent.daily import last_day_due, plan_of
from agent.memory import opened_history
from agent.periods import last_period_over, make_period
from exporters.contract import PeriodKind, period_name
from tests.agent.cli.conftest import Rounds
from tests.exporters.sample_period import quiet
from tests.smtp_server import Inbox, serving

WEEK, MONTH = PeriodKind.WEEK, PeriodKind.MONTH


@pytest.fixture
def remembered(config: Path) -> Path:
    """Five weeks of days, and the record of the last week."""
    read = load(config)
    plan = plan_of(read, catalogue())
    last = last_day_due(time.time(), plan)
    with opened_history(read) as history:
        history.start()
        for back in range(36, -1, -1):
            history.publish_day(quiet(last - timedelta(days=back)))
        week = make_period(
            history, plan, read.service_level.promised(), WEEK, last_period_over(WEEK, last), time.time()
        )
        history.publish_period(week)
    return config


def last_week() -> str:
    return name(WEEK)


def name(kind: PeriodKind) -> str:
    now = datetime.now(UTC)
    last_day = (now if now.hour >= 8 else now - timedelta(days=1)).date()
    return period_name(kind, last_period_over(kind, last_day))


@pytest.mark.parametrize("form", ["md", "html", "json"])
@pytest.mark.parametrize("kind", list(PeriodKind))
def test_the_last_one_and_the_same_by_its_name(rounds: Rounds, remembered: Path, kind: PeriodKind, form: str) -> None:
    done = rounds("report", f"--{kind}", "last", "--format", form)
    assert done.exit_code == 0
    assert name(kind) in done.stdout
    named = rounds("report", f"--{kind}", name(kind), "--format", form)
    assert named.exit_code == 0
    if kind is WEEK:
        assert named.stdout == done.stdout, "it is kept, and not made again"


def test_a_file_and_a_language(rounds: Rounds, remembered: Path, tmp_path: Path) -> None:
    path = tmp_path / "week.md"
    assert rounds("report", "--week", "last", "--lang", "en", "--output", str(path)).exit_code == 0
    text = path.read_text(encoding="utf-8")
    assert "weekly maintenance report" in text
    assert "周报" not in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--week", "2026-47"], "--week: expected a week as 2026-W47, or last, not '2026-47'"),
        (["--month", "2026-13"], "--month: expected a month as 2026-11, or last, not '2026-13'"),
        (["--month", "2999-01"], "--month: 2999-01 is not over yet"),
        (["--week", "2001-W01"], "--week: there is no daily record of 2001-W01; the oldest is of"),
        (["--week", "last", "--month", "last"], "--week and --month exclude each other"),
        (["--date", "2026-11-01", "--month", "last"], "--date and --month exclude each other"),
        (["--week", "last", "--now"], "--week and --now exclude each other"),
    ],
)
def test_what_cannot_be_told(rounds: Rounds, remembered: Path, arguments: list[str], message: str) -> None:
    done = rounds("report", *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in " ".join(done.stderr.split())


def test_without_a_record_of_a_day_there_is_nothing_to_make_it_of(rounds: Rounds, config: Path) -> None:
    with opened_history(load(config)) as history:
        history.start()
    done = rounds("report", "--week", "last")
    assert done.exit_code == 2
    assert "no daily record is kept yet" in " ".join(done.stderr.split())


def test_it_is_mailed_by_hand(rounds: Rounds, remembered: Path) -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        server = f"host: 127.0.0.1, port: {port}, security: none"
        with remembered.open("a", encoding="utf-8") as file:
            file.write(f"mail: {{{server}, from: rounds@example.org, to: [duty@example.org], attach: [html]}}\n")
        done = rounds("report", "--week", "last", "--mail")
    assert (done.exit_code, done.stdout) == (0, "mailed to duty@example.org\n")
    assert len(inbox.letters) == 1


def test_a_week_is_signed_and_says_so(rounds: Rounds, remembered: Path) -> None:
    with opened_history(load(remembered)) as history:
        history.begin_signing(time.time())
    done = rounds("sign", last_week(), "--as", "李敏", "--comment", "已阅")
    assert done.exit_code == 0, done.stderr
    assert f"{last_week()}-01 is signed by 李敏" in done.stdout
    told = json.loads(rounds("report", "--week", "last", "--format", "json").stdout)
    assert [(review["by"], review["comment"]) for review in told["reviews"]] == [("李敏", "已阅")]
    verified = rounds("verify")
    assert verified.exit_code == 0, verified.stdout
    missing = rounds("sign", "2001-W07", "--as", "李敏")
    assert missing.exit_code == 2
    assert "there is no record of 2001-W07" in missing.stderr
    assert rounds("sign", "2026-W60", "--as", "李敏").exit_code == 2
