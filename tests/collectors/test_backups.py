import os
import subprocess
import time
from pathlib import Path

import pytest

from collectors.backups import COLLECTOR, Backups, MatchingFiles, parse
from tests.collectors.in_shells import every_shell, printed

DAY = 86400


def ask(shell: list[str], *patterns: object) -> tuple[MatchingFiles, ...]:
    facts = parse(printed(COLLECTOR, shell, *map(str, patterns)))
    assert abs(facts.now - time.time()) < 60
    return facts.patterns


def copy(path: Path, size: int = 10, days_old: float = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    os.utime(path, (time.time() - days_old * DAY,) * 2)
    return path


@every_shell
def test_newest_first_and_all_counted(shell: list[str], tmp_path: Path) -> None:
    for day in range(15):
        copy(tmp_path / "portal db" / f"{day:02} 数据.gz", size=100 + day, days_old=day)
    copy(tmp_path / "portal db" / "notes.txt")
    (tmp_path / "portal db" / "latest.gz").symlink_to("00 数据.gz")
    (found,) = ask(shell, tmp_path / "portal db" / "*.gz")
    assert (found.count, found.closed, found.absent) == (15, (), ())
    assert [file.size_bytes for file in found.newest] == list(range(100, 110))
    assert found.newest[0].path == f"{tmp_path}/portal db/00 数据.gz"


@every_shell
def test_a_pattern_is_data(shell: list[str], tmp_path: Path) -> None:
    copy(tmp_path / "$(touch pwned)" / "a;b.gz")
    copy(tmp_path / "-c %n" / "x.gz")
    first, second, third = ask(
        shell, f"{tmp_path}/$(touch pwned)/*", f"{tmp_path}/-c %n/*.gz", f"{tmp_path}/`touch pwned`; touch pwned #*"
    )
    assert (first.count, second.count, third.count) == (1, 1, 0)
    assert not list(tmp_path.rglob("pwned"))
    assert not Path("pwned").exists()


@every_shell
def test_names_with_line_breaks_count_once(shell: list[str], tmp_path: Path) -> None:
    copy(tmp_path / "two\nlines.gz")
    copy(tmp_path / "one\n== pretending.gz")
    copy(tmp_path / "plain.gz", days_old=1)
    (found,) = ask(shell, tmp_path / "*.gz")
    assert (found.count, len(found.newest)) == (3, 3)


@every_shell
def test_folders_are_copies_without_a_size(shell: list[str], tmp_path: Path) -> None:
    (tmp_path / "daily.0").mkdir()
    (tmp_path / "daily.1").mkdir()
    (found,) = ask(shell, tmp_path / "daily.*")
    assert [(file.size_bytes) for file in found.newest] == [None, None]


def test_more_names_than_a_command_line_holds(tmp_path: Path) -> None:
    long = "a-long-name-for-one-copy-of-a-database-of-an-organisation-" * 3
    for number in range(13000):
        (tmp_path / f"{long}{number}").touch()
    (found,) = ask(["dash"], tmp_path / "*")
    assert (found.count, len(found.newest)) == (13000, 10)


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming nobody needs root")
def test_closed_empty_and_absent_are_told_apart(tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o055)
    copy(tmp_path / "closed" / "in" / "a.gz")
    (tmp_path / "empty").mkdir()
    (tmp_path / "closed").chmod(0o700)
    patterns = [f"{tmp_path}/{rest}" for rest in ("closed/*", "closed/in/*", "empty/*", "gone/*", "*/a.gz")]
    ended = subprocess.run(
        ["setpriv", "--reuid", "65534", "--clear-groups", "sh", "-s", *patterns],
        input=f'probe() {{\n{COLLECTOR.probe}\n}}\nprobe "$@"\n',
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    closed, inside, empty, gone, glob = parse(ended.stdout).patterns
    assert (closed.closed, closed.absent) == ((f"{tmp_path}/closed",), ())
    assert inside.closed == (f"{tmp_path}/closed",)
    assert (empty.closed, empty.absent, empty.count) == ((), (), 0)
    assert (gone.closed, gone.absent) == ((), (f"{tmp_path}/gone",))
    assert glob.closed == (f"{tmp_path}/closed",)


def test_without_a_pattern() -> None:
    assert parse("now 17\n") == Backups(17, ())
