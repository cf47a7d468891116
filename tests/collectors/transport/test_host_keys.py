import base64
import hashlib
import subprocess
import threading
from pathlib import Path

import pytest

from collectors.contract import Reason, TransportError
from collectors.transport.host_keys import HostKey, KnownHosts
from tests.collectors.transport.conftest import make_key

A, B = HostKey("ssh-ed25519", b"key a"), HostKey("ssh-ed25519", b"key b")


def reason_for(hosts: KnownHosts, name: str, key: HostKey) -> Reason | None:
    try:
        hosts.check(name, key, "web-01")
    except TransportError as error:
        return error.reason
    return None


@pytest.fixture
def hosts(tmp_path: Path) -> KnownHosts:
    return KnownHosts(tmp_path / "state" / "known_hosts")


def written(hosts: KnownHosts, *lines: str) -> KnownHosts:
    hosts.path.parent.mkdir(exist_ok=True)
    hosts.path.write_text("\n".join(lines) + "\n")
    return hosts


def test_a_fingerprint_is_that_of_ssh_keygen(tmp_path: Path) -> None:
    for kind in ("ed25519", "ecdsa", "rsa"):
        make_key(tmp_path / kind, kind)
        type_, blob = (tmp_path / f"{kind}.pub").read_text().split()[:2]
        listed = subprocess.run(["ssh-keygen", "-lf", tmp_path / kind], capture_output=True, text=True, check=True)
        assert HostKey(type_, base64.b64decode(blob)).fingerprint == listed.stdout.split()[1]


def test_trusting(hosts: KnownHosts) -> None:
    assert reason_for(hosts, "web-01", A) is Reason.HOST_KEY_UNKNOWN
    assert hosts.trust("web-01", A)
    assert not hosts.trust("web-01", A)
    assert reason_for(hosts, "web-01", A) is None
    assert reason_for(hosts, "web-01", B) is Reason.HOST_KEY_CHANGED
    assert reason_for(hosts, "web-02", A) is Reason.HOST_KEY_UNKNOWN
    assert reason_for(hosts, "[web-01]:2222", A) is Reason.HOST_KEY_UNKNOWN


def test_a_changed_key_is_replaced_only_when_told(hosts: KnownHosts) -> None:
    hosts.trust("web-01", A)
    hosts.trust("web-02", A)
    with pytest.raises(TransportError) as caught:
        hosts.trust("web-01", B)
    assert caught.value.reason is Reason.HOST_KEY_CHANGED
    assert A.fingerprint in str(caught.value)
    assert B.fingerprint in str(caught.value)
    assert hosts.keys("web-01") == (A,)
    assert hosts.trust("web-01", B, replace=True)
    assert hosts.keys("web-01") == (B,)
    assert hosts.keys("web-02") == (A,)


def test_replacing_keeps_everything_that_is_not_meant(hosts: KnownHosts) -> None:
    written(
        hosts,
        "# our hosts",
        f"web-01,web-02,192.0.2.1 {A.text} a comment",
        f"*.example.org {A.text}",
        "",
        "not a line",
        f"@cert-authority * {A.text}",
        "web-01 ssh-ed25519 !!!",
    )
    hosts.trust("web-01", B, replace=True)
    assert hosts.path.read_text().splitlines() == [
        "# our hosts",
        f"web-02,192.0.2.1 {A.text} a comment",
        f"*.example.org {A.text}",
        "",
        "not a line",
        f"@cert-authority * {A.text}",
        "web-01 ssh-ed25519 !!!",
        f"web-01 {B.text}",
    ]


def test_a_missing_newline_at_the_end_does_no_harm(hosts: KnownHosts) -> None:
    hosts.path.parent.mkdir()
    hosts.path.write_text(f"web-01 {A.text}")
    hosts.trust("web-02", B)
    assert (hosts.keys("web-01"), hosts.keys("web-02")) == ((A,), (B,))


def test_the_mode_is_kept_and_nothing_else_is_left(hosts: KnownHosts) -> None:
    written(hosts, "#").path.chmod(0o600)
    hosts.trust("web-01", A)
    assert hosts.path.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in hosts.path.parent.iterdir()] == ["known_hosts"]


def test_names(hosts: KnownHosts) -> None:
    written(hosts, f"Web-01,[192.0.2.1]:2222,*.lan,!gate.lan,[*.wan]:2222,db? {A.text}")
    for name in ("web-01", "[192.0.2.1]:2222", "x.lan", "[x.wan]:2222", "db1"):
        assert hosts.keys(name) == (A,), name
    for name in ("web-02", "192.0.2.1", "gate.lan", "x.wan", "db", "2"):
        assert hosts.keys(name) == (), name


def test_hashed_names_as_ssh_keygen_writes_them(hosts: KnownHosts, tmp_path: Path) -> None:
    written(hosts, f"web-01,[web-02]:2222 {(make_key(tmp_path / 'k').with_suffix('.pub')).read_text().strip()}")
    subprocess.run(["ssh-keygen", "-q", "-H", "-f", hosts.path], check=True, capture_output=True)
    assert "web" not in hosts.path.read_text()
    (key,) = hosts.keys("web-01")
    assert hosts.keys("[web-02]:2222") == (key,)
    assert hosts.keys("web-02") == ()
    hosts.trust("web-01", B, replace=True)
    assert hosts.keys("web-01") == (B,)
    assert hosts.keys("[web-02]:2222") == (key,)


def test_what_we_write_openssh_reads(hosts: KnownHosts, tmp_path: Path) -> None:
    type_, blob = make_key(tmp_path / "k").with_suffix(".pub").read_text().split()[:2]
    hosts.trust("[web-01]:2222", HostKey(type_, base64.b64decode(blob)))
    command = ["ssh-keygen", "-F", "[web-01]:2222", "-f", hosts.path]
    assert blob in subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_revoked_key_is_refused_though_it_is_known(hosts: KnownHosts) -> None:
    written(hosts, f"web-01 {A.text}", f"@revoked * {A.text}")
    assert reason_for(hosts, "web-01", A) is Reason.HOST_KEY_CHANGED
    with pytest.raises(TransportError, match="revoked"):
        hosts.trust("web-03", A, replace=True)
    assert hosts.keys("web-03") == ()


def test_several_keys_of_one_host(hosts: KnownHosts) -> None:
    rsa = HostKey("ssh-rsa", b"rsa")
    written(hosts, f"web-01 {A.text}", f"web-01 {rsa.text}")
    assert reason_for(hosts, "web-01", A) is None
    assert reason_for(hosts, "web-01", rsa) is None
    assert reason_for(hosts, "web-01", B) is Reason.HOST_KEY_CHANGED


def test_lines_that_are_damaged_are_passed_over(hosts: KnownHosts) -> None:
    written(
        hosts,
        "web-01",
        "web-01 ssh-ed25519",
        "|1|x web-01 y",
        "|2|a|b ssh-ed25519 QQ==",
        "@revoked",
        f"web-01 {A.text}",
    )
    assert hosts.keys("web-01") == (A,)


def test_many_at_once_lose_nothing(hosts: KnownHosts) -> None:
    keys = {f"web-{n:02}": HostKey("ssh-ed25519", hashlib.sha256(bytes([n])).digest()) for n in range(12)}
    threads = [threading.Thread(target=hosts.trust, args=item) for item in keys.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {name: hosts.keys(name) for name in keys} == {name: (key,) for name, key in keys.items()}
