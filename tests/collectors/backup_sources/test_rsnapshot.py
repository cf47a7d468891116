"""Real copies made by rsnapshot."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from collectors.backup_sources import Outcome
from tests.collectors.backup_sources.repositories import listed, source, told, verdict
from tests.collectors.in_shells import every_shell

pytestmark = pytest.mark.skipif(
    not (shutil.which("rsnapshot") and shutil.which("rsync")), reason="rsnapshot or rsync is not installed"
)

CONFIG = """\
config_version	1.2
snapshot_root	{folder}/copies/
cmd_rsync	/usr/bin/rsync
retain	alpha	3
retain	beta	2
logfile	{folder}/log
lockfile	{folder}/pid
backup	{folder}/data/	web-01/
"""


def rotate(folder: Path, level: str = "alpha") -> int:
    command = ["rsnapshot", "-c", str(folder / "config"), level]
    return subprocess.run(command, capture_output=True, timeout=30, check=False).returncode


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A folder with three copies, a day apart."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "portal").write_text("portal")
    (tmp_path / "copies").mkdir()
    (tmp_path / "config").write_text(CONFIG.format(folder=tmp_path))
    for night in range(3):
        assert rotate(tmp_path) == 0
        os.utime(tmp_path / "copies" / "alpha.0", (1_763_690_402 + 86_400 * night,) * 2)
    return tmp_path


def of(folder: Path) -> str:
    return source("rsnapshot", folder / "copies", log_file=folder / "log")


@every_shell
def test_each_level_is_counted(made: Path, shell: list[str]) -> None:
    assert rotate(made, "beta") == 0
    (made / "copies" / "_delete.4711").mkdir()
    (made / "copies" / ".sync").mkdir()
    copies = {copy.name: copy.made_at for copy in listed(of(made), shell).copies}
    assert copies == {"alpha.0": 1763863202, "alpha.1": 1763776802, "beta.0": 1763690402}


def test_a_run_that_went_well_is_a_whole_copy(made: Path) -> None:
    found = verdict(of(made))
    assert (found.copy, found.outcome, found.said) == ("alpha.0", Outcome.WHOLE, "rsnapshot: completed successfully")


def test_a_run_that_saved_only_half_is_found(made: Path) -> None:
    """The folder looks as new as after any other run."""
    config = (made / "config").read_text()
    (made / "config").write_text(f"{config}backup_script\t/bin/false\tweb-02/\n")
    assert rotate(made) != 0
    found = verdict(of(made))
    assert (found.copy, found.outcome) == ("alpha.0", Outcome.DAMAGED)
    assert found.said.startswith("rsnapshot: backup_script /bin/false returned 1")


def test_a_password_in_a_command_that_failed_stays_on_the_host(made: Path) -> None:
    (made / "fails").write_text("#!/bin/sh\nexit 1\n")
    (made / "fails").chmod(0o755)
    config = (made / "config").read_text()
    (made / "config").write_text(f"{config}backup_script\t{made}/fails -uroot -pplanted-Secret-5\tweb-02/\n")
    assert rotate(made) != 0
    assert "planted-Secret-5" in (made / "log").read_text()
    found = verdict(of(made))
    assert found.outcome is Outcome.DAMAGED
    assert found.said.startswith(f"rsnapshot: backup_script {made}/fails ... returned 1")
    assert "planted" not in found.said


def test_a_run_that_could_not_begin_says_nothing_of_the_copy(made: Path) -> None:
    shutil.rmtree(made / "data")
    assert rotate(made) != 0
    assert verdict(of(made)).outcome is Outcome.WHOLE


def test_one_that_was_killed_is_not_whole(made: Path) -> None:
    lines = (made / "log").read_text().splitlines(keepends=True)
    (made / "log").write_text("".join(lines[:-1]))
    found = verdict(of(made))
    assert (found.outcome, found.said) == (Outcome.UNTESTABLE, "rsnapshot is running, or was killed")


def test_what_is_not_there_is_named(made: Path) -> None:
    assert told("lists", source("rsnapshot", made / "elsewhere")) == [f"absent {made}/elsewhere"]
    (made / "log").unlink()
    assert told("tests", of(made))[-1] == f"failed {made}/log does not exist"
    shutil.rmtree(made / "copies")
    (made / "copies").mkdir()
    assert told("tests", of(made)) == [f"failed no copy in {made}/copies"]
