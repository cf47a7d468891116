"""A host may answer anything: each collector and each check survives it, and takes no more than its time."""

import json
import random
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from agent.catalogue import catalogue
from agent.history import History, Plan
from agent.problems import Tracker
from exporters.daily import render
from exporters.exposition import Format
from exporters.prometheus import PrometheusExport
from tests.agent.plugins import catalogue_of, collector
from tests.exporters.mailed import mailed
from tests.hostile_answers import Long, damaged
from tests.hostile_hosts import Host
from tests.long_answers import slower_than_long, take
from tests.recordings_on_disk import recordings

NAMES = sorted(catalogue().collectors)
LIVES, ROUNDS = 30, 5

RECORDED: Mapping[str, list[bytes]] = defaultdict(list)
for _recording in recordings():
    RECORDED[_recording.collector].append(_recording.path.read_bytes().partition(b"\n")[2])


@pytest.fixture(autouse=True)
def no_wait_between_the_first_two_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.runner.BASELINE_SECONDS", 0)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    noise=st.one_of(st.binary(), st.text().map(lambda text: text.encode("utf-8", "surrogatepass"))), alone=st.booleans()
)
def test_any_bytes_are_survived(name: str, noise: bytes, alone: bool) -> None:
    """Alone, and where half of an answer came before them."""
    begin = b"" if alone else RECORDED[name][0][: len(RECORDED[name][0]) // 2]
    Host(name).answers(begin + noise)


@pytest.mark.parametrize("name", NAMES)
def test_damaged_recordings_are_survived_round_after_round(name: str) -> None:
    """Each round is compared with what the one before it made of other recordings."""
    for seed in range(LIVES):
        dice, host = random.Random(f"{name} {seed}"), Host(name)
        host.answers(dice.choice(RECORDED[name]))
        for _ in range(ROUNDS):
            host.answers(damaged(RECORDED[name], dice))


def test_what_hostile_hosts_say_can_be_told(tmp_path: Path) -> None:
    """Damaged answers for every collector, on their way through the history to the metrics and the daily log."""
    dice, tracker, export = random.Random(7), Tracker(), PrometheusExport()
    hosts, cards = [Host(name) for name in NAMES], []
    with History.open(f"sqlite:///{tmp_path}/history.db") as history:
        for host in hosts:
            for answer in (dice.choice(RECORDED[host.name]), *(damaged(RECORDED[host.name], dice) for _ in range(4))):
                report = host.answers(answer)
                kept = {name: host.plugin.facts.dump_json(facts).decode() for name, facts in report.facts.items()}
                export.observe(report)
                transitions = tracker.follow(report, dict.fromkeys(host.checks, 1))
                history.record(report, transitions, kept, report.inventory)
            cards.append(report.host)
        assert history.flush(60)
        checks = {card.name: host.cards for card, host in zip(cards, hosts, strict=True)}
        # Days end at eight.
        today = (datetime.now(UTC) + timedelta(hours=16)).date()
        day = history.publish_day(history.day(today, Plan("门户平台", tuple(cards), checks)))
        assert {name for _, name in history.restore().facts} == {host.name for host in hosts if host.facts}
    assert len(day.abnormal) > 10
    for page in (export.render(), *map(export.render_host, (card.name for card in cards))):
        assert list(text_string_to_metric_families(page.decode())) or not page
    opened = partial(export.render_host, form=Format.OPENMETRICS)
    for page in (export.render(Format.OPENMETRICS), *map(opened, (card.name for card in cards))):
        list(openmetrics.text_string_to_metric_families(page.decode()))  # the strict parser: it raises
    assert json.loads(render(day, "json"))["hosts"]
    for text in (render(day, "md"), render(day, "html"), *mailed(day)):
        assert text.encode("utf-8")
        assert not set(text) & set("\x00\x07\x08\x1b\x7f\x85\u2028\u202e\u2066"), (
            "what steers a reader's screen is shown"
        )


def quadratic(text: str) -> None:
    words = text.split()
    sum(words.index(word) for word in words)


def linear(text: str) -> None:
    for _ in range(300):
        text.split()


@pytest.mark.parametrize(("taker", "is_slow"), [(quadratic, True), (linear, False)])
def test_what_holds_each_part_against_all_others_is_found_slow(
    taker: Callable[[str], None], is_slow: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.long_answers.QUICK_SECONDS", 0.0)
    found = slower_than_long(taker, Long("words", "", "word\0 ", ""), 20_000)
    assert bool(found) is is_slow, found


# Each of these took seconds or minutes.
CLOCK = "clock 1795281149 - 100.00 10000\n"
KERNEL = "now 1795281149 +0000\nboot 1d4f6ae4-45d9-4c2e-8c3a-0c7c6a8a5a3c 100.00\n== dmesg\n"
WENT_ON = {
    "clock of ntpq": ("clock", Long("a word", f"{CLOCK}ntpq leap=00, ", "a", ", stratum=2\n")),
    "clock of adjtimex": ("clock", Long("parts", f"{CLOCK}adjtimex", " offset: 0 us status: 1 ", "\n")),
    "kernel": ("kernel_log", Long("words", f"{KERNEL}[ 1.0] ", "XFS ", "\n")),
    "event log": ("ipmi_event_log", Long("blanks", "clock 1 +0000\n== info\nEntries : 1", " ", "1\n== entries\n")),
    "apt": ("packages", Long("brackets", "now 1\n== simulation\nInst a [1] (2 b", "[x", ")\n== end 0\n")),
    "names of processes": ("listening_ports", Long("quotes", "== ss\ntcp LISTEN 0 1 *:80 *:* users:((", '"', "))\n")),
    "groups": ("listening_ports", Long("groups", "== ss\ntcp LISTEN 0 1 *:80 *:* ino:5", " cgroup:/a", "\n")),
}


@pytest.mark.parametrize("case", WENT_ON)
def test_what_went_on_for_ever_does_so_no_more(case: str) -> None:
    name, long = WENT_ON[case]
    begun = time.process_time()
    take(name, catalogue(), long.text(2**17))
    assert time.process_time() - begun < 3


@pytest.mark.parametrize("said", ["bug", "break"])
def test_what_breaks_is_found(said: str) -> None:
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        Host("broken", catalogue_of(broken=collector("echo"))).answers(said.encode())


@pytest.mark.timeout(300)
def test_long_answers_take_no_more_than_their_share_of_time() -> None:
    """What is four times as long may take four times as long. The whole recordings grow to a megabyte."""
    command = [sys.executable, "-m", "tests.long_answers", str(2**18), str(2**14), "3"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            told, _ = process.communicate(timeout=240)
        except subprocess.TimeoutExpired as late:
            process.kill()
            told = (late.stdout or b"").decode() if isinstance(late.stdout, bytes) else late.stdout or ""
    lines = [json.loads(line) for line in told.splitlines()]
    assert [line for line in lines if "slow" in line] == []
    assert lines[-1] == {"done": True}, "this one hangs"
