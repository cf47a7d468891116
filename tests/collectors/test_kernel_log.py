import pytest

from collectors import kernel_log
from collectors.contract import NoPermission, NotApplicable, UnreadableOutput
from collectors.kernel_families import Family
from collectors.kernel_log import CARRIED_SECONDS, REMEMBERED, KernelLog, compare, parse
from tests.collectors.in_shells import every_shell, printed

NOW, UP = 1795291440, 9000.0


def dmesg(*lines: str, now: int = NOW, up: float = UP, boot: str = "boot-a") -> KernelLog:
    return parse("\n".join([f"now {now} +0000", f"boot {boot} {up}", "== dmesg", *lines]))


@every_shell
def test_the_probe_runs(shell: list[str]) -> None:
    try:
        facts = parse(printed(kernel_log.COLLECTOR, shell))
    except (NoPermission, NotApplicable):
        return
    assert all(event.at <= facts.now + 2 for event in facts.events)


def test_the_time_of_a_message() -> None:
    (event,) = dmesg("<3>[ 8990.500000] I/O error, dev sda, sector 5").events
    assert (event.at, event.family, event.subject) == (NOW - 9.5, Family.IO_ERROR, "sda")
    assert event.text == "I/O error, dev sda, sector 5"


def test_the_same_message_counts_once() -> None:
    line = "<3>[ 8990.500000] I/O error, dev sda, sector 5"
    # The clock of the host, and so the time of its start, is only known to the second.
    again = dmesg(line, "<3>[ 9020.000000] I/O error, dev sda, sector 5", now=NOW + 61, up=UP + 60.3)
    assert len(compare(dmesg(line), again).events) == 2


def test_what_is_no_longer_in_the_kernels_memory_is_still_known() -> None:
    before = dmesg("<3>[ 8990.500000] I/O error, dev sda, sector 5")
    after = dmesg("[ 1.5] ata1: hard resetting link", now=NOW + 600, up=30.0, boot="boot-b")
    assert [event.family for event in compare(before, after).events] == [Family.DISK_RESET, Family.IO_ERROR]
    late = dmesg(now=NOW + int(CARRIED_SECONDS), up=UP + CARRIED_SECONDS)
    assert compare(before, late).events == ()


def test_a_flood_of_one_family_hides_no_other() -> None:
    before = dmesg("[ 8000.000000] EDAC MC0: 1 CE memory read error")
    flood = dmesg(*(f"[ 8{n:03}.000000] I/O error, dev sda, sector {n}" for n in range(100, 200)))
    events = compare(before, flood).events
    assert len(events) == REMEMBERED + 1
    assert events[0].text.endswith("199")
    assert events[-1].family is Family.MEMORY_CORRECTED


def test_two_messages_at_one_time_are_two() -> None:
    assert len(dmesg("[ 1.5] I/O error, dev sda", "[ 1.5] I/O error, dev sdb", "[ 1.5] I/O error, dev sdb").events) == 2


def test_hostile_names_are_made_harmless() -> None:
    (event,) = dmesg("[ 1.5] \x1b[31mevil\u202e[9]: segfault at 0 ip 0 password=x").events
    assert event.text == "evil [9]: segfault at 0 ip 0 password=***"


@pytest.mark.parametrize(
    "text", ["", "now 1 +0000\n== dmesg\n", "now 1 +0000\nboot a 1\n", "now 1 +0000\nboot a x\n== journal\n"]
)
def test_odd_output(text: str) -> None:
    with pytest.raises(UnreadableOutput):
        parse(text)


def test_closed() -> None:
    head = "now 1 +0000\nboot a 1\n== dmesg\n"
    with pytest.raises(NoPermission, match="/usr/bin/dmesg -r"):
        parse(f"{head}== denied /usr/bin/dmesg -r\n== closed\n")
    with pytest.raises(NotApplicable):
        parse(f"{head}== closed\n")
    with pytest.raises(NoPermission, match="systemd-journal"):
        parse("now 1 +0000\nboot a 1\n== journal\nHint: You are currently not seeing messages from other users\n")
