"""Lists and quarantines of spam filters, in real folders through the real probe."""

import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from checks import spam_lists, spam_quarantine
from checks.contract import Params, Result, State
from checks.spam_lists import SpamListsParams
from checks.spam_quarantine import SpamQuarantineParams
from collectors.contract import UnreadableOutput
from collectors.spam_filter import COLLECTOR, SpamFilter, compare, parse
from collectors.spam_stores import Quarantine, Rules, SpamList
from tests.collectors.in_shells import every_shell, printed

NOW, DAY = 1_795_304_084, 86400
NOTHING = SpamFilter(NOW, (), (), None, (), ())
BLOCKED = SpamList("/etc/blocked", "", 1000, NOW - 3600)


def lists(facts: SpamFilter, **params: object) -> list[Result]:
    return list(spam_lists.evaluate(facts, SpamListsParams.model_validate(params)))


def quarantines(facts: SpamFilter, **params: object) -> list[Result]:
    return list(spam_quarantine.evaluate(facts, SpamQuarantineParams.model_validate(params)))


def of(one: SpamList, **params: object) -> Result:
    (result,) = lists(replace(NOTHING, lists=(one,)), **params)
    return result


def test_nothing_found_nothing_judged() -> None:
    assert lists(NOTHING) == []
    assert quarantines(NOTHING) == []


def test_a_list() -> None:
    result = of(BLOCKED)
    assert (result.item, result.state, result.summary.en) == (
        "/etc/blocked",
        State.OK,
        "1000 entries, written 1 h ago",
    )
    assert result.summary.zh == "1000 条,写入于 1 小时前"
    assert of(BLOCKED, lists=[{"name": "blocked", "file": "/etc/blocked"}]).item == "blocked"
    assert of(replace(BLOCKED, kind="blocklist_from")).item == "/etc/blocked blocklist_from"


@pytest.mark.parametrize(
    ("entries", "params", "state"),
    [
        (1, {}, State.OK),
        (9, {"entries": {"warn": 10}}, State.WARN),
        (10, {"entries": {"warn": 10}}, State.OK),
        (0, {"entries": {"warn": 10, "crit": 1}}, State.CRIT),
        (9, {"age": {"warn": "1h"}}, State.WARN),
        (9, {"age": {"warn": "2h"}}, State.OK),
    ],
)
def test_levels_of_a_list(entries: int, params: dict[str, object], state: State) -> None:
    assert of(replace(BLOCKED, entries=entries), **params).state is state


def test_a_list_that_shrank() -> None:
    first = replace(NOTHING, lists=(BLOCKED,))
    then = replace(NOTHING, now=NOW + DAY, lists=(replace(BLOCKED, entries=400),))
    seen = compare(first, then)
    (result,) = lists(seen)
    assert result.state is State.WARN
    assert result.summary.en == "400 entries, were 1000 (warn when more than 50 % go), written 1 d 1 h ago"
    assert lists(seen, shrink=60)[0].state is State.OK
    assert lists(seen, shrink=None)[0].state is State.OK
    # It is carried on, and shown no longer than it is to be.
    later = compare(seen, replace(then, now=NOW + 9 * DAY))
    assert lists(replace(later, now=NOW + 8 * DAY - 1))[0].state is State.WARN
    assert lists(later)[0].state is State.OK
    # Filled again, it is well.
    assert lists(compare(seen, replace(first, now=NOW + 2 * DAY)))[0].state is State.OK


def test_lists_that_are_not_there() -> None:
    params = {"lists": [{"name": "a", "file": "/a"}, {"name": "b", "file": "/b"}, {"name": "c", "file": "/c"}]}
    results = lists(replace(NOTHING, absent=("/a",), closed=("/b",)), **params)
    assert [(one.item, one.state) for one in results] == [
        ("a", State.CRIT),
        ("b", State.UNKNOWN),
        ("c", State.UNKNOWN),
    ]


@pytest.mark.parametrize(
    ("rules", "state", "words"),
    [
        (Rules(1905001, NOW - 6 * DAY), State.OK, "1905001, updated 6 d ago"),
        (Rules(None, NOW - 7 * DAY), State.WARN, "updated 7 d ago (warn at 7 d)"),
        (Rules(1905001, NOW - 30 * DAY), State.CRIT, "1905001, updated 30 d ago (crit at 30 d)"),
        (Rules(None, None), State.WARN, "only the package's rules: sa-update never ran"),
    ],
)
def test_rules(rules: Rules, state: State, words: str) -> None:
    (result,) = lists(replace(NOTHING, rules=rules))
    assert (result.item, result.state, result.summary.en) == ("spamassassin rules", state, words)


@pytest.mark.parametrize(
    ("messages", "age", "params", "state", "words"),
    [
        (0, None, {}, State.OK, "empty"),
        (5, DAY, {}, State.OK, "5 messages, 1.95 KiB, oldest 1 d"),
        (5, 30 * DAY, {}, State.WARN, "5 messages, 1.95 KiB, oldest 30 d (warn at 30 d)"),
        (5, 40 * DAY, {"oldest": {"crit": "40d"}}, State.CRIT, "oldest 40 d (crit at 40 d)"),
        (10_000, DAY, {}, State.WARN, "10000 messages (warn at 10000)"),
        (5, DAY, {"size": {"crit": "1KiB"}}, State.CRIT, "1.95 KiB (crit at 1 KiB)"),
    ],
)
def test_a_quarantine(messages: int, age: int | None, params: dict[str, object], state: State, words: str) -> None:
    kept = Quarantine("/q", messages, 2000, None if age is None else NOW - age)
    (result,) = quarantines(replace(NOTHING, quarantines=(kept,)), **params)
    assert (result.item, result.state) == ("/q", state)
    assert words in result.summary.en


def test_quarantines_that_cannot_be_seen() -> None:
    params = {"quarantines": [{"name": "a", "folder": "/a"}, {"name": "b", "folder": "/b"}]}
    facts = replace(NOTHING, absent=("/a",), closed=("/b", "/var/lib/amavis/virusmails", "/etc/a-list"))
    assert [(one.item, one.state) for one in quarantines(facts, **params)] == [
        ("/var/lib/amavis/virusmails", State.UNKNOWN),
        ("a", State.CRIT),
        ("b", State.UNKNOWN),
    ]


@every_shell
def test_real_files(shell: list[str], tmp_path: Path) -> None:
    listed = tmp_path / "blocked senders"
    listed.write_text("# blocked\na@example.org\n\n  # more\nb@example.org REJECT\n")
    folder = tmp_path / "quarantine"
    (folder / "in here").mkdir(parents=True)
    for number in range(3):
        (folder / "in here" / f"spam {number}").write_text("12345")
    os.utime(folder / "in here" / "spam 1", (NOW - DAY, NOW - DAY))
    asked = SpamListsParams.model_validate(
        {"lists": [{"name": "b", "file": str(listed)}, {"name": "g", "file": "/g/g"}]}
    )
    also = SpamQuarantineParams.model_validate({"quarantines": [{"name": "q", "folder": str(folder)}]})
    output = printed(COLLECTOR, shell, *spam_lists.arguments(asked), *spam_quarantine.arguments(also))
    assert "example.org" not in output
    facts = parse(output)
    assert (facts.lists[-1].path, facts.lists[-1].entries) == (str(listed), 2)
    assert facts.quarantines[-1] == Quarantine(str(folder), 3, 15, NOW - DAY)
    assert facts.absent == ("/g/g",)


@pytest.mark.parametrize(
    ("model", "one"),
    [
        (SpamListsParams, {"lists": [{"name": "a", "file": "a"}]}),
        (SpamListsParams, {"lists": [{"name": "", "file": "/a"}]}),
        (SpamListsParams, {"lists": [{"name": "a", "file": "/a\nb"}]}),
        (SpamQuarantineParams, {"quarantines": [{"name": "a", "folder": "q"}]}),
        (SpamListsParams, {"lists": [{"name": "a", "file": "/a"}, {"name": "a", "file": "/b"}]}),
        (SpamQuarantineParams, {"quarantines": [{"name": "a", "folder": "/a"}, {"name": "a", "folder": "/b"}]}),
    ],
)
def test_what_is_refused(model: type[Params], one: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        model.model_validate(one)


@every_shell
def test_a_quarantine_with_a_closed_folder_in_it_is_not_empty(shell: list[str]) -> None:
    folder = Path(tempfile.mkdtemp(prefix="rounds-quarantine-"))
    try:
        (folder / "a").mkdir(mode=0o700)
        (folder / "a/spam-1").write_text("x")
        folder.chmod(0o755)
        as_login = ["setpriv", "--reuid=65534", "--clear-groups", *shell] if os.geteuid() == 0 else shell
        if os.geteuid() != 0:
            (folder / "a").chmod(0)
        facts = parse(printed(COLLECTOR, as_login, f"quarantine:{folder}"))
    finally:
        (folder / "a").chmod(0o700)
        shutil.rmtree(folder)
    assert facts.quarantines == ()
    assert facts.closed == (str(folder),)


@pytest.mark.parametrize("line", ["quarantine 1 2 3 ", "quarantine 1 2 3 relative", "closed list ", "absent x"])
def test_a_place_without_a_path_is_no_place(line: str) -> None:
    with pytest.raises(UnreadableOutput):
        parse(f"now 1795281149\n{line}")
