"""What `rounds sudoers` prints for repositories, with the real sudo and a login that may read none of them."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from agent.sudoers import grants, sudoers
from collectors.backup_sources import TOOLS, Outcome, root_commands, verdict_of
from tests.agent.plugins import catalogue_of, collector
from tests.collectors.backup_sources.repositories import fingerprint, password_file, run, script, source

_can_unshare = shutil.which("unshare") and subprocess.run(["unshare", "-m", "true"], check=False).returncode == 0
pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not _can_unshare or not all(map(shutil.which, ("sudo", "setpriv", "borg", "restic"))),
    reason="needs root, sudo, namespaces, borgbackup and restic",
)

NOTES = Path("/dev/shm/rounds-borg")

_NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of each, for root alone, in a folder with what sudoers or a shell could take amiss."""
    folder = tmp_path_factory.mktemp("root") / "kept,here:a=b#[x]!$(id)\\*'\""
    folder.mkdir(mode=0o700)
    password = password_file(folder)
    (folder / "data").write_text("portal")
    restic: list[str | Path] = ["restic", "-q", "-r", folder / "restic", "-p", password]
    run(*restic, "init", folder=folder)
    run(*restic, "backup", folder / "data", folder=folder)
    passed = {"BORG_PASSPHRASE": password.read_text()}
    run("borg", "init", "-e", "repokey", folder / "borg", folder=folder, **passed)
    run("borg", "create", f"{folder}/borg::web-01", folder / "data", folder=folder, **passed)
    return folder


def as_nobody(script: str, allowed: str, folder: Path, cwd: str | Path = "/") -> subprocess.CompletedProcess[str]:
    """What a script says, run by the login that sudo allows the commands for `allowed`."""
    plugins = catalogue_of(backups=collector("as_root", root_commands=root_commands([allowed])))
    rules = folder / "rules"
    rules.write_text("\n".join(sudoers("nobody", grants(plugins, {"backups"}))) + "\n")
    rules.chmod(0o440)
    mount = 'set -e; mount -t tmpfs -o mode=755 none /etc/sudoers.d; install -m 440 "$0" /etc/sudoers.d/test; exec "$@"'
    return subprocess.run(
        ["unshare", "-m", "sh", "-c", mount, str(rules), *_NOBODY, "dash", "-s"],
        input=script,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=cwd,
    )


def ask(asked: str, verb: str, allowed: str, folder: Path) -> list[str]:
    """What the tool tells the login that sudo allows the commands for `allowed`."""
    done = as_nobody(script(verb, asked, 60), allowed, folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert not NOTES.exists()
    return done.stdout.splitlines()


@pytest.mark.parametrize("tool", ["restic", "borg"])
def test_a_login_lists_and_tests_what_is_root_s(made: Path, tool: str) -> None:
    asked = source(tool, made / tool, password_file=made / "password")
    before = fingerprint(made / tool)
    listing = TOOLS[tool].parse(ask(asked, "lists", asked, made))
    assert (len(listing.copies), listing.obstructions) == (1, ())
    verdict = verdict_of(asked, ask(asked, "tests", asked, made), 0)
    assert verdict.outcome is Outcome.WHOLE
    assert fingerprint(made / tool) == before


@pytest.mark.parametrize("tool", ["restic", "borg"])
def test_other_repositories_stay_closed(made: Path, tool: str) -> None:
    asked = source(tool, made / tool, password_file=made / "password")
    allowed = source(tool, made / tool, password_file=made / "another")
    assert ask(asked, "lists", allowed, made) == [f"== denied {shutil.which(tool)}"]


@pytest.mark.parametrize("location", ["/srv/borg", "backup@192.0.2.9:/srv/borg"])
def test_the_words_allowed_in_another_grouping_run_nothing_else(tmp_path: Path, location: str) -> None:
    """sudo sees the words joined by blanks: what a login puts together or takes apart otherwise is allowed, too."""
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o055)
    asked = source("borg", location, password_file="/srv/password")
    words = next(command for command in root_commands([asked]) if " list " in command).split(" ")
    secret, option = words.index("BORG_PASSCOMMAND=cat"), words.index("--bypass-lock")
    first = next(at for at, word in enumerate(words) if word.startswith("TZ="))
    groupings = [
        [*words[:secret], "BORG_PASSCOMMAND=cat", words[secret + 1], *words[secret + 2 :]],
        [*words[:first], " ".join(words[first:option]), " ".join(words[option:])],
    ]
    for planted in (groupings[0][secret + 1], groupings[1][-1]):
        path = tmp_path / planted
        path.parent.mkdir(parents=True)
        path.write_text('#!/usr/bin/env -S sh -c "echo planted ran"\n')
        path.chmod(0o755)
    lines = "".join(f"sudo -n {shlex.join(words)} 2>&1\n" for words in groupings)
    said = as_nobody(lines, asked, tmp_path, tmp_path).stdout
    assert said.count("env: ") == 2, "sudo let both be run"
    assert "planted ran" not in said


def test_a_name_with_a_blank_is_not_allowed_and_said_so(tmp_path: Path) -> None:
    asked = source("restic", tmp_path / "two words")
    (tmp_path / "two words").mkdir(mode=0o700)
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o055)
    assert root_commands([asked]) == ()
    (line,) = ask(asked, "lists", asked, tmp_path)
    assert line == "failed needs root, which sudo cannot give exactly where a name holds a blank"
