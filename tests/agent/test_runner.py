"""A round against a real local shell: every way it can go."""

import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.catalogue import Catalogue
from agent.runner import Task, run
from checks.contract import Params, State
from collectors.contract import Entry, Kind, Reason, TransportError
from collectors.transport.local import LocalShell
from collectors.transport.reader import LocalReader
from collectors.transport.shell import Shell
from exporters.contract import CheckOutcome, HostCard, HostReport, Lane
from tests.agent.plugins import Words, catalogue_of, collector, compare, samples, with_arguments

HOST = HostCard("web-01", "192.0.2.1")


def task(catalogue: Catalogue, previous: Mapping[str, Any] | None = None, deadline: float = 10.0) -> Task:
    params = {name: Params() for name in catalogue.checks}
    return Task(HOST, Lane.FAST, tuple(catalogue.collectors), params, deadline, previous=previous or {})


def round_of(catalogue: Catalogue, **others: Any) -> HostReport:
    reader = others.pop("reader", None)
    return run(task(catalogue, **others), LocalShell, catalogue, reader=reader)


def outcome(report: HostReport, name: str) -> CheckOutcome:
    return next(o for o in report.outcomes if o.check.name == name)


def test_each_section_is_judged() -> None:
    report = round_of(catalogue_of(first=collector("echo ok"), second=collector("echo crit")))
    assert report.failure is None
    assert [r.state for o in report.outcomes for r in o.results] == [State.OK, State.CRIT]
    assert report.state is State.CRIT
    assert {s.collector: s.reason for s in report.sections} == {"first": None, "second": None}


@pytest.mark.parametrize(
    ("said", "reason", "state"),
    [
        ("nonsense", Reason.UNREADABLE, State.UNKNOWN),
        ("absent", Reason.NOT_APPLICABLE, None),
        ("closed", Reason.NO_PERMISSION, State.UNKNOWN),
        ("bug", Reason.BUG, State.UNKNOWN),
        ("break", Reason.BUG, State.UNKNOWN),
        ("not yet", Reason.FIRST_LOOK, None),
    ],
)
def test_what_is_not_judged_is_never_ok_and_costs_only_itself(said: str, reason: Reason, state: State | None) -> None:
    report = round_of(catalogue_of(odd=collector(f"echo '{said}'"), sound=collector("echo ok")))
    assert outcome(report, "odd").reason is reason
    assert outcome(report, "odd").state is state
    assert outcome(report, "odd").results == ()
    assert outcome(report, "sound").state is State.OK


def test_unreadable_text_is_kept() -> None:
    report = round_of(catalogue_of(odd=collector("echo nonsense")))
    assert report.raw == {"odd": "nonsense\n"}
    assert "nonsense" in outcome(report, "odd").detail


def test_a_probe_that_fails_says_with_which_status_and_words() -> None:
    report = round_of(catalogue_of(odd=collector("echo 'no such thing' >&2; exit 7")))
    assert outcome(report, "odd").reason is Reason.FAILED
    assert outcome(report, "odd").detail == "exit status 7: no such thing"


def test_a_missing_command_is_not_applicable() -> None:
    report = round_of(catalogue_of(odd=collector("echo ok", needs_command="no-such-command")))
    assert outcome(report, "odd").reason is Reason.NOT_APPLICABLE
    assert "no-such-command" in outcome(report, "odd").detail


def test_a_late_section_costs_only_itself() -> None:
    slow = collector("sleep 60", timeout_seconds=1)
    report = round_of(catalogue_of(slow=slow, sound=collector("echo ok")))
    assert outcome(report, "slow").reason is Reason.LATE
    assert outcome(report, "sound").state is State.OK


def test_a_host_that_says_nothing_until_the_deadline_is_not_checked(tmp_path: Path) -> None:
    silent = tmp_path / "sh"
    silent.write_text("#!/bin/sh\nexec sleep 60\n")
    silent.chmod(0o755)
    catalogue = catalogue_of(first=collector("echo ok"))
    report = run(task(catalogue, deadline=0.5), lambda: LocalShell(str(silent)), catalogue)
    assert report.failure is not None
    assert report.failure.reason is Reason.DEADLINE
    assert outcome(report, "first").reason is Reason.DEADLINE


def test_the_deadline_ends_the_round_and_what_came_before_is_judged() -> None:
    begun = time.monotonic()
    report = round_of(catalogue_of(sound=collector("echo warn"), stuck=collector("sleep 60")), deadline=1.0)
    assert time.monotonic() - begun < 15
    assert outcome(report, "sound").state is State.WARN
    assert outcome(report, "stuck").reason is Reason.LATE


def test_arguments_arrive_as_data() -> None:
    hostile = "a b'; echo crit; '$(echo crit)`"
    catalogue = with_arguments(catalogue_of(said=collector('printf "%s\\n" "$1"')), "said", [hostile])
    report = round_of(catalogue)
    assert report.facts["said"] == Words(hostile)


def test_a_first_look_is_two_looks_for_what_compares() -> None:
    catalogue = catalogue_of(
        rate=collector("echo ok", compare=compare), slow=collector("echo ok", compare=compare, every_seconds=3600)
    )
    report = round_of(catalogue)
    assert report.facts["rate"].looks == 2
    assert report.facts["slow"].looks == 1, "what compares over hours is not asked twice"


def test_what_is_not_applicable_is_not_asked_twice_in_every_round() -> None:
    catalogue = catalogue_of(
        counts=collector("echo ok", compare=compare), absent=collector("echo absent", compare=compare)
    )
    first = round_of(catalogue)
    begun = time.monotonic()
    later = round_of(catalogue, previous=first.facts)
    assert time.monotonic() - begun < 1.0
    assert later.facts == {"counts": Words("ok", looks=3)}
    assert outcome(later, "absent").reason is Reason.NOT_APPLICABLE


def test_facts_kept_over_a_restart_are_no_look_before() -> None:
    kept = collector("echo kept", compare=compare, keep_facts=True)
    catalogue = catalogue_of(counts=collector("echo ok", compare=compare), kept=kept)
    report = round_of(catalogue, previous={"kept": Words("kept", looks=7)})
    assert report.facts == {"counts": Words("ok", looks=2), "kept": Words("kept", looks=8)}


def test_previous_facts_are_compared_with() -> None:
    report = round_of(catalogue_of(rate=collector("echo ok", compare=compare)), previous={"rate": Words("ok", 5)})
    assert report.facts["rate"].looks == 6


def test_the_inventory_is_in_order_and_one_that_breaks_costs_only_itself() -> None:
    def tell(facts: Words) -> Iterator[Entry]:
        yield Entry(Kind.PORT, "tcp 80", facts.text)
        yield Entry(Kind.PACKAGE, "x" * 500, "y" * 500)
        yield Entry(Kind.PACKAGE, "a", "1")
        yield Entry(Kind.PACKAGE, "a", "2\0\n\x1b[31m")

    def break_down(facts: Words) -> Iterator[Entry]:
        yield Entry(Kind.PACKAGE, "a", "1")
        raise ZeroDivisionError("its own fault")

    report = round_of(
        catalogue_of(
            told=collector("echo ok", inventory=tell),
            broken=collector("echo ok", inventory=break_down),
            gone=collector("echo absent", inventory=tell),
        )
    )
    long = Entry(Kind.PACKAGE, "x" * 200, "y" * 200)
    assert report.inventory == {"told": (Entry(Kind.PACKAGE, "a", "2   [31m"), long, Entry(Kind.PORT, "tcp 80", "ok"))}
    assert outcome(report, "broken").results[0].state is State.OK


def test_samples_carry_the_facts() -> None:
    report = round_of(catalogue_of(said=collector("echo ok", samples=samples)))
    assert [s.name for s in report.samples] == ["node_words"]


def test_this_machine_is_read_through_psutil_where_that_is_better() -> None:
    read = collector("echo crit", read_local=lambda: Words("ok"))
    catalogue = catalogue_of(read=read, asked=collector("echo warn"))
    report = round_of(catalogue, reader=LocalReader())
    assert outcome(report, "read").state is State.OK
    assert outcome(report, "asked").state is State.WARN


def test_a_local_read_that_hangs_is_late_and_leaves_one_thread_at_most() -> None:
    release = threading.Event()
    hanging = collector("echo ok", read_local=lambda: release.wait(60) and Words("ok"))
    catalogue = catalogue_of(hanging=hanging, sound=collector("echo ok"))
    reader = LocalReader()
    before = threading.active_count()
    try:
        for _ in range(3):
            report = round_of(catalogue, reader=reader, deadline=1.0)
            assert outcome(report, "hanging").reason is Reason.LATE
        assert threading.active_count() <= before + 1
    finally:
        release.set()


def unreachable() -> Shell:
    raise TransportError(Reason.AUTH_FAILED, "the key was refused", "install it")


def test_the_wait_for_a_place_costs_a_host_nothing_of_its_deadline() -> None:
    catalogue = catalogue_of(first=collector("echo ok"))

    @contextmanager
    def queue() -> Iterator[None]:
        time.sleep(0.6)
        yield

    report = run(task(catalogue, deadline=0.5), LocalShell, catalogue, admission=queue())
    assert report.failure is None
    assert report.state is State.OK


def test_a_host_that_cannot_be_asked_has_every_check_not_checked() -> None:
    catalogue = catalogue_of(first=collector("echo ok"), second=collector("echo ok"))
    report = run(task(catalogue), unreachable, catalogue)
    assert report.failure is not None
    assert (report.failure.reason, report.failure.hint) == (Reason.AUTH_FAILED, "install it")
    assert [(o.reason, o.state) for o in report.outcomes] == [(Reason.AUTH_FAILED, State.UNKNOWN)] * 2
    assert report.state is State.UNKNOWN


def test_a_login_without_a_shell_is_said() -> None:
    catalogue = catalogue_of(first=collector("echo ok"))
    report = run(task(catalogue), lambda: LocalShell("false"), catalogue)
    assert report.failure is not None
    assert report.failure.reason is Reason.PROTOCOL


def test_files_are_read_for_those_who_name_them(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("crit\n")
    path = str(tmp_path / "state")
    reads = replace(collector("", files=(path,)), parse=lambda text: Words(text.removeprefix(f"== {path}\n").strip()))
    report = round_of(catalogue_of(reads=reads, both=replace(reads, probe="echo more"), runs=collector("echo ok")))
    assert report.facts["reads"] == Words("crit")
    assert report.facts["both"] == Words("crit\nmore")
    assert outcome(report, "reads").state is State.CRIT
    assert [timing.reason for timing in report.sections] == [None, None, None]
    assert all(timing.seconds is not None for timing in report.sections)


@pytest.mark.skipif(not shutil.which("renice"), reason="no renice here")
@pytest.mark.parametrize(("lane", "nice"), [(Lane.FAST, "0"), (Lane.SLOW, "19")])
def test_the_slow_lane_gives_way(lane: Lane, nice: str) -> None:
    catalogue = catalogue_of(asked=collector("nice"))
    report = run(replace(task(catalogue), lane=lane), LocalShell, catalogue)
    assert report.facts["asked"] == Words(nice)


def test_all_of_it_gone_at_once_is_missed_like_a_part_of_it() -> None:
    gone = catalogue_of(paths=collector("echo absent", compare=compare, absent=Words("crit"), every_seconds=300))
    assert outcome(round_of(gone), "paths").reason is Reason.NOT_APPLICABLE
    report = round_of(gone, previous={"paths": Words("ok", 3)})
    (result,) = outcome(report, "paths").results
    assert (result.state, report.facts["paths"]) == (State.CRIT, Words("crit", 4))
