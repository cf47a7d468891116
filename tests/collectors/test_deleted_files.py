import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from collectors import deleted_files
from collectors.contract import Collector, NoPermission, UnreadableOutput
from collectors.deleted_files import parse
from collectors.deletions import DeletedFile, OutdatedProcess, readable
from tests.collectors.in_shells import every_shell, printed

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root sees what others hold")
AS_BUSYBOX = replace(
    deleted_files.COLLECTOR, probe=deleted_files.PROBE.replace("find --version", "no-such-find --version")
)

HOLD = """
import os, sys
with open(sys.argv[1], "wb") as held:
    held.write(b"x" * 3 * 1024 * 1024); held.flush(); os.fsync(held.fileno()); os.unlink(sys.argv[1])
    twice = os.dup(held.fileno())
    print(flush=True); sys.stdin.read()
"""


@only_root
@every_shell
@pytest.mark.parametrize("collector", [deleted_files.COLLECTOR, AS_BUSYBOX], ids=["find", "busybox"])
def test_a_deleted_file_is_found_once_and_seen_to_go(
    shell: list[str], collector: Collector[object], tmp_path: Path
) -> None:
    path = tmp_path / "access log (1)"
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "\n"
            held = parse(printed(collector, shell))
        finally:
            holder.kill()
    (file,) = [file for file in held.files if file.path == str(path)]
    assert 3 * 1024**2 <= file.used_bytes < 4 * 1024**2
    assert len(file.processes) == 1
    assert file.processes[0].startswith("python")
    assert held.used_bytes >= file.used_bytes
    assert str(path) not in [file.path for file in parse(printed(collector, shell)).files]


@only_root
@pytest.mark.parametrize("collector", [deleted_files.COLLECTOR, AS_BUSYBOX], ids=["find", "busybox"])
def test_a_replaced_program_is_outdated(collector: Collector[object], tmp_path: Path) -> None:
    program = tmp_path / "portal-agent"
    shutil.copy(os.path.realpath(shutil.which("sleep") or "/bin/sleep"), program)
    # What lies below a temporary folder is not looked at: here it must be.
    everywhere = replace(collector, probe=collector.probe.replace(r"^\/(tmp|var\/tmp|run)\/", "^no such"))
    assert everywhere.probe != collector.probe
    with subprocess.Popen([program, "60"]) as process:
        try:
            program.unlink()
            found, without = parse(printed(everywhere, ["sh"])), parse(printed(collector, ["sh"]))
        finally:
            process.kill()
    (ours,) = [process for process in found.outdated if process.name == "portal-agent"]
    assert (ours.count, ours.files) == (1, (str(program),))
    if str(tmp_path).startswith(("/tmp/", "/var/tmp/", "/run/")):
        assert "portal-agent" not in [process.name for process in without.outdated]


@only_root
@pytest.mark.parametrize("collector", [deleted_files.COLLECTOR, AS_BUSYBOX], ids=["find", "busybox"])
def test_memory_without_a_disk_is_no_deleted_file(collector: Collector[object]) -> None:
    memory = os.memfd_create("rounds-test")
    try:
        os.write(memory, b"x" * 3 * 1024 * 1024)
        assert not [file for file in parse(printed(collector, ["sh"])).files if "rounds-test" in file.path]
    finally:
        os.close(memory)


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root can be somebody else")
@pytest.mark.parametrize("collector", [deleted_files.COLLECTOR, AS_BUSYBOX], ids=["find", "busybox"])
def test_without_root_nothing_is_claimed(collector: Collector[object]) -> None:
    # nobody has no right to any command here.
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--reset-env", "sh"]
    with pytest.raises(NoPermission, match="needs root"):
        parse(printed(collector, nobody))


def test_the_line_for_sudoers_is_what_the_probe_runs() -> None:
    (allowed,) = deleted_files.COLLECTOR.root_commands
    ran = deleted_files.PROBE.partition("as_root ")[2].partition(" 2>/dev/null")[0].replace("\\\n", "")
    # A class stands for the star that find gets: as a star it would match further options.
    assert fnmatchcase(" ".join(shlex.split(ran)), allowed)
    assert not fnmatchcase(" ".join(shlex.split(ran)).replace("* (deleted)", "* -delete (deleted)"), allowed)


def test_paths_as_find_writes_them() -> None:
    assert readable(r"/tmp/a\ b\ (x)\\y\ \303\251") == "/tmp/a b (x)\\y é"
    assert readable("/srv/plain") == "/srv/plain"


def test_answers() -> None:
    facts = parse(
        "files 3 6295552\nfile 1048576 /a\nby x\nfile 5242880 /b\\ c\nby z\nby y y\n"
        "outdated 2 - my app\nuses /opt/app\noutdated 1 a.service a\nuses /lib/x.so\n"
    )
    assert facts.files == (DeletedFile("/b c", 5242880, ("y y", "z")), DeletedFile("/a", 1048576, ("x",)))
    assert facts.outdated == (
        OutdatedProcess("my app", None, 2, ("/opt/app",)),
        OutdatedProcess("a", "a.service", 1, ("/lib/x.so",)),
    )


@pytest.mark.parametrize(
    "text", ["", "file 1 /a\nby x\n", "files 1 x\n", "files 0 0\nfile 5 /a\n", "files 0 0\nwhat\n"]
)
def test_what_is_no_answer(text: str) -> None:
    with pytest.raises(UnreadableOutput):
        parse(text)
