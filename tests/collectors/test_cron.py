from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from collectors import cron
from collectors.contract import NotApplicable, UnreadableOutput
from collectors.cron import CARRIED_SECONDS, AnacronJob, Cron, compare, parse
from collectors.cron_log import FailedJob, Moment, RefusedCrontab, Told, carried, told_by
from collectors.log_lines import LogLine
from tests.collectors.in_shells import every_shell, printed

NOW = 1795291200.0
JOB = "/usr/local/bin/sync-orders --password=hunter2"


def told(*lines: tuple[float, str, int]) -> Told:
    return told_by(LogLine(NOW + at, "CRON", process, message) for at, message, process in lines)


@every_shell
def test_the_probe_runs(shell: list[str]) -> None:
    try:
        facts = parse(printed(cron.COLLECTOR, shell, "window=7200", "$(false)", "-x"))
    except NotApplicable:
        return
    assert facts.installed or facts.crontabs


def test_a_failed_job_is_named_by_its_start() -> None:
    found = told(
        (0, f"(root) CMD ({JOB})", 85),
        (0.1, "(anna) CMD (true)", 86),
        (0.2, "(CRON) error (grandchild #85 failed with exit status 127)", 84),
    )
    assert found.failed == (
        FailedJob(
            "root", "/usr/local/bin/sync-orders --password=***", pytest.approx(NOW + 0.2), "failed with exit status 127"
        ),
    )
    assert [start.name for start in found.started] == ["/usr/local/bin/sync-orders --password=***", "true"]


def test_a_failed_job_whose_start_was_not_seen() -> None:
    (job,) = told((0, "(CRON) error (grandchild #85 failed with exit status 1)", 84)).failed
    assert (job.user, job.command) == ("", "")


def test_dcron_and_busybox_name_the_job_itself() -> None:
    found = told((1, "exit status 1 from user root backup", 9))
    assert found.failed == (FailedJob("root", "backup", NOW + 1, "exit status 1"),)
    assert told((0, "USER root pid  12 cmd backup", 9)).started == (Moment("backup", NOW),)
    found = told((0, "can't execute '/bin/bash' for user root", 9))
    assert found.failed == (FailedJob("root", "/bin/bash", NOW, "can't execute"),)


@pytest.mark.parametrize(
    ("message", "crontab", "why"),
    [
        (
            "(*system*broken) ERROR (Missing newline before EOF, this crontab file will be ignored)",
            "/etc/cron.d/broken",
            "ERROR (Missing newline before EOF, this crontab file will be ignored)",
        ),
        ("(*system*) BAD FILE MODE (/etc/crontab)", "/etc/crontab", "BAD FILE MODE (/etc/crontab)"),
        ("(root) WRONG FILE OWNER (/etc/cron.d/x)", "/etc/cron.d/x", "WRONG FILE OWNER (/etc/cron.d/x)"),
        ("(anna) ORPHAN (no passwd entry)", "crontab of anna", "ORPHAN (no passwd entry)"),
        ("(CRON) bad minute (/etc/cron.d/x)", "/etc/cron.d/x", "bad minute (/etc/cron.d/x)"),
        ("Error: bad minute; while reading /etc/cron.d/x", "/etc/cron.d/x", "bad minute"),
    ],
)
def test_a_refused_crontab(message: str, crontab: str, why: str) -> None:
    assert told((0, message, 1)).refused == (RefusedCrontab(crontab, NOW, why),)


@pytest.mark.parametrize(
    "message", ["(CRON) INFO (Running @reboot jobs)", "(root) MAIL (mailed 3 bytes)", "(root) END (x)", ""]
)
def test_what_tells_of_no_trouble(message: str) -> None:
    assert told((0, message, 1)) == Told()


def test_a_crontab_that_is_read_again_is_mended_or_refused_anew() -> None:
    bad, again = (0, "(*system*x) ERROR (Syntax error)", 1), "(*system*x) RELOAD (/etc/cron.d/x)"
    mended = told(bad, (5, again, 1))
    assert mended.refused == ()
    assert mended.read_again == (Moment("/etc/cron.d/x", NOW + 5),)
    assert carried(told(bad), mended, 0.0).refused == ()
    assert (
        carried(told(bad), told((5, again, 1), (5, "(*system*x) ERROR (Syntax error)", 1)), 0.0).refused[0].at
        == NOW + 5
    )
    # Told anew in the same breath, although the journal is read twice.
    twice = told((5, again, 1), (5, "(*system*x) ERROR (Syntax error)", 1))
    assert carried(twice, twice, 0.0).refused == twice.refused


@pytest.mark.parametrize("begun", ["(CRON) INFO (pidfile fd = 3)", "(CRON) STARTUP (1.5.7)"])
def test_cron_reads_all_crontabs_when_it_begins(begun: str) -> None:
    bad = (0, "(*system*x) ERROR (Syntax error)", 1)
    assert told(bad, (5, begun, 1)).refused == ()
    assert carried(told(bad), told((5, begun, 1)), 0.0).refused == ()
    anew = told((5, begun, 1), (5, "(*system*x) ERROR (Syntax error)", 1))
    assert carried(told(bad), anew, 0.0).refused == anew.refused != ()


def test_a_crontab_that_is_gone_is_no_problem() -> None:
    text = f"now {NOW:.0f} +0000\ninstalled cron\nrunning\ncrontab /etc/crontab\n== log journal\n"
    lines = "".join(
        f"{NOW - 60:.6f} web-01 cron[1]: {what} ERROR (Syntax error)\n" for what in ("(*system*x)", "(anna)")
    )
    first = parse(text + lines)
    assert [one.crontab for one in compare(first, parse(text + lines)).told.refused] == ["crontab of anna"]


def test_failures_are_carried_once_each() -> None:
    failure = (0, "(CRON) error (grandchild #85 failed with exit status 1)", 84)
    both = carried(
        told(failure), told(failure, (60, "(CRON) error (grandchild #99 failed with exit status 2)", 98)), 0.0
    )
    assert [(job.at, job.how) for job in both.failed] == [(NOW + 60, "failed with exit status 2")]
    assert carried(told(failure), told(), NOW + 1).failed == ()


def test_facts_are_carried_over_a_restart_of_the_agent() -> None:
    text = f"now {NOW:.0f} +0000\ninstalled cron\nrunning\ncrontab /etc/cron.d/x\n== log journal\n"
    line = f"{NOW - 60:.6f} web-01 cron[1]: (*system*x) ERROR (Syntax error)\n"
    first = parse(text + line)
    kept = TypeAdapter(Cron).validate_json(TypeAdapter(Cron).dump_json(first))
    later = replace(parse(text), now=NOW + 9000, watched_since=NOW + 9000)
    both = compare(kept, later)
    assert (both.told.refused, both.watched_since) == (first.told.refused, NOW)
    late = replace(later, now=NOW + CARRIED_SECONDS)
    assert compare(both, late).told.refused == ()


@pytest.mark.parametrize(
    ("words", "running"),
    [("installed cron\nrunning", True), ("installed cron", False), ("hidden\ninstalled cron", None)],
)
def test_whether_it_runs(words: str, running: bool | None) -> None:
    facts = parse(f"now 5 +0000\n{words}\nanacron 7 /var/spool/anacron/cron.daily\n== log none\n")
    assert (facts.running, facts.log, facts.log_closed) == (running, "", False)
    assert facts.anacron == (AnacronJob("cron.daily", 7),)


def test_files_of_packages_want_no_cron() -> None:
    with pytest.raises(NotApplicable, match="no cron here"):
        parse("now 5 +0000\ncrontab /etc/cron.d/e2scrub_all\n== log none\n")
    assert not parse("now 5 +0000\ncrontab /var/spool/cron/anna\n== log none\n").installed


def test_a_closed_log_leaves_the_rest() -> None:
    facts = parse("now 5 +0000\ninstalled cron\nrunning\n== log closed /var/log/cron\n")
    assert (facts.log, facts.log_closed) == ("/var/log/cron", True)
    hint = "Hint: You are currently not seeing messages from other users and the system.\n"
    facts = parse(f"now 5 +0000\ninstalled cron\nrunning\n== log journal\n{hint}")
    assert (facts.running, facts.log_closed) == (True, True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now 5 +0000\ninstalled cron\n",
        "now 5 +0000\ninstalled cron\nodd\n== log none\n",
        "now x +0000\ninstalled cron\n== log none\n",
        "now 5 +0000\ninstalled cron\nanacron x /y\n== log none\n",
        "now 5 +0000\ninstalled cron\n== log journal\nFailed to open\n",
    ],
)
def test_odd_output(text: str) -> None:
    with pytest.raises(UnreadableOutput):
        parse(text)
