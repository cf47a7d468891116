"""The notes of restore tests, through the probe in every shell."""

import os
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collectors.contract import UnreadableOutput
from collectors.restore_tests import COLLECTOR, Record, RestoreTests, parse
from tests.collectors.in_shells import alone, every_shell, printed


def ask(shell: list[str], *paths: Path) -> tuple[Record, ...]:
    found = parse(printed(COLLECTOR, shell, *map(str, paths)))
    assert abs(found.now - time.time()) < 60
    return found.records


@every_shell
def test_the_last_line_counts(shell: list[str], tmp_path: Path) -> None:
    path = tmp_path / "restore $(touch pwned) 恢复"
    path.write_text(
        "# when, how, what\n2026-05-02T09:30:00+08:00 failed pg_restore: relation missing\n"
        "  2026-11-01T10:00:00+08:00 ok restored db to test-01 in 12 min\n\n  # the next is due in May\n"
    )
    (found,) = ask(shell, path)
    assert found == Record(str(path), 1793498400, True, "restored db to test-01 in 12 min")
    assert not list(tmp_path.rglob("pwned"))


@every_shell
def test_none_and_nothing(shell: list[str], tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "comment").write_text("# nothing yet\n")
    gone, empty, comment, folder = ask(shell, tmp_path / "gone", tmp_path / "empty", tmp_path / "comment", tmp_path)
    assert (gone.absent, folder.absent) == (True, True)
    assert (empty, comment) == (Record(str(tmp_path / "empty")), Record(str(tmp_path / "comment")))


@every_shell
def test_a_password_in_a_note_stays_on_the_host(shell: list[str], tmp_path: Path) -> None:
    (tmp_path / "a").write_text("2026-11-01 ok with password=PlantedSecret99 as ever\n")
    assert "PlantedSecret99" not in printed(COLLECTOR, shell, str(tmp_path / "a"))


def test_a_long_line_is_cut(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("2026-11-01 ok " + "x" * 3000)
    (found,) = ask(["dash"], tmp_path / "a")
    assert len(found.words) < 300


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming nobody needs root")
def test_what_the_login_may_not_read(tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o055)
    (tmp_path / "a").touch(0o600)
    (tmp_path / "closed" / "in").mkdir(parents=True)
    (tmp_path / "closed").chmod(0o700)
    script = alone(COLLECTOR, str(tmp_path / "a"), str(tmp_path / "closed" / "in" / "b"), sent_at=0)
    ended = subprocess.run(
        ["setpriv", "--reuid", "65534", "--clear-groups", "dash"],
        input=script,
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    )
    file, inside = parse(ended.stdout).records
    assert file.closed == str(tmp_path / "a")
    assert inside.closed.rstrip("/") == str(tmp_path / "closed")


def noted(line: str, zone: str = "+0000") -> Record:
    (found,) = parse(f"now 1795000000 {zone}\n== /srv/a\nlast {line}\n").records
    return found


@pytest.mark.parametrize(
    ("line", "zone", "moment"),
    [
        ("2026-11-01T10:00:00+08:00 ok", "+0000", "2026-11-01T02:00"),
        ("2026-11-01T10:00:00+0800 OK: fine", "+0000", "2026-11-01T02:00"),
        ("2026-11-01T10:00:00.5Z ok", "+0800", "2026-11-01T10:00"),
        ("2026-11-01 10:00 failed", "+0800", "2026-11-01T02:00"),
        ("2026-11-01 ok", "-0330", "2026-11-01T03:30"),
    ],
)
def test_times(line: str, zone: str, moment: str) -> None:
    assert noted(line, zone).at == datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "line",
    [
        "yesterday ok",
        "2026-13-01 ok",
        "2026-11-01 fine",
        "2026-11-01T25:00 ok",
        "2026-11-01T10:00+99:99 ok",
        "2026-11-01 okay",
    ],
)
def test_what_is_no_note(line: str) -> None:
    assert noted(line) == Record("/srv/a", unreadable=line)


def test_what_is_not_understood() -> None:
    assert parse("now 17 +0000\n") == RestoreTests(17, 0, ())
    for text in ("", "now 17", "now 17 +0000\n== /a\nwhat\n"):
        with pytest.raises(UnreadableOutput):
            parse(text)
