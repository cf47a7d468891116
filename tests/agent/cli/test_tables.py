"""What a person sees of a round, at the widths people have, whatever hosts say."""

import io
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from agent.cli.findings import rows
from agent.cli.tables import print_results, summary_line
from checks.contract import Result, State, Text
from collectors.contract import Reason
from exporters.contract import HostReport
from tests.agent import reports

LONG = Result(
    "/var/lib/docker/overlay2/0b7e4c1f9a/merged/with/a/very/long/path",
    State.CRIT,
    Text("97.3 % used, 1.2 GiB free of 50 GiB, crit at 90 % while less than 5 GiB is free", "x"),
)


def shown(found: list[HostReport], width: int = 80, *, terminal: bool = True, everything: bool | None = None) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=terminal, color_system=None, highlight=False)
    print_results(console, found, everything=everything)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def one() -> list[HostReport]:
    return [
        reports.report(
            0,
            reports.judged(LONG, reports.used("/", 0.2)),
            reports.unjudged(Reason.NOT_APPLICABLE, "no tool", reports.BACKUP),
        )
    ]


def several() -> list[HostReport]:
    down = reports.failed(
        0, Reason.HOST_KEY_UNKNOWN, reports.DISK, host="db-with-a-long-name-01", message="no key " * 20
    )
    return [*one(), down, reports.report(0, reports.judged(reports.used("/", 0.85)), host="a-fine-one")]


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("found", [one(), several()], ids=["one host", "several"])
def test_nothing_is_wider_than_the_terminal(found: list[HostReport], width: int) -> None:
    assert max(cell_len(line) for line in shown(found, width).splitlines()) <= width


@pytest.mark.parametrize("found", [one(), several()], ids=["one host", "several"])
def test_at_80_columns_the_finding_has_its_room(found: list[HostReport]) -> None:
    lines = shown(found).splitlines()
    first = next(line for line in lines if "97.3 % used" in line)
    assert "97.3 % used, 1.2 GiB free of" in first, first
    assert "disk_usage" in first, "the check's name is whole"
    assert len(first) - first.index("97.3") >= 28 or first.rstrip() == first


def test_one_host_shows_everything_the_worst_first() -> None:
    words = [line.split()[0] for line in shown(one(), 120).splitlines() if line[1:5].strip() in ("CRIT", "OK", "-")]
    assert words == ["CRIT", "OK", "-"]


def test_several_hosts_stand_above_their_findings_and_a_dead_one_in_a_sentence() -> None:
    text = shown(several())
    assert "\ndb-with-a-long-name-01\n  not checked: no key" in text
    summary = "2 of 3 hosts checked, 3 items: 1 OK, 1 WARN, 1 CRIT; 1 check not checked; 1 not applicable"
    assert " ".join(text.split()).endswith(summary)


def test_with_many_hosts_only_what_is_wrong_is_listed_unless_all_is_asked_for() -> None:
    many = [reports.report(0, reports.judged(reports.used("/", 0.2)), host=f"h{n}") for n in range(5)]
    assert rows(many) == []
    assert shown(many) == "5 of 5 hosts checked, 5 items: 5 OK\n"
    assert len(rows(many, everything=True)) == 5
    assert shown(many, 120, everything=True).count("OK") == 6


def test_a_pipe_gets_one_whole_line_for_each_finding() -> None:
    lines = shown(several(), terminal=False).splitlines()
    assert lines[0].split() == ["HOST", "STATE", "CHECK", "ITEM", "FINDING"]
    crit = next(line for line in lines if " CRIT " in line and line.startswith("web-01"))
    assert crit.split()[3] == LONG.item
    assert crit.endswith(LONG.summary.en)
    assert all(len(line.split()) >= 5 for line in lines)
    assert len(lines) == 1 + 5 + 1


@pytest.mark.parametrize("terminal", [True, False])
def test_what_hosts_say_cannot_steer_the_terminal(terminal: bool) -> None:
    evil = "\x1b]0;owned\x07\x1b[2J\r\n\u202egnp.exe [bold]loud[/] \x9b31m"
    result = Result(evil, State.CRIT, Text(evil, evil))
    unread = reports.unjudged(Reason.UNREADABLE, evil, reports.CPU)
    found = [reports.report(0, reports.judged(result), unread), reports.failed(0, message=evil, host="down")]
    text = shown(found, 200, terminal=terminal)
    assert not set(text) & set("\x1b\x07\r\u202e\x9b")
    assert "[bold]loud[/]" in text, "markup of a host is text"


def test_the_summary_counts_what_was_not_checked() -> None:
    first = reports.unjudged(Reason.FIRST_LOOK, "", reports.CPU)
    late = reports.unjudged(Reason.LATE, "", reports.BACKUP)
    line = summary_line([reports.report(0, reports.judged(reports.used("/", 0.1)), first, late)]).plain
    assert line == "1 of 1 host checked, 1 item: 1 OK; 1 check not checked; 1 to be judged next time"
    assert summary_line([reports.failed(0)]).plain == "0 of 1 host checked, no items"


def test_many_checks_that_do_not_apply_are_named_in_one_line() -> None:
    absent = [reports.unjudged(Reason.NOT_APPLICABLE, check=replace(reports.CPU, name=f"absent_{n}")) for n in range(5)]
    seen = reports.report(1.0, reports.judged(reports.used("/", 0.5)), *absent)
    brief, whole = rows([seen]), rows([seen], everything=True)
    assert [row.check for row in brief] == ["disk_usage", ""]
    assert brief[-1].finding == ("not applicable (--all says why): absent_0, absent_1, absent_2, absent_3, absent_4")
    assert [row.check for row in whole][1:] == [f"absent_{n}" for n in range(5)]
    few = reports.report(1.0, *absent[:2])
    assert [row.check for row in rows([few])] == ["absent_0", "absent_1"]
