"""`rounds verify`, `rounds sign`, `rounds note` and `rounds new-key` on a history of three days."""

import shutil
import sqlite3
import subprocess
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from agent.catalogue import catalogue
from agent.cli.account import account
from agent.config import load
from agent.daily import plan_of
from agent.memory import key_file, opened_history
from agent.problems import Tracker
from agent.sealed_files import Manifest
from exporters.contract import DayRecord
from tests.agent.cli.conftest import Rounds, command, environment
from tests.agent.reports import judged, report, used

DAY = date(2026, 3, 11)
NOW = datetime(2026, 3, 13, 10, tzinfo=UTC)
HOST = "this-machine"


@pytest.fixture
def kept(config: Path) -> Iterator[tuple[DayRecord, ...]]:
    """Three days with an open incident, their records signed, and a file of each in the log's folder."""
    folder = config.parent / "state" / "log"
    with config.open("a", encoding="utf-8") as file:
        file.write("maintenance_log: {folder: state/log}\n")
    read = load(config, check_files=False)
    plan = plan_of(read, catalogue())
    with time_machine.travel(NOW, tick=True) as clock, opened_history(read) as history:
        history.start()
        history.begin_signing(time.time())
        tracker = Tracker()
        for step in range(3):
            one = report(plan.period(DAY)[0] + step, judged(used("/", 0.95)), host=HOST)
            history.record(one, tracker.follow(one, {}), {})
        assert history.flush(20)
        records = []
        for back in range(3):
            day = DAY + timedelta(back)
            records.append(history.publish_day(history.day(day, plan)))
            page = folder / day.isoformat() / "page.html"
            page.parent.mkdir(parents=True)
            page.write_text(f"{day}")
            history.seal_files(day, Manifest.of(records[-1].number, [page], folder).json(), time.time())
        history.stop(5)
        clock.move_to(NOW)
        yield tuple(records)


def database(config: Path) -> sqlite3.Connection:
    """As somebody who may write the file, without the triggers."""
    connection = sqlite3.connect(config.parent / "state" / "history.db", isolation_level=None)
    for name in ("update", "delete", "replace"):
        connection.execute(f"DROP TRIGGER ledger_no_{name}")
    return connection


def test_a_whole_history(rounds: Rounds, kept: tuple[DayRecord, ...]) -> None:
    done = rounds("verify")
    assert done.exit_code == 0, done.output
    assert "7 entries, 3 days, days 2026-03-11 to 2026-03-13, 3 files, 0 answers" in done.output
    assert "whole: nothing was altered" in done.output


def test_each_kind_of_meddling_is_named(rounds: Rounds, kept: tuple[DayRecord, ...], config: Path) -> None:
    before = rounds("verify").output.partition("head: ")[2].split()[0]
    page = config.parent / "state" / "log" / "2026-03-12" / "page.html"
    page.write_text("all was well")
    done = rounds("verify")
    assert (done.exit_code, done.output.splitlines()[0]) == (
        1,
        f"altered: files 20260312-01 (2026-03-12): the file {page}",
    )
    assert rounds("verify", "--records-only").exit_code == 0
    assert rounds("verify", "--from", "2026-03-13").exit_code == 0
    page.write_text("2026-03-12")
    with database(config) as connection:
        (body,) = connection.execute("SELECT body FROM ledger WHERE number = '20260311-01'").fetchone()
        forged = zlib.compress(zlib.decompress(body).replace(b"CRIT", b"OK"))
        forged = forged if forged != body else zlib.compress(zlib.decompress(body) + b" ")
        connection.execute("UPDATE ledger SET body = ? WHERE number = '20260311-01'", [forged])
    assert "altered: day 20260311-01 (2026-03-11): its content is not what its hash" in rounds("verify").output
    with sqlite3.connect(config.parent / "state" / "history.db") as connection:
        connection.execute("UPDATE ledger SET body = ? WHERE number = '20260311-01'", [body])
        connection.execute("DELETE FROM ledger WHERE date = '2026-03-13'")
    done = rounds("verify", "--anchor", before)
    assert done.exit_code == 1
    assert "missing: entries 6 to 7 are gone at the end" in done.output
    assert f"missing: no entry has the hash {before}" in done.output
    assert "missing: day (2026-03-13): no record of this day was made, or kept" in done.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--from", "2026-3-1"], "--from: expected a day as YYYY-MM-DD"),
        (["--to", "2026-03-14"], "--to: the day that ends on 2026-03-14 is not over yet"),
        (["--from", "2026-03-12", "--to", "2026-03-11"], "is after"),
        (["--anchor", "xyz"], "--anchor: expected 16 to 64 hexadecimal digits"),
        (["--trust", "abcdef0123456789"], "--trust: expected 64"),
        (["--log-folder", "nowhere"], "nowhere is not a folder"),
    ],
)
def test_verify_refuses(rounds: Rounds, kept: tuple[DayRecord, ...], words: list[str], said: str) -> None:
    done = rounds("verify", *words)
    assert (done.exit_code, said in done.output) == (2, True), done.output


def test_a_range_without_a_record_is_not_called_whole(rounds: Rounds, kept: tuple[DayRecord, ...]) -> None:
    done = rounds("verify", "--from", "2025-01-01", "--to", "2025-02-01")
    assert (done.exit_code, "whole:" in done.output) == (2, False)
    assert "no record of any day" in done.output
    assert "2026-03-11 to 2026-03-13" in done.output


def test_verify_of_nothing_makes_nothing(rounds: Rounds, config: Path) -> None:
    assert rounds("verify").exit_code == 2
    done = rounds("verify", "--key")
    assert (done.exit_code, "there is no signing key yet" in done.output) == (2, True)
    assert not (config.parent / "state").exists()


def test_the_key_is_shown_and_openssl_reads_it(rounds: Rounds, kept: tuple[DayRecord, ...], config: Path) -> None:
    done = rounds("verify", "--key")
    pem, _, fingerprint = done.output.partition("fingerprint: ")
    assert fingerprint.strip() == key_file(load(config, check_files=False)).public().fingerprint
    if shutil.which("openssl"):
        subprocess.run(["openssl", "pkey", "-pubin", "-noout"], input=pem, text=True, check=True, timeout=30)


def test_a_file_that_is_damaged_is_not_whole(rounds: Rounds, kept: tuple[DayRecord, ...], config: Path) -> None:
    file = config.parent / "state" / "history.db"
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ledger'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    content = bytearray(file.read_bytes())
    content[(root - 1) * size : (root - 1) * size + 8] = b"\xff" * 8
    file.write_bytes(content)
    done = rounds("verify")
    assert done.exit_code == 1
    assert "damaged" in done.output


def test_what_is_no_database_is_damaged_and_what_cannot_be_reached_is_not(
    rounds: Rounds, kept: tuple[DayRecord, ...], config: Path
) -> None:
    file = config.parent / "state" / "history.db"
    for more in config.parent.glob("state/history.db-*"):
        more.unlink()
    file.write_bytes(b"no database" * 1000)
    done = rounds("verify")
    assert (done.exit_code, done.output.startswith("damaged: ")) == (1, True), done.output
    file.unlink()
    file.mkdir()
    done = rounds("verify")
    assert (done.exit_code, "Is a directory" in done.output, "damaged" in done.output) == (2, True, False), done.output


def test_the_head_is_missed_where_the_key_is(rounds: Rounds, kept: tuple[DayRecord, ...], config: Path) -> None:
    keys = key_file(load(config, check_files=False))
    head = keys.head_path.read_text()
    keys.head_path.write_text("nonsense")
    done = rounds("verify")
    assert (done.exit_code, "damaged: " in done.output) == (1, True), done.output
    keys.head_path.unlink()
    done = rounds("verify")
    assert (done.exit_code, "missing: the head of the ledger" in done.output) == (1, True), done.output
    assert "NOT WHOLE: 1 finding\n" in done.output
    keys.path.unlink()  # on another machine, where only the public key is
    done = rounds("verify")
    assert (done.exit_code, "note: no head of the ledger lies beside the key" in done.output) == (0, True), done.output
    keys.head_path.write_text(head)
    assert "note: no head" not in rounds("verify").output


def test_sign_and_verify(rounds: Rounds, kept: tuple[DayRecord, ...], config: Path) -> None:
    done = rounds("sign", "2026-03-12", "--as", "王丽", "--comment", "已阅 <script>=1+1")
    assert done.exit_code == 0, done.output
    assert done.output == f"20260312-01 is signed by 王丽 ({account()})\n"
    assert rounds("sign", "2026-03-12", "--as", "王丽", "--comment", "once more").exit_code == 0
    with opened_history(load(config, check_files=False)) as history:
        reviews = history.published(date(2026, 3, 12)).reviews  # type: ignore[union-attr]
        assert [review.comment for review in reviews] == ["已阅 <script>=1+1", "once more"]
        assert [name for _, name in history.untold()] == ["maintenance_log"]
    assert rounds("verify").exit_code == 0


def test_who_came_by_sudo_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "nobody").write_text("4294967295")
    monkeypatch.setattr("agent.cli.account._LOGIN_UID", tmp_path / "nobody")
    monkeypatch.delenv("SUDO_USER", raising=False)
    alone = account()
    monkeypatch.setenv("SUDO_USER", "daemon")
    assert account() == f"daemon as {alone}"
    monkeypatch.setenv("SUDO_USER", "no\nsuch\x1buser")
    assert account() == alone
    (tmp_path / "nobody").write_text("1")  # daemon
    assert account() == f"daemon as {alone}"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["2026-03-09", "--as", "a"], "there is no record of the day that ends on 2026-03-09; the newest is of 2026"),
        (["2026-03-14", "--as", "a"], "the day that ends on 2026-03-14 is not over yet"),
        (["yesterday", "--as", "a"], "expected a day as YYYY-MM-DD"),
        (["2026-03-12", "--as", " "], "--as: must not be empty"),
        (["2026-03-12", "--as", "a\x1b[31m"], "--as: holds the invisible character U+001B"),
        (["2026-03-12", "--as", "a\u202eb"], "U+202E"),
        (["2026-03-12", "--as", "a\nb"], "one line"),
        (["2026-03-12", "--as", "a", "--comment", "x" * 4001], "--comment: String should have at most 4000"),
        (["2026-03-12", "--as", "a", "--number", "20260312-02"], "in force of 2026-03-12 is 20260312-01"),
    ],
)
def test_sign_refuses_and_writes_nothing(
    rounds: Rounds, kept: tuple[DayRecord, ...], words: list[str], said: str
) -> None:
    done = rounds("sign", *words)
    assert (done.exit_code, said in done.output) == (2, True), done.output
    assert "7 entries" in rounds("verify").output


def test_a_note_is_told_with_the_incident(rounds: Rounds, kept: tuple[DayRecord, ...], config: Path) -> None:
    incident = next(one for one in kept[-1].incidents if one.host == HOST)
    done = rounds("note", incident.id.upper(), "--as", "李敏", "--cause", "日志未轮转", "--due", "2026-03-20")
    assert done.exit_code == 0, done.output
    with opened_history(load(config, check_files=False)) as history:
        told = history.published(date(2026, 3, 13))
    notes = [note for one in told.incidents for note in one.notes]  # type: ignore[union-attr]
    assert [(note.cause, note.due, note.account) for note in notes] == [("日志未轮转", "2026-03-20", account())]
    assert rounds("verify").exit_code == 0
    for words, said in (
        (["00000000", "--as", "a", "--cause", "b"], "there is no incident '00000000'"),
        ([incident.id, "--as", "a"], "nothing is noted"),
        (["x", "--as", "a", "--cause", "b"], "expected the eight hexadecimal digits"),
        ([incident.id, "--as", "a", "--due", "tomorrow"], "--due: expected a day"),
    ):
        refused = rounds("note", *words)
        assert (refused.exit_code, said in refused.output) == (2, True), refused.output


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda key: key.unlink(), "there is no signing key at"),
        (lambda key: key.chmod(0o644), "is open to others (mode 0644)"),
        (lambda key: key.write_text("nonsense"), "is not an Ed25519 private key"),
        (lambda key: (key.unlink(), key.mkdir()), "is not a file"),
        (lambda key: key.write_text(other_key()), "holds another key"),
    ],
    ids=["gone", "open", "nonsense", "a folder", "another"],
)
def test_without_its_key_nothing_is_signed(rounds: Rounds, kept: tuple[DayRecord, ...], config: Path, spoil, said):  # type: ignore[no-untyped-def]
    key = config.parent / "state" / "signing-key.pem"
    spoil(key)
    done = rounds("sign", "2026-03-12", "--as", "a")
    assert (done.exit_code, said in done.output) == (2, True), done.output
    assert "POST /api/v1/days/2026-03-12/reviews" in done.output
    assert "7 entries" in rounds("verify").output, "the public key is enough to verify"


def other_key() -> str:
    from agent.signing import PrivateKey

    return PrivateKey.make().pem().decode()


def test_a_new_key_is_vouched_for_by_the_one_before(rounds: Rounds, kept: tuple[DayRecord, ...], config: Path) -> None:
    first = key_file(load(config, check_files=False)).public()
    done = rounds("new-key")
    assert done.exit_code == 0, done.output
    assert done.output.strip().endswith(key_file(load(config, check_files=False)).public().fingerprint)
    assert rounds("sign", "2026-03-12", "--as", "王丽").exit_code == 0
    assert rounds("verify").exit_code == 0
    (old,) = (config.parent / "state").glob("signing-key.pem.old-*")
    assert old.name.endswith(first.fingerprint[:8])
    assert old.stat().st_mode & 0o077 == 0
    done = rounds("new-key", "--lost")
    assert (done.exit_code, "the key is not lost" in done.output) == (2, True)
    (config.parent / "state" / "signing-key.pem").unlink()
    assert rounds("new-key").exit_code == 2
    assert rounds("new-key", "--lost").exit_code == 0
    done = rounds("verify")
    assert done.exit_code == 1
    assert "unknown key: key K" in done.output
    fingerprint = key_file(load(config, check_files=False)).public().fingerprint
    assert rounds("verify", "--trust", fingerprint).exit_code == 0


def test_who_may_not_read_the_key_is_told_so(kept: tuple[DayRecord, ...], config: Path) -> None:
    import os

    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    if not shutil.which("setpriv"):
        pytest.skip("no setpriv here")
    for folder in config.parents[:3]:
        folder.chmod(0o755)
    words = command("sign", "2026-03-12", "--as", "a", "--config", str(config))
    done = subprocess.run(
        [*as_nobody, *words], cwd="/", env=environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2, done.stderr
    assert "Permission denied" in done.stderr


def test_an_answer_that_is_not_what_its_hash_says_is_named(
    rounds: Rounds, kept: tuple[DayRecord, ...], config: Path
) -> None:
    file = config.parent / "state" / "history.db"
    with sqlite3.connect(file) as connection:
        packed = zlib.compress(b"all was well")
        connection.execute("INSERT INTO answers (sha256, size, packed) VALUES (?, 12, ?)", [b"\xab" * 32, packed])
    done = rounds("verify")
    assert done.exit_code == 1
    assert f"altered: the kept text {'ab' * 32}" in done.output
