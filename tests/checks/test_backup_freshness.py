"""Real backups in a folder, through the probe in a local shell."""

import os
import subprocess
import time
from pathlib import Path

import pytest
from pydantic import ValidationError

from checks.backup_freshness import CHECK, BackupFreshnessParams, evaluate
from checks.backup_sets import sources, sources_named
from checks.contract import Past, Result, Span, State
from collectors.backup_sources import Copy, Listing, Obstacle, Obstruction, Source, source_of
from collectors.backups import COLLECTOR, Backups, parse
from tests.collectors.in_shells import printed

HOUR = 3600


def copies(folder: Path, *ages_and_sizes: tuple[float, int]) -> None:
    """Copies of so many hours and bytes each."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (hours, size) in enumerate(ages_and_sizes):
        path = folder / f"portal {number}.gz"
        path.write_bytes(b"x" * size)
        os.utime(path, (time.time() - hours * HOUR,) * 2)


def daily(count: int = 7, size: int = 1000) -> list[tuple[float, int]]:
    return [(1 + 24 * day, size + day) for day in range(count)]


def judged(folder: Path, **expected: object) -> Result:
    one = {"name": "db", "files": f"{folder}/*.gz", **expected}
    params = BackupFreshnessParams.model_validate({"sets": [one]})
    (result,) = evaluate(parse(printed(COLLECTOR, ["dash"], *sources(params))), params, Past())
    assert result.item == "db"
    return result


def test_all_well(tmp_path: Path) -> None:
    copies(tmp_path, *daily())
    result = judged(tmp_path)
    assert (result.state, result.summary.en) == (State.OK, "newest 1 h old, 1000 B, 7 kept")
    assert result.summary.zh == "最新备份于 1 小时前,1000 B,共 7 份"
    values = {measurement.name: measurement for measurement in result.measurements}
    assert values["copies"].value == 7
    assert values["newest_age"].value == pytest.approx(HOUR, abs=60)
    assert values["newest_age"].crit == 26 * HOUR
    assert values["newest"].value == pytest.approx(time.time() - HOUR, abs=60)
    assert values["newest_size"].value == 1000


def test_too_old(tmp_path: Path) -> None:
    copies(tmp_path, *((hours + 30, size) for hours, size in daily()))
    result = judged(tmp_path)
    assert (result.state, result.summary.en) == (
        State.CRIT,
        "newest copy 1 d 7 h old (crit above 1 d 2 h): portal 0.gz",
    )
    assert judged(tmp_path, newest_within="48h").state is State.OK


def test_none(tmp_path: Path) -> None:
    result = judged(tmp_path)
    assert (result.state, result.summary.en) == (State.CRIT, f"no copy matches {tmp_path}/*.gz")
    result = judged(tmp_path / "gone")
    assert (result.state, result.summary.en) == (State.CRIT, f"no copy: {tmp_path}/gone does not exist")


@pytest.mark.parametrize(
    ("before", "newest", "state"),
    [
        (1000, 1500, State.OK),
        (1000, 1501, State.WARN),
        (1000, 500, State.OK),
        (1000, 499, State.WARN),
        (1000, 0, State.CRIT),
        (0, 1000, State.OK),
    ],
)
def test_size_against_the_copy_before(tmp_path: Path, before: int, newest: int, state: State) -> None:
    copies(tmp_path, (1, newest), (25, before), *((49 + 24 * day, 7) for day in range(6)))
    assert judged(tmp_path, size_trend=None).state is state


def test_words_of_a_change(tmp_path: Path) -> None:
    copies(tmp_path, (1, 100), (25, 1000))
    result = judged(tmp_path, keep=1)
    assert result.summary.en == "size changed by -90 %, 1000 B -> 100 B (warn above 50 %)"
    assert result.summary.zh == "大小变化 -90 %,1000 B -> 100 B(警告阈值 50 %)"
    assert judged(tmp_path, keep=1, size_change=None).state is State.OK
    assert judged(tmp_path, keep=1, size_change="95%").state is State.OK


def test_a_copy_being_written_is_not_judged_by_its_size(tmp_path: Path) -> None:
    copies(tmp_path, (0, 0), *daily(7))
    assert judged(tmp_path).state is State.OK
    assert judged(tmp_path, still_written=0).state is State.CRIT


def test_several_findings_worst_first(tmp_path: Path) -> None:
    copies(tmp_path, (31, 0))
    result = judged(tmp_path)
    assert (result.state, result.summary.en) == (
        State.CRIT,
        "newest copy 1 d 7 h old (crit above 1 d 2 h): portal 0.gz; portal 0.gz is empty",
    )


def test_from_the_future(tmp_path: Path) -> None:
    copies(tmp_path, (-48, 1000), *daily())
    result = judged(tmp_path)
    assert result.state is State.WARN
    assert "portal 0.gz is dated 2 d in the future" in result.summary.en.replace("1 d 23 h", "2 d")


def seen(*copies: Copy, target: str = "/srv/*.gz", hidden: tuple[Obstruction, ...] = ()) -> Source:
    return source_of(f"files\t{target}", Listing(copies, hidden))


def params_for(target: str = "/srv/*.gz", **expected: object) -> BackupFreshnessParams:
    return BackupFreshnessParams.model_validate({"sets": [{"name": "db", "files": target, **expected}]})


def verdict(source: Source, now: int, past: Past | None = None, **expected: object) -> Result:
    (result,) = evaluate(Backups(now, 0, (source,)), params_for(source.target, **expected), past or Past())
    return result


@pytest.mark.parametrize(
    ("why", "said", "words"),
    [
        (Obstacle.CLOSED, "/srv/closed", "the login may not read /srv/closed; to allow it: setfacl -m u:LOGIN:rX"),
        (Obstacle.DENIED, "/usr/bin/restic snapshots", "needs root for restic: set `sudo: true`, and allow what"),
        (Obstacle.FAILED, "restic: wrong password", "not to be seen: restic: wrong password"),
    ],
)
def test_what_cannot_be_seen_is_unknown(why: Obstacle, said: str, words: str) -> None:
    result = verdict(seen(hidden=(Obstruction(why, said),)), 0)
    assert result.state is State.UNKNOWN
    assert result.summary.en.startswith(words)


def test_a_repository_is_told_with_its_tool() -> None:
    source = source_of("restic\t/srv/home", Listing((Copy("0f3a", 1000, 900, 2048),)))
    params = BackupFreshnessParams.model_validate({"sets": [{"name": "home", "restic": "/srv/home"}]})
    (result,) = evaluate(Backups(4600, 0, (source,)), params, Past())
    assert result.summary.en == "newest 1 h old, 2 KiB, took 1 min 40 s, 1 kept (restic)"
    assert result.summary.zh == "最新备份于 1 小时前,2 KiB,耗时 1 分钟 40 秒,共 1 份 (restic)"


def test_a_repository_that_is_not_there_is_critical() -> None:
    result = verdict(seen(hidden=(Obstruction(Obstacle.ABSENT, "/srv/restic"),)), 0)
    assert (result.state, result.summary.en) == (State.CRIT, "no copy: /srv/restic does not exist")


def test_a_closed_folder_beside_does_not_hide_what_is_well() -> None:
    source = seen(Copy("/srv/a/db.gz", 1000, None, 10), hidden=(Obstruction(Obstacle.CLOSED, "/srv/lost+found"),))
    assert verdict(source, 2000).state is State.OK
    assert verdict(source, 2000 + 27 * HOUR).state is State.UNKNOWN


DAY = 24 * HOUR
NOW = 1_795_000_000


def shrinking(percent_a_day: float, days: int) -> list[Copy]:
    sizes = [1_000_000 * (1 - percent_a_day / 100) ** (days - age) for age in range(days)]
    return [Copy(f"/srv/{age}.gz", NOW - HOUR - age * DAY, None, int(size)) for age, size in enumerate(sizes)]


def test_what_shrinks_a_little_every_day_is_found() -> None:
    result = verdict(seen(*shrinking(5, 29)), NOW)
    assert result.state is State.WARN
    assert result.summary.en == "221 KiB is -67 % against 665 KiB up to 28 d ago (warn above 50 %)"
    assert "常见大小 665 KiB 相比变化 -67 %(警告阈值 50 %)" in result.summary.zh
    assert verdict(seen(*shrinking(5, 29)), NOW, size_trend=None).state is State.OK
    assert verdict(seen(*shrinking(1, 29)), NOW).state is State.OK


def test_the_history_tells_the_trend_where_few_copies_are_kept() -> None:
    spans = tuple(
        Span(NOW - DAY * day, DAY, size, size, size)
        for day, size in zip(range(25, 2, -1), [900_000.0] * 23, strict=True)
    )
    past = Past(NOW, {("db", "newest_size"): spans})
    source = seen(*(Copy(f"/srv/{n}.gz", NOW - HOUR - n * DAY, None, 300_000) for n in range(2)))
    assert verdict(source, NOW).state is State.OK
    result = verdict(source, NOW, past)
    assert (result.state, result.summary.en.split(" (")[0]) == (
        State.WARN,
        "293 KiB is -67 % against 879 KiB up to 25 d ago",
    )


def test_a_sudden_halving_is_told_once_against_the_copy_before() -> None:
    copies_of_a_month = [Copy(f"/srv/{n}", NOW - HOUR - n * DAY, None, 1000 if n else 300) for n in range(20)]
    result = verdict(seen(*copies_of_a_month), NOW)
    assert result.summary.en == "size changed by -70 %, 1000 B -> 300 B (warn above 50 %)"
    later = [Copy("/srv/new", NOW - HOUR + DAY, None, 300), *copies_of_a_month]
    assert "-70 % against 1000 B" in verdict(seen(*later), NOW + DAY).summary.en, "and stays found the day after"


def test_three_days_make_no_trend() -> None:
    sizes = (300, 400, 600, 1000)
    assert verdict(seen(*(Copy(f"/{n}", NOW - n * DAY, None, s) for n, s in enumerate(sizes))), NOW).state is State.OK


@pytest.mark.parametrize(("minutes", "state"), [(14, State.OK), (16, State.WARN)])
def test_what_takes_much_longer_than_usual(minutes: int, state: State) -> None:
    took = [minutes, 5, 4, 6, 5]
    made = [Copy(f"/{n}", NOW - n * DAY, NOW - n * DAY - took[n] * 60, 100) for n in range(5)]
    result = verdict(seen(*made), NOW, still_written=0)
    assert result.state is state
    values = {measurement.name: measurement.value for measurement in result.measurements}
    assert values["duration"] == minutes * 60
    if state is State.WARN:
        assert result.summary.en == "took 16 min, usually 5 min (warn above 3 times)"
        assert result.summary.zh == "耗时 16 分钟,通常为 5 分钟(警告阈值 3 倍)"
        assert verdict(seen(*made), NOW, longer=None).state is State.OK
    else:
        assert "took 14 min" in result.summary.en
    assert verdict(seen(*made[:3]), NOW).state is State.OK, "nothing is usual yet"


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming nobody needs root")
def test_closed_for_real(tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o055)
    copies(tmp_path / "closed", *daily())
    (tmp_path / "closed").chmod(0o700)
    params = BackupFreshnessParams.model_validate({"sets": [{"name": "db", "files": f"{tmp_path}/closed/*.gz"}]})
    output = subprocess.run(
        ["setpriv", "--reuid", "65534", "--clear-groups", "sh", "-s", *sources(params)],
        input=f'probe() {{\n{COLLECTOR.probe}\n}}\nprobe "$@"\n',
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    ).stdout
    (result,) = evaluate(parse(output), params, Past())
    assert result.state is State.UNKNOWN


def test_two_sets_may_share_a_pattern(tmp_path: Path) -> None:
    copies(tmp_path, *daily(3))
    both = [
        {"name": name, "files": f"{tmp_path}/*", "newest_within": hours} for name, hours in (("a", "26h"), ("b", "30m"))
    ]
    params = BackupFreshnessParams.model_validate({"sets": both})
    assert sources(params) == (f"files\t{tmp_path}/*",)
    results = evaluate(parse(printed(COLLECTOR, ["dash"], *sources(params))), params, Past())
    assert [(result.item, result.state) for result in results] == [("a", State.OK), ("b", State.CRIT)]


def test_a_set_that_was_not_asked_about_is_unknown() -> None:
    params = BackupFreshnessParams.model_validate({"sets": [{"name": "db", "files": "/srv/*.gz"}]})
    (result,) = evaluate(Backups(0, 0, ()), params, Past())
    assert result.state is State.UNKNOWN


def test_nothing_expected_nothing_judged() -> None:
    assert not list(evaluate(Backups(0, 0, ()), BackupFreshnessParams(), Past()))
    assert sources(BackupFreshnessParams()) == ()
    assert BackupFreshnessParams().retries == 1
    assert CHECK.arguments is sources_named


def test_the_collector_is_told_what_each_set_is_called() -> None:
    sets = [{"name": "db", "files": "/a/*"}, {"name": "again", "files": "/a/*"}, {"name": "two\nlines", "files": "/b"}]
    params = BackupFreshnessParams.model_validate({"sets": sets})
    assert sources_named(params) == ("files\t/a/*", "files\t/b", "set\tdb\tfiles\t/a/*", "set\tagain\tfiles\t/a/*")


@pytest.mark.parametrize(
    "one",
    [
        {"name": "db", "files": "backups/*.gz"},
        {"name": "db", "files": "/srv/backups/"},
        {"name": "db", "files": "/srv/a\nb"},
        {"name": "", "files": "/srv/*"},
        {"name": "db", "files": "/srv/*", "newest_within": "0s"},
        {"name": "db", "files": "/srv/*", "keep": -1},
        {"name": "db", "files": "/srv/*", "size_change": "lots"},
        {"name": "db"},
        {"name": "db", "files": "/srv/*", "offsite": {"within": "2d"}},
        {"name": "db", "files": "/srv/*", "longer": 1},
        {"name": "db", "files": "/srv/*", "no_such_tool": "/srv/x"},
    ],
)
def test_what_is_refused(one: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        BackupFreshnessParams.model_validate({"sets": [one]})


def test_a_name_twice_is_refused() -> None:
    one = {"name": "db", "files": "/srv/*"}
    with pytest.raises(ValidationError, match="'db' is listed more than once"):
        BackupFreshnessParams.model_validate({"sets": [one, one]})
