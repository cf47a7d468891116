import pytest

from collectors.contract import NoPermission, UnreadableOutput
from collectors.log_lines import (
    FORGOTTEN_AFTER,
    REMEMBERED,
    LogLine,
    carried_on,
    host_clock,
    journal_lines,
    kind_of,
    kinds_in,
    known_before,
    shown,
    syslog_lines,
)

NOW = 1795291200.0  # Sat 2026-11-21 20:00:00 UTC


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("login with password=hunter2 refused", "login with password=*** refused"),
        ('{"user": "anna", "api_key": "k-1234", "x": 1}', '{"user": "anna", "api_key": ***, "x": 1}'),
        ("Authorization: Bearer abc.def.ghi", "Authorization: Bearer ***"),
        ("GET /?access_token=8f2e&page=2", "GET /?access_token=***&page=2"),
        ("DB_PASSWORD='a b' is wrong", "DB_PASSWORD=*** is wrong"),
        ("sync --password hunter2 --all", "sync --password *** --all"),
        ("cannot reach https://anna:hunter2@git.example.org/x", "cannot reach https://anna:***@git.example.org/x"),
        ("bad token eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl", "bad token ***"),
        # These hold no secret, and must stay readable.
        ("Failed password for root from 192.0.2.9 port 22", "Failed password for root from 192.0.2.9 port 22"),
        ("password expired", "password expired"),
        ("compass=north", "compass=north"),
        # Control characters, colours, directions of writing, line separators.
        ("a\x1b[31mred\x1b[0m\x07\r\n\tb\u202ec\u2028d", "ared b c d"),
    ],
)
def test_shown(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_shown_is_short_and_quick() -> None:
    assert shown("x" * 500, 20) == "x" * 17 + "..."
    assert len(shown("token " * 200_000 + "=", 160)) <= 160
    assert shown("'" * 100_000 + "password=" * 10_000)


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("connection from 192.0.2.7:51234 refused", "connection from 198.51.100.23:9 refused"),
        ("connection from 2001:db8::7 refused", "connection from fe80::1 refused"),
        (
            "Failed password for invalid user admin from 192.0.2.7",
            "Failed password for invalid user Oracle from 192.0.2.9",
        ),
        ("cannot open /etc/a.conf: No such file", "cannot open /srv/www/b: No such file"),
        ("request 0f3b2a1c-aaaa-bbbb-cccc-1234567890ab failed", "request 9f3b2a1c-dddd-bbbb-cccc-1234567890ab failed"),
        ("commit 9fceb02d failed", "commit 1a2b3c4d failed"),
        ("took 12.5 s (limit 10)", "took 130 s (limit 60)"),
        ("unknown column 'total' in query", "unknown column 'sum of all' in query"),
        ("session id=abc died", "session id=7 died"),
        ("at 0xffff8880 in eth0", "at 0xdeadbeef in eth12"),
        ("mail to anna@example.org bounced", "mail to bert.x@example.net bounced"),
    ],
)
def test_of_one_kind(one: str, another: str) -> None:
    assert kind_of(one) == kind_of(another)


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("Failed to start backup.service - Backup.", "Failed to start nginx.service - Web."),
        ("cannot open /etc/a.conf: No such file", "cannot open /etc/a.conf: Permission denied"),
    ],
)
def test_of_different_kinds(one: str, another: str) -> None:
    assert kind_of(one) != kind_of(another)


def test_a_kind_is_found_quickly_in_any_text() -> None:
    assert len(kind_of(":" * 100_000 + "a@" * 100_000)) <= 100
    assert len(kind_of("a." * 100_000)) <= 100


def test_lines_of_the_journal() -> None:
    text = (
        "-- Journal begins at Sat 2026-11-21 20:01:09 UTC, ends at Sat 2026-11-21 20:09:40 UTC. --\n"
        "Journal file /var/log/journal/x/system@1.journal is truncated, ignoring file.\n"
        "1795291741.864859 web-01 CRON[162]: (root) CMD (x)\n"
        "                         a second line of it\n"
        "1795291740.197659 web-01 kernel: [ 1.5] x\n"
        "1795291739.000001 web-01 no program here\n"
    )
    assert list(journal_lines(text, severe=True)) == [
        LogLine(1795291741.864859, "CRON", 162, "(root) CMD (x)", True),
        LogLine(1795291740.197659, "kernel", None, "[ 1.5] x", True),
        LogLine(1795291739.000001, "", None, "no program here", True),
    ]
    assert list(journal_lines("-- No entries --\n")) == []
    with pytest.raises(UnreadableOutput, match="an entry of the journal"):
        list(journal_lines("Failed to parse timestamp: @x"))


def test_a_message_cannot_play_the_hint_of_journalctl() -> None:
    (line,) = journal_lines("1795291741.864859 web-01 x: you are not seeing messages from other users")
    assert line.program == "x"
    with pytest.raises(NoPermission, match="systemd-journal"):
        list(journal_lines("Hint: You are currently not seeing messages from other users and the system.\n"))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Nov 21 20:00:00 web-01 cron[7]: x", LogLine(NOW - 3600, "cron", 7, "x", None)),
        ("Nov  1 20:00:00 web-01 cron: x", LogLine(NOW - 20 * 86400 - 3600, "cron", None, "x", None)),
        # Not of the future: of the year before.
        ("Dec 31 21:00:00 web-01 a: x", LogLine(1767211200.0, "a", None, "x", None)),
        ("2026-11-21T20:00:00.5+00:00 web-01 a: x", LogLine(NOW + 0.5, "a", None, "x", None)),
        ("2026-11-21T20:00:00Z web-01 a: x", LogLine(NOW, "a", None, "x", None)),
        ("Nov 21 21:00:00 web-01 daemon.err a[1]: x", LogLine(NOW, "a", 1, "x", True)),
        ("Nov 21 21:00:00 web-01 daemon.info a[1]: error x", LogLine(NOW, "a", 1, "error x", False)),
    ],
)
def test_lines_of_syslog(line: str, expected: LogLine) -> None:
    assert list(syslog_lines(line, NOW, 3600)) == [expected]


@pytest.mark.parametrize(
    "line", ["", "x", "Foo 21 20:00:00 a b: c", "Feb 30 20:00:00 a b: c", "Nov 21 29:00:00 a b: c"]
)
def test_what_bears_no_time_is_passed_over(line: str) -> None:
    assert list(syslog_lines(line, NOW, 0)) == []


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("I/O error", True),
        ("job failed", True),
        ("0 errors, no failures", False),
        ("finished with errors=0", False),
        ("terrorists failover", False),
        ("2 errors", True),
    ],
)
def test_an_error_by_its_words(message: str, error: bool) -> None:
    assert LogLine(NOW, "x", None, message).is_error is error
    assert LogLine(NOW, "x", None, message, severe=False).is_error is False


def test_the_clock_of_the_host() -> None:
    assert host_clock("now 1795291200 +0800\n") == (NOW, 28800)
    assert host_clock("now 1795291200 -0330") == (NOW, -12600)
    for odd in ("", "now x +0000", "now 1 0000", "now 1 +0٣00"):
        with pytest.raises(UnreadableOutput):
            host_clock(odd)


def line(at: float, message: str, program: str = "portald") -> LogLine:
    return LogLine(at, program, None, message)


def test_kinds_are_counted_once_each() -> None:
    later, earlier = line(NOW - 10, "timeout after 12 s"), line(NOW - 5000, "timeout after 7 s")
    (kind,) = kinds_in((later, earlier), NOW - 3600)
    assert (kind.program, kind.text, kind.count) == ("portald", "timeout after # s", 1)
    assert (kind.first_at, kind.last_at, kind.example) == (NOW - 5000, NOW - 10, "timeout after 12 s")


def test_a_program_may_bear_a_date() -> None:
    (kind,) = kinds_in((line(NOW, "x", "backup-20261121"), line(NOW, "x", "backup-20261122")), NOW)
    assert (kind.program, kind.example) == ("backup-#", "x")


def test_what_was_known_is_not_new() -> None:
    before = known_before(kinds_in((line(NOW - 9000, "timeout after 7 s"),), NOW))
    now = kinds_in((line(NOW, "timeout after 9 s"), line(NOW, "disk is gone")), NOW - 3600)
    new, old = sorted(carried_on(before, now, NOW), key=lambda kind: kind.text)
    assert (new.text, new.first_at) == ("disk is gone", NOW)
    assert (old.text, old.first_at, old.last_at, old.count) == ("timeout after # s", None, NOW, 1)
    # It stays as old as it is, and is not counted when it does not come.
    again = carried_on((new, old), (), NOW + 600)
    assert [(kind.first_at, kind.count) for kind in again] == [(NOW, 0), (None, 0)]


def test_kinds_are_forgotten_and_bounded() -> None:
    before = known_before(kinds_in((line(NOW, "disk is gone"),), NOW))
    assert carried_on(before, (), NOW + FORGOTTEN_AFTER + 1) == ()
    many = kinds_in((line(NOW + n, "gone", f"{n // 20}-{n % 20}") for n in range(REMEMBERED + 50)), NOW)
    assert len(many) == REMEMBERED
    assert max(kind.last_at for kind in many) == NOW + REMEMBERED + 49
