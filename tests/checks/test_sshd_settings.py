from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from checks.contract import Result, State
from checks.sshd_policy import ALGORITHMS, POLICY
from checks.sshd_settings import SshdSettingsParams, evaluate
from collectors.sshd_settings import SshdSettings, compare, inventory
from collectors.sshd_words import KNOWN, MatchSetting, Setting


def settings(**values: str) -> SshdSettings:
    said = {"permitrootlogin": "prohibit-password", "permitemptypasswords": "no", "port": "22", **values}
    return SshdSettings(True, tuple(Setting(key, value) for key, value in said.items()), (), closed=False)


def judged(facts: SshdSettings, **params: Any) -> dict[str, Result]:
    results = list(evaluate(facts, SshdSettingsParams.model_validate(params)))
    assert len({result.item for result in results}) == len(results)
    return {result.item: result for result in results}


@pytest.mark.parametrize(
    ("keyword", "value", "state", "words"),
    [
        ("permitrootlogin", "no", State.OK, "no"),
        ("permitrootlogin", "yes", State.WARN, "yes (allowed: no, prohibit-password, forced-commands-only)"),
        ("permitemptypasswords", "yes", State.CRIT, "yes (allowed: no)"),
        ("maxauthtries", "6", State.OK, "6"),
        ("maxauthtries", "7", State.WARN, "7 (allowed: 1-6)"),
        ("maxauthtries", "many", State.WARN, "many (allowed: 1-6)"),
        ("loglevel", "QUIET", State.WARN, "QUIET (allowed: INFO, VERBOSE, DEBUG*)"),
        ("protocol", "2,1", State.WARN, "2,1 (allowed: 2)"),
        ("ciphers", "aes128-ctr,aes128-gcm@openssh.com", State.OK, "2 algorithms"),
        ("ciphers", "aes128-ctr,aes128-cbc,3des-cbc", State.WARN, "2 weak: aes128-cbc, 3des-cbc"),
        ("ciphers", "+aes128-cbc", State.WARN, "1 weak: aes128-cbc"),
        ("ciphers", "-aes128-cbc", State.OK, "-aes128-cbc"),
        ("macs", "hmac-sha2-256,hmac-md5", State.WARN, "1 weak: hmac-md5"),
        ("hostkeyalgorithms", "ssh-ed25519,ssh-dss", State.WARN, "1 weak: ssh-dss"),
        ("kexalgorithms", "diffie-hellman-group1-sha1", State.WARN, "1 weak: diffie-hellman-group1-sha1"),
    ],
)
def test_states(keyword: str, value: str, state: State, words: str) -> None:
    result = judged(settings(**{keyword: value}))[keyword]
    assert (result.state, result.summary.en) == (state, words)


def test_what_there_is_a_policy_for_is_asked_of_the_host() -> None:
    assert {*POLICY, *ALGORITHMS} <= {*KNOWN}


def test_passwords_may_be_left_to_the_organisation_or_forbidden() -> None:
    facts = settings(passwordauthentication="yes", kbdinteractiveauthentication="yes")
    assert "passwordauthentication" not in judged(facts)
    found = judged(facts, password_authentication="no")
    assert found["passwordauthentication"].state is State.WARN
    assert found["kbdinteractiveauthentication"].state is State.WARN, "PAM asks for the same password there"


def test_what_is_expected_wins_and_is_written_as_yaml_has_it() -> None:
    facts = settings(x11forwarding="yes", permitrootlogin="no", macs="hmac-sha2-256,hmac-sha2-512")
    expected = {"X11Forwarding": False, "permitrootlogin": ["no"], "maxauthtries": None, "macs": "hmac-sha2-256"}
    found = judged(facts, expected=expected, unexpected="crit")
    assert found["x11forwarding"].summary.en == "yes (allowed: no)"
    assert found["x11forwarding"].state is State.CRIT
    assert found["permitrootlogin"].state is State.OK
    assert found["macs"].state is State.CRIT


@pytest.mark.parametrize(
    ("keyword", "words"),
    [
        ("permitrootlogn", "did you mean permitrootlogin"),
        ("Permit Root", "'Permit Root' is no keyword of sshd_config that is looked at"),
        ("zzz", "known here: allowagentforwarding, "),
    ],
)
def test_a_keyword_that_would_never_be_judged_is_refused(keyword: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        SshdSettingsParams.model_validate({"expected": {keyword: "no"}})


def test_old_names_and_words_are_taken_for_the_new_ones() -> None:
    facts = settings(kbdinteractiveauthentication="yes")
    found = judged(facts, expected={"ChallengeResponseAuthentication": False, "PermitRootLogin": "without-password"})
    assert found["kbdinteractiveauthentication"].summary.en == "yes (allowed: no)"
    assert found["permitrootlogin"].state is State.OK


def test_who_may_log_in_is_judged_name_by_name_and_missed_when_nobody_is_named() -> None:
    expected = {"allowusers": ["alice", "bob"]}
    assert judged(settings(allowusers="alice bob"), expected=expected)["allowusers"].state is State.OK
    assert judged(settings(allowusers="alice eve"), expected=expected)["allowusers"].state is State.WARN
    missing = judged(settings(), expected=expected)["allowusers"]
    assert (missing.state, missing.summary.en) == (State.WARN, "not set (allowed: alice, bob)")
    assert "allowusers" not in judged(settings())
    assert judged(settings(), expected={"allowusers": None}).keys() == judged(settings()).keys()


def test_a_right_withdrawn_changes_nothing_in_the_inventory() -> None:
    seen = replace(settings(), exceptions=(MatchSetting("User backup", "permitrootlogin", "yes"),))
    half = SshdSettings(False, (Setting("permitrootlogin", "yes"),), (), closed=True)
    withdrawn = compare(seen, half)
    assert list(inventory(withdrawn)) == list(inventory(seen))
    assert list(inventory(compare(withdrawn, half))) == list(inventory(seen))
    assert list(inventory(compare(withdrawn, settings(port="23")))) == list(inventory(settings(port="23")))


def test_other_settings_are_held_against_the_first_look() -> None:
    before, after = settings(), settings(port="22 2222", permitrootlogin="no", allowusers="alice")
    assert judged(before)["other settings"].summary.en == "1 as at the first look"
    result = judged(compare(before, after))["other settings"]
    assert result.state is State.WARN
    assert result.summary.en == (
        "allowusers alice (was - at the first look); port 22 2222 (was 22 at the first look)"
    ), "what the policy allows is no drift"
    again = compare(compare(before, after), after)
    assert judged(again)["other settings"].state is State.WARN
    assert judged(again, expected={"port": "22*", "allowusers": ["alice"]})["other settings"].state is State.OK


def test_what_was_read_without_root_is_no_first_look() -> None:
    half = replace(settings(), effective=False)
    assert compare(half, settings()).first is None
    assert compare(compare(settings(), half), settings(port="23")).first == settings().settings
    assert not list(inventory(half))


def test_match_blocks_that_allow_more_are_told() -> None:
    tight = MatchSetting("Group sftp", "permitrootlogin", "no")
    loose = MatchSetting("Address 192.0.2.0/24", "permitrootlogin", "yes")
    assert judged(replace(settings(), exceptions=(tight,)))["match blocks"].state is State.OK
    result = judged(replace(settings(), exceptions=(tight, loose)))["match blocks"]
    assert (result.state, result.summary.en) == (
        State.WARN,
        "not allowed: permitrootlogin yes for Address 192.0.2.0/24",
    )


def test_without_root_only_what_is_written_is_judged() -> None:
    facts = SshdSettings(False, (Setting("permitrootlogin", "yes"),), (), closed=False)
    found = judged(facts)
    assert found["permitrootlogin"].state is State.WARN
    assert found["not written"].state is State.UNKNOWN
    assert "permitemptypasswords" in found["not written"].summary.en
    assert "other settings" not in found


def test_a_configuration_that_sshd_refuses() -> None:
    facts = replace(settings(), effective=False, error="line 3: Bad configuration option: PermitRotLogin")
    assert judged(facts)["configuration"].state is State.CRIT
    facts = replace(facts, error="Missing privilege separation directory: /run/sshd")
    assert judged(facts)["configuration"].state is State.UNKNOWN, "it does not run, or starts only when asked for"
    assert judged(replace(settings(), config="/srv/sshd_config"))["configuration"].state is State.UNKNOWN


def test_the_inventory_tells_long_lists_apart() -> None:
    names = [f"algorithm-{n}@example.org" for n in range(30)]
    one, another = (
        {entry.name: entry.value for entry in inventory(settings(ciphers=",".join(some)))}["sshd ciphers"]
        for some in (names, [*names[:-1], "other@example.org"])
    )
    assert one != another
    assert max(len(one), len(another)) <= 200
