"""What Nagios reads, taken apart as the plugin guidelines say it is written."""

import math
import re
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.cli import nagios
from checks.contract import Measurement, Result, State, Text, Unit
from collectors.contract import Reason
from tests.agent import reports

PERFORMANCE = re.compile(r"'((?:[^'=]|'')+)'=(?:(-?[0-9.]+)(s|%|B|)|U)(?:;(-?[0-9.]*:?)(?:;(-?[0-9.]*:?))?)?(?: |$)")


@dataclass
class Read:
    """A plugin's output as Nagios takes it apart."""

    head: str
    numbers: dict[str, tuple[float, str, str, str]]
    long: list[str]


def read(output: str) -> Read:
    first, *rest = output.split("\n")
    assert all("|" not in line for line in rest)
    head, _, performance = first.partition("|")
    assert "|" not in performance
    numbers, at = {}, 0
    performance = performance.strip()
    while at < len(performance):
        match = PERFORMANCE.match(performance, at)
        assert match, performance[at : at + 80]
        numbers[match[1].replace("''", "'")] = (
            float(match[2] or "nan"),
            match[3] or "",
            match[4] or "",
            match[5] or "",
        )
        at = match.end()
    return Read(head.strip(), numbers, rest)


def measured(item: str, *measurements: Measurement, state: State = State.OK) -> Result:
    return Result(item, state, Text(f"{item} found", "x"), measurements)


def test_exit_codes_are_those_of_the_guidelines() -> None:
    assert {state.name: code for state, code in nagios.EXIT_CODES.items()} == {
        "OK": 0, "WARN": 1, "CRIT": 2, "UNKNOWN": 3,
    }  # fmt: skip


def test_all_is_well() -> None:
    output = read(nagios.text([reports.report(0, reports.judged(reports.used("/", 0.5), reports.used("/var", 0.1)))]))
    assert output.head == "ROUNDS OK - 2 items on 1 host are fine"
    assert output.numbers == {
        "disk_usage / used": (50, "%", "80", "90"),
        "disk_usage /var used": (10, "%", "80", "90"),
    }
    assert output.long == []


def test_the_worst_comes_first_and_everything_wrong_has_a_line() -> None:
    warn, crit = reports.used("/a", 0.85), reports.used("/b", 0.95)
    unread = reports.unjudged(Reason.UNREADABLE, "expected a number", reports.CPU)
    harmless = reports.unjudged(Reason.NOT_APPLICABLE, "no tool", reports.BACKUP)
    output = read(nagios.text([reports.report(0, reports.judged(warn, crit), unread, harmless)]))
    assert output.head == "ROUNDS CRITICAL - web-01 disk_usage /b: 95.0% used (and 2 more)"
    assert output.long == [
        "web-01 disk_usage /b: 95.0% used",
        "web-01 cpu_usage: unreadable: expected a number",
        "web-01 disk_usage /a: 85.0% used",
    ]


def test_hosts_that_were_not_reached_are_unknown_and_named() -> None:
    well = reports.report(0, reports.judged(reports.used("/", 0.5)))
    output = read(nagios.text([well, reports.failed(0, Reason.REFUSED, reports.DISK, host="dead")]))
    assert output.head == "ROUNDS UNKNOWN - dead: not checked: connect timed out"
    assert list(output.numbers) == ["web-01 disk_usage / used"]


def test_nothing_judged_is_not_ok() -> None:
    assert nagios.worst_state([reports.report(0)]) is State.UNKNOWN
    assert nagios.text([reports.report(0)]) == "ROUNDS UNKNOWN - nothing was judged"


@pytest.mark.parametrize(
    ("measurement", "expected"),
    [
        (Measurement("m", 8.00780288e10, Unit.BYTES), "80078028800B"),
        (Measurement("m", 9.7e-7, Unit.RATIO, 0.9), "0.000097%;90"),
        (Measurement("m", -0.0000001, Unit.SECONDS), "0s"),
        (Measurement("m", 3, warn=7, lower=True), "3;7:"),
        (Measurement("m", 3, crit=7), "3;;7"),
        (Measurement("m", 1795282332.77, Unit.TIMESTAMP), "1795282332.77s"),
        (Measurement("m", math.inf), "U"),
        (Measurement("m", math.nan, Unit.RATIO, 0.5), "U"),
    ],
)
def test_values_have_no_exponent_and_lower_levels_are_ranges(measurement: Measurement, expected: str) -> None:
    text = nagios.text([reports.report(0, reports.judged(measured("item", measurement)))])
    assert text.endswith(f"'disk_usage item m'={expected}")
    read(text)


def test_hostile_names_break_neither_line_nor_label() -> None:
    item = "it's | a=b\n'; rm -rf /\x1b[31m\u202e"
    output = read(
        nagios.text([reports.report(0, reports.judged(measured(item, Measurement("used", 1), state=State.WARN)))])
    )
    assert len(output.long) == 1
    (label,) = output.numbers
    assert label.startswith("disk_usage it's / a_b")
    assert output.head.isprintable()


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4), st.floats())
def test_whatever_hosts_say_is_taken_apart_again(items: list[str], value: float) -> None:
    results = [measured(item, Measurement("used", value, Unit.BYTES), state=State.CRIT) for item in items]
    output = nagios.text([reports.report(0, reports.judged(*results))])
    assert len(output.encode()) <= nagios.OUTPUT_LIMIT + 100
    read(output)


def test_what_is_long_is_cut_between_characters_and_labels() -> None:
    long = "长" * 3000
    many = [measured(f"{n} {long}", Measurement("used", n, warn=1), state=State.WARN) for n in range(50)]
    output = nagios.text([reports.report(0, reports.judged(*many))])
    assert len(output.partition("|")[0].encode()) <= 1024
    assert len(output.encode()) < 8192
    taken = read(output)
    assert re.fullmatch(r"\.\.\. and \d+ more", taken.long[-1])
    assert taken.numbers
