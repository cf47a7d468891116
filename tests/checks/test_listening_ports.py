from dataclasses import replace

import pytest
from pydantic import ValidationError

from checks.contract import Result, State
from checks.contract.severity import Severity
from checks.listening_ports import ListeningPortsParams, evaluate
from checks.ports import rule
from collectors.listeners import Port
from collectors.listening_ports import ListeningPorts, compare

SSH = Port("tcp", 22, False, ("0.0.0.0", "::"), ("sshd", "systemd"), ("root",), ("ssh.service",))
WEB = Port("tcp", 80, False, ("*",), ("nginx",), ("root", "www-data"), ("nginx.service",))
MAIL = Port("tcp", 25, True, ("127.0.0.1", "::1"), ("master",), ("root",))
SHELL = Port("tcp", 4444, False, ("0.0.0.0",), ("nc",), ("www-data",))
FIRST = ListeningPorts((SSH, WEB, MAIL), (32768, 60999), root=True)


def judged(facts: ListeningPorts, **params: object) -> dict[str, Result]:
    results = list(evaluate(facts, ListeningPortsParams.model_validate(params)))
    assert len({result.item for result in results}) == len(results)
    return {result.item: result for result in results}


def states(facts: ListeningPorts, **params: object) -> dict[str, State]:
    return {item: result.state for item, result in judged(facts, **params).items()}


def with_ports(*ports: Port, root: bool = True) -> ListeningPorts:
    return replace(FIRST, ports=ports, first=FIRST.ports, root=root)


def test_what_is_there_at_the_first_look_is_allowed() -> None:
    assert states(FIRST) == {"tcp/22": State.OK, "tcp/80": State.OK}
    assert judged(FIRST)["tcp/22"].summary.en == "sshd (root) on all addresses"
    assert judged(FIRST)["tcp/22"].summary.zh == "sshd (root),监听所有地址"


def test_a_new_port_is_named_with_its_process_and_clears() -> None:
    found = judged(compare(FIRST, with_ports(SSH, WEB, SHELL)))
    assert found["tcp/4444"].state is State.WARN
    assert found["tcp/4444"].summary.en == "not there at the first look: nc (www-data) on all IPv4 addresses"
    assert found["tcp/4444"].summary.zh == "首次检查时不存在:nc (www-data),监听所有 IPv4 地址"
    assert states(compare(with_ports(SSH, SHELL, WEB), with_ports(SSH, WEB))) == states(FIRST)


def test_the_first_look_is_carried_on() -> None:
    second = compare(FIRST, replace(FIRST, ports=(SSH,)))
    assert compare(second, replace(FIRST, ports=(SHELL,))).first == FIRST.ports


def test_a_port_that_was_local_only_is_new_to_the_network() -> None:
    found = judged(with_ports(SSH, WEB, MAIL, replace(MAIL, local=False, addresses=("0.0.0.0",))))
    assert found["tcp/25"].state is State.WARN
    assert found["tcp/25"].summary.en == "open to the network, was local only: master (root) on all IPv4 addresses"


def test_a_vanished_port_is_told_and_fine() -> None:
    gone = judged(with_ports(WEB))["tcp/22"]
    assert (gone.state, gone.measurements[0].value) == (State.OK, 0.0)
    assert gone.summary.en == "closed; first seen: sshd (root) on all addresses"
    local_now = judged(with_ports(WEB, replace(SSH, local=True, addresses=("127.0.0.1",))))
    assert local_now["tcp/22"].summary.en.startswith("closed")


def test_severity_of_what_is_not_allowed() -> None:
    facts = with_ports(SSH, WEB, SHELL)
    assert states(facts, unexpected="crit")["tcp/4444"] is State.CRIT
    assert states(facts, unexpected="ok")["tcp/4444"] is State.OK
    assert Severity("crit").state is State.CRIT


def test_a_list_overrides_what_was_seen_first() -> None:
    found = judged(with_ports(SSH, WEB, SHELL), allowed=[22, "tcp/4000-5000"])
    assert {item: one.state for item, one in found.items()} == {
        "tcp/22": State.OK,
        "tcp/80": State.WARN,
        "tcp/4444": State.OK,
    }
    assert found["tcp/80"].summary.en == "not allowed: nginx (root, www-data) on all addresses"
    assert found["tcp/80"].summary.zh == "未经允许:nginx (root, www-data),监听所有地址"
    assert states(with_ports(SSH), allowed=[]) == {"tcp/22": State.WARN}


def test_a_port_allowed_for_one_process_only() -> None:
    assert states(with_ports(WEB), allowed=["tcp/80 nginx"]) == {"tcp/80": State.OK}
    assert states(with_ports(WEB), allowed=["80 nginx.service"]) == {"tcp/80": State.OK}
    found = judged(with_ports(replace(WEB, processes=("apache2",), units=())), allowed=["80 nginx", "udp/80"])
    assert found["tcp/80"].state is State.WARN
    assert found["tcp/80"].summary.en == "not allowed (only for nginx): apache2 (root, www-data) on all addresses"


def test_a_process_that_cannot_be_seen_is_not_taken_for_the_right_one() -> None:
    hidden = with_ports(replace(WEB, processes=(), units=()), root=False)
    found = judged(hidden, allowed=["80 nginx"])["tcp/80"]
    assert found.state is State.UNKNOWN
    assert found.summary.en == "a process seen only by root (root, www-data) on all addresses: allowed for nginx"
    assert states(with_ports(replace(WEB, processes=()), root=False), allowed=["80 nginx*"]) == {"tcp/80": State.OK}
    assert states(hidden, required=["80 nginx"])["tcp/80"] is State.UNKNOWN


def test_required_ports() -> None:
    found = judged(with_ports(SSH, WEB), required=[22, "443", "udp/53", "tcp/80 apache2"])
    assert (found["tcp/22"].state, found["tcp/443"].state, found["udp/53"].state) == (State.OK, State.CRIT, State.CRIT)
    assert found["tcp/443"].summary.en == "required, but nothing listens"
    assert found["tcp/80"].state is State.CRIT
    assert found["tcp/80"].summary.en == "for apache2, held by nginx (root, www-data) on all addresses"


def test_a_required_port_may_be_local_or_not_in_the_list() -> None:
    assert states(with_ports(MAIL), required=[25], allowed=[22]) == {"tcp/25": State.OK}


def test_loopback_when_asked() -> None:
    found = judged(with_ports(MAIL), loopback=True)
    assert found["tcp/25"].summary.en == "master (root) on 127.0.0.1, ::1"
    assert "tcp/25" not in judged(with_ports(MAIL))


@pytest.mark.parametrize(
    "port",
    [
        Port("udp", 40001, False, ("0.0.0.0",), ("firefox",)),
        Port("udp", 1999, False, ("0.0.0.0",), ("unbound",)),
        Port("udp", 687, False, ("0.0.0.0",), ("rpcbind", "systemd")),
        Port("tcp", 44361, False, ("::",), ("rpc.statd",), ("statd",), ("rpc-statd.service",)),
        Port("tcp", 44361, False, ("::",), (), (), ("rpc-statd.service",)),
        Port("tcp", 44361, False, ("::",)),  # held by no process: NFS locks
        Port("tcp", 21037, False, ("192.0.2.10",), ("vsftpd",)),
        Port("tcp", 32768, False, ("0.0.0.0",), ("docker-proxy",)),
        Port("tcp", 32769, False, ("0.0.0.0",), (), (), ("docker.service",)),
    ],
)
def test_what_opens_and_closes_all_day_is_no_news(port: Port) -> None:
    assert port.name not in judged(with_ports(port))
    # Nor is it told for ever as closed where it was there at the first look.
    assert port.name not in judged(replace(FIRST, first=(*FIRST.ports, port)))


@pytest.mark.parametrize(
    "port",
    [
        Port("tcp", 44361, False, ("::",), ("nc",)),
        Port("tcp", 111, False, ("::",), ("rpcbind",)),
        Port("udp", 161, False, ("::",), ("snmpd",)),
        Port("tcp", 21, False, ("::",), ("vsftpd",)),
    ],
)
def test_what_is_no_passing_port_is_news(port: Port) -> None:
    assert judged(with_ports(port))[port.name].state is State.WARN


def test_a_kernels_port_whose_holder_cannot_be_seen_is_told() -> None:
    unseen = Port("tcp", 44361, False, ("::",))
    assert judged(with_ports(unseen, root=False))["tcp/44361"].state is State.WARN


def test_a_kernels_port_may_be_known_by_its_control_group() -> None:
    lock = Port("tcp", 44361, False, ("::",), (), ("root",), of_kernel=True)
    assert "tcp/44361" not in judged(with_ports(lock, root=False))
    result = judged(with_ports(lock, root=False), ignore=[])["tcp/44361"]
    assert result.summary.en == "not there at the first look: no visible process on all IPv6 addresses"


def test_words_for_who_holds_a_port() -> None:
    unseen = Port("tcp", 2049, False, ("0.0.0.0", "::"), (), ("root",))
    assert judged(with_ports(unseen))["tcp/2049"].summary.en.endswith(": no visible process on all addresses")
    unit = replace(unseen, users=("statd",), units=("rpc.service",))
    assert judged(with_ports(unit, root=False))["tcp/2049"].summary.en.endswith(
        "unit rpc.service (statd) on all addresses"
    )
    activated = replace(unseen, processes=("systemd",), units=("init.scope",))
    assert judged(with_ports(activated))["tcp/2049"].summary.en.endswith("systemd (root) on all addresses")
    many = replace(SHELL, addresses=tuple(f"192.0.2.{n}" for n in range(9)))
    assert judged(with_ports(many))["tcp/4444"].summary.en.endswith("on 192.0.2.0, 192.0.2.1, 192.0.2.2, ...")


def test_without_a_range_nothing_is_ephemeral() -> None:
    udp = Port("udp", 40001, False, ("0.0.0.0",), ("firefox",))
    assert "udp/40001" in judged(replace(with_ports(udp), ephemeral=None))


@pytest.mark.parametrize("text", ["", "http", "70000", "90-80", "sctp/80", "tcp/", "-1", "22,23", "tcp/80nginx"])
def test_rules_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="expected ports"):
        rule(text)
    with pytest.raises(ValidationError):
        ListeningPortsParams(allowed=(text,))


def test_rules() -> None:
    assert rule("8000-8100").is_one_port is False
    assert rule("udp/53").is_one_port
    assert rule("any java").is_about(WEB, None)
    assert not rule("ephemeral").is_about(WEB, (32768, 60999))
    assert rule("80 my app*").process == "my app*"


def test_a_required_port_is_a_single_one() -> None:
    for text in ("80-90", "ephemeral", "any"):
        with pytest.raises(ValidationError, match="single"):
            ListeningPortsParams(required=(text,))
