"""What `rounds sudoers` prints for repositories, with the real sudo and a login that may read none of them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from agent.sudoers import grants, sudoers
from collectors.backup_sources import TOOLS, Outcome, verdict_of
from tests.agent.plugins import catalogue_of, collector
from tests.collectors.backup_sources.repositories import fingerprint, password_file, run, script, source

_can_unshare = shutil.which("unshare") and subprocess.run(["unshare", "-m", "true"], check=False).returncode == 0
pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not _can_unshare or not all(map(shutil.which, ("sudo", "setpriv", "borg", "restic"))),
    reason="needs root, sudo, namespaces, borgbackup and restic",
)

_NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of each, for root alone, in a folder with a blank and what sudoers or a shell could take amiss."""
    folder = tmp_path_factory.mktemp("root") / "kept, here: a=b"
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


def ask(asked: str, verb: str, allowed: str, folder: Path) -> list[str]:
    """What the tool tells the login that sudo allows the commands for `allowed`."""
    needs = TOOLS[allowed.partition("\t")[0]].as_root
    assert needs is not None
    options = dict(field.split("=", 1) for field in allowed.split("\t")[2:])
    commands = tuple(needs(allowed.split("\t")[1], options))
    plugins = catalogue_of(backups=collector("as_root", root_commands=commands))
    rules = folder / "rules"
    rules.write_text("\n".join(sudoers("nobody", grants(plugins, {"backups"}))) + "\n")
    rules.chmod(0o440)
    mount = 'set -e; mount -t tmpfs -o mode=755 none /etc/sudoers.d; install -m 440 "$0" /etc/sudoers.d/test; exec "$@"'
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", mount, str(rules), *_NOBODY, "dash", "-s"],
        input=script(verb, asked, 60),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd="/",
    )
    assert done.stderr == ""
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
