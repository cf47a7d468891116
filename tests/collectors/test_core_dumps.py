import pytest

from collectors import core_dumps
from collectors.contract import NoPermission, NotApplicable, UnreadableOutput
from collectors.core_dumps import CoreDump, CoreDumps, parse
from tests.collectors.in_shells import every_shell, printed

ID = "ae20c12124e64148bf037227e4ba7eca"


def dumped(pattern: str, path: str) -> str:
    text = f"now 1795291440\npattern {pattern}\n== dumps {path}*\n1795291000 4096 {path}\ntotal 1 4096\n"
    facts = parse(text)
    assert facts.latest[0].size_bytes == 4096
    return facts.latest[0].program


@every_shell
def test_this_machine(shell: list[str]) -> None:
    try:
        facts = parse(printed(core_dumps.COLLECTOR, shell))
    except (NotApplicable, NoPermission):
        return
    assert facts.count >= len(facts.latest)


@pytest.mark.parametrize(
    ("pattern", "path", "program"),
    [
        ("|/lib/systemd/systemd-coredump %P", f"/var/lib/systemd/coredump/core.sh.0.{ID}.7.1795291000000000.zst", "sh"),
        ("|/lib/systemd/systemd-coredump %P", f"/var/lib/systemd/coredump/core.a\\x20b\\x2ec.0.{ID}.7.1795", "a b.c"),
        ("|/lib/systemd/systemd-coredump %P", "/var/lib/systemd/coredump/core.odd", ""),
        ("|/usr/share/apport/apport -p%p", "/var/crash/_usr_bin_python3.10.1000.crash", "python3.10"),
        ("/var/cores/core.%e.%p.%t", "/var/cores/core.nginx.812.1795291000", "nginx"),
        ("/var/cores/core.%e.%p.%t", "/var/cores/core.a.b.c.812.1795291000", "a.b.c"),
        ("/var/cores/%t-%E", "/var/cores/1795291000-!usr!bin!sh", "sh"),
        ("/var/cores/%e-100%%", "/var/cores/sh-100%.812", "sh"),
        ("/var/cores/core", "/var/cores/core.812", ""),
        ("/var/cores/core.%h.%e", "/var/cores/core.web-01.sh", ""),
        ("/var/cores/core.%e.%e", "/var/cores/core.sh.sh", ""),
        ("/var/cores/core.%e%", "/var/cores/core.sh", ""),
    ],
)
def test_the_program_by_the_name_of_the_file(pattern: str, path: str, program: str) -> None:
    assert dumped(pattern, path) == program


def test_a_hostile_pattern_takes_no_time() -> None:
    assert dumped("/c/" + "%p1" * 40 + "%e", "/c/" + "1" * 255) == ""
    assert dumped("/c/%e" + "%p1" * 40, "/c/" + "1" * 255) == ""


def test_hostile_names() -> None:
    assert dumped("/c/core.%e.%p", "/c/core.\x1b[31mevil\u202e.7") == "evil"


def test_none() -> None:
    text = "now 5\npattern /c/core.%p\n== dumps /c/core.*\ntotal 0 0\n"
    assert parse(text) == CoreDumps(5, "/c", 0, 0, ())
    assert parse(text.replace("total", "4 9 /c/core.1\ntotal")).latest == (CoreDump("", 4, 9),)


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("now 5\npattern core\n", NotApplicable, "each process's own folder"),
        ("now 5\npattern |/bin/false\n", NotApplicable, "handed to /bin/false"),
        ("now 5\npattern \n", NotApplicable, "writes no core dumps"),
        ("now 5\npattern /c/core\n== dumps /c/core*\nabsent /c\n", NotApplicable, "/c is not there"),
        ("now 5\npattern /c/core\n== dumps /c/core*\nclosed /c\n", NoPermission, "/c is closed"),
        ("now 5\npattern /c/core\n== dumps /c/core*\n", UnreadableOutput, "the total"),
        ("now 5\npattern /c/core\n== dumps /c/core*\nodd\ntotal 1 1\n", UnreadableOutput, "a dump"),
        ("now 5\npattern /" + "%p" * 5000 + "\n== dumps /*\ntotal 0 0\n", UnreadableOutput, "a pattern"),
        ("", UnreadableOutput, "now"),
    ],
)
def test_what_cannot_be_told(text: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        parse(text)
