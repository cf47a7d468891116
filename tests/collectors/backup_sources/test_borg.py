"""Real repositories of Borg: sound, damaged, locked, and not there."""

import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collectors.backup_sources import Outcome, verdict_of
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

pytestmark = pytest.mark.skipif(not shutil.which("borg"), reason="borgbackup is not installed")

NIGHTS = [int(datetime(2026, 11, day, 2, tzinfo=UTC).timestamp()) for day in (18, 19, 20)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a repository of three nights, its password, and a repository that is not encrypted."""
    folder = tmp_path_factory.mktemp("borg")
    password = password_file(folder)
    for name, encryption in (("repository", "repokey"), ("plain", "none")):
        run("borg", "init", "-e", encryption, folder / name, folder=folder, BORG_PASSCOMMAND=f"cat {password}")
    (folder / "data").mkdir()
    for night in NIGHTS:
        (folder / "data" / str(night)).write_bytes(os.urandom(50_000))
        when = f"{datetime.fromtimestamp(night, UTC):%FT%T}"
        for name in ("repository", "plain"):
            archive = f"{folder}/{name}::web-01 数据 {when[:10]}"
            command = ["borg", "create", "--timestamp", when, archive, str(folder / "data")]
            run(*command, folder=folder, BORG_PASSCOMMAND=f"cat {password}")
    return folder


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made / "repository", tmp_path / "repository")
    return tmp_path / "repository"


def of(made: Path, repository: Path | None = None, **options: str | Path) -> str:
    return source("borg", repository or made / "repository", **{"password_file": made / "password", **options})


@every_shell
def test_archives_are_listed_with_their_times(made: Path, shell: list[str]) -> None:
    listing = listed(of(made), shell)
    assert listing.obstructions == ()
    assert [copy.made_at for copy in listing.copies] == [copy.began_at for copy in listing.copies] == NIGHTS
    assert listing.copies[-1].name == "web-01 数据 2026-11-20"


def test_only_those_that_fit(made: Path) -> None:
    assert [copy.made_at for copy in listed(of(made, archives="web-*-19")).copies] == NIGHTS[1:2]


def test_one_that_is_not_encrypted_needs_no_password(made: Path) -> None:
    assert len(listed(source("borg", made / "plain")).copies) == 3


def test_nothing_is_written(made: Path) -> None:
    """Borg's own check would, had it the right to."""
    before = fingerprint(made)
    listed(of(made))
    assert verdict(of(made)).outcome is Outcome.WHOLE
    assert fingerprint(made) == before


@pytest.mark.parametrize("harm", [cut, scratch])
def test_a_damaged_segment_is_found(made: Path, copy: Path, harm: object) -> None:
    assert callable(harm)
    harm(largest(copy / "data"))
    found = verdict(of(made, copy))
    assert found.outcome is Outcome.DAMAGED
    assert found.said.startswith("borg check: Data integrity error: ")


def test_of_one_too_large_to_be_read_the_newest_archive_s_lists_are(made: Path, tmp_path: Path) -> None:
    slow = tmp_path / "borg"
    slow.write_text(
        f'#!/bin/sh\ncase " $* " in *" --repository-only "*) sleep 30;; esac\nexec {shutil.which("borg")} "$@"\n'
    )
    slow.chmod(0o755)
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o055)
    path = f"{tmp_path}:{os.environ['PATH']}"
    found = verdict_of("", told("tests", of(made), budget=6, path=path), 0)
    assert (found.outcome, found.copy) == (Outcome.WHOLE, str(made / "repository"))
    assert found.said == "borg check of the newest archive's lists; too large to read all data"


def test_an_archive_that_misses_data_is_damaged_though_all_there_can_be_read(made: Path, copy: Path) -> None:
    run("borg", "create", f"{copy}::last", made / "data", folder=made, **passed(made, copy))
    run("borg", "debug", "delete-obj", copy, newest_chunk(made, copy), folder=made, **passed(made, copy))
    found = verdict(of(made, copy))
    assert (found.outcome, found.said) == (
        Outcome.DAMAGED,
        "borg check: Archive consistency check complete, problems found.",
    )


def passed(made: Path, copy: Path) -> dict[str, str]:
    return {"BORG_PASSCOMMAND": f"cat {made}/password", "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes"}


def newest_chunk(made: Path, copy: Path) -> str:
    """A piece of a file's content that the archive `last` needs."""
    text = run("borg", "debug", "dump-archive", f"{copy}::last", "-", folder=made, **passed(made, copy))
    found = re.search(r'u007f([0-9a-f]{64})"', text[text.index('"chunks"') :])
    assert found
    return found[1]


def test_nothing_that_borg_noted_is_left(made: Path) -> None:
    listed(of(made))
    verdict(of(made))
    assert not Path("/dev/shm/rounds-borg").exists()


def test_a_lock_is_no_damage(made: Path, copy: Path) -> None:
    """While a backup is made a check sees half of it: what it finds then says nothing."""
    (copy / "lock.exclusive").mkdir()
    assert len(listed(of(made, copy)).copies) == 3
    assert verdict(of(made, copy)).outcome is Outcome.WHOLE
    cut(largest(copy / "data"))
    found = verdict(of(made, copy))
    assert (found.outcome, found.said) == (Outcome.UNTESTABLE, "locked by a backup that is made, or was left")


def test_a_wrong_password_is_told_and_not_shown(made: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("planted-Wrong-8")
    (line,) = told("lists", of(made, password_file=wrong))
    assert line.startswith("failed passphrase supplied in BORG_PASSPHRASE")
    assert "planted" not in line


def test_what_is_not_there_is_named(made: Path) -> None:
    assert told("lists", of(made, Path("/srv/no such place"))) == ["absent /srv/no such place"]
    assert told("lists", of(made, password_file="/srv/no-password")) == ["failed /srv/no-password does not exist"]
    assert told("lists", source("borg", made / "repository")) == ["failed needs a password_file"]


def test_one_elsewhere_is_not_tested(made: Path) -> None:
    found = verdict(source("borg", "backup@192.0.2.9:/srv/borg", password_file=made / "password"))
    assert (found.outcome, found.said) == (Outcome.UNTESTABLE, "the repository is on another machine")
