import pytest

from collectors.contract import NoPermission
from collectors.log_keeping import journal_of, log_of

DAY = 86400.0
NOW = 1795291440.0  # 2026-11-21 20:04:00 UTC


@pytest.mark.parametrize(
    ("settings", "days"),
    [
        ("", 30 * 4096 / 40),  # 4 GiB at most
        ("set SystemMaxUse 80M\n", 60),
        ("set SystemMaxUse 80M\nset SystemMaxUse 1G\n", 30 * 1024 / 40),
        ("set MaxRetentionSec 6month\n", 6 * 30.44),
        ("set MaxRetentionSec 1week 3day\nset SystemMaxUse 80M\n", 10),
        ("set MaxRetentionSec 0\nset SystemMaxUse 80M\n", 60),
        ("set MaxRetentionSec soon\nset SystemMaxUse much\n", 30 * 4096 / 40),
    ],
)
def test_how_long_journald_will_keep_lines(settings: str, days: float) -> None:
    text = f"oldest {NOW - 30 * DAY:.6f}\nused 40960\ndisk 999999999\n{settings}"
    kept = journal_of("persistent", text, NOW).kept_seconds
    assert kept is not None
    assert round(kept / DAY, 2) == round(days, 2)


def test_a_tenth_of_a_small_disk() -> None:
    kept = journal_of("persistent", f"oldest {NOW - 30 * DAY:.6f}\nused 40960\ndisk 409600\n", NOW).kept_seconds
    assert kept == pytest.approx(30 * DAY)


def test_a_young_journal_does_not_tell_how_fast_it_grows() -> None:
    assert journal_of("persistent", f"oldest {NOW - DAY:.6f}\nused 40960\ndisk 409600\n", NOW).kept_seconds is None


def test_where_the_journal_lies() -> None:
    assert journal_of("volatile", f"oldest {NOW}\n", NOW).volatile
    assert journal_of("persistent", f"oldest {NOW}\nset Storage none\n", NOW).volatile
    assert not journal_of("persistent", f"oldest {NOW}\nset Storage auto\n", NOW).volatile
    with pytest.raises(NoPermission, match="systemd-journal"):
        journal_of("persistent", "closed\n", NOW)


@pytest.mark.parametrize(
    ("text", "age"),
    [
        (f"ended {NOW - DAY:.0f}\nwritten {NOW - DAY:.0f}\nline 2026-11-11T20:04:00.000000+00:00", 10 * DAY),
        (f"ended {NOW - DAY:.0f}\nwritten {NOW - DAY:.0f}\nline Nov 11 20:04:00", 10 * DAY),
        # of last year, though its day is still to come in this one
        (f"ended {NOW - 340 * DAY:.0f}\nwritten {NOW - 340 * DAY:.0f}\nline Nov 26 20:04:00", 360 * DAY),
        (f"ended {NOW - 7 * DAY:.0f}\nwritten {NOW - 7 * DAY:.0f}", 7 * DAY),  # closed to the login
        (f"ended {NOW - 7 * DAY:.0f}\nwritten {NOW - 7 * DAY:.0f}\nline garbage", 7 * DAY),
        (f"born {NOW - 5 * DAY:.0f}\nwritten {NOW:.0f}", 5 * DAY),
    ],
)
def test_how_far_files_reach_back(text: str, age: float) -> None:
    oldest = log_of("/var/log/syslog", text, None, 0).oldest
    assert oldest is not None
    assert NOW - oldest == age


@pytest.mark.parametrize(
    "text", ["born -\nwritten 1795291440", "born W\nwritten 1795291440", "born 5\nwritten 9\nline"]
)
def test_what_nothing_tells(text: str) -> None:
    assert log_of("/var/log/syslog", text, None, 0).oldest is None


@pytest.mark.parametrize(
    ("rotation", "kept"),
    [((4, 604800, 0), 28 * DAY), ((4, 0, 0), None), ((365, 86400, 60), 60 * DAY), ((0, 86400, 0), None)],
)
def test_how_long_logrotate_keeps_files(rotation: tuple[int, int, int], kept: float | None) -> None:
    assert log_of("/var/log/syslog", "born 5\nwritten 9", rotation, 0).kept_seconds == kept
