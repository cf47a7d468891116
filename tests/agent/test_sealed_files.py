"""Whoever may write the folder of the log changes nothing there unseen, whatever he puts there."""

import os
from datetime import date
from pathlib import Path

import pytest

from agent.history.flaws import Flaw
from agent.history.stored import Stored
from agent.sealed_files import FolderInspection, Manifest

DAY = "2026-03-11"


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "log"
    for name in (DAY, "2026-W10", "2026-03"):
        (folder / name).mkdir(parents=True)
        (folder / name / "page.html").write_text(name)
    return folder


def sealed(root: Path, name: str = DAY, day: str = DAY, number: str = "F20260311-01") -> tuple[Stored, str]:
    manifest = Manifest.of("20260311-01", [root / name / "page.html"], root).json()
    return Stored(1, "files", day, number, 1.0, b"", "", "", None, None, True), manifest


def record(day: str, *, is_signed: bool = True) -> tuple[Stored, str]:
    return Stored(1, "day", day, "", 1.0, b"", "", "", None, b"-" if is_signed else None, True), "{}"


def whole(root: Path) -> list[tuple[Stored, str]]:
    of_periods = [sealed(root, "2026-W10", "2026-03-09"), sealed(root, "2026-03", "2026-04-01")]
    return [record(DAY), sealed(root), *of_periods]


def found(root: Path, entries: list[tuple[Stored, str]]) -> list[tuple[Flaw, str]]:
    look = FolderInspection(root)
    for row, body in entries:
        look.hear(row, body)
    return [(finding.flaw, finding.detail.rpartition("/")[2]) for finding in look.findings()]


def test_what_was_sealed_is_whole(root):
    assert found(root, whole(root)) == []


def test_a_file_that_was_altered_and_then_sealed_again_is_found(root):
    """Who may write the database can ask the agent for a day again, and it finds the folder as he left it."""
    entries = whole(root)
    (root / DAY / "page.html").write_text("forged")
    entries.append(sealed(root, number="F20260311-02"))
    (contradiction, altered) = found(root, entries)
    assert contradiction[0] is Flaw.ALTERED
    assert altered == (Flaw.ALTERED, "page.html")


@pytest.mark.parametrize("name", ["2026-03-12", "2026-03-11.2", "2026-W11", "2026-W10.2", "2026-04"])
def test_a_folder_that_looks_like_an_edition_is_found(root, name):
    entries = whole(root)
    (root / name).mkdir()
    assert found(root, entries) == [(Flaw.ADDED, name)]


@pytest.mark.parametrize("name", ["2026-03-12x", "2026-13-45", "2026-W77", "2026-99", "٢٠٢٦-٠٣-١٢", "notes.txt"])
def test_other_things_beside_the_editions_are_nobodys_business(root, name):
    entries = whole(root)
    (root / name).mkdir()
    assert found(root, entries) == []


def test_a_folder_that_comes_while_the_ledger_is_read_is_not_added(root):
    """The agent puts it there whole, and seals it a moment after."""
    look = FolderInspection(root)
    for row, body in whole(root):
        look.hear(row, body)
    (root / "2026-03-12").mkdir()
    assert list(look.findings()) == []


def test_a_pipe_in_the_place_of_a_file_keeps_nobody_waiting(root):
    entries = whole(root)
    (root / DAY / "page.html").unlink()
    os.mkfifo(root / DAY / "page.html")
    assert [flaw for flaw, _ in found(root, entries)] == [Flaw.DAMAGED]
    (root / DAY / "page.html").unlink()
    (root / DAY / "page.html").symlink_to("/dev/zero")
    assert [flaw for flaw, _ in found(root, entries)] == [Flaw.DAMAGED]


def test_a_linked_folder_within_an_edition_is_added(root, tmp_path):
    entries = whole(root)
    (tmp_path / "elsewhere").mkdir()
    (root / DAY / "more").symlink_to(tmp_path / "elsewhere")
    assert found(root, entries) == [(Flaw.ADDED, "more")]


def test_what_is_from_before_is_counted_and_no_more(root):
    """An older version sealed no files; a day of it may have been signed since, which made another edition."""
    for name in ("2026-02-01", "2026-03-10", "2026-03-10.2"):
        (root / name).mkdir()
    (root / "2026-03-10.2" / "page.html").write_text("second")
    look = FolderInspection(root)
    entries = [record("2026-03-09", is_signed=False), record("2026-03-10", is_signed=False), *whole(root)]
    for row, body in (*entries, sealed(root, "2026-03-10.2", "2026-03-10")):
        look.hear(row, body)
    assert list(look.findings()) == []
    assert look.unsealed == 2
    (root / "2026-03-10.3").mkdir()
    assert found(root, [*entries, sealed(root, "2026-03-10.2", "2026-03-10")]) == [(Flaw.ADDED, "2026-03-10.3")]


def test_only_the_days_that_are_asked_for_are_looked_at(root):
    (root / "2026-03-12").mkdir()
    assert list(FolderInspection(root, date(2026, 5, 1)).findings()) == []
