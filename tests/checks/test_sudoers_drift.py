from dataclasses import replace

import pytest

from checks.contract import Result, State
from checks.sudoers_drift import SudoersDriftParams, evaluate
from collectors.sudoers import Rule, Sudoers, SudoersFile, compare, inventory

ROOT = Rule("root", "ALL = (ALL : ALL) ALL")
SUDO = Rule("%sudo", "ALL = (ALL : ALL) ALL")
WEB = Rule("deploy", "ALL = (root) NOPASSWD: /usr/bin/systemctl restart nginx")
EVIL = Rule("mallory", "ALL = (ALL) NOPASSWD: ALL")
PTY = Rule("Defaults", "use_pty")
FILES = (SudoersFile("/etc/sudoers", 0o440, 0), SudoersFile("/etc/sudoers.d", 0o755, 0))
FIRST = Sudoers((PTY, ROOT, SUDO, WEB), FILES)


def judged(facts: Sudoers, **params: object) -> dict[str, Result]:
    return {one.item: one for one in evaluate(facts, SudoersDriftParams.model_validate(params))}


def after(*rules: Rule) -> Sudoers:
    return compare(FIRST, replace(FIRST, rules=rules))


def test_what_is_there_at_the_first_look_is_meant() -> None:
    found = judged(FIRST)
    assert set(found) == {"sudoers files", "Defaults", "root", "%sudo", "deploy"}
    assert {one.state for one in found.values()} == {State.OK}
    assert judged(after(*FIRST.rules)) == found


def test_a_new_line_is_found_and_clears() -> None:
    found = judged(after(*FIRST.rules, EVIL))
    assert {item for item, one in found.items() if one.state is not State.OK} == {"mallory"}
    assert found["mallory"].state is State.CRIT
    assert found["mallory"].summary.en == (
        "new: ALL = (ALL) NOPASSWD: ALL; all without a password: ALL = (ALL) NOPASSWD: ALL"
    )
    assert judged(after(*FIRST.rules)) == judged(FIRST)


def test_more_for_somebody_who_had_some() -> None:
    more = Rule("deploy", "ALL = (root) /usr/bin/vi")
    found = judged(after(*FIRST.rules, more), unexpected="warn")["deploy"]
    assert (found.state, found.summary.en) == (State.WARN, "new: ALL = (root) /usr/bin/vi")


def test_rules_are_counted() -> None:
    assert judged(FIRST)["Defaults"].summary.en == "1 rule"
    assert judged(replace(FIRST, rules=(ROOT, replace(ROOT, text="ALL = /bin/ls"))))["root"].summary.en == "2 rules"


def test_rules_that_cannot_be_parsed_have_not_gone_from_the_inventory() -> None:
    broken = Sudoers((), FIRST.files, broken="line 3")
    once = compare(FIRST, broken)
    assert list(inventory(once)) == list(inventory(FIRST))
    assert list(inventory(compare(once, broken))) == list(inventory(FIRST))
    assert list(inventory(compare(once, replace(FIRST, rules=(ROOT,))))) == list(
        inventory(replace(FIRST, rules=(ROOT,)))
    )
    assert set(judged(once)) == {"sudoers files"}


def test_a_rule_that_is_gone_is_told_and_fine() -> None:
    found = judged(after(ROOT, SUDO, WEB))["Defaults"]
    assert (found.state, found.summary.en) == (State.OK, "0 rules; gone: use_pty")


def test_a_list_overrides_the_first_look() -> None:
    found = judged(after(*FIRST.rules, EVIL), allowed=["* ALL = (ALL : ALL) ALL", "Defaults *"])
    assert {item for item, one in found.items() if one.state is State.CRIT} == {"deploy", "mallory"}
    assert found["deploy"].summary.en.startswith("not allowed: ALL = (root) NOPASSWD")


@pytest.mark.parametrize(
    ("rule", "is_all"),
    [
        (EVIL, True),
        (replace(EVIL, text="ALL = NOPASSWD: ALL"), True),
        (replace(EVIL, text="ALL = (root) NOPASSWD: NOEXEC: /bin/a, ALL"), True),
        (replace(EVIL, text="ALL = (a, b) NOPASSWD: /bin/a, PASSWD: ALL"), False),
        (replace(EVIL, text="ALL = (ALL) ALL"), False),
        (WEB, False),
        (Rule("Defaults", "!authenticate"), True),
        (Rule("Defaults", ":bob env_reset, !authenticate"), True),
    ],
)
def test_all_without_a_password(rule: Rule, is_all: bool) -> None:
    facts = replace(FIRST, rules=(rule,))
    found = judged(facts)[rule.who]
    assert (found.state is State.WARN) is is_all
    assert judged(facts, passwordless=["mall*", "Defaults"])[rule.who].state is State.OK


def test_files_that_others_may_write() -> None:
    found = judged(replace(FIRST, files=(*FILES, SudoersFile("/etc/sudoers.d/x", 0o664, 0))))["sudoers files"]
    assert (found.state, found.summary.en) == (
        State.WARN,
        "may be written by others than root: /etc/sudoers.d/x (664, uid 0)",
    )
    assert judged(replace(FIRST, files=(SudoersFile("/etc/sudoers", 0o440, 7),)))["sudoers files"].state is State.WARN


def test_what_cannot_be_parsed_is_not_known() -> None:
    broken = Sudoers((), FILES, "/etc/sudoers.d/zz:1")
    (found,) = judged(compare(FIRST, broken)).values()
    assert (found.item, found.state, found.summary.en) == (
        "sudoers files",
        State.UNKNOWN,
        "cannot be parsed: /etc/sudoers.d/zz:1",
    )
    assert judged(compare(compare(FIRST, broken), FIRST)) == judged(FIRST)
    assert judged(compare(broken, FIRST)) == judged(FIRST)


def test_inventory() -> None:
    told = {entry.name: entry.value for entry in inventory(replace(FIRST, rules=(*FIRST.rules, EVIL)))}
    assert told["sudo mallory"] == "ALL = (ALL) NOPASSWD: ALL"
    assert set(told) == {"sudo Defaults", "sudo root", "sudo %sudo", "sudo deploy", "sudo mallory"}
