"""The door over real TLS: certificates of both sides, versions, a certificate that changes, and slow clients."""

import asyncio.sslproto
import base64
import logging
import re
import resource
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from agent.web.refusals import Refusals
from agent.web.serving import TLS_BUFFER, most_connections
from tests.agent.running import wait_for
from tests.agent.web.doors import HASH, PASSWORD, Door, certificate, door

TLS = "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n"
USERS = f"basic_auth_users: {{anna: {HASH}}}\n"
CLIENTS = "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca-clients.crt\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("door")
    certificate(made, "ca")
    certificate(made, "server", ca="ca")
    certificate(made, "changing", ca="ca")
    certificate(made, "ca-clients")
    certificate(made, "prometheus", "DNS:prometheus.example.org,IP:2001:db8::1", ca="ca-clients")
    certificate(made, "other", "DNS:other.example.org", ca="ca-clients")
    certificate(made, "stranger", "DNS:prometheus.example.org", ca="ca")
    return made


@pytest.fixture
def behind(folder: Path, request: pytest.FixtureRequest) -> Iterator[Door]:
    (folder / "web.config.yml").write_text(request.param, "utf-8")
    with door(folder) as made:
        yield made


def with_file(text: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("behind", [text], indirect=True)


def shows(name: str, folder: Path) -> tuple[str, ...]:
    return "--cert", str(folder / f"{name}.crt"), "--key", str(folder / f"{name}.key")


@with_file(TLS + USERS)
def test_over_tls_with_a_password(behind: Door) -> None:
    assert behind.curl("/metrics", "-u", f"anna:{PASSWORD}")[0] == 200
    assert behind.curl("/metrics", "-u", "anna:wrong")[0] == 401
    assert behind.curl("/metrics")[0] == 401
    assert behind.curl("/-/healthy")[0] == 200
    status, answer = behind.curl("/sd", "-u", f"anna:{PASSWORD}")
    assert (status, '"__scheme__":"https"' in answer) == (200, True)
    assert "uvicorn" not in answer


@with_file(TLS + USERS)
def test_clients_agree_on_http_1_1(behind: Door) -> None:
    assert behind.curl("/-/healthy", "--http2")[1].startswith("HTTP/1.1 200")


@with_file(TLS)
@pytest.mark.parametrize(("most", "works"), [("1.0", False), ("1.1", False), ("1.2", True), ("1.3", True)])
def test_old_versions_are_not_spoken(behind: Door, most: str, works: bool) -> None:
    status, answer = behind.curl("/-/healthy", "--tls-max", most, "--ciphers", "DEFAULT@SECLEVEL=0")
    assert (status == 200) is works, answer
    wait_for(lambda: behind.refused("tls_handshake") == (0 if works else 1), 5)


@with_file(TLS + "  min_version: TLS13\n")
def test_a_higher_version_may_be_asked_for(behind: Door) -> None:
    assert behind.curl("/-/healthy", "--tls-max", "1.2")[0] == 0
    assert behind.curl("/-/healthy")[0] == 200


@with_file(TLS + "  max_version: TLS12\n  cipher_suites: [TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256]\n")
def test_only_the_listed_suites_are_spoken(behind: Door) -> None:
    assert behind.curl("/-/healthy", "--ciphers", "ECDHE-ECDSA-CHACHA20-POLY1305")[0] == 200
    assert behind.curl("/-/healthy", "--ciphers", "ECDHE-ECDSA-AES256-GCM-SHA384")[0] == 0


@with_file(TLS)
def test_plain_http_is_not_answered(behind: Door) -> None:
    assert behind.curl("/-/healthy", scheme="http")[0] == 0
    wait_for(lambda: behind.refused("tls_handshake") == 1, 5)


@with_file(TLS + CLIENTS)
def test_nobody_gets_in_without_a_certificate(behind: Door, folder: Path) -> None:
    assert behind.curl("/metrics", *shows("prometheus", folder))[0] == 200
    assert behind.curl("/metrics", *shows("other", folder))[0] == 200
    assert behind.curl("/-/healthy")[0] == 0
    assert behind.curl("/metrics", *shows("stranger", folder))[0] == 0
    wait_for(lambda: behind.refused("tls_handshake") == 2, 5)


@with_file(TLS + CLIENTS + USERS)
def test_a_certificate_does_not_replace_the_password(behind: Door, folder: Path) -> None:
    assert behind.curl("/metrics", *shows("prometheus", folder))[0] == 401
    assert behind.curl("/metrics", *shows("prometheus", folder), "-u", f"anna:{PASSWORD}")[0] == 200


@pytest.mark.parametrize("name", ["prometheus.example.org", "2001:db8:0::1"])
def test_only_certificates_of_these_names(folder: Path, name: str) -> None:
    (folder / "web.config.yml").write_text(f"{TLS}{CLIENTS}  client_allowed_sans: ['{name}', 'x.example.org']\n")
    with door(folder) as behind:
        assert behind.curl("/metrics", *shows("prometheus", folder))[0] == 200
        assert behind.curl("/metrics", *shows("other", folder))[0] == 0
        wait_for(lambda: behind.refused("wrong_certificate") == 1, 5)


@with_file(TLS.replace("server.", "changing."))
def test_a_new_certificate_is_shown_and_old_connections_go_on(behind: Door, folder: Path) -> None:
    def serial(connection: ssl.SSLSocket) -> str:
        return str(connection.getpeercert()["serialNumber"])  # type: ignore[index]

    with behind.connect() as old:
        assert isinstance(old, ssl.SSLSocket)
        before = serial(old)
        certificate(folder, "changing", ca="ca")

        def is_changed() -> bool:
            with behind.connect() as new:
                return isinstance(new, ssl.SSLSocket) and serial(new) != before

        wait_for(is_changed, 20)
        old.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert old.recv(1000).startswith(b"HTTP/1.1 200")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.web.serving.REQUEST_SECONDS", 0.5)
    monkeypatch.setattr("agent.web.serving.HANDSHAKE_SECONDS", 0.5)


def lives(connection: socket.socket, seconds: float) -> bool:
    """Whether it is still open after a while in which a byte is sent now and then."""
    ends = time.monotonic() + seconds
    connection.settimeout(0.1)
    try:
        while time.monotonic() < ends:
            connection.sendall(b"a")
            try:
                if not connection.recv(1000):
                    return False
            except TimeoutError:
                continue
    except OSError:
        return False
    return True


@pytest.mark.parametrize("file", ["http_server_config: {}\n", TLS])
@pytest.mark.parametrize("beginning", [b"", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ", b"\x16\x03\x01"])
def test_who_never_ends_his_request_is_let_go(folder: Path, impatient: None, file: str, beginning: bytes) -> None:
    (folder / "web.config.yml").write_text(file)
    with door(folder) as behind, socket.create_connection(("127.0.0.1", behind.port)) as slow:
        slow.sendall(beginning)
        assert not lives(slow, 5)
        scheme = "https" if file == TLS else "http"
        assert behind.curl("/-/healthy", scheme=scheme)[0] == 200


@with_file("http_server_config: {}\n")
def test_a_body_that_drips_is_let_go(behind: Door, impatient: None) -> None:
    with socket.create_connection(("127.0.0.1", behind.port)) as slow:
        slow.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert slow.recv(1000).startswith(b"HTTP/1.1 200")
        slow.sendall(b"POST /-/reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n")
        assert not lives(slow, 6)


@with_file("http_server_config: {}\n")
def test_a_connection_is_kept_between_requests(behind: Door, impatient: None) -> None:
    with socket.create_connection(("127.0.0.1", behind.port)) as kept:
        for _ in range(4):
            kept.sendall(b"GET /sd HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answer = b""
            while not answer.endswith(b"]"):
                more = kept.recv(1000)
                assert more
                answer += more
            time.sleep(0.3)


@pytest.mark.parametrize("file", ["http_server_config: {}\n", TLS])
def test_connections_do_not_take_all_files(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, file: str
) -> None:
    monkeypatch.setattr("agent.web.serving.most_connections", lambda: 5)
    (folder / "web.config.yml").write_text(file)
    with door(folder) as behind:
        held = [socket.create_connection(("127.0.0.1", behind.port)) for _ in range(8)]
        wait_for(lambda: behind.refused("too_many_connections") == 3)
        for one in held:
            one.close()
        scheme = "https" if file == TLS else "http"
        wait_for(lambda: behind.curl("/-/healthy", scheme=scheme)[0] == 200)
    assert not complaints(caplog)


@pytest.mark.parametrize("file", ["http_server_config: {}\n", TLS])
def test_one_client_does_not_take_all_connections(folder: Path, monkeypatch: pytest.MonkeyPatch, file: str) -> None:
    monkeypatch.setattr("agent.web.serving.MOST_OF_ONE", 3)
    monkeypatch.setattr("agent.web.serving.source", lambda address: address)  # as if they came from elsewhere
    (folder / "web.config.yml").write_text(file)
    with door(folder) as behind:
        here = "127.0.0.1", behind.port
        held = [socket.create_connection(here, source_address=("127.0.0.2", 0)) for _ in range(5)]
        wait_for(lambda: behind.refused("too_many_connections") == 2)
        scheme = "https" if file == TLS else "http"
        assert behind.curl("/-/healthy", "--interface", "127.0.0.3", scheme=scheme)[0] == 200
        for one in held:
            one.close()
        wait_for(lambda: behind.curl("/-/healthy", "--interface", "127.0.0.2", scheme=scheme)[0] == 200)


@with_file("http_server_config: {}\n")
def test_a_proxy_on_this_machine_brings_as_many_as_it_wants(behind: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.web.serving.MOST_OF_ONE", 3)
    held = [behind.connect() for _ in range(10)]
    assert behind.curl("/-/healthy", scheme="http")[0] == 200
    for one in held:
        one.close()
    assert behind.refused("too_many_connections") == 0


@pytest.mark.parametrize(("files", "most"), [(1024, 512), (16384, 512), (resource.RLIM_INFINITY, 512), (400, 200)])
def test_connections_are_bounded_however_many_files_there_are(
    monkeypatch: pytest.MonkeyPatch, files: int, most: int
) -> None:
    monkeypatch.setattr("agent.web.serving.resource.getrlimit", lambda which: (files, files))
    assert most_connections() == most


OPEN, MISSING = b"GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n", b"GET /sd HTTP/1.1\r\nHost: localhost\r\n\r\n"
TOO_LONG = b"POST /sd HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
FOREIGN = b"GET /sd HTTP/1.1\r\nHost: evil.example\r\n\r\n"
LET_IN = MISSING[:-2] + b"Authorization: Basic " + base64.b64encode(f"anna:{PASSWORD}".encode()) + b"\r\n\r\n"


@pytest.mark.parametrize("behind", [USERS, TLS + USERS], indirect=True)
@pytest.mark.parametrize(("request_", "status"), [(OPEN, 200), (MISSING, 401), (FOREIGN, 421), (TOO_LONG, 413)])
def test_who_is_not_let_in_keeps_no_connection(
    behind: Door, monkeypatch: pytest.MonkeyPatch, request_: bytes, status: int
) -> None:
    """Also one who never hangs up his end, which TLS would wait for."""
    monkeypatch.setattr("agent.web.serving.FAREWELL_SECONDS", 0.2)
    with behind.connect() as stranger:
        stranger.sendall(request_)
        answer = b"".join(iter(lambda: stranger.recv(1000), b""))
        assert answer.startswith(f"HTTP/1.1 {status} ".encode())
        assert (b"\r\nconnection: close\r\n" in answer.lower()) is (status != 413), "what comes is not cut off at once"
        wait_for(lambda: not behind.server.server_state.connections, 5)


@pytest.mark.parametrize("behind", [USERS, TLS + USERS], indirect=True)
def test_who_is_let_in_keeps_his_connection(behind: Door) -> None:
    with behind.connect() as friend:
        for _ in range(3):
            friend.sendall(LET_IN)
            answer = b""
            while not answer.endswith(b"]"):
                more = friend.recv(1000)
                assert more
                answer += more
            assert b"connection: close" not in answer.lower()


@with_file(USERS)
def test_who_is_let_in_may_come_more_often_than_a_stranger(behind: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a Prometheus does that reads the metrics of many hosts at once."""
    monkeypatch.setattr("agent.web.serving.MOST_OF_ONE", 2)
    monkeypatch.setattr("agent.web.serving.source", lambda address: address)  # as if they came from elsewhere
    held = []
    for _ in range(5):
        held.append(behind.connect())
        held[-1].sendall(LET_IN)
        assert held[-1].recv(1000).startswith(b"HTTP/1.1 200")
    strangers = [behind.connect() for _ in range(3)]
    wait_for(lambda: behind.refused("too_many_connections") == 1)
    for one in held + strangers:
        one.close()


@with_file(TLS + CLIENTS)
def test_a_certificate_lets_in_as_well(behind: Door, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.web.serving.MOST_OF_ONE", 2)
    monkeypatch.setattr("agent.web.serving.source", lambda address: address)
    context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
    context.load_cert_chain(folder / "prometheus.crt", folder / "prometheus.key")
    held = []
    for _ in range(5):
        held.append(context.wrap_socket(behind.plain(), server_hostname="localhost"))
        held[-1].sendall(MISSING)
        assert held[-1].recv(1000).startswith(b"HTTP/1.1 200")
    for one in held:
        one.close()
    assert behind.refused("too_many_connections") == 0


@with_file(USERS)
def test_a_refusal_is_heard_by_who_still_speaks(behind: Door) -> None:
    """A door that closes upon what is still coming resets the connection, and the answer is lost."""
    head = b"POST /-/reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n"
    with behind.connect() as stranger:
        stranger.sendall(head)
        for _ in range(6):
            time.sleep(0.02)
            stranger.sendall(b"x" * 10000)
        assert stranger.recv(1000).startswith(b"HTTP/1.1 401")


@with_file(TLS)
def test_a_connection_over_tls_costs_little_memory(behind: Door) -> None:
    """A body of several buffers is read all the same."""
    assert asyncio.sslproto.SSLProtocol.max_size == TLS_BUFFER
    body = "x" * (2 * TLS_BUFFER - 10)
    assert behind.curl("/-/reload", "--data-binary", body)[0] == 200


@with_file(TLS)
def test_damaged_handshakes_leave_no_error_behind(behind: Door, capfd: pytest.CaptureFixture[str]) -> None:
    for beginning in (b"\x16\x03\x01\x00\x05hello", b"\x00" * 400, b"GET / HTTP/1.1\r\n\r\n", b""):
        with socket.create_connection(("127.0.0.1", behind.port)) as odd:
            odd.sendall(beginning)
    subprocess.run(
        ["curl", "-s", "--max-time", "5", f"https://localhost:{behind.port}/"], check=False, timeout=20
    )  # it does not trust the authority, and goes in the middle
    assert behind.curl("/-/healthy")[0] == 200
    assert "Traceback" not in "".join(capfd.readouterr())


@with_file("http_server_config: {}\n")
def test_odd_requests_do_not_fill_the_log(behind: Door, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", behind.port)) as odd:
            odd.sendall(b"\x00\xff\r\n\r\n")
            assert odd.recv(1000).startswith(b"HTTP/1.1 400")
    assert behind.curl("/-/healthy", "-H", "Connection: upgrade", "-H", "Upgrade: websocket", scheme="http")[0] == 200
    assert behind.refused("malformed") == 5
    assert not complaints(caplog)


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What asyncio and uvicorn logged: anybody could fill a disk with it."""
    loud = (one for one in caplog.records if one.levelno > logging.INFO)
    return [one.getMessage() for one in loud if one.name.startswith(("uvicorn", "asyncio"))]


CHUNKED = b"POST /-/reload HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"


WHOLE = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.mark.parametrize("file", ["http_server_config: {}\n", TLS])
@pytest.mark.parametrize("pieces", [(CHUNKED + b"zzz\r\n",), (CHUNKED, b"zzz\r\n"), (WHOLE + b"\r\n" * 60000,)])
def test_what_is_damaged_leaves_no_error_behind(
    folder: Path, caplog: pytest.LogCaptureFixture, file: str, pieces: tuple[bytes, ...]
) -> None:
    (folder / "web.config.yml").write_text(file)
    with door(folder) as behind:
        with suppress(OSError), behind.connect() as odd:
            for piece in pieces:
                odd.sendall(piece)
                odd.recv(1000)
        wait_for(lambda: behind.refused("malformed") == 1, 5)
    assert not complaints(caplog)


@with_file("http_server_config: {}\n")
def test_the_client_is_an_address_whatever_a_proxy_says(behind: Door, capfd: pytest.CaptureFixture[str]) -> None:
    for said, told in (("203.0.113.9", "203.0.113.9"), ("all is well", "?"), ("fe80::1%all is well", "fe80::1")):
        behind.access.refusals = Refusals()
        options = ("-H", f"X-Forwarded-For: {said}", "-H", "Host: evil.example.org")
        assert behind.curl("/metrics", *options, scheme="http")[0] == 421
        assert re.search(rf"client=.?{re.escape(told)}.? ", capfd.readouterr().out)


@with_file("http_server_config: {}\n")
def test_whoever_does_not_take_his_answer_is_let_go(behind: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.web.serving.ANSWER_SECONDS", 1)
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(("127.0.0.1", behind.port))
        deaf.settimeout(0.3)
        with suppress(OSError):
            while True:  # until the buffers of both sides are full
                deaf.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n" * 100)
        wait_for(lambda: behind.refused("too_slow") == 1, 10)


@with_file("http_server_config: {}\n")
def test_a_body_that_is_announced_behind_another_request_has_to_come(behind: Door, impatient: None) -> None:
    both = b"GET /sd HTTP/1.1\r\nHost: localhost\r\n\r\nPOST /waits HTTP/1.1\r\nHost: localhost\r\n"
    with socket.create_connection(("127.0.0.1", behind.port), timeout=3) as slow:
        slow.sendall(both + b"Content-Length: 5\r\n\r\n")
        while slow.recv(1000):
            pass
    assert behind.refused("too_slow") == 1
