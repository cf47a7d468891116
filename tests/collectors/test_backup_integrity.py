"""Real files, whole and damaged, through the probe in every shell."""

import gzip
import lzma
import os
import shutil
import subprocess
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from collectors.backup_integrity import COLLECTOR, Verdicts, compare, parse
from collectors.backup_sources import Outcome, Verdict
from collectors.contract import UnreadableOutput
from tests.collectors.in_shells import every_shell, printed

MARIADB = b"-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB\n--\nCREATE TABLE t (i int);\n" + b"INSERT INTO t;\n" * 500
MARIADB_END = b"-- Dump completed on 2026-11-21 23:36:46\n"
POSTGRESQL = b"--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\n" + b"SELECT 1;\n" * 500
POSTGRESQL_END = b"--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict " + b"x" * 63 + b"\n\n"


def ask(shell: list[str], *patterns: object, budget: int = 600) -> dict[str, Verdict]:
    sources = (f"files\t{pattern}" for pattern in patterns)
    found = parse(printed(COLLECTOR, shell, f"budget\t{budget}", *sources))
    assert abs(found.now - time.time()) < 60
    return {verdict.asked.partition("\t")[2]: verdict for verdict in found.verdicts}


def verdict(shell: list[str], path: Path) -> tuple[Outcome, str]:
    found = ask(shell, path)[str(path)]
    assert found.copy == str(path)
    return found.outcome, found.said


def made(path: Path, content: bytes, hours_old: float = 1) -> Path:
    path.write_bytes(content)
    os.utime(path, (time.time() - hours_old * 3600,) * 2)
    return path


def tar(folder: Path) -> bytes:
    (folder / "some").mkdir()
    for number in range(20):
        (folder / "some" / str(number)).write_bytes(os.urandom(512))
    with tarfile.open(folder / "made.tar", "w") as archive:
        archive.add(folder / "some", "some")
    return (folder / "made.tar").read_bytes()


@every_shell
def test_whole_and_cut_off(shell: list[str], tmp_path: Path) -> None:
    packed: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "xz": lzma.compress}
    names = {"gzip": "gz", "xz": "xz"}
    for program, pack in packed.items():
        whole = pack(MARIADB + MARIADB_END)
        assert verdict(shell, made(tmp_path / f"a.sql.{names[program]}", whole)) == (
            Outcome.WHOLE,
            f"{program}, dump trailer",
        )
        outcome, said = verdict(shell, made(tmp_path / f"b.{names[program]}", whole[: len(whole) // 2]))
        assert (outcome, said.split(":")[0]) == (Outcome.DAMAGED, program)
        outcome, said = verdict(shell, made(tmp_path / f"c.{names[program]}", pack(MARIADB)))
        assert outcome is Outcome.DAMAGED
        assert said == "dump trailer: its last line is missing: it was not written to the end"


@every_shell
def test_plain_dumps(shell: list[str], tmp_path: Path) -> None:
    assert verdict(shell, made(tmp_path / "pg.sql", POSTGRESQL + POSTGRESQL_END)) == (Outcome.WHOLE, "dump trailer")
    assert verdict(shell, made(tmp_path / "pg", POSTGRESQL))[0] is Outcome.DAMAGED
    cluster = (POSTGRESQL + POSTGRESQL_END).replace(b"PostgreSQL database dump", b"PostgreSQL database cluster dump")
    assert verdict(shell, made(tmp_path / "all.sql", cluster)) == (Outcome.WHOLE, "dump trailer")
    # Only the last of several dumps in it was finished.
    assert verdict(shell, made(tmp_path / "cluster.sql", cluster[:-140] + POSTGRESQL_END))[0] is Outcome.DAMAGED


@every_shell
def test_archives(shell: list[str], tmp_path: Path) -> None:
    whole = tar(tmp_path)
    assert verdict(shell, made(tmp_path / "a.tar", whole)) == (Outcome.WHOLE, "tar")
    assert verdict(shell, made(tmp_path / "a.tgz", gzip.compress(whole))) == (Outcome.WHOLE, "gzip, tar")
    assert verdict(shell, made(tmp_path / "no-name-tells", gzip.compress(whole))) == (Outcome.WHOLE, "gzip, tar")
    assert verdict(shell, made(tmp_path / "b.tar", whole[:2100]))[0] is Outcome.DAMAGED
    if shell[0] != "ksh":
        # Between two files; only the end of an archive tells.
        assert verdict(shell, made(tmp_path / "c.tar.gz", gzip.compress(whole[: 512 * 11]))) == (
            Outcome.DAMAGED,
            "tar: it was not written to the end",
        )


@every_shell
def test_checksums_beside(shell: list[str], tmp_path: Path) -> None:
    path = made(tmp_path / "disk $(touch pwned).img", b"whatever")
    assert verdict(shell, path)[0] is Outcome.UNTESTABLE
    right = subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True).stdout
    beside = Path(f"{path}.sha256")
    for content in (right, right.upper(), f"SHA256 ({path}) = {right.split()[0].lstrip(chr(92))}\n"):
        beside.write_text(content)
        assert verdict(shell, path) == (Outcome.WHOLE, "sha256")
    beside.write_text("0" * 64)
    os.utime(beside, (0, 0))
    outcome, said = verdict(shell, path)
    assert (outcome, said) == (Outcome.UNTESTABLE, f"{path.name}.sha256 is older than the copy")
    packed = made(tmp_path / "a.gz", gzip.compress(b"x"))
    Path(f"{packed}.md5").write_text("0" * 32)
    os.utime(f"{packed}.md5", (0, 0))
    assert verdict(shell, packed) == (Outcome.WHOLE, "gzip; a.gz.md5 is older than the copy")
    os.utime(beside)
    assert verdict(shell, path) == (Outcome.DAMAGED, f"sha256: it is not as {path.name}.sha256 says")
    beside.write_text("to be done")
    assert verdict(shell, path)[0] is Outcome.UNTESTABLE, "no sum is in it"
    assert not list(tmp_path.rglob("pwned"))


@every_shell
def test_the_newest_that_is_not_being_written(shell: list[str], tmp_path: Path) -> None:
    made(tmp_path / "old.gz", b"broken", 30)
    made(tmp_path / "new.gz", gzip.compress(b"x"), 1)
    made(tmp_path / "written.gz", b"", 0)
    made(tmp_path / "newer.gz.md5", b"", 0.5)
    (found,) = ask(shell, tmp_path / "*").values()
    assert (found.copy, found.outcome, found.said) == (f"{tmp_path}/new.gz", Outcome.WHOLE, "gzip")
    assert found.newer == f"{tmp_path}/written.gz"
    assert (found.last_whole, found.whole_copy) != (None, "")
    (found,) = ask(shell, tmp_path / "written*").values()
    assert (found.outcome, found.said) == (Outcome.UNTESTABLE, "the only copy is still being written")
    (found,) = ask(shell, tmp_path / "new.gz").values()
    assert found.newer == ""


@every_shell
def test_empty_folders_and_none(shell: list[str], tmp_path: Path) -> None:
    assert verdict(shell, made(tmp_path / "a.gz", b"")) == (Outcome.DAMAGED, "size: it is empty")
    (tmp_path / "daily.0").mkdir()
    os.utime(tmp_path / "daily.0", (0, 0))
    assert verdict(shell, tmp_path / "daily.0") == (Outcome.UNTESTABLE, "a folder has no check of its own")
    (found,) = ask(shell, tmp_path / "gone*").values()
    assert (found.outcome, found.copy, len(found.obstructions)) == (Outcome.UNSEEN, "", 1)


@pytest.mark.skipif(not shutil.which("zstd"), reason="no zstd here")
def test_each_compressor_that_is_here(tmp_path: Path) -> None:
    for program, suffix in (("zstd", "zst"), ("bzip2", "bz2"), ("lz4", "lz4")):
        if not shutil.which(program):
            continue
        whole = subprocess.run([program, "-c"], input=MARIADB + MARIADB_END, capture_output=True, check=True).stdout
        path = made(tmp_path / f"a.{suffix}", whole)
        assert verdict(["dash"], path) == (Outcome.WHOLE, f"{program}, dump trailer")
        path = made(tmp_path / f"b.{suffix}", whole[: len(whole) * 2 // 3])
        assert verdict(["dash"], path)[0] is Outcome.DAMAGED


def test_nothing_is_written(tmp_path: Path) -> None:
    made(tmp_path / "a.tar.gz", gzip.compress(tar(tmp_path)))
    tmp_path.chmod(0o555)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    ask(["dash"], tmp_path / "*.gz")
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    tmp_path.chmod(0o755)


def test_what_takes_longer_than_its_share_is_late(tmp_path: Path) -> None:
    """A reader that never ends: a fifo cannot be a copy, so a program in front of gzip's stands for a large file."""
    slow = tmp_path / "bin" / "gzip"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 20\n")
    slow.chmod(0o755)
    path = made(tmp_path / "a.gz", gzip.compress(b"x"))
    begun = time.monotonic()
    script = f'PATH={slow.parent}:$PATH\nprobe() {{\n{COLLECTOR.probe}\n}}\nprobe "$@"\n'
    ended = subprocess.run(
        ["dash", "-s", "budget\t2", f"files\t{path}"],
        input=script,
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    )
    assert time.monotonic() - begun < 15
    (found,) = parse(ended.stdout).verdicts
    assert (found.outcome, found.copy) == (Outcome.LATE, str(path))


@every_shell
def test_what_changes_while_it_is_tested_is_no_damage(shell: list[str], tmp_path: Path) -> None:
    """A program in front of gzip's stands for the job that goes on writing meanwhile."""
    path = made(tmp_path / "a.gz", gzip.compress(b"x" * 1000)[:-9])
    slow = tmp_path / "bin" / "gzip"
    slow.parent.mkdir()
    for meanwhile in (f"echo more >>{path}", f"rm {path}"):
        slow.write_text(f'#!/bin/sh\n{meanwhile} 2>/dev/null\nexec {shutil.which("gzip")} "$@"\n')
        slow.chmod(0o755)
        ended = subprocess.run(
            [*shell, "-s", "budget\t9", f"files\t{path}"],
            input=f'PATH={slow.parent}:$PATH\nprobe() {{\n{COLLECTOR.probe}\n}}\nprobe "$@"\n',
            capture_output=True,
            text=True,
            check=True,
            timeout=20,
        )
        (found,) = parse(ended.stdout).verdicts
        assert (found.outcome, found.said) == (Outcome.UNTESTABLE, "it was changed or removed while it was tested")
        made(path, gzip.compress(b"x" * 1000)[:-9])


def of(*verdicts: Verdict) -> Verdicts:
    return Verdicts(2000, verdicts)


def test_what_was_whole_is_remembered() -> None:
    whole = Verdict("files\t/a", "/a", Outcome.WHOLE, "gzip", 1, 1000, "/a")
    late = Verdict("files\t/a", "/b", Outcome.LATE, "gzip", 60)
    (kept,) = compare(of(whole), of(late)).verdicts
    assert (kept.outcome, kept.copy, kept.last_whole, kept.whole_copy) == (Outcome.LATE, "/b", 1000, "/a")
    assert compare(compare(of(whole), of(late)), of(late)).verdicts == (kept,)
    again = Verdict("files\t/a", "/c", Outcome.WHOLE, "gzip", 1, 2000, "/c")
    assert compare(of(whole), of(again)).verdicts == (again,)
    other = Verdict("files\t/b", "/b", Outcome.LATE)
    assert compare(of(whole), of(other)).verdicts == (other,)
    assert COLLECTOR.keep_facts


@pytest.mark.parametrize("text", ["", "now x", "now 1\n== files\t/a\nwhole gzip\n", "now 1\n== files\t/a\ntook 1\n"])
def test_what_is_not_understood(text: str) -> None:
    with pytest.raises(UnreadableOutput):
        parse(text)
