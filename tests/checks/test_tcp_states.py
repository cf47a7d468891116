import pytest

from checks.contract import Measurement, State, UpperLevels
from checks.tcp_states import TcpStatesParams, evaluate
from collectors.tcp_connections import PortCount, StateCount, TcpConnections


def connections(**counts: int) -> TcpConnections:
    port = PortCount(8080, 1)
    return TcpConnections(tuple(StateCount(state, count, port, port) for state, count in counts.items()))


@pytest.mark.parametrize(
    ("state", "count", "expected"),
    [
        ("close_wait", 199, State.OK),
        ("close_wait", 200, State.WARN),
        ("close_wait", 2000, State.CRIT),
        ("syn_recv", 200, State.WARN),
        ("syn_recv", 1000, State.CRIT),
        ("syn_sent", 100, State.WARN),
        ("time_wait", 19999, State.OK),
        ("time_wait", 20000, State.WARN),
    ],
)
def test_states(state: str, count: int, expected: State) -> None:
    found = {r.item: r for r in evaluate(connections(**{state: count}), TcpStatesParams())}
    assert set(found) == {"syn_sent", "syn_recv", "close_wait", "time_wait"}
    assert found[state].state is expected
    assert all(result.state is State.OK for item, result in found.items() if item != state)


def test_both_kinds_of_fin_wait_count_together() -> None:
    params = TcpStatesParams(fin_wait=UpperLevels(warn=10), established=UpperLevels(crit=5))
    found = {r.item: r.state for r in evaluate(connections(fin_wait1=6, fin_wait2=4, established=5), params)}
    assert (found["fin_wait"], found["established"]) == (State.WARN, State.CRIT)


@pytest.mark.parametrize(
    ("local", "remote", "en", "zh"),
    [
        (PortCount(8080, 290), PortCount(40000, 1), "290 of local port 8080", "其中本地端口 8080 有 290 个"),
        (PortCount(40000, 1), PortCount(3306, 300), "300 of remote port 3306", "其中远端端口 3306 有 300 个"),
    ],
)
def test_words_name_the_port_that_most_have(local: PortCount, remote: PortCount, en: str, zh: str) -> None:
    facts = TcpConnections((StateCount("close_wait", 300, local, remote),))
    result = next(result for result in evaluate(facts, TcpStatesParams()) if result.item == "close_wait")
    assert result.summary.en == f"300 connections, {en} (warn at 200)"
    assert result.summary.zh == f"300 个连接,{zh}(警告阈值 200)"
    assert result.measurements == (Measurement("connections", 300, warn=200, crit=2000),)


def test_one_connection() -> None:
    assert "1 connection" in {result.summary.en for result in evaluate(connections(syn_sent=1), TcpStatesParams())}
