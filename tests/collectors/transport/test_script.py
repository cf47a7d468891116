"""The framed script, run by the shells that hosts have as `sh`."""

import functools
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors.contract import Reason
from collectors.transport.deadline import Deadline
from collectors.transport.local import LocalShell
from collectors.transport.script import ScriptSection, SectionAnswer, assemble, end_mark, take_apart
from tests.collectors.transport.conftest import SOON, is_gone

MARKER = "=mark-5f2e="
SHELLS = ["dash", "bash", "busybox", "mksh", "ksh"]

# What an attacker, a careless person or another country would put into a path.
HOSTILE = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("'\"`$(){}[]<>|&;!#*?~\\ \t\n\r-=%^")),
        st.characters(exclude_characters="\0", codec="utf-8"),
    ),
    max_size=12,
)


@pytest.fixture(params=SHELLS)
def sh(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The path of a program `sh` that is the shell of this name."""
    found = shutil.which(request.param)
    if found is None:
        pytest.skip(f"no {request.param} here")
    link = tmp_path / "sh"  # also busybox knows by its name what to be
    link.symlink_to(found)
    return str(link)


def ask(sh: str, *sections: ScriptSection, seconds: float = 20.0) -> dict[str, SectionAnswer]:
    script = assemble(sections, MARKER, sent_at=1000.0)
    answer = LocalShell(sh).run(script, Deadline(seconds), end_mark(MARKER))
    return dict(take_apart(answer.output, MARKER, sections, answer.cut))


def by_pipe(sh: str, script: str) -> bytes:
    """As sshd hands the script over."""
    return subprocess.run([sh], input=script.encode(), capture_output=True, check=True, timeout=20).stdout


def test_sections_come_back_with_status_and_duration(sh: str) -> None:
    answers = ask(
        sh,
        ScriptSection("first", "echo one; printf 'two'"),
        ScriptSection("second", "false"),
        ScriptSection("third", 'sleep 0.3; echo "$sent_at"', timeout_seconds=10),
        ScriptSection("fourth", "exit 7", timeout_seconds=10),
    )
    assert answers["first"].text == "one\ntwo"
    assert (answers["first"].exit_status, answers["first"].reason) == (0, None)
    assert (answers["second"].text, answers["second"].exit_status) == ("", 1)
    assert answers["third"].text == "1000.000\n"
    assert 0.2 <= (answers["third"].seconds or 0) < SOON
    assert (answers["fourth"].exit_status, answers["fourth"].reason) == (7, None)


def test_by_a_pipe_it_is_the_same(sh: str) -> None:
    section = ScriptSection("long", "cat <<'EOF'\n" + "a line of a long probe\n" * 3000 + "EOF")
    answer = take_apart(by_pipe(sh, assemble([section], MARKER, 0.0)), MARKER, [section])["long"]
    assert answer.text == "a line of a long probe\n" * 3000
    assert answer.exit_status == 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arguments=st.lists(HOSTILE, max_size=6).map(tuple))
def test_arguments_are_data(sh: str, arguments: tuple[str, ...]) -> None:
    section = ScriptSection("echo_back", 'for a in "$@"; do printf "%s\\000" "$a"; done | od -An -v -tx1', arguments)
    text = ask(sh, section)["echo_back"].text
    assert bytes.fromhex("".join(text.split())) == b"".join(a.encode() + b"\0" for a in arguments)


def test_bytes_that_are_not_utf8_stay_visible(sh: str) -> None:
    section = ScriptSection("odd", "printf '\\377\\r\\n%s' \"$1\"", (os.fsdecode(b"\xfe"),))
    assert ask(sh, section)["odd"].text == "\\xff\n\\xfe"


def test_a_late_section_costs_only_itself(sh: str) -> None:
    begun = time.monotonic()
    answers = ask(
        sh,
        ScriptSection("before", "echo before"),
        ScriptSection("late", "echo begun; sleep 60; echo never", timeout_seconds=1),
        ScriptSection("after", "echo after"),
    )
    assert time.monotonic() - begun < 1 + SOON
    assert answers["late"].reason is Reason.LATE
    assert answers["late"].text == "begun\n"
    assert (answers["before"].text, answers["after"].text) == ("before\n", "after\n")
    assert answers["after"].reason is None


def test_what_a_late_section_started_is_killed_with_it(sh: str, tmp_path: Path) -> None:
    probe = 'sh -c \'trap "" TERM; echo $$ >' + str(tmp_path / "pid") + '; sh -c "sleep 60; true"; true\' | cat'
    answers = ask(sh, ScriptSection("late", probe, timeout_seconds=1), ScriptSection("after", "echo after"))
    assert answers["late"].reason is Reason.LATE
    assert answers["after"].text == "after\n"
    assert is_gone(int((tmp_path / "pid").read_text()))


def test_sections_in_time_wait_for_no_watchdog_and_leave_none(sh: str) -> None:
    """A watchdog that ends by a trap misses the signal that comes just before its `wait`, and holds everything up."""
    sections = [ScriptSection("quick" + "y" * n, "echo quick" + "; :" * n, timeout_seconds=45.678) for n in range(40)]
    begun = time.monotonic()
    answers = ask(sh, *sections)
    assert time.monotonic() - begun < SOON
    assert {answer.text for answer in answers.values()} == {"quick\n"}
    limit = time.monotonic() + SOON
    while _sleepers() and time.monotonic() < limit:
        time.sleep(0.02)
    assert _sleepers() == []


def test_sections_in_a_row_share_a_watchdog_and_each_has_its_limit(sh: str) -> None:
    """The first uses up a part of the watchdog's time, the second is killed by it, the third gets one of its own."""
    begun = time.monotonic()
    answers = ask(
        sh,
        ScriptSection("quick", "echo quick", timeout_seconds=3),
        ScriptSection("late", "echo begun; sleep 60", timeout_seconds=3),
        ScriptSection("after", "sleep 1; echo after", timeout_seconds=3),
        ScriptSection("other", "sleep 1; echo other", timeout_seconds=1.5),
        ScriptSection("free", "sleep 2; echo free"),
        ScriptSection("last", "echo begun; sleep 60", timeout_seconds=2),
    )
    assert time.monotonic() - begun < 9 + SOON
    assert {name: answer.reason for name, answer in answers.items() if answer.reason} == {
        "late": Reason.LATE,
        "last": Reason.LATE,
    }
    assert {name: answer.text.strip() for name, answer in answers.items()} == {
        "quick": "quick",
        "late": "begun",
        "after": "after",
        "other": "other",
        "free": "free",
        "last": "begun",
    }


def test_without_a_list_of_children_each_section_has_its_watchdog(sh: str) -> None:
    sections = [
        ScriptSection("quick", "echo quick", timeout_seconds=1),
        ScriptSection("late", "echo begun; exec sleep 60", timeout_seconds=1),
        ScriptSection("after", "echo after", timeout_seconds=1),
    ]
    script = assemble(sections, MARKER, sent_at=1000.0).replace("/children", "/no-children")
    answer = LocalShell(sh).run(script, Deadline(20), end_mark(MARKER))
    found = take_apart(answer.output, MARKER, sections, answer.cut)
    assert [found[section.name].reason for section in sections] == [None, Reason.LATE, None]


def _sleepers() -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if b"sleep\0" + b"45.678" in path.read_bytes():
                found.append(path.parent.name)
        except OSError:
            continue
    return found


def test_a_command_that_is_missing(sh: str) -> None:
    answers = ask(
        sh,
        ScriptSection("absent", "no-such-command", needs_command="no-such-command"),
        ScriptSection("present", "echo yes", needs_command="cat"),
    )
    assert answers["absent"].reason is Reason.NOT_APPLICABLE
    assert answers["present"].text == "yes\n"


def test_a_probe_reads_nothing_and_breaks_nothing_for_the_next(sh: str) -> None:
    answers = ask(
        sh,
        ScriptSection("greedy", "cat; exec >/dev/null; cd /tmp; PATH=; name=x; set -e; false"),
        ScriptSection("after", "echo ok; ls -d /", timeout_seconds=5),
    )
    assert answers["greedy"].text == ""
    assert answers["after"].text == "ok\n/\n"


def test_the_language_is_c_and_the_path_has_sbin(sh: str) -> None:
    text = ask(sh, ScriptSection("env", 'echo "$LC_ALL:$PATH"'))["env"].text
    assert text.startswith("C:")
    assert ":/usr/sbin:/sbin" in text


def test_the_deadline_leaves_what_came_and_marks_the_rest(sh: str) -> None:
    answers = ask(
        sh,
        ScriptSection("done", "echo done"),
        ScriptSection("stuck", "echo half; sleep 60"),
        ScriptSection("never", "echo never"),
        seconds=1.5,
    )
    assert (answers["done"].text, answers["done"].reason) == ("done\n", None)
    assert (answers["stuck"].text, answers["stuck"].reason) == ("half\n", Reason.LATE)
    assert (answers["never"].text, answers["never"].reason) == ("", Reason.LATE)


def test_a_script_that_was_cut_does_nothing(sh: str, tmp_path: Path) -> None:
    """Half a script must not run: a connection may break anywhere."""
    trace = tmp_path / "ran"
    script = assemble([ScriptSection("write", f"echo x >>{trace}")], MARKER, 0.0).encode()
    for length in range(0, len(script) - len("main\n"), 97):
        subprocess.run([sh], input=script[:length], capture_output=True, check=False, timeout=20)
    assert not trace.exists()
    subprocess.run([sh], input=script, capture_output=True, check=False, timeout=20)
    assert trace.exists()


@pytest.mark.skipif(not shutil.which("ionice"), reason="no ionice here")
def test_what_is_slow_gives_way(sh: str) -> None:
    section = ScriptSection("how", "nice; ionice -p $$; ionice", timeout_seconds=10)
    for idly, expected in ((True, ["19", "idle", "idle"]), (False, ["0"])):
        script = assemble([section], MARKER, 0.0, idly=idly)
        text = take_apart(by_pipe(sh, script), MARKER, [section])["how"].text
        assert text.split()[: len(expected)] == expected


def test_without_the_commands_for_it_nothing_is_said(sh: str, tmp_path: Path) -> None:
    section = ScriptSection("a", "echo said")
    script = assemble([section], MARKER, 0.0, idly=True).replace("PATH=$PATH:/usr/local/sbin", f"PATH={tmp_path}", 1)
    script = script.replace(":/usr/sbin:/sbin", "")
    done = subprocess.run([sh], input=script.encode(), capture_output=True, check=True, timeout=20)
    assert done.stderr == b""
    assert take_apart(done.stdout, MARKER, [section])["a"].text == "said\n"


def test_noise_around_the_frames_is_ignored() -> None:
    sections = [ScriptSection("a", ""), ScriptSection("b", "")]
    output = (
        b"Welcome!\r\nbash: warning\n=mark-5f2e= begin a\nhello\n\n=mark-5f2e= end a 0 10.00 10.25\n"
        b"more noise\n=mark-5f2e= begin b\n\n=mark-5f2e= end b 1 10.25 10.26\n=mark-5f2e= done\nlogout\n"
    )
    answers = take_apart(output, MARKER, sections)
    assert answers["a"] == SectionAnswer("hello\n", 0, 0.25)
    assert answers["b"] == SectionAnswer("", 1, 0.01)


def test_another_rounds_marker_is_only_text() -> None:
    section = ScriptSection("a", "")
    output = b"=mark-5f2e= begin a\n=other= end a 0\n\n=mark-5f2e= end a 0 1 2\n"
    assert take_apart(output, MARKER, [section])["a"].text == "=other= end a 0\n"


@pytest.mark.parametrize(
    ("cut", "reason"),
    [
        (None, Reason.FAILED),
        (Reason.DEADLINE, Reason.LATE),
        (Reason.CONNECTION_LOST, Reason.CONNECTION_LOST),
        (Reason.TOO_LONG, Reason.TOO_LONG),
        (Reason.INTERRUPTED, Reason.INTERRUPTED),
    ],
)
def test_why_a_section_is_not_complete(cut: Reason | None, reason: Reason) -> None:
    sections = [ScriptSection("a", ""), ScriptSection("b", "")]
    answers = take_apart(b"=mark-5f2e= begin a\nhal", MARKER, sections, cut)
    assert answers["a"] == SectionAnswer("hal", None, None, reason)
    assert answers["b"] == SectionAnswer("", None, None, reason)


@functools.cache
def whole_answer() -> bytes:
    sections = [ScriptSection("a", "echo a"), ScriptSection("b", "seq 30"), ScriptSection("c", "echo c; exit 2")]
    return LocalShell().run(assemble(sections, MARKER, 0.0), Deadline(SOON), end_mark(MARKER)).output


@settings(max_examples=100, deadline=None)
@given(length=st.integers(min_value=0, max_value=400), noise=st.binary(max_size=20))
def test_an_answer_cut_anywhere_is_taken_apart(length: int, noise: bytes) -> None:
    sections = [ScriptSection("a", ""), ScriptSection("b", ""), ScriptSection("c", "")]
    whole = whole_answer()
    answers = take_apart(noise + b"\n" + whole[:length], MARKER, sections, Reason.CONNECTION_LOST)
    complete = take_apart(whole, MARKER, sections)
    for name, answer in answers.items():
        assert answer.reason is Reason.CONNECTION_LOST or answer.text == complete[name].text


def test_a_name_that_could_be_code_is_refused() -> None:
    with pytest.raises(ValueError, match="not a section name"):
        assemble([ScriptSection("a; rm -rf /", "echo")], MARKER, 0.0)


def test_no_frame_can_be_forged_by_a_probe() -> None:
    """The marker is not in the script where a probe's text would print it by accident."""
    script = assemble([ScriptSection("a", "set; env")], MARKER, 0.0)
    assert len(re.findall(re.escape(MARKER), script)) == 1
