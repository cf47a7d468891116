"""Whether bonds still have all their cards, and these agree with the switch.

Item        the bond, such as `bond0`
State       CRIT when no card of it is up, or it is gone; WARN when one is down or gone since the first look, when the
            primary card is up but not the active one, when the mode is another than at first, and under 802.3ad when
            the switch does not speak LACP, or a card is not in the group that carries the traffic
Why         a bond that lost a card runs on as if nothing had happened, until it loses the other
What to do  cat /proc/net/bonding/BOND; ip -d link show; look at cables, the switch's ports and their LACP;
            rounds relearn HOST bonding when it was changed on purpose
Manual      2.6 network ports; form 8.6
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text
from checks.contract.patterns import matches_any
from collectors import bonding
from collectors.bonding import Bond


class BondingParams(Params):
    """Parameters of bonding."""

    retries: int = Field(
        2, ge=1, le=100, description="how many looks in a row must agree; fewer than usual, since they are 5 min apart"
    )
    ignore: tuple[str, ...] = Field((), description="bonds not looked at, as patterns such as ['bond9']")


def evaluate(facts: tuple[Bond, ...], params: BondingParams) -> Iterator[Result]:
    """One result per bond that has cards, or had."""
    for bond in facts:
        # The driver makes an empty bond0 when it is loaded.
        if bond.first_slaves and not matches_any(params.ignore, bond.name):
            yield _judge(bond)


def _judge(bond: Bond) -> Result:
    up = [slave.name for slave in bond.slaves if slave.is_up]
    wanted = max(len(bond.slaves), len(bond.first_slaves))
    findings = [*_missing(bond), *_active(bond), *_lacp(bond)]
    if bond.mode != bond.first_mode:
        en, zh = f"mode is {bond.mode}, was {bond.first_mode}", f"模式为 {bond.mode},原为 {bond.first_mode}"
        findings.append(Text(en=en, zh=zh))
    state = State.WARN if findings else State.OK
    if not up or not bond.is_up:
        state = State.CRIT
    active = Text(en=f", {bond.active} active", zh=f",活动网口 {bond.active}") if bond.active else Text(en="", zh="")
    head = Text(en=f"{len(up)} of {wanted} up{active.en}", zh=f"{wanted} 个网口中 {len(up)} 个正常{active.zh}")
    failures = sum(slave.link_failures or 0 for slave in bond.slaves)
    return Result(
        item=bond.name,
        state=state,
        summary=Text(
            en="; ".join((head.en, *(finding.en for finding in findings))),
            zh=";".join((head.zh, *(finding.zh for finding in findings))),
        ),
        measurements=(
            Measurement("slaves_up", len(up), warn=wanted, crit=1, lower=True),
            Measurement("link_failures", failures),
        ),
    )


def _missing(bond: Bond) -> Iterator[Text]:
    down = [slave.name for slave in bond.slaves if not slave.is_up]
    gone = sorted(set(bond.first_slaves) - {slave.name for slave in bond.slaves})
    if down:
        yield Text(en=f"down: {', '.join(down)}", zh=f"中断:{'、'.join(down)}")
    if gone:
        yield Text(en=f"no longer in it: {', '.join(gone)}", zh=f"已不在其中:{'、'.join(gone)}")


def _active(bond: Bond) -> Iterator[Text]:
    names_up = {slave.name for slave in bond.slaves if slave.is_up}
    if bond.primary and bond.active != bond.primary and bond.primary in names_up:
        yield Text(en=f"its primary {bond.primary} is up, but not active", zh=f"主用网口 {bond.primary} 正常但未启用")


def _lacp(bond: Bond) -> Iterator[Text]:
    if bond.has_partner is False:
        yield Text(en="the switch does not answer LACP", zh="交换机未应答 LACP")
    apart = [
        slave.name
        for slave in bond.slaves
        if slave.is_up and None not in (slave.aggregator, bond.aggregator) and slave.aggregator != bond.aggregator
    ]
    if bond.aggregator is None and len({slave.aggregator for slave in bond.slaves if slave.is_up} - {None}) > 1:
        apart = [slave.name for slave in bond.slaves if slave.is_up]
    if apart:
        yield Text(en=f"not in one group: {', '.join(apart)}", zh=f"未在同一聚合组:{'、'.join(apart)}")
    churned = [slave.name for slave in bond.slaves if slave.is_up and slave.is_churned]
    if churned:
        yield Text(
            en=f"cannot agree with the switch: {', '.join(churned)}", zh=f"与交换机协商失败:{'、'.join(churned)}"
        )


CHECK = Check(
    reads=bonding.COLLECTOR,
    params=BondingParams,
    evaluate=evaluate,
    title=Text(en="Network bonds", zh="网口绑定"),
    layer=Layer.NETWORK,
    section=Section.HARDWARE,
)
