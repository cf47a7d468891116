"""Whether something listens on a port that nobody allowed, or a required port is closed.

Item        the port: `tcp/22`
State       `unexpected` for a port that `allowed` does not list, or, without such a list, that was not there at the
            first look. CRIT for one of `required` on which nothing listens or another process does
Why         a new port is a new way in: a service installed in passing, a debug console left open, an intruder's shell;
            one that is closed is a service that is down
What to do  ss -tulnp | grep :PORT; systemctl status of the process named here. Not wanted: stop and disable it. Wanted:
            add it to `allowed`, or take all that is there now for granted with rounds relearn HOST listening_ports
Manual      4 listening ports; form 8.1, services and ports
"""

from collections.abc import Collection, Iterator, Sequence

from pydantic import Field, field_validator

from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text
from checks.contract.severity import Severity
from checks.ports import PortRule, Rule, rule, rules, told
from collectors import listening_ports
from collectors.listeners import Port
from collectors.listening_ports import ListeningPorts

_PASSING = (
    *("udp/ephemeral", "udp/1024-65535 dhclient", "udp/1024-65535 unbound"),
    *("udp/1024-65535 named", "udp/1024-65535 dnsmasq", "tcp/1024-65535 *ftpd*"),
    *("ephemeral rpc*", "ephemeral nfs-mountd*", "udp/512-1023 rpc*", "ephemeral none", "ephemeral docker*"),
    *("ephemeral rootlessport", "ephemeral conmon"),
)


class ListeningPortsParams(Params):
    """Rules are ports with or without protocol and process: `22`, `udp/123`, `8000-8100`, `tcp/80 nginx`."""

    allowed: tuple[PortRule, ...] | None = Field(
        None, description="the ports that may listen, such as [22, udp/123, tcp/80 nginx]; null: those seen first"
    )
    required: tuple[PortRule, ...] = Field(
        (), description="ports on which something must listen, such as [443 nginx, udp/53]; tcp where neither is named"
    )
    ignore: tuple[PortRule, ...] = Field(
        _PASSING,
        description="ports not to look at, by the same rules; ephemeral: what the kernel hands out by itself; any: all;"
        " a process none: the kernel's own. By default what clients, NFS, passive FTP and containers open in passing",
    )
    loopback: bool = Field(False, description="true: ports that only this host itself can reach are looked at too")
    unexpected: Severity = Field(Severity.WARN, description="what a port that is not allowed is: ok, warn or crit")
    retries: int = Field(
        2, ge=1, le=100, description="how many looks in a row must agree; two, since a port may be open in passing"
    )

    @field_validator("required")
    @classmethod
    def _are_single(cls, required: tuple[str, ...]) -> tuple[str, ...]:
        for text in required:
            if not rule(text).is_one_port:
                raise ValueError(f"a required port is a single one, such as 443 or udp/53, not {text!r}")
        return required


def evaluate(facts: ListeningPorts, params: ListeningPortsParams) -> Iterator[Result]:
    """One result for each port that is open, is required, or was open at the first look."""
    required = {f"{wanted.protocol or 'tcp'}/{wanted.low}": wanted for wanted in rules(params.required)}
    passing = rules(params.ignore)
    # Told by its open sockets where it has some, which come last of the two, and else by its local ones.
    by_name = {port.name: port for port in sorted(facts.ports, key=lambda port: not port.local)}
    first: dict[str, list[Port]] = {}
    for known in facts.ports if facts.first is None else facts.first:
        first.setdefault(known.name, []).append(known)
    seen = [port for port in by_name.values() if params.loopback or not port.local or port.name in required]
    for port in sorted(seen, key=lambda port: (port.protocol, port.number)):
        if port.name in required:
            yield _required(port, required[port.name], facts)
        elif not _passes(port, passing, facts):
            yield _judged(port, first.get(port.name, []), params, facts)
    for name in sorted(required.keys() - by_name.keys()):
        yield _closed(name, State.CRIT, Text(en="required, but nothing listens", zh="必需端口无进程监听"))
    if params.allowed is None:
        yield from _vanished(facts, params, passing, {port.name for port in seen} | required.keys())


def _passes(port: Port, passing: Sequence[Rule], facts: ListeningPorts) -> bool:
    return any(one.is_about(port, facts.ephemeral) and one.held_as_named(port, facts.root) for one in passing)


def _judged(port: Port, before: Sequence[Port], params: ListeningPortsParams, facts: ListeningPorts) -> Result:
    """`before` is how the port was open at the first look."""
    if params.allowed is None:
        return _learned(port, before, params, facts)
    about = [one for one in rules(params.allowed) if one.is_about(port, facts.ephemeral)]
    verdicts = [one.held_as_named(port, facts.root) for one in about]
    holder = told(port, facts.root)
    if True in verdicts:
        return _open(port, State.OK, holder)
    named = ", ".join(one.process for one in about if one.process)
    if None in verdicts:
        words = Text(en=f"{holder.en}: allowed for {named}", zh=f"{holder.zh};仅允许 {named}")
        return _open(port, State.UNKNOWN, words)
    only = Text(en=f" (only for {named})", zh=f"(仅允许 {named})") if named else Text(en="", zh="")
    words = Text(en=f"not allowed{only.en}: {holder.en}", zh=f"未经允许{only.zh}:{holder.zh}")
    return _open(port, params.unexpected.state, words)


def _learned(port: Port, before: Sequence[Port], params: ListeningPortsParams, facts: ListeningPorts) -> Result:
    holder = told(port, facts.root)
    if any(port.local or not known.local for known in before):
        return _open(port, State.OK, holder)
    if before:
        words = Text(en=f"open to the network, was local only: {holder.en}", zh=f"已对网络开放,原仅限本机:{holder.zh}")
    else:
        words = Text(en=f"not there at the first look: {holder.en}", zh=f"首次检查时不存在:{holder.zh}")
    return _open(port, params.unexpected.state, words)


def _required(port: Port, wanted: Rule, facts: ListeningPorts) -> Result:
    holder = told(port, facts.root)
    fits = wanted.held_as_named(port, facts.root)
    if fits:
        return _open(port, State.OK, holder)
    words = Text(en=f"for {wanted.process}, held by {holder.en}", zh=f"应由 {wanted.process} 使用,实为 {holder.zh}")
    return _open(port, State.UNKNOWN if fits is None else State.CRIT, words)


def _vanished(
    facts: ListeningPorts, params: ListeningPortsParams, passing: Sequence[Rule], told_already: Collection[str]
) -> Iterator[Result]:
    gone = {known.name: known for known in facts.first or () if params.loopback or not known.local}
    for name, known in gone.items():
        if name not in told_already and not _passes(known, passing, facts):
            was = told(known, facts.root)
            yield _closed(name, State.OK, Text(en=f"closed; first seen: {was.en}", zh=f"已关闭;首次检查时:{was.zh}"))


def _open(port: Port, state: State, words: Text) -> Result:
    return Result(port.name, state, words, (Measurement("open", 1.0),))


def _closed(name: str, state: State, words: Text) -> Result:
    return Result(name, state, words, (Measurement("open", 0.0),))


CHECK = Check(
    reads=listening_ports.COLLECTOR,
    params=ListeningPortsParams,
    evaluate=evaluate,
    title=Text(en="Listening ports", zh="监听端口"),
    layer=Layer.NETWORK,
    section=Section.SECURITY,
)
