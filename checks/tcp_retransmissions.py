"""How much of what the server sends over TCP has to be sent again.

Item        tcp
State       WARN or CRIT from `resent_percent` of the segments sent, while at least `at_least_per_second` are. What was
            to open a connection does not count: it goes to who is not there, or to a scanner
Why         packets get lost or are delayed on the way: bad cable, full link, overloaded firewall or partner
What to do  nstat -az TcpRetransSegs; ss -tin | grep -B1 retrans shows to whom; mtr -T PARTNER; look at network_errors
            here, at the ports of the switch and at what lies on the way
Manual      2.1 network; 2.6 network ports; form 8.2
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import (
    Check,
    Layer,
    Measurement,
    NotYet,
    Params,
    Percent,
    Result,
    Section,
    State,
    Text,
    Unit,
    UpperLevels,
    format_percent,
)
from checks.contract.threshold import crossed_percent, measured_ratio
from collectors import network_stack
from collectors.network_stack import NetworkStack


class TcpRetransmissionsParams(Params):
    """Levels of practice: within a site next to nothing is lost, over the internet 1 to 2 % is usual."""

    resent_percent: UpperLevels[Percent] = Field(
        UpperLevels[Percent](warn=5, crit=15), description="segments sent again, percent of all sent"
    )
    at_least_per_second: float = Field(
        10.0,
        ge=0,
        description="where fewer segments are sent per second nothing is judged: a few to one dead partner are a "
        "large share",
    )


def evaluate(stack: NetworkStack, params: TcpRetransmissionsParams) -> Iterator[Result]:
    """One result for the host. Raises `NotYet` without a rate."""
    rates = stack.rates
    if rates is None or rates.segments_sent is None or rates.segments_retransmitted is None:
        raise NotYet
    # OutSegs does not hold what was sent again (RFC 4022).
    again = max(0.0, rates.segments_retransmitted - (rates.handshakes_retransmitted or 0.0))
    sent = rates.segments_sent + again
    ratio = again / sent if again else 0.0
    levels = params.resent_percent
    state = levels.judge(ratio * 100) if sent >= params.at_least_per_second else State.OK
    percent, level = format_percent(ratio), crossed_percent(levels, state)
    yield Result(
        item="tcp",
        state=state,
        summary=Text(
            en=f"{percent} of {sent:.3g} segments per second sent again{level.en}",
            zh=f"每秒发送 {sent:.3g} 段,重传 {percent}{level.zh}",
        ),
        measurements=(
            measured_ratio("resent", ratio, levels),
            Measurement("sent", sent, Unit.PER_SECOND),
        ),
    )


CHECK = Check(
    reads=network_stack.COLLECTOR,
    params=TcpRetransmissionsParams,
    evaluate=evaluate,
    title=Text(en="TCP retransmissions", zh="TCP 重传"),
    layer=Layer.NETWORK,
    section=Section.SERVERS,
)
