import os
import subprocess
import time
from pathlib import Path

import pytest

from collectors.backup_sources import Obstacle, Source
from collectors.backups import COLLECTOR, Backups, parse
from tests.collectors.in_shells import every_shell, printed

DAY = 86400


def ask(shell: list[str], *patterns: object) -> tuple[Source, ...]:
    facts = parse(printed(COLLECTOR, shell, *(f"files\t{pattern}" for pattern in patterns)))
    assert abs(facts.now - time.time()) < 60
    return facts.sources


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
    assert (found.count, len(found.made), found.obstructions) == (15, 15, ())
    assert [file.size_bytes for file in found.newest] == list(range(100, 115))
    assert found.newest[0].name == f"{tmp_path}/portal db/00 数据.gz"


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


@every_shell
def test_the_checksum_beside_the_newest(shell: list[str], tmp_path: Path) -> None:
    copy(tmp_path / "a.gz", days_old=1)
    newest = copy(tmp_path / "b $x.gz")
    for name, content in (("a.gz.md5", "0" * 32), (f"{newest.name}.sha256", f"{'ab' * 32}  b.gz"), ("b.sig", "x")):
        copy(tmp_path / name).write_text(content)
    (found,) = ask(shell, tmp_path / "*")
    assert [(Path(one.name).name, one.checksum) for one in found.newest] == [
        ("b $x.gz", f"sha256:{'ab' * 32}"),
        ("a.gz", ""),
    ]
    (tmp_path / f"{newest.name}.sha256").write_text("-----BEGIN PRIVATE KEY-----")
    (found,) = ask(shell, tmp_path / "*")
    assert (found.count, found.newest[0].checksum) == (2, "")


def test_how_long_it_took_is_known_where_the_file_system_knows_when_it_began(tmp_path: Path) -> None:
    written = copy(tmp_path / "a.gz")
    later = time.time() + 90
    os.utime(written, (later, later))
    (found,) = ask(["dash"], written)
    began = found.newest[0].began_at
    assert began is None or found.newest[0].made_at - began == pytest.approx(90, abs=2)
    old = copy(tmp_path / "b.gz", days_old=-2)
    (found,) = ask(["dash"], old)
    assert found.newest[0].began_at is None, "written anew under an old name"


def test_of_very_many_one_a_day_is_remembered(tmp_path: Path) -> None:
    for hours in range(0, 24 * 20, 4):
        copy(tmp_path / f"{hours}.gz", days_old=hours / 24)
    (found,) = ask(["dash"], tmp_path / "*")
    assert (found.count, len(found.newest)) == (120, 40)
    assert 77 <= len(found.made) <= 82, "the last of each six hours"
    assert found.made == found.made_full


def test_more_names_than_a_command_line_holds(tmp_path: Path) -> None:
    long = "a-long-name-for-one-copy-of-a-database-of-an-organisation-" * 3
    for number in range(13000):
        (tmp_path / f"{long}{number}").touch()
    (found,) = ask(["dash"], tmp_path / "*")
    assert (found.count, len(found.newest)) == (13000, 40)


@every_shell
def test_names_that_a_shell_cannot_pass_on_do_not_read_as_none(shell: list[str], tmp_path: Path) -> None:
    long = "a-long-name-for-one-copy-of-a-database-of-an-organisation-" * 4
    for number in range(10000):
        (tmp_path / f"{long}{number}").touch()
    (found,) = ask(shell, tmp_path / "*")
    assert found.count == 10000 or [why for why, _ in hidden(found)] == [Obstacle.FAILED]


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming nobody needs root")
def test_closed_empty_and_absent_are_told_apart(tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o055)
    copy(tmp_path / "closed" / "in" / "a.gz")
    (tmp_path / "empty").mkdir()
    (tmp_path / "closed").chmod(0o700)
    patterns = [f"files\t{tmp_path}/{rest}" for rest in ("closed/*", "closed/in/*", "empty/*", "gone/*", "*/a.gz")]
    ended = subprocess.run(
        ["setpriv", "--reuid", "65534", "--clear-groups", "sh", "-s", *patterns],
        input=f'probe() {{\n{COLLECTOR.probe}\n}}\nprobe "$@"\n',
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    closed, inside, empty, gone, glob = parse(ended.stdout).sources
    assert hidden(closed) == [(Obstacle.CLOSED, f"{tmp_path}/closed")]
    assert hidden(inside) == [(Obstacle.ABSENT, f"{tmp_path}/closed/in"), (Obstacle.CLOSED, f"{tmp_path}/closed")]
    assert (hidden(empty), empty.count) == ([], 0)
    assert hidden(gone) == [(Obstacle.ABSENT, f"{tmp_path}/gone")]
    assert (Obstacle.CLOSED, f"{tmp_path}/closed") in hidden(glob)


def hidden(source: Source) -> list[tuple[Obstacle, str]]:
    return [(one.why, one.said) for one in source.obstructions]


def test_without_a_pattern() -> None:
    assert parse("now 17 -0330\n") == Backups(17, -12600, ())


@every_shell
def test_sources_are_told_by_the_names_of_their_sets(shell: list[str], tmp_path: Path) -> None:
    copy(tmp_path / "a" / "x.gz")
    first, second = (f"files\t{tmp_path}/{name}/*" for name in "ab")
    named = (f"set\t门户 $(id)\t{first}", f"set\tagain\t{first}", f"set\tother\t{second}", "set\tnobody\tfiles\t/none")
    facts = parse(printed(COLLECTOR, shell, first, second, *named))
    assert [(one.target, one.count, one.names) for one in facts.sources] == [
        (f"{tmp_path}/a/*", 1, ("门户 $(id)", "again")),
        (f"{tmp_path}/b/*", 0, ("other",)),
    ]
    assert COLLECTOR.root_commands_for is not None
    assert COLLECTOR.root_commands_for(named) == ()
