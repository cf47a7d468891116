from dataclasses import replace
from typing import Any

from checks.contract import Result, State
from checks.firewall import FirewallParams, evaluate
from collectors.firewall import Firewall, compare, inventory
from collectors.netfilter import InputChain, Ruleset


def rules(*inputs: InputChain, fingerprint: str | None = "a" * 64, number: int = 12) -> Ruleset:
    return Ruleset("nft", 1, 3, number, fingerprint, inputs)


BOTH = rules(InputChain("inet", "filter/input", refuses=True))
V4 = rules(InputChain("ip", "filter/INPUT", refuses=True))
OPEN = rules(InputChain("inet", "filter/input", refuses=False), number=0)
EMPTY = Ruleset("nft", 0, 0, 0, None, ())


def host(*rulesets: Ruleset, managers: tuple[str, ...] = (), zone: str | None = None) -> Firewall:
    return Firewall(rulesets, managers, zone, global_ipv6=True)


def judged(facts: Firewall, **params: Any) -> dict[str, Result]:
    results = list(evaluate(facts, FirewallParams.model_validate(params)))
    assert [result.item for result in results] == ["firewall", "ipv6", "rules"]
    return {result.item: result for result in results}


def test_one_that_refuses_by_default_is_on() -> None:
    found = judged(host(BOTH, managers=("nftables",)))
    assert {result.state for result in found.values()} == {State.OK}
    assert found["firewall"].summary.en == (
        "on (at boot: nftables): nft with 12 rules in 3 chains, input refused by default"
    )


def test_none_and_an_open_one_are_warned_of_while_one_is_required() -> None:
    for facts, words in (
        (host(), "off: nothing filters input"),
        (
            host(EMPTY, managers=("firewalld",), zone="public"),
            "off (at boot: firewalld, zone public): nothing filters input",
        ),
        (host(OPEN), "open: nft with 0 rules in 3 chains, but input is accepted by default"),
    ):
        found = judged(facts)
        assert (found["firewall"].state, found["firewall"].summary.en) == (State.WARN, words)
        assert found["ipv6"].state is State.WARN
        assert {result.state for result in judged(facts, required=False).values()} == {State.OK}


def test_ipv6_left_open_beside_a_filtered_ipv4() -> None:
    for required in (True, False):
        found = judged(host(V4), required=required)
        assert found["firewall"].state is State.OK
        assert found["ipv6"].state is State.WARN
        assert found["ipv6"].summary.en == "input is accepted by default, while IPv4 is filtered"
    assert judged(replace(host(V4), global_ipv6=False))["ipv6"].state is State.OK


def test_a_packet_must_be_let_in_by_all_chains() -> None:
    other = Ruleset("iptables-legacy", 1, 3, 1, "b" * 64, (InputChain("ip", "INPUT", refuses=False),))
    assert judged(host(V4, other))["firewall"].state is State.OK


def test_rules_are_held_against_the_first_look() -> None:
    changed = rules(*BOTH.inputs, fingerprint="c" * 64, number=13)
    result = judged(compare(host(BOTH), host(changed)))["rules"]
    assert (result.state, result.summary.en) == (
        State.WARN,
        "nft: not as at the first look, 12 rules then, 13 now",
    )
    assert judged(compare(host(BOTH), host(EMPTY)))["rules"].state is State.WARN
    assert judged(compare(host(BOTH), host(changed)), changed="crit")["rules"].state is State.CRIT
    back = compare(compare(host(BOTH), host(changed)), host(BOTH))
    assert judged(back)["rules"].state is State.OK
    no_sums = (rules(fingerprint=None), rules(fingerprint=None, number=14))
    assert judged(compare(host(no_sums[0]), host(no_sums[1])))["rules"].state is State.WARN


def test_the_inventory_tells_policy_and_size() -> None:
    (entry,) = inventory(host(BOTH))
    assert (entry.name, entry.value) == (
        "firewall nft",
        "12 rules in 3 chains, input inet refused, sha256 aaaaaaaaaaaa",
    )
