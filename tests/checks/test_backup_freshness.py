"""Real backups in a folder, through the probe in a local shell."""

import os
import subprocess
import time
from pathlib import Path

import pytest
from pydantic import ValidationError

from checks.backup_freshness import CHECK, BackupFreshnessParams, arguments, evaluate
from checks.contract import Result, State
from collectors.backups import COLLECTOR, BackupFile, Backups, MatchingFiles, parse
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
    (result,) = evaluate(parse(printed(COLLECTOR, ["dash"], *arguments(params))), params)
    assert result.item == "db"
    return result


def test_all_well(tmp_path: Path) -> None:
    copies(tmp_path, *daily())
    result = judged(tmp_path)
    assert (result.state, result.summary.en) == (State.OK, "newest 1 h old, 1000 B, 7 kept")
    assert result.summary.zh == "最新备份于 1 小时前,1000 B,共 7 份"
    values = {measurement.name: measurement for measurement in result.measurements}
    assert (values["copies"].value, values["copies"].warn) == (7, 7)
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


def test_too_few(tmp_path: Path) -> None:
    copies(tmp_path, *daily(6))
    result = judged(tmp_path)
    assert (result.state, result.summary.en) == (State.WARN, "6 copies kept (warn below 7)")
    assert judged(tmp_path, keep=6).state is State.OK


def test_many_are_all_counted(tmp_path: Path) -> None:
    copies(tmp_path, *daily(30))
    assert judged(tmp_path, keep=30).state is State.OK
    assert judged(tmp_path, keep=31).state is State.WARN


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
    assert judged(tmp_path).state is state


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
    copies(tmp_path, (1, 0))
    result = judged(tmp_path)
    assert (result.state, result.summary.en) == (State.CRIT, "portal 0.gz is empty; 1 copy kept (warn below 7)")


def test_from_the_future(tmp_path: Path) -> None:
    copies(tmp_path, (-48, 1000), *daily())
    result = judged(tmp_path)
    assert result.state is State.WARN
    assert "portal 0.gz is dated 2 d in the future" in result.summary.en.replace("1 d 23 h", "2 d")


def test_what_the_login_may_not_see_is_unknown() -> None:
    params = BackupFreshnessParams.model_validate({"sets": [{"name": "db", "files": "/srv/closed/*.gz"}]})
    closed = MatchingFiles("/srv/closed/*.gz", 0, (), ("/srv/closed",), ())
    (result,) = evaluate(Backups(0, (closed,)), params)
    assert result.state is State.UNKNOWN
    assert result.summary.en == "the login may not list /srv/closed; to allow it: setfacl -m u:LOGIN:rx /srv/closed"


def test_a_closed_folder_beside_does_not_hide_what_is_well() -> None:
    params = BackupFreshnessParams.model_validate({"sets": [{"name": "db", "files": "/srv/*/db.gz", "keep": 1}]})
    seen = MatchingFiles("/srv/*/db.gz", 1, (BackupFile("/srv/a/db.gz", 1000, 10),), ("/srv/lost+found",), ())
    (result,) = evaluate(Backups(2000, (seen,)), params)
    assert result.state is State.OK
    (result,) = evaluate(Backups(2000 + 27 * HOUR, (seen,)), params)
    assert result.state is State.UNKNOWN


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming nobody needs root")
def test_closed_for_real(tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o055)
    copies(tmp_path / "closed", *daily())
    (tmp_path / "closed").chmod(0o700)
    params = BackupFreshnessParams.model_validate({"sets": [{"name": "db", "files": f"{tmp_path}/closed/*.gz"}]})
    output = subprocess.run(
        ["setpriv", "--reuid", "65534", "--clear-groups", "sh", "-s", *arguments(params)],
        input=f'probe() {{\n{COLLECTOR.probe}\n}}\nprobe "$@"\n',
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    ).stdout
    (result,) = evaluate(parse(output), params)
    assert result.state is State.UNKNOWN


def test_two_sets_may_share_a_pattern(tmp_path: Path) -> None:
    copies(tmp_path, *daily(3))
    both = [{"name": name, "files": f"{tmp_path}/*", "keep": keep} for name, keep in (("a", 3), ("b", 4))]
    params = BackupFreshnessParams.model_validate({"sets": both})
    assert arguments(params) == (f"{tmp_path}/*",)
    results = evaluate(parse(printed(COLLECTOR, ["dash"], *arguments(params))), params)
    assert [(result.item, result.state) for result in results] == [("a", State.OK), ("b", State.WARN)]


def test_a_set_that_was_not_asked_about_is_unknown() -> None:
    params = BackupFreshnessParams.model_validate({"sets": [{"name": "db", "files": "/srv/*.gz"}]})
    (result,) = evaluate(Backups(0, ()), params)
    assert result.state is State.UNKNOWN


def test_nothing_expected_nothing_judged() -> None:
    assert not list(evaluate(Backups(0, ()), BackupFreshnessParams()))
    assert arguments(BackupFreshnessParams()) == ()
    assert BackupFreshnessParams().retries == 1
    assert CHECK.arguments is arguments


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
    ],
)
def test_what_is_refused(one: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        BackupFreshnessParams.model_validate({"sets": [one]})


def test_a_name_twice_is_refused() -> None:
    one = {"name": "db", "files": "/srv/*"}
    with pytest.raises(ValidationError, match="'db' is listed more than once"):
        BackupFreshnessParams.model_validate({"sets": [one, one]})
