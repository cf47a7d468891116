import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from collectors import system_log
from collectors.contract import NotApplicable, UnreadableOutput
from collectors.log_lines import ENDS
from collectors.system_log import Sought, SystemLog, compare, parse
from tests.collectors.in_shells import every_shell, printed

NOW = 1795291200
no_log = pytest.mark.skipif(
    any(Path(path).exists() for path in ("/run/systemd/journal/socket", "/var/log/syslog", "/var/log/messages")),
    reason="there is a log here",
)


def journal(*lines: str, now: int = NOW) -> str:
    return "\n".join([f"now {now} +0000", "== journal", *lines])


def entry(age: float, message: str, program: str = "portald[7]") -> str:
    return f"{NOW - age:.6f} web-01 {program}: {message}"


@every_shell
@no_log
def test_where_there_is_no_log(shell: list[str], tmp_path: Path) -> None:
    trap = f"x; touch {tmp_path}/executed; $(touch {tmp_path}/executed) `touch {tmp_path}/executed`"
    with pytest.raises(NotApplicable):
        parse(printed(system_log.COLLECTOR, shell, "window=7200", trap, "-n", "bad(", "*"))
    assert not (tmp_path / "executed").exists()


def test_only_the_last_hour_counts() -> None:
    facts = parse(journal(entry(10, "a"), entry(3599, "b"), entry(3601, "c")))
    assert (facts.errors, facts.span_seconds) == (2, 3600.0)
    assert [(kind.text, kind.count) for kind in facts.kinds] == [("a", 1), ("b", 1), ("c", 0)]


@pytest.mark.parametrize("awk", [["mawk"], ["gawk"], ["original-awk"], ["busybox", "awk"]], ids="-".join)
def test_of_what_is_older_than_an_hour_newest_and_oldest_are_read(awk: list[str]) -> None:
    if not shutil.which(awk[0]):
        pytest.skip(f"no {awk[0]} here")
    lines = [
        *(entry(1, "odd"), entry(3000, "odd"), entry(4000, "timeout after 7 s"), entry(5000, "timeout after 8 s")),
        *(entry(6000, "timeout after 9 s", "portald[99]"), entry(7000, "once"), "-- No entries --"),
    ]
    asked = [*awk, "-v", f"hour={NOW - 3600}", ENDS]
    ended = subprocess.run(asked, input="\n".join(lines), capture_output=True, text=True, timeout=10, check=True)
    assert sorted(ended.stdout.split("\n")) == sorted(["", *lines[:3], *lines[4:]])
    whole, found = parse(journal(*lines)), parse(journal(*ended.stdout.split("\n")))
    assert found == whole


def test_more_than_are_looked_at_tell_of_less_than_an_hour() -> None:
    facts = parse(journal(*(entry(n, "flood") for n in range(500))))
    assert (facts.errors, facts.span_seconds) == (500, 499.0)


def test_lines_of_a_file_that_are_no_errors_take_room_too() -> None:
    lines = "".join(
        f"Nov 21 19:{59 - n // 60:02}:{59 - n % 60:02} web-01 x: alert {n % 2}: {'0 errors' if n % 2 else 'x'}\n"
        for n in range(500)
    )
    facts = parse(f"now {NOW} +0000\n== file /var/log/syslog\n{lines.replace('alert 1: ', '')}")
    assert (facts.errors, facts.span_seconds) == (250, 500.0)


def test_what_kernel_log_tells_is_no_kind_here() -> None:
    facts = parse(journal(entry(5, "I/O error, dev sda, sector 5", "kernel"), entry(5, "usb 1-1: odd", "kernel")))
    assert facts.errors == 2
    assert [kind.text for kind in facts.kinds] == ["usb #-#: odd"]
    # A file may be open to whom the kernel's messages are not.
    text = f"now {NOW} +0000\n== file /var/log/syslog\nNov 21 19:59:00 web-01 kernel: I/O error, dev sda, sector 5\n"
    assert len(parse(text).kinds) == 1


def test_all_of_the_first_look_is_known() -> None:
    first = parse(journal(entry(5000, "old")))
    second = compare(first, parse(journal(entry(5000, "old"), entry(3, "new"))))
    assert not first.compared
    assert [(kind.text, kind.first_at) for kind in second.kinds] == [("new", NOW - 3.0), ("old", None)]
    # It stays new since then, and the known stays known.
    third = compare(second, parse(journal(entry(3, "new"), entry(1, "old"))))
    assert {kind.text: kind.first_at for kind in third.kinds} == {"new": NOW - 3.0, "old": None}


def test_another_log_has_other_words() -> None:
    first = compare(parse(journal()), parse(journal()))
    text = f"now {NOW} +0000\n== file /var/log/syslog\nNov 21 19:59:00 web-01 x: error 5\n"
    assert [kind.first_at for kind in compare(first, parse(text)).kinds] == [None]


def test_a_line_with_a_pattern_stays() -> None:
    seen = Sought("quota", NOW - 60.0, "imapd: quota exceeded")
    facts = SystemLog("journal", NOW, 0, 3600.0, (), (seen,))
    later = replace(facts, now=NOW + 9000, sought=(Sought("quota"), Sought("other")))
    assert compare(facts, later).sought == (seen, Sought("other"))
    newer = replace(facts, sought=(replace(seen, at=NOW - 1.0),))
    assert compare(facts, newer).sought[0].at == NOW - 1.0


@pytest.mark.parametrize("text", ["", "now 1 +0000\n", "== journal\n", "now 1 +0000\n== journal\nFailed to open: x\n"])
def test_odd_output(text: str) -> None:
    with pytest.raises(UnreadableOutput):
        parse(text)
