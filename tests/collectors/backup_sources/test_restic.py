"""Real repositories of restic: sound, damaged, closed, and not there."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from collectors.backup_sources import Obstacle, Outcome, verdict_of
from tests.collectors.backup_sources.repositories import (
    cut,
    fingerprint,
    largest,
    listed,
    password_file,
    run,
    scratch,
    source,
    told,
    verdict,
)
from tests.collectors.in_shells import every_shell

pytestmark = pytest.mark.skipif(not shutil.which("restic"), reason="restic is not installed")

NIGHTS = [1763258400 + 86400 * night for night in range(3)]  # 2025-11-16 02:00 UTC and so on


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a repository of three nights, and the file with its password."""
    folder = tmp_path_factory.mktemp("restic")
    home = folder / "data"
    home.mkdir()
    restic: list[str | Path] = [
        "restic",
        "--quiet",
        "--repo",
        folder / "repository",
        "--password-file",
        password_file(folder),
    ]
    run(*restic, "init", folder=folder)
    for night in NIGHTS:
        (home / str(night)).write_bytes(os.urandom(50_000))
        when = subprocess.run(["date", "-ud", f"@{night}", "+%F %T"], capture_output=True, text=True, check=True).stdout
        run(*restic, "backup", home, "--host", "web-01", "--time", when.strip(), folder=folder)
    return folder


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made / "repository", tmp_path / "repository")
    return tmp_path / "repository"


def of(made: Path, repository: Path | None = None, **options: str | Path) -> str:
    return source("restic", repository or made / "repository", **{"password_file": made / "password", **options})


@every_shell
def test_snapshots_are_listed_with_their_times(made: Path, shell: list[str]) -> None:
    listing = listed(of(made), shell)
    assert listing.obstructions == ()
    assert [copy.began_at or copy.made_at for copy in listing.copies] == NIGHTS
    assert all(0 <= copy.made_at - (copy.began_at or copy.made_at) < 60 and copy.is_full for copy in listing.copies)


def test_only_those_of_a_host(made: Path) -> None:
    assert len(listed(of(made, host="web-01")).copies) == 3
    assert listed(of(made, host="web 02")).copies == ()


def test_a_missing_snapshot_is_missed(made: Path, copy: Path) -> None:
    sorted((copy / "snapshots").iterdir())[0].unlink()
    assert len(listed(of(made, copy)).copies) == 2


def test_nothing_is_written(made: Path) -> None:
    before = fingerprint(made)
    listed(of(made))
    assert verdict(of(made)).outcome is Outcome.WHOLE
    assert fingerprint(made) == before


def test_a_sound_repository_is_whole(made: Path) -> None:
    found = verdict(of(made))
    assert (found.outcome, found.said) == (Outcome.WHOLE, "restic check, part 1/1 of the data")


def test_a_pack_that_is_cut_is_found(made: Path, copy: Path) -> None:
    cut(largest(copy / "data"))
    found = verdict(of(made, copy))
    assert found.outcome is Outcome.DAMAGED
    assert found.said.startswith("restic check: pack ")


def test_a_pack_that_is_rotten_is_found(made: Path, copy: Path) -> None:
    scratch(largest(copy / "data"))
    found = verdict(of(made, copy))
    assert found.outcome is Outcome.DAMAGED
    assert found.said.startswith(("restic check: Pack ID does not match", "restic check: pack "))


def test_an_index_that_is_rotten_is_found(made: Path, copy: Path) -> None:
    scratch(largest(copy / "index"))
    found = verdict(of(made, copy))
    assert (found.outcome, found.said[:20]) == (Outcome.DAMAGED, "restic check: error:")


def test_a_wrong_password_is_told_and_not_shown(made: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("planted-Wrong-8")
    for lines in (
        told("lists", of(made, password_file=wrong)),
        told("tests", of(made, password_file=wrong), budget=60),
    ):
        assert lines[-1] == "failed wrong password or no key found"
        assert "planted" not in "".join(lines)


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"repository": Path("/srv/no such place")}, "absent /srv/no such place"),
        ({"password_file": Path("/srv/no-password")}, "failed /srv/no-password does not exist"),
    ],
)
def test_what_is_not_there_is_named(made: Path, options: dict[str, Path], line: str) -> None:
    assert told("lists", of(made, **options)) == [line]


def test_a_repository_elsewhere_that_refuses_is_told(made: Path) -> None:
    asked = source("restic", "sftp:nobody@127.0.0.1:/srv/x", password_file=made / "password")
    (found,) = listed(asked).obstructions
    assert found.why is Obstacle.FAILED
    assert "sftp" in found.said


def test_one_that_does_not_answer_is_late(made: Path, tmp_path: Path) -> None:
    hanging = tmp_path / "restic"
    hanging.write_text("#!/bin/sh\nexec sleep 4\n")
    hanging.chmod(0o755)
    lines = told("tests", of(made), budget=1, path=f"{tmp_path}:{os.environ['PATH']}")
    found = verdict_of("", lines, 0)
    assert (found.copy, found.outcome, found.said) == ("", Outcome.LATE, "restic check")


def test_a_host_without_the_tool_says_so(made: Path, tmp_path: Path) -> None:
    for name in ("date", "dash", "sed", "timeout"):
        (tmp_path / name).symlink_to(shutil.which(name) or "")
    assert told("lists", of(made), path=str(tmp_path)) == ["failed restic is not installed"]
