"""What awk makes of rulesets as nft and iptables list them."""

import re
import shutil
import subprocess

import pytest

from collectors.netfilter import OF_IPTABLES, OF_NFT, ruleset_of

every_awk = pytest.mark.parametrize("awk", [["mawk"], ["gawk"], ["original-awk"], ["busybox", "awk"]], ids="-".join)


def reduced(awk: list[str], program: str, text: str) -> str:
    if not shutil.which(awk[0]):
        pytest.skip(f"no {awk[0]} here")
    ended = subprocess.run(
        [*awk, "-v", "family=ip", program], input=text, capture_output=True, text=True, timeout=20, check=True
    )
    assert ended.stderr == ""
    return ended.stdout


def refuses(awk: list[str], program: str, text: str) -> list[bool]:
    return [one.refuses for one in ruleset_of("x", reduced(awk, program, text)).inputs]


def nft(*rules: str, policy: str = "accept", chains: str = "", family: str = "inet") -> str:
    lines = "".join(f"\t\t{rule}\n" for rule in rules)
    hook = f"\t\ttype filter hook input priority filter; policy {policy};\n"
    return f"table {family} filter {{\n\tchain input {{\n{hook}{lines}\t}}\n\n{chains}}}\n"


def chain(name: str, *rules: str) -> str:
    return f"\tchain {name} {{\n" + "".join(f"\t\t{rule}\n" for rule in rules) + "\t}\n"


@every_awk
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (nft(policy="drop"), [True]),
        (nft('iif "lo" accept', policy="drop"), [True]),
        (nft("accept", policy="drop"), [False]),
        (nft(), [False]),
        (nft("ct state invalid drop"), [False]),
        (nft("tcp dport 22 accept", "drop"), [True]),
        (nft("counter packets 7 bytes 420 reject with icmpx admin-prohibited"), [True]),
        (nft('log prefix "no drop here: " level info'), [False]),
        (nft('log prefix "dropped: " flags all counter packets 0 bytes 0 drop comment "rest; accept"'), [True]),
        (nft("jump rest", chains=chain("rest", "drop")), [True]),
        (nft("jump rest", chains=chain("rest", "tcp dport 22 return", "drop")), [False]),
        (nft("jump rest", "drop", chains=chain("rest", "return", "accept")), [True]),
        (nft("goto rest", "drop", chains=chain("rest", "tcp dport 22 accept")), [False]),
        (nft("jump zones", "drop", chains=chain("zones", "goto trusted") + chain("trusted", "accept")), [False]),
        (nft("jump one", chains=chain("one", "jump two") + chain("two", "jump one")), [False]),
        (nft(policy="drop", family="bridge"), []),
        (nft(policy="drop").replace("inet filter", "inet f2b-table"), []),
        ("# Warning: table ip filter is managed by iptables-nft, do not touch!\n", []),
    ],
)
def test_what_happens_to_a_packet_that_no_rule_names(awk: list[str], text: str, expected: list[bool]) -> None:
    assert refuses(awk, OF_NFT, text) == expected


@every_awk
@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("-P INPUT DROP", True),
        ("-P INPUT ACCEPT", False),
        ("-P INPUT ACCEPT\n-A INPUT -s 203.0.113.9/32 -j DROP", False),
        ('-P INPUT ACCEPT\n-A INPUT -m comment --comment "the rest -j ACCEPT" -j DROP', True),
        ("-P INPUT ACCEPT\n-N RH\n-A INPUT -j RH\n-A RH -p tcp -j ACCEPT\n-A RH -j REJECT --reject-with icmp-x", True),
        (
            "-P INPUT ACCEPT\n-N f2b-a\n-A INPUT -j f2b-a\n-A f2b-a -s 203.0.113.9 -j DROP\n-A f2b-a -j RETURN",
            False,
        ),
        ("-P INPUT DROP\n-A INPUT -j ACCEPT", False),
    ],
)
def test_iptables(awk: list[str], rules: str, expected: bool) -> None:
    assert refuses(awk, OF_IPTABLES, f"{rules}\n") == [expected]


@every_awk
def test_counters_bans_and_elements_of_sets_are_no_change(awk: list[str]) -> None:
    text = nft(
        "tcp dport 22 counter packets 0 bytes 0 accept", policy="drop", chains="\tset bad {\n\t\ttype ipv4_addr\n\t}\n"
    )
    later = text.replace("packets 0 bytes 0", "packets 5 bytes 300")
    later = later.replace(
        "\t\ttype ipv4_addr\n",
        "\t\ttype ipv4_addr\n\t\telements = { 203.0.113.9 expires 5m,\n\t\t\t     203.0.113.10 }\n",
    )
    later += "table ip filter2 {\n\tchain f2b-sshd {\n\t\tip saddr 203.0.113.9 reject\n\t}\n}\n".replace(
        "filter2", "docker0"
    )
    before, after = (ruleset_of("nft", reduced(awk, OF_NFT, one)) for one in (text, later))
    assert before == after
    assert re.fullmatch("[0-9a-f]{64}", before.fingerprint or "")


@every_awk
def test_a_rule_that_goes_on_in_the_next_line_counts_to_its_end(awk: list[str]) -> None:
    text = nft("tcp dport { 1, 2,\n\t\t\t     3, 4 } accept")
    one, another = (ruleset_of("nft", reduced(awk, OF_NFT, each)) for each in (text, text.replace("4 }", "5 }")))
    assert (one.rules, another.rules) == (1, 1)
    assert one.fingerprint != another.fingerprint


def test_a_very_long_ruleset_is_reduced_soon() -> None:
    text = nft(*(f"ip saddr 203.0.113.{n % 250} tcp dport {n} accept" for n in range(50_000)), policy="drop")
    found = ruleset_of("nft", reduced(["mawk"], OF_NFT, text))
    assert (found.rules, len(found.inputs)) == (50_000, 1)
