"""How many TCP connections are in the states that tell of trouble.

Item        the state: each that has levels, such as close_wait, syn_recv, syn_sent, time_wait
State       WARN or CRIT from the levels of the state
Why         close_wait: a program here forgets to close; syn_recv: a flood, or clients cut off; syn_sent: a partner that
            does not answer; time_wait: so many short connections that ports run out
What to do  ss -tanp state close-wait (syn-recv, syn-sent, time-wait) shows which; restart or repair the program that
            leaks; look at the partner and the firewall on the way; keep connections open instead of making new ones
Manual      2.1 network; form 8.2
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text, UpperLevels
from checks.contract.threshold import crossed
from collectors import tcp_connections
from collectors.tcp_connections import StateCount, TcpConnections

_Levels = UpperLevels[int]


class TcpStatesParams(Params):
    """Levels of practice for a common server; a busy proxy needs higher ones."""

    established: _Levels = Field(_Levels(), description="open connections")
    syn_sent: _Levels = Field(_Levels(warn=100, crit=None), description="begun here, the partner has not answered yet")
    syn_recv: _Levels = Field(_Levels(warn=200, crit=1000), description="begun by a partner, and not yet complete")
    fin_wait: _Levels = Field(_Levels(), description="closed here, and not yet by the partner: fin_wait1 and fin_wait2")
    close_wait: _Levels = Field(
        _Levels(warn=200, crit=2000), description="closed by the partner, and not yet by the program here"
    )
    last_ack: _Levels = Field(_Levels(), description="closed on both sides, not yet confirmed")
    time_wait: _Levels = Field(
        _Levels(warn=20000, crit=None),
        description="closed, kept for a minute; about 28000 use up the ports to one partner",
    )


def evaluate(connections: TcpConnections, params: TcpStatesParams) -> Iterator[Result]:
    """One result for each state with levels."""
    for item, levels, states in (
        ("established", params.established, ("established",)),
        ("syn_sent", params.syn_sent, ("syn_sent",)),
        ("syn_recv", params.syn_recv, ("syn_recv",)),
        ("fin_wait", params.fin_wait, ("fin_wait1", "fin_wait2")),
        ("close_wait", params.close_wait, ("close_wait",)),
        ("last_ack", params.last_ack, ("last_ack",)),
        ("time_wait", params.time_wait, ("time_wait",)),
    ):
        if levels.warn is not None or levels.crit is not None:
            yield _result(item, levels, [found for found in connections.states if found.state in states])


def _result(item: str, levels: _Levels, found: list[StateCount]) -> Result:
    count = sum(state.count for state in found)
    state = levels.judge(count)
    level, where = crossed(levels, state), _where(found, state)
    measured = Measurement("connections", count, warn=levels.warn, crit=levels.crit)
    words = Text(
        en=f"{count} connection{'' if count == 1 else 's'}{where.en}{level.en}",
        zh=f"{count} 个连接{where.zh}{level.zh}",
    )
    return Result(item, state, words, (measured,))


def _where(found: list[StateCount], state: State) -> Text:
    """Which port most of them are of: the service's own, or that of a partner whose client this host is."""
    most = max(found, key=lambda of_state: of_state.count, default=None)
    if state is State.OK or most is None or most.local is None or most.remote is None:
        return Text(en="", zh="")
    if most.local.count >= most.remote.count:
        port, en, zh = most.local, "local", "本地"
    else:
        port, en, zh = most.remote, "remote", "远端"
    return Text(en=f", {port.count} of {en} port {port.port}", zh=f",其中{zh}端口 {port.port} 有 {port.count} 个")


CHECK = Check(
    reads=tcp_connections.COLLECTOR,
    params=TcpStatesParams,
    evaluate=evaluate,
    title=Text(en="TCP connection states", zh="TCP 连接状态"),
    layer=Layer.APPLICATION,
    section=Section.SERVERS,
)
