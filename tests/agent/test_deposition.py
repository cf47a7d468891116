"""What a round hands on of its answers: word for word, with the command that was sent."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agent.catalogue import Catalogue
from agent.deposition import command_text, heard, sha256
from agent.runner import Task, run
from checks.contract import Params
from collectors.transport.local import LocalShell
from collectors.transport.reader import LocalReader
from exporters.contract import Answer, HostCard, HostReport, Lane
from tests.agent.plugins import Words, catalogue_of, collector, compare, parse, with_arguments

HOST = HostCard("web-01", "192.0.2.1")


def round_of(
    catalogue: Catalogue, *, previous: Mapping[str, Any] | None = None, deadline: float = 10.0, **others: Any
) -> HostReport:
    params = {name: Params() for name in catalogue.checks}
    task = Task(HOST, Lane.FAST, tuple(catalogue.collectors), params, deadline, previous=previous or {})
    return run(task, LocalShell, catalogue, **others)


def test_the_facts_are_read_from_what_is_handed_on() -> None:
    report = round_of(catalogue_of(first=collector("echo ok; exit 3"), second=collector(" printf 'crit\\n\\n'\n")))
    assert report.answers == {
        "first": Answer("echo ok; exit 3", (), 3, "ok\n"),
        "second": Answer("printf 'crit\\n\\n'", (), 0, "crit\n\n"),
    }
    assert {name: parse(answer.text) for name, answer in report.answers.items()} == report.facts


def test_arguments_stand_before_the_command_as_sh_would_take_them() -> None:
    words = ("a b", "it's", "$(touch x)", "")
    report = round_of(with_arguments(catalogue_of(asked=collector('printf "<%s>" "$@"')), "asked", words))
    answer = report.answers["asked"]
    assert (answer.arguments, answer.text) == (words, "<a b><it's><$(touch x)><>")
    again = subprocess.run(["sh", "-c", command_text(answer)], capture_output=True, text=True, check=True)
    assert again.stdout == answer.text


def test_files_that_are_read_are_named_and_told() -> None:
    answer = round_of(catalogue_of(load=collector("echo ok", files=("/proc/loadavg", "/proc/version")))).answers["load"]
    assert command_text(answer) == "read_files /proc/loadavg /proc/version\necho ok"
    assert Path("/proc/version").read_text() in answer.text
    assert answer.text.endswith("ok\n")


def test_what_was_asked_twice_hands_on_what_was_judged() -> None:
    probe = "read -r up idle </proc/uptime; echo $up"
    report = round_of(catalogue_of(compared=collector(probe, compare=compare)))
    assert report.facts["compared"].text == report.answers["compared"].text.strip()


def test_what_failed_is_handed_on_as_far_as_it_came() -> None:
    report = round_of(
        catalogue_of(
            unreadable=collector("echo nonsense"),
            late=collector("echo ok; sleep 60", timeout_seconds=0.3),
            missing=collector("echo ok", needs_command="no-such-command"),
            never=collector("kill -9 $$; sleep 60"),
            unreached=collector("echo ok"),
        )
    )
    assert report.answers["unreadable"].text == "nonsense\n"
    assert report.answers["late"].text.strip() == "ok"
    assert report.answers["missing"] == Answer("echo ok", (), None, "")
    assert "unreached" not in report.answers


def test_what_psutil_tells_is_handed_on_as_json() -> None:
    read = collector("echo crit", read_local=lambda: Words("ok"))
    report = round_of(catalogue_of(read=read, asked=collector("echo warn")), reader=LocalReader())
    assert report.answers["read"] == Answer("psutil: collectors.read.read_local", (), None, '{"text":"ok","looks":1}')
    assert report.answers["asked"].text == "warn\n"


def test_a_host_that_does_not_answer_has_none() -> None:
    assert round_of(catalogue_of(slow=collector("sleep 60")), deadline=0.5).answers == {}


def test_circumstances_are_those_of_the_round() -> None:
    report = round_of(catalogue_of(first=collector("echo ok"), second=collector("echo crit")))
    (one,) = heard(report, ["first", "nobody"], lasting=True)
    assert (one.host, one.collector, one.at, one.lasting) == ("web-01", "first", report.finished_at, True)
    assert one.seconds == report.sections[0].seconds


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20), min_size=1))
def test_any_arguments_come_as_they_are(words: list[str]) -> None:
    """In one shell: what is hashed is a command that sets exactly these."""
    told = command_text(Answer('for word in "$@"; do printf "%s\\0" "$word"; done', tuple(words), 0, ""))
    done = subprocess.run(["sh", "-c", told], capture_output=True, check=True)
    assert done.stdout.decode().split("\0")[:-1] == words


def test_other_arguments_are_another_command() -> None:
    one, other = (command_text(Answer("probe", words, 0, "")).encode() for words in (("a b",), ("a", "b")))
    assert sha256(one) != sha256(other)
