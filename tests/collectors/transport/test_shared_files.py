"""The files that one process reads for all collectors of a round."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from collectors.contract import Reason, UnreadableOutput
from collectors.contract.reading import blocks
from collectors.transport.deadline import Deadline
from collectors.transport.local import LocalShell
from collectors.transport.script import ScriptSection, SectionAnswer, assemble, end_mark, take_apart
from collectors.transport.shared_files import LONGEST_FILE
from tests.collectors.transport.test_script import SHELLS, ask, by_pipe, sh

__all__ = ["sh"]

MARK = "=m="


def files(*paths: Path | str, name: str = "a", probe: str = "", timeout: float | None = None) -> ScriptSection:
    return ScriptSection(name, probe, timeout_seconds=timeout, files=tuple(map(str, paths)))


def written(folder: Path, **texts: bytes) -> Mapping[str, Path]:
    for name, text in texts.items():
        (folder / name).write_bytes(text)
    return {name: folder / name for name in texts}


def test_each_section_gets_its_files_in_its_order_and_then_what_its_probe_printed(sh: str, tmp_path: Path) -> None:
    at = written(tmp_path, one=b"1\n", two=b"2\n2\n", three=b"3")
    answers = ask(
        sh,
        files(at["one"], at["three"], tmp_path / "none", name="first"),
        files(at["two"], at["one"], name="second", probe="echo said; exit 3"),
        ScriptSection("third", "echo alone"),
    )
    assert answers["first"].text == f"== {at['one']}\n1\n== {at['three']}\n3\n"
    assert answers["second"].text == f"== {at['two']}\n2\n2\n== {at['one']}\n1\nsaid\n"
    assert answers["third"].text == "alone\n"
    assert [answers[name].exit_status for name in ("first", "second", "third")] == [0, 3, 0]
    assert all(answer.reason is None and answer.seconds is not None for answer in answers.values())


def test_by_a_pipe_it_is_the_same(sh: str) -> None:
    section = files("/proc/version", "/proc/self/mountinfo")
    answer = take_apart(by_pipe(sh, assemble([section], MARK, 0.0)), MARK, [section])["a"]
    assert blocks(answer.text)["/proc/version"] == Path("/proc/version").read_text().strip()


def test_one_process_reads_them_all(sh: str) -> None:
    sections = [files("/proc/loadavg", "/proc/uptime"), files("/proc/stat", "/proc/loadavg", name="b")]
    script = assemble(sections, MARK, 0.0)
    assert script.count("/proc/loadavg") == 1
    # The fourth number of /proc/loadavg ends in the last process id given: the reader's own.
    ids = [int(ask(sh, *sections)["a"].text.splitlines()[1].split()[-1]) for _ in range(2)]
    assert ids[0] < ids[1]


def test_no_file_at_all_that_could_be_read(sh: str, tmp_path: Path) -> None:
    answers = ask(sh, files(tmp_path / "none"), files(tmp_path / "none", name="b", probe="echo yes"))
    assert (answers["a"].text, answers["a"].reason) == ("", None)
    assert answers["b"].text == "yes\n"


def test_what_cannot_be_read_although_it_may_does_not_cost_the_others(sh: str, tmp_path: Path) -> None:
    at = written(tmp_path, one=b"1\n", two=b"\n")
    answer = ask(sh, files(at["one"], tmp_path, at["two"]))["a"]
    assert answer.reason is None
    assert blocks(answer.text) == {"": "", str(at["one"]): "1", str(tmp_path): "", str(at["two"]): "\n"}


@pytest.mark.parametrize("shell", SHELLS)
def test_a_head_without_options_will_do(shell: str, tmp_path: Path) -> None:
    at = written(tmp_path, one=b"1\n", two=b"no end", three=b"")
    only = tmp_path / "bin"
    only.mkdir()
    (only / "head").write_text('#!/bin/sh\ncase $1 in -v) exit 1 ;; esac; exec /usr/bin/head "$@"\n')
    # That of this machine is not asked: as on a host where it is a link to one program for everything.
    (only / "head").chmod(0o755)
    section = files(*at.values())
    script = (
        assemble([section], MARK, 0.0).replace("PATH=$PATH", f"PATH={only}:$PATH").replace("-h /usr/bin/head", "-e /")
    )
    argv = ["busybox", "sh"] if shell == "busybox" else [shell]
    done = subprocess.run(argv, input=script.encode(), capture_output=True, check=True, timeout=20)
    text = take_apart(done.stdout, MARK, [section])["a"].text
    assert text == f"== {at['one']}\n1\n== {at['two']}\nno end\n== {at['three']}\n"


def test_bytes_of_any_kind_stay_visible(sh: str, tmp_path: Path) -> None:
    at = written(tmp_path, odd=b"\xff\x00\r\n", next=b"ok\n")
    assert ask(sh, files(*at.values()))["a"].text == f"== {at['odd']}\n\\xff\x00\n== {at['next']}\nok\n"


def test_an_endless_file_is_cut_and_only_those_who_asked_for_it_suffer(sh: str, tmp_path: Path) -> None:
    at = written(tmp_path, small=b"1\n")
    answers = ask(sh, files("/dev/zero", name="greedy"), files(at["small"], name="modest"))
    assert answers["greedy"].reason is Reason.TOO_LONG
    assert len(answers["greedy"].text) <= LONGEST_FILE + 20
    assert (answers["modest"].text, answers["modest"].reason) == (f"== {at['small']}\n1\n", None)


def test_a_file_that_bears_anothers_heading_is_noticed(sh: str, tmp_path: Path) -> None:
    at = written(tmp_path, two=b"true\n")
    at = {**written(tmp_path, one=b"1\n\n==> %s <==\nfalse\n" % bytes(at["two"])), **at}
    answers = ask(sh, files(at["one"], name="a"), files(at["two"], name="b"))
    with pytest.raises(UnreadableOutput, match="each part once"):
        blocks(answers["b"].text)


def test_a_frame_within_a_file_is_only_text(sh: str, tmp_path: Path) -> None:
    at = written(tmp_path, one=b"\n=other= end _files 0 1 2\n=other= done\n")
    assert ask(sh, files(at["one"]))["a"].text == f"== {at['one']}\n\n=other= end _files 0 1 2\n=other= done\n"


def test_a_late_probe_is_late_although_its_files_were_read(sh: str) -> None:
    answer = ask(sh, files("/proc/version", probe="sleep 60", timeout=1))["a"]
    assert answer.reason is Reason.LATE
    assert answer.text.startswith("== /proc/version\n")


def test_a_read_that_was_cut_leaves_nobody_with_half_of_it() -> None:
    sections = [files("/a"), files("/b", name="b", probe="echo"), ScriptSection("c", "echo")]
    output = f"{MARK} begin _files\n==> /a <==\nall\n\n==> /b <==\nha".encode()
    answers = take_apart(output, MARK, sections, Reason.CONNECTION_LOST)
    assert {answer.reason for answer in answers.values()} == {Reason.CONNECTION_LOST}


def test_the_readers_time_is_that_of_who_only_reads() -> None:
    output = (
        f"{MARK} begin _files\n==> /a <==\n1\n\n{MARK} end _files 0 1.00 1.25\n"
        f"{MARK} begin b\n2\n\n{MARK} end b 0 1.25 1.75\n{MARK} done\n"
    ).encode()
    answers = take_apart(output, MARK, [files("/a"), files("/a", name="b", probe="echo 2")])
    assert answers["a"] == SectionAnswer("== /a\n1\n", 0, 0.25)
    assert answers["b"] == SectionAnswer("== /a\n1\n2\n", 0, 0.5)


def test_a_star_stands_for_names_in_a_folder(sh: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "deep").mkdir(parents=True)
        (tmp_path / name / "state").write_text(f"{name}\n")
        (tmp_path / name / "deep/state").write_text("deep\n")
    answers = ask(
        sh,
        files(f"{tmp_path}/*/state", "/proc/version", name="a"),
        files(f"{tmp_path}/*/deep/state", f"{tmp_path}/*/none", name="b"),
    )
    parts = {path.removeprefix(f"{tmp_path}/"): text.strip() for path, text in blocks(answers["a"].text).items()}
    version = Path("/proc/version").read_text().strip()
    assert parts == {"": "", "one/state": "one", "two/state": "two", "/proc/version": version}
    assert list(blocks(answers["b"].text)) == ["", f"{tmp_path}/one/deep/state", f"{tmp_path}/two/deep/state"]
    assert answers["b"].reason is None


@pytest.mark.parametrize("shell", SHELLS)
def test_more_files_than_fit_into_one_command_line_are_read_all(shell: str, tmp_path: Path) -> None:
    """A host with some thousand interfaces has so many; the least line that Linux grants holds 128 KiB."""
    name = "an-interface-with-a-name-that-makes-long-paths-".ljust(290 - len(f"{tmp_path}/00000/mtu"), "x")
    for number in range(2100):
        (tmp_path / f"{name}{number:05}").mkdir()
        (tmp_path / f"{name}{number:05}/mtu").write_text(f"{number}")
    section = files("/proc/version", f"{tmp_path}/*/mtu", "/proc/loadavg")
    limited = ["prlimit", "--stack=524288", *(["busybox", "sh"] if shell == "busybox" else [shell])]
    script = assemble([section], MARK, 0.0).encode()
    done = subprocess.run(limited, input=script, capture_output=True, check=True, timeout=20)
    found = blocks(take_apart(done.stdout, MARK, [section])["a"].text, "/proc/version", "/proc/loadavg")
    numbers = [int(text) for path, text in found.items() if path.endswith("/mtu")]
    assert numbers == list(range(2100))


@pytest.mark.parametrize("path", ["relative", "/a b", "/a*", "/*/*", "/a**/b", "/a\n/b", "/$(id)", "", "/", "/é"])
def test_what_is_no_plain_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        assemble([files(path)], MARK, 0.0)


def test_this_machines_files_are_read_whole() -> None:
    paths = ("/proc/stat", "/proc/meminfo", "/proc/net/dev", "/proc/self/mountinfo")
    section = files(*paths)
    answer = LocalShell().run(assemble([section], MARK, 0.0), Deadline(10), end_mark(MARK))
    found = blocks(take_apart(answer.output, MARK, [section], answer.cut)["a"].text, *paths)
    for path in paths:
        assert found[path].count("\n") >= Path(path).read_text().count("\n") - 3
