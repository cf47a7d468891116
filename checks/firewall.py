"""Whether the host has a firewall that is on, and whether its rules are those that were seen first.

Item        firewall (IPv4), ipv6, rules
State       WARN where packets that no rule names are let in: over IPv4, while one is `required`; over IPv6, where
            others can reach the host by it. `changed` when the rules are not those of the first look
Why         a firewall switched off to look for a fault stays off; rules for IPv4 alone leave the same ports open over
            IPv6
What to do  nft list ruleset; iptables -S; ufw status; firewall-cmd --list-all; systemctl status of the service named.
            Changed on purpose: rounds relearn HOST firewall
Manual      4 firewall
"""

from collections.abc import Iterator, Sequence

from pydantic import Field

from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text
from checks.contract.severity import Severity
from collectors import firewall
from collectors.firewall import Firewall
from collectors.netfilter import InputChain, Ruleset


class FirewallParams(Params):
    """Rules that come and go with bans and containers (fail2ban, Docker, Kubernetes) are not looked at."""

    required: bool = Field(
        True, description="false: input may be accepted by default, since another firewall stands before the host"
    )
    changed: Severity = Field(
        Severity.WARN, description="what rules that differ from the first look are: ok, warn or crit"
    )
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree; one: they are far apart")


def evaluate(facts: Firewall, params: FirewallParams) -> Iterator[Result]:
    """Three results."""
    v4, v6 = _refuses(facts.inputs("ip")), _refuses(facts.inputs("ip6"))
    state = State.OK if v4 or not params.required else State.WARN
    rules = sum(one.rules for one in facts.rulesets)
    measured = (Measurement("refuses_input", float(v4)), Measurement("rules", rules))
    yield Result("firewall", state, _told(facts, v4), measured)
    yield _ipv6(facts, v6, State.OK if v6 or not (v4 or params.required) else State.WARN)
    yield _rules(facts, params)


def _refuses(inputs: Sequence[InputChain]) -> bool:
    """A packet must be let in by each of the chains."""
    return any(one.refuses for one in inputs)


def _told(facts: Firewall, refuses: bool) -> Text:
    size, by = _size(facts.rulesets), _by(facts)
    if refuses:
        return Text(f"on{by.en}: {size.en}, input refused by default", f"已启用{by.zh}:{size.zh},入站默认拒绝")
    if not any(one.inputs for one in facts.rulesets):
        return Text(f"off{by.en}: nothing filters input", f"未启用{by.zh}:入站无过滤规则")
    return Text(f"open{by.en}: {size.en}, but input is accepted by default", f"未拦截{by.zh}:{size.zh},入站默认放行")


def _by(facts: Firewall) -> Text:
    names = [f"{name}, zone {facts.zone}" if name == "firewalld" and facts.zone else name for name in facts.managers]
    listed = ", ".join(names)
    return Text(f" (at boot: {listed})", f"(开机加载:{listed})") if names else Text("", "")


def _size(rulesets: Sequence[Ruleset]) -> Text:
    told = [(one.tool, one.rules, one.chains) for one in rulesets if one.chains]
    return Text(
        en="; ".join(f"{tool} with {rules} rules in {chains} chains" for tool, rules, chains in told),
        zh=";".join(f"{tool} {chains} 条链 {rules} 条规则" for tool, rules, chains in told),
    )


def _ipv6(facts: Firewall, refuses: bool, state: State) -> Result:
    if not facts.global_ipv6:
        words = Text("no address that others can reach", "无可从外部访问的 IPv6 地址")
        return Result("ipv6", State.OK, words)
    if refuses:
        words = Text("input refused by default", "入站默认拒绝")
    elif _refuses(facts.inputs("ip")):
        words = Text("input is accepted by default, while IPv4 is filtered", "IPv4 已过滤,但 IPv6 入站默认放行")
    else:
        words = Text("input is accepted by default", "入站默认放行")
    return Result("ipv6", state, words, (Measurement("refuses_input", float(refuses)),))


def _rules(facts: Firewall, params: FirewallParams) -> Result:
    now = {one.tool: one for one in facts.rulesets if one.chains}
    first = now if facts.first is None else {one.tool: one for one in facts.first if one.chains}
    changed = sorted(tool for tool in now.keys() | first.keys() if _print(now.get(tool)) != _print(first.get(tool)))
    measured = (Measurement("changed_rulesets", len(changed)),)
    if not changed:
        words = Text("as at the first look", "与首次检查一致") if now else Text("none, as at the first look", "无规则")
        return Result("rules", State.OK, words, measured)
    told = [(tool, _count(first.get(tool)), _count(now.get(tool))) for tool in changed]
    words = Text(
        en="; ".join(f"{tool}: not as at the first look, {then} rules then, {since} now" for tool, then, since in told),
        zh=";".join(f"{tool}:与首次检查不同,原 {then} 条规则,现 {since} 条" for tool, then, since in told),
    )
    return Result("rules", params.changed.state, words, measured)


def _print(rules: Ruleset | None) -> object:
    """What a ruleset is known by: how many rules there are, where the host cannot make a checksum."""
    return None if rules is None else rules.fingerprint or (rules.chains, rules.rules)


def _count(rules: Ruleset | None) -> int:
    return 0 if rules is None else rules.rules


CHECK = Check(
    reads=firewall.COLLECTOR,
    params=FirewallParams,
    evaluate=evaluate,
    title=Text(en="Firewall", zh="防火墙"),
    layer=Layer.NETWORK,
    section=Section.SECURITY,
)
