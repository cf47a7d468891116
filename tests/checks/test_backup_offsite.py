"""The copy elsewhere against the original."""

import os
import time
from pathlib import Path

import pytest

from checks.backup_offsite import BackupOffsiteParams, arguments, evaluate
from checks.contract import Result, State
from collectors.backup_sources import Copy, Listing, Obstacle, Obstruction, Source, source_of
from collectors.backups import COLLECTOR, Backups, parse
from tests.collectors.in_shells import printed

HOUR = 3600


def lay(folder: Path, *days: int, size: int = 1000) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for day in days:
        path = folder / f"db-{day}.gz"
        path.write_bytes(b"x" * size)
        os.utime(path, (time.time() - HOUR - 24 * HOUR * day,) * 2)


def judged(tmp_path: Path, **offsite: object) -> Result:
    one = {"name": "db", "files": f"{tmp_path}/here/*", "offsite": {"files": f"{tmp_path}/there/*", **offsite}}
    params = BackupOffsiteParams.model_validate({"sets": [one, {"name": "other", "files": "/srv/*"}]})
    assert len(arguments(params)) == 2
    (result,) = evaluate(parse(printed(COLLECTOR, ["dash"], *arguments(params))), params)
    assert result.item == "db"
    return result


def test_the_same_in_both_places(tmp_path: Path) -> None:
    lay(tmp_path / "here", *range(7))
    lay(tmp_path / "there", *range(20))
    result = judged(tmp_path)
    assert (result.state, result.summary.en) == (State.OK, "newest off-site copy 1 h old, 20 there of 7")
    assert result.summary.zh == "最新异地副本于 1 小时前,共 20 份(本地 7 份)"
    assert {one.name: one.crit for one in result.measurements} == {"copies": None, "newest_age": 52 * HOUR}


def test_none_elsewhere(tmp_path: Path) -> None:
    lay(tmp_path / "here", *range(7))
    result = judged(tmp_path)
    assert (result.state, result.summary.en) == (State.CRIT, f"no off-site copy: {tmp_path}/there does not exist")
    (tmp_path / "there").mkdir()
    assert judged(tmp_path).summary.en == f"no off-site copy: {tmp_path}/there/*"
    assert judged(tmp_path).summary.zh == f"没有异地副本:{tmp_path}/there/*"


def test_not_carried_over_in_time(tmp_path: Path) -> None:
    lay(tmp_path / "here", *range(7))
    lay(tmp_path / "there", *range(1, 7))
    assert judged(tmp_path).state is State.OK, "last night's has its time"
    result = judged(tmp_path, within="30m")
    assert (result.state, result.summary.en) == (State.WARN, "db-0.gz, made 1 h ago, is not off-site yet")
    assert result.summary.zh == "1 小时前的备份 db-0.gz 尚无异地副本"
    (tmp_path / "there" / "db-1.gz").unlink()
    (tmp_path / "there" / "db-2.gz").unlink()
    result = judged(tmp_path, within="20h")
    assert result.state is State.CRIT
    assert result.summary.en.startswith("newest off-site copy 3 d 1 h old (crit above 1 d 22 h); db-1.gz, made 1 d 1 h")


def test_cut_off_on_its_way(tmp_path: Path) -> None:
    lay(tmp_path / "here", 0, 1)
    lay(tmp_path / "there", 0, size=400)
    lay(tmp_path / "there", 1)
    result = judged(tmp_path)
    assert (result.state, result.summary.en) == (State.CRIT, "db-0.gz is 400 B off-site, 1000 B here")
    assert result.summary.zh == "db-0.gz 的异地副本为 400 B,本地为 1000 B"
    os.utime(tmp_path / "there" / "db-0.gz")
    assert judged(tmp_path).state is State.OK, "it is being carried over"


def test_another_checksum(tmp_path: Path) -> None:
    lay(tmp_path / "here", 0)
    lay(tmp_path / "there", 0)
    (tmp_path / "here" / "db-0.gz.sha256").write_text("ab" * 32 + "  db-0.gz\n")
    assert judged(tmp_path).state is State.OK
    (tmp_path / "there" / "db-0.gz.sha256").write_text("AB" * 32)
    assert judged(tmp_path).state is State.OK
    (tmp_path / "there" / "db-0.gz.sha256").write_text("cd" * 32)
    result = judged(tmp_path)
    assert (result.state, result.summary.en) == (State.CRIT, "db-0.gz has another checksum off-site")


def aged(path: Path, days: float, size: int = 1000) -> None:
    path.write_bytes(b"x" * size)
    os.utime(path, (time.time() - HOUR - 24 * HOUR * days,) * 2)


def test_every_file_that_is_in_both_places_has_one_size(tmp_path: Path) -> None:
    lay(tmp_path / "here", *range(7))
    lay(tmp_path / "there", *range(7))
    lay(tmp_path / "there", 2, size=400)
    (tmp_path / "there" / "db-1.gz").unlink()
    result = judged(tmp_path)
    assert result.state is State.CRIT
    assert result.summary.en == "db-2.gz is 400 B off-site, 1000 B here"
    result = judged(tmp_path, within="20h")
    assert (result.state, result.summary.en) == (
        State.CRIT,
        "db-2.gz is 400 B off-site, 1000 B here; db-1.gz is missing off-site",
    )
    assert result.summary.zh == "db-2.gz 的异地副本为 400 B,本地为 1000 B;db-1.gz 缺少异地副本"
    lay(tmp_path / "there", 3, 4, 5, 6, size=400)
    result = judged(tmp_path)
    assert result.summary.en == "5 files have another size off-site: db-2.gz, db-3.gz, db-4.gz, and 2 more"
    assert result.summary.zh == "5 个文件的异地副本大小不一致:db-2.gz, db-3.gz, db-4.gz 等"
    assert judged(tmp_path, compared=1).state is State.OK, "of the newest alone"


def test_what_is_missing_between_others(tmp_path: Path) -> None:
    lay(tmp_path / "here", *range(13))
    lay(tmp_path / "there", 0, 2, 4, 5, 12)
    result = judged(tmp_path, within="20h")
    assert (result.state, result.summary.en) == (State.WARN, "2 files are missing off-site: db-1.gz, db-3.gz")
    assert result.summary.zh == "2 个文件缺少异地副本:db-1.gz, db-3.gz"
    lay(tmp_path / "there", 1, 3)
    assert judged(tmp_path).state is State.OK, "fewer are kept there"
    for day in range(1, 13):
        (tmp_path / "there" / f"db-{day}.gz").unlink(missing_ok=True)
    assert judged(tmp_path, within="20h").state is State.OK, "only the newest is kept there"


def test_what_is_made_many_times_a_day(tmp_path: Path) -> None:
    """More than are compared still have their time: the ten after those are looked at."""
    for place in ("here", "there"):
        (tmp_path / place).mkdir()
        for hour in range(40):
            aged(tmp_path / place / f"db-{hour}.gz", hour / 24)
    for hour in range(10, 30):
        (tmp_path / "there" / f"db-{hour}.gz").unlink()
    result = judged(tmp_path, within="15h")
    assert (result.state, result.summary.en) == (State.OK, "newest off-site copy 1 h old, 20 there of 40")
    result = judged(tmp_path, within="1230m", compared=12)
    assert (result.state, result.summary.en) == (
        State.WARN,
        "10 files are missing off-site: db-20.gz, db-21.gz, db-22.gz, and 7 more",
    )
    for hour in range(12):
        (tmp_path / "there" / f"db-{hour}.gz").unlink(missing_ok=True)
    assert judged(tmp_path, within="1230m", compared=1).summary.en == "db-20.gz, made 21 h ago, is not off-site yet"


def test_a_new_time_on_an_old_file_makes_no_new_copy(tmp_path: Path) -> None:
    for folder in ("here", "there"):
        lay(tmp_path / folder, 3, 4)
    aged(tmp_path / "there" / "db-4.gz", -1 / 24 + 60 / 86400, size=400)
    result = judged(tmp_path)
    assert result.state is State.CRIT
    assert result.summary.en == "newest off-site copy 3 d 1 h old (crit above 2 d 4 h)"
    aged(tmp_path / "there" / "db-4.gz", 0, size=400)
    assert judged(tmp_path).summary.en.endswith("; db-4.gz is 400 B off-site, 1000 B here")


def test_copies_without_their_times(tmp_path: Path) -> None:
    lay(tmp_path / "here", *range(7))
    for day in range(7):
        lay(tmp_path / "there", day)
        os.utime(tmp_path / "there" / f"db-{day}.gz", (time.time() - 600,) * 2)
    result = judged(tmp_path)
    assert (result.state, result.summary.en) == (State.OK, "newest off-site copy 1 h old, 7 there of 7")


@pytest.mark.parametrize("keeps_times", [True, False])
def test_names_that_are_used_again(tmp_path: Path, keeps_times: bool) -> None:
    """`db-0.gz` became `db-1.gz` an hour ago, and is carried over later: no copy is cut off, and none missing."""
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    for day in range(4):
        aged(tmp_path / "here" / f"db-{day}.gz", day, size=1000 + day)
        aged(tmp_path / "there" / f"db-{day}.gz", day + 1 if keeps_times else 0.9, size=1000 + day + 1)
    assert judged(tmp_path).state is State.OK
    assert judged(tmp_path, within="30m").summary.en == "db-0.gz, made 1 h ago, is not off-site yet"
    if keeps_times:
        aged(tmp_path / "there" / "db-3.gz", 3, size=400)
        assert judged(tmp_path).summary.en == "db-3.gz is 400 B off-site, 1003 B here"


def test_one_name_in_many_folders(tmp_path: Path) -> None:
    def judged_in_folders() -> Result:
        one = {"name": "db", "files": f"{tmp_path}/here/*/db.gz", "offsite": {"files": f"{tmp_path}/there/*/db.gz"}}
        params = BackupOffsiteParams.model_validate({"sets": [one]})
        (result,) = evaluate(parse(printed(COLLECTOR, ["dash"], *arguments(params))), params)
        return result

    for place in ("here", "there"):
        for day in range(4):
            (tmp_path / place / f"day-{day}").mkdir(parents=True)
            aged(tmp_path / place / f"day-{day}" / "db.gz", day, size=1000 + day)
    assert judged_in_folders().state is State.OK
    aged(tmp_path / "there" / "day-2" / "db.gz", 2, size=400)
    assert judged_in_folders().summary.en == "day-2/db.gz is 400 B off-site, 1002 B here"


NOW = 1_795_000_000


def repository(path: str, *hours: int, hidden: tuple[Obstruction, ...] = ()) -> Source:
    copies = tuple(Copy(f"{path[-1]}{hour}", NOW - hour * HOUR) for hour in hours)
    return source_of(f"restic\t{path}", Listing(copies, hidden))


def of_repositories(here: Source, there: Source) -> Result:
    sets = [{"name": "home", "restic": here.target, "offsite": {"restic": there.target}}]
    (result,) = evaluate(Backups(NOW, 0, (here, there)), BackupOffsiteParams.model_validate({"sets": sets}))
    return result


def test_repositories_are_compared_by_time() -> None:
    assert of_repositories(repository("/a", 2, 26, 50), repository("/b", 26, 50)).state is State.OK
    result = of_repositories(repository("/a", 2, 27, 51), repository("/b", 51))
    assert (result.state, result.summary.en) == (State.WARN, "a27, made 1 d 3 h ago, is not off-site yet")
    assert of_repositories(repository("/a", 2, 26), repository("/b")).state is State.CRIT


@pytest.mark.parametrize("why", [Obstacle.CLOSED, Obstacle.DENIED, Obstacle.FAILED])
def test_what_cannot_be_seen_is_unknown(why: Obstacle) -> None:
    hidden = (Obstruction(why, "/usr/bin/restic"),)
    assert of_repositories(repository("/a", 2), repository("/b", hidden=hidden)).state is State.UNKNOWN


def test_only_sets_with_a_copy_elsewhere() -> None:
    params = BackupOffsiteParams.model_validate({"sets": [{"name": "db", "files": "/srv/*"}]})
    assert not params.is_asked_for
    assert not list(evaluate(Backups(0, 0, ()), params))
    one = {"name": "db", "files": "/srv/*", "offsite": {"files": "/mnt/*"}}
    params = BackupOffsiteParams.model_validate({"sets": [one]})
    assert params.is_asked_for
    (result,) = evaluate(Backups(0, 0, ()), params)
    assert result.state is State.UNKNOWN
