from dataclasses import replace

import pytest
from pydantic import ValidationError

from checks.contract import Result, State
from checks.error_log import CHECK, ErrorLogParams, evaluate
from checks.log_patterns import LogPattern
from collectors.log_lines import Kind
from collectors.system_log import Sought, SystemLog

NOW = 1795291200.0
TIMEOUT = Kind("portald", "timeout after # s", "timeout after 7 s", 60, None, NOW - 5)
RESET = Kind("sshd", "error: reset by peer <address>", "error: reset by peer 192.0.2.7", 39, None, NOW - 7)
FACTS = SystemLog("journal", NOW, 99, 3600.0, (TIMEOUT, RESET), (), compared=True)


def judged(facts: SystemLog, params: ErrorLogParams | None = None) -> dict[str, Result]:
    return {result.item: result for result in evaluate(facts, params or ErrorLogParams())}


@pytest.mark.parametrize(
    ("errors", "state", "en"),
    [
        (99, State.OK, "99 in the last hour, most by portald: timeout after 7 s"),
        (100, State.WARN, "100 in the last hour (warn at 100), most by portald: timeout after 7 s"),
        (1000, State.CRIT, "1000 in the last hour (crit at 1000), most by portald: timeout after 7 s"),
    ],
)
def test_rate(errors: int, state: State, en: str) -> None:
    result = judged(replace(FACTS, errors=errors))["errors"]
    assert (result.state, result.summary.en) == (state, en)
    assert (result.measurements[0].value, result.measurements[0].warn) == (errors, 100)


def test_nothing_in_the_log() -> None:
    result = judged(replace(FACTS, errors=0, kinds=()))["errors"]
    assert (result.state, result.summary.en, result.summary.zh) == (State.OK, "0 in the last hour", "最近一小时 0 条")


def test_a_flood_is_extrapolated() -> None:
    result = judged(replace(FACTS, errors=500, span_seconds=600.0, kinds=()))["errors"]
    assert (result.state, result.summary.en) == (State.CRIT, "500 in 10 min, 3000 an hour (crit at 1000)")


def test_new_kinds() -> None:
    new = replace(TIMEOUT, first_at=NOW - 3600)
    result = judged(replace(FACTS, kinds=(new, RESET)))["new kinds"]
    assert (result.state, result.summary.en) == (State.WARN, "1 in 1 d (warn at 1): portald: timeout after 7 s")
    assert result.summary.zh == "1 天内 1 种新错误(警告阈值 1):portald: timeout after 7 s"
    yesterday = replace(TIMEOUT, first_at=NOW - 86400)
    result = judged(replace(FACTS, kinds=(yesterday, RESET)))["new kinds"]
    assert (result.state, result.summary.en) == (State.OK, "none in 1 d, 2 known")


def test_the_first_look_knows_all() -> None:
    first = replace(FACTS, kinds=(replace(TIMEOUT, first_at=NOW - 5),), compared=False)
    result = judged(first)["new kinds"]
    assert (result.state, result.summary.en) == (State.OK, "first look, kinds known from now on: 1")


def test_ignored() -> None:
    new = replace(RESET, first_at=NOW - 5)
    results = judged(replace(FACTS, kinds=(TIMEOUT, new)), ErrorLogParams(ignore=("sshd: *reset by peer*",)))
    assert results["errors"].measurements[0].value == 60
    assert results["new kinds"].state is State.OK


@pytest.mark.parametrize(
    ("message", "matters"),
    [
        ("error: maximum authentication attempts exceeded for root from 192.0.2.7 port 5 ssh2 [preauth]", False),
        ("error: kex_exchange_identification: Connection closed by remote host", False),
        ("fatal: Timeout before authentication for 192.0.2.7 port 51234", False),
        ("error: PAM: Authentication failure for root from 192.0.2.7", False),
        ("Failed password for invalid user admin from 192.0.2.7 port 5 ssh2", False),
        ("error: Could not load host key: /etc/ssh/ssh_host_rsa_key", True),
        ("fatal: Cannot bind any address.", True),
    ],
)
def test_what_strangers_cause_at_an_open_port(message: str, matters: bool) -> None:
    for program in ("sshd", "sshd-session"):
        scanned = replace(RESET, program=program, example=message, count=5000, first_at=NOW - 5)
        results = judged(replace(FACTS, errors=5000, kinds=(scanned,)))
        assert {result.state for result in results.values()} == ({State.CRIT, State.WARN} if matters else {State.OK})


@pytest.mark.parametrize(
    ("found", "state", "en"),
    [
        ((), State.UNKNOWN, "was not looked for yet"),
        ((Sought("quota", refused=True),), State.UNKNOWN, "grep -E refuses the pattern"),
        ((Sought("quota"),), State.OK, "not seen"),
        ((Sought("quota", NOW - 3599, "imapd: over quota"),), State.CRIT, "59 min 59 s ago: imapd: over quota"),
        ((Sought("quota", NOW - 3600, "imapd: over quota"),), State.OK, "1 h ago: imapd: over quota"),
        ((Sought("quota", NOW + 60, "imapd: over quota"),), State.CRIT, "0 s ago: imapd: over quota"),
    ],
)
def test_patterns(found: tuple[Sought, ...], state: State, en: str) -> None:
    params = ErrorLogParams.model_validate({"patterns": [{"pattern": "quota", "state": "crit", "name": "mail quota"}]})
    result = judged(replace(FACTS, sought=found), params)["mail quota"]
    assert (result.state, result.summary.en) == (state, en)


def test_the_probe_is_told_what_to_look_for() -> None:
    assert CHECK.arguments is not None
    params = ErrorLogParams.model_validate({"every": "3h", "patterns": [{"pattern": "a"}, {"pattern": "b c"}]})
    assert CHECK.arguments(params) == ("window=21600", "a", "b c")
    assert CHECK.arguments(ErrorLogParams()) == ("window=7200",)


@pytest.mark.parametrize(
    "patterns",
    [[{"pattern": "a\nb"}], [{"pattern": " a"}], [{"pattern": ""}], [{"pattern": "a"}] * 2, [{"pattern": "errors"}]],
)
def test_odd_patterns_are_refused(patterns: list[dict[str, str]]) -> None:
    with pytest.raises(ValidationError):
        ErrorLogParams.model_validate({"patterns": patterns})


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("quota(", "expected a whole regular expression"),
        ("[a-z", "expected a whole regular expression"),
        (r"\d+ refused", r"grep -E knows no \d; write [0-9]"),
        ("(?i)refused", "grep -E knows no (?"),
    ],
)
def test_a_pattern_that_grep_would_refuse_or_misread_is_refused_before(pattern: str, words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        LogPattern(pattern=pattern)
    assert words in str(caught.value)


@pytest.mark.parametrize("pattern", ["[[:digit:]]+ refused", "*", "a{,3}", "no (route|space)", r"\.conf\b"])
def test_what_grep_understands_is_taken(pattern: str) -> None:
    assert LogPattern(pattern=pattern).pattern == pattern
