import os
import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors import listening_ports
from collectors.contract import Collector, UnreadableOutput
from collectors.listeners import Port
from collectors.listening_ports import ListeningPorts, parse
from tests.collectors.in_shells import every_shell, printed

NO_SS = replace(listening_ports.COLLECTOR, probe=listening_ports.PROBE.replace("ss -H", "no-such-ss -H"))


def one_of(output: str, protocol: str, number: int) -> list[Port]:
    return [port for port in parse(output).ports if (port.protocol, port.number) == (protocol, number)]


@every_shell
@pytest.mark.parametrize("collector", [listening_ports.COLLECTOR, NO_SS], ids=["ss", "proc"])
def test_sockets_of_our_own_are_found(shell: list[str], collector: Collector[ListeningPorts]) -> None:
    family = socket.AF_INET6 if socket.has_dualstack_ipv6() else socket.AF_INET
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(family, socket.SOCK_DGRAM) as udp,
    ):
        udp.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0))
        output = printed(collector, shell)
        tcp_port, udp_port = tcp.getsockname()[1], udp.getsockname()[1]
        address = udp.getsockname()[0]
    me = Path("/proc/self/comm").read_text(encoding="utf-8").strip()
    (listens,) = one_of(output, "tcp", tcp_port)
    assert (listens.addresses, listens.local, listens.processes) == (("127.0.0.1",), True, (me,))
    (waits,) = one_of(output, "udp", udp_port)
    assert (waits.addresses, waits.local, waits.processes) == ((address,), True, (me,))
    if os.geteuid() == 0:
        assert (listens.users, parse(output).root) == (("root",), True)
    facts = parse(output)
    assert facts.ephemeral is not None
    assert facts.ephemeral[0] <= tcp_port <= facts.ephemeral[1]


def test_a_connected_socket_is_no_listening_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        for collector in (listening_ports.COLLECTOR, NO_SS):
            assert one_of(printed(collector, ["sh"]), "tcp", client.getsockname()[1]) == []


def ss(*lines: str) -> str:
    return "ephemeral 32768\t60999\n== ss\n" + "\n".join(lines) + "\n== users\nuid:33 www-data\n"


def test_a_name_cannot_pose_as_a_user_or_a_unit() -> None:
    users = 'users:(("x uid:33 cgroup:/a.service",pid=1,fd=3),("y",pid=2,fd=3))'
    (port,) = parse(ss(f"tcp LISTEN 0 128 *:80 *:* {users} ino:5 sk:6 cgroup:/b.slice/b.service <->")).ports
    assert port == Port("tcp", 80, False, ("*",), ("x uid:33 cgroup:/a.service", "y"), ("root",), ("b.service",))


def test_a_name_with_a_line_break_blinds_nobody() -> None:
    """iproute2 6.1.0, of a process that called itself so: the line goes on in the next one."""
    facts = parse(
        ss(
            'tcp LISTEN 0 128 127.0.0.1:34217 0.0.0.0:* users:(("pl',
            'ain",pid=12716,fd=3),("',
            "",
            '",pid=12717,fd=3)) uid:33 ino:129502324 sk:5181 cgroup:/a.service <->',
            'tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=614,fd=4)) ino:2 sk:3 cgroup:/b.service <->',
        )
    )
    assert facts.ports == (
        Port("tcp", 22, False, ("0.0.0.0",), ("sshd",), ("root",), ("b.service",)),
        Port("tcp", 34217, True, ("127.0.0.1",), ("  ", "pl ain"), ("www-data",), ("a.service",)),
    )


FORGED = (
    "\ntcp LISTEN 0 1",
    "\nudp UNCONN 0 0",
    "\n== users",
    "\n== users\n",
    "\n== denied /a",
    "\n== ss\n",
    "\nNetid ",
    '",pid=1,fd=1))',
    '",pid=1,fd=1)) ',
    '",pid=1,fd=1))\n',
    '",pid=1,fd=1),(',
    'x",pid=1,fd=1),',
    ")) uid:33",
)


TOKENS = (*'a ",()=\n1:*[]', "pid=", "fd=", "uid:33", "tcp", "== ", '",pid=1,fd=1)', "\nudp UNCONN ")


@pytest.mark.parametrize("name", FORGED)
def test_a_name_forges_nothing(name: str) -> None:
    facts = among_others(name)
    assert facts.ports[-1].processes == (name.replace("\n", " "),)


@given(st.lists(st.sampled_from(TOKENS), max_size=15).map("".join))
def test_no_name_forges_anything(name: str) -> None:
    among_others(name[:15])


def among_others(name: str) -> ListeningPorts:
    """Of a port that two processes of that name hold, between two others; all but its processes is as it should be."""
    sshd = 'tcp LISTEN 0 128 0.0.0.0:{} 0.0.0.0:* users:(("sshd",pid=614,fd=4)) ino:2 sk:3 cgroup:/b.service <->'
    one = f'("{name}",pid=7,fd=3)'
    held = f"tcp LISTEN 0 128 0.0.0.0:80 0.0.0.0:* users:({one},{one}) uid:33 ino:5 sk:6 cgroup:/a.service <->"
    facts = parse(ss(sshd.format(22), held, sshd.format(23)))
    first = Port("tcp", 22, False, ("0.0.0.0",), ("sshd",), ("root",), ("b.service",))
    theirs = Port("tcp", 80, False, ("0.0.0.0",), facts.ports[-1].processes, ("www-data",), ("a.service",))
    assert facts.root
    assert facts.ports == (first, replace(first, number=23), theirs)
    return facts


def test_a_line_without_end_is_read_in_linear_time() -> None:
    """Each of these took minutes when the patterns looked on to the end of the line from each quote and group."""
    for users, groups in (('"' * 100_000, ""), ("", " cgroup:/a" * 50_000), ("", " cgroup:" + "a.service" * 50_000)):
        begun = time.process_time()
        (port,) = parse(ss(f"tcp LISTEN 0 128 *:80 *:* users:(({users})) ino:5 sk:6{groups} <->")).ports
        assert port.number == 80
        assert time.process_time() - begun < 2


def test_addresses_of_this_host_only() -> None:
    addresses = ("127.0.0.53%lo", "[::1]", "[::ffff:127.0.0.1]", "[fe80::1]%eth0", "192.0.2.1", "*")
    facts = parse(ss(*(f"udp UNCONN 0 0 {address}:{n} 0.0.0.0:*" for n, address in enumerate(addresses))))
    assert [port.local for port in facts.ports] == [True, True, True, False, False, False]
    assert facts.ports[3].addresses == ("fe80::1%eth0",)


def test_old_ss_has_a_header_and_knows_no_units() -> None:
    header = "Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port"
    (port,) = parse(ss(header, "tcp LISTEN 0 128 0.0.0.0:80 0.0.0.0:* uid:33 ino:5 sk:6 <->")).ports
    assert (port.users, port.units) == (("www-data",), ())


def test_what_is_in_no_control_group_is_the_kernels_where_services_are_in_one() -> None:
    """As a login without root sees the ports of a tunnel, and of NFS, which a mount long ended had opened."""
    text = """ephemeral 32768 60999
== denied /usr/bin/ss -H -tulnpe
== ss
udp UNCONN 0 0 0.0.0.0:4789 0.0.0.0:* ino:105474466 sk:1ef cgroup:/ <->
tcp LISTEN 0 64 0.0.0.0:42349 0.0.0.0:* ino:3 sk:1 cgroup:unreachable:a3c <->
tcp LISTEN 0 64 0.0.0.0:42350 0.0.0.0:* uid:33 ino:4 sk:2 cgroup:/ <->
tcp LISTEN 0 64 0.0.0.0:42351 0.0.0.0:* ino:5 sk:3 cgroup:/docker/5f <->
tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* ino:6 sk:4 cgroup:/system.slice/ssh.service <->
== users
"""
    assert {port.number for port in parse(text).ports if port.of_kernel} == {4789, 42349}
    assert not any(port.of_kernel for port in parse(text.replace("/system.slice/ssh.service", "/")).ports)


def test_a_user_that_is_not_in_passwd_has_a_number() -> None:
    (port,) = parse(ss("tcp LISTEN 0 128 0.0.0.0:80 0.0.0.0:* uid:4711 ino:5 sk:6 <->")).ports
    assert port.users == ("uid 4711",)


def test_nothing_listens() -> None:
    assert parse(ss()).ports == ()


def test_what_is_no_answer_is_not_taken_for_silence() -> None:
    with pytest.raises(UnreadableOutput):
        parse("ephemeral 1 2\n== users\n")
    with pytest.raises(UnreadableOutput):
        parse(ss('users:(("a",pid=1,fd=3)) ino:2 sk:3 <->'))
    with pytest.raises(UnreadableOutput):
        parse(ss("tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* ino:2 sk:3 <->", "ss: gone"))
    with pytest.raises(UnreadableOutput):
        parse(ss("tcp ESTAB 0 0 127.0.0.1:1 127.0.0.1:2"))
    with pytest.raises(UnreadableOutput):
        parse(ss("tcp LISTEN 0 0 127.0.0.1:65536 0.0.0.0:*"))
