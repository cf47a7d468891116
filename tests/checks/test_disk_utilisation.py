import pytest

from checks.contract import Measurement, NotYet, State, Unit, UpperLevels
from checks.disk_utilisation import DiskUtilisationParams, evaluate
from collectors.disk_activity import DiskActivity
from collectors.disk_counters import DiskKind
from tests.checks.disks import disk, looked_at


@pytest.mark.parametrize(("busy", "state"), [(0.0, State.OK), (0.949, State.OK), (0.95, State.WARN), (1.0, State.WARN)])
def test_states(busy: float, state: State) -> None:
    (result,) = evaluate(looked_at(disk(busy_ratio=busy)), DiskUtilisationParams())
    assert (result.item, result.state) == ("sda", state)


def test_a_backup_may_take_a_quarter_of_an_hour() -> None:
    assert DiskUtilisationParams().retries == 15


def test_words_and_numbers() -> None:
    busy = disk(busy_ratio=0.97, reads=100, writes=50, bytes_read=1048576.0, bytes_written=2048.0)
    (result,) = evaluate(looked_at(busy), DiskUtilisationParams(busy_percent=UpperLevels(crit=96)))
    assert result.summary.en == ("97.0 % busy, 150 operations per second, 1 MiB/s read, 2 KiB/s written (crit at 96 %)")
    assert result.summary.zh == "繁忙 97.0 %,每秒 150 次操作,读 1 MiB/s,写 2 KiB/s(严重阈值 96 %)"
    assert result.measurements == (
        Measurement("busy", 0.97, Unit.RATIO, None, 0.96),
        Measurement("bytes_read", 1048576.0, Unit.PER_SECOND),
        Measurement("bytes_written", 2048.0, Unit.PER_SECOND),
    )


def test_which_disks_are_looked_at() -> None:
    facts = looked_at(disk(), disk("loop7", DiskKind.LOOP))
    assert [result.item for result in evaluate(facts, DiskUtilisationParams())] == ["sda"]
    assert [result.item for result in evaluate(facts, DiskUtilisationParams(also=("loop*",)))] == ["sda", "loop7"]


def test_the_first_look() -> None:
    with pytest.raises(NotYet):
        list(evaluate(DiskActivity(1.0, (disk(),)), DiskUtilisationParams()))
