"""The same web.config.yml before a real `rounds start` and a real node_exporter, read by a real Prometheus."""

import json
import shutil
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent.web.tokens import hash_of, new_token
from tests.agent.running import Running, running, wait_for
from tests.agent.web.doors import PASSWORD, certificate, config_file, htpasswd

pytestmark = [
    pytest.mark.skipif(
        not all(map(shutil.which, ("prometheus", "prometheus-node-exporter", "promtool", "curl"))),
        reason="prometheus, promtool, node_exporter or curl is not installed",
    ),
    pytest.mark.timeout(180),
]

TOKEN, OTHER = new_token(), new_token()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def process(*command: str, folder: Path) -> Iterator[None]:
    with (folder / f"{Path(command[0]).name}.log").open("wb") as log:
        started = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        yield
    finally:
        started.terminate()
        started.wait(30)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("side")
    certificate(made, "ca")
    certificate(made, "server", ca="ca")
    certificate(made, "client", ca="ca")
    name, _, kept = htpasswd("prometheus", PASSWORD, cost=10).partition(":")
    (made / "web.config.yml").write_text(
        "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n"
        "  client_auth_type: VerifyClientCertIfGiven\n  client_ca_file: ca.crt\n"
        "http_server_config:\n  headers:\n    Strict-Transport-Security: max-age=600\n"
        f"basic_auth_users:\n  {name}: {kept}\n"
    )
    subprocess.run(["promtool", "check", "web-config", "web.config.yml"], cwd=made, check=True, timeout=60)
    (made / "token").write_text(TOKEN)
    return made


@pytest.fixture(scope="module")
def agent(folder: Path) -> Iterator[Running]:
    tokens = (
        f", tokens: [{{name: prometheus, scopes: [metrics], sha256: {hash_of(TOKEN.encode())}}},"
        f" {{name: desk, scopes: [operate], sha256: {hash_of(OTHER.encode())}}}]"
    )
    with running(config_file(folder, f", config_file: web.config.yml{tokens}"), "--no-table") as agent:
        wait_for(lambda: agent.events("listening"))
        yield agent
        assert agent.end() == 0
        said = (folder / "output" / "stderr").read_text()
        assert not [secret for secret in (PASSWORD, TOKEN, OTHER) if secret in said]
        assert "Traceback" not in said


@pytest.fixture(scope="module")
def ports(folder: Path, agent: Running) -> Iterator[dict[str, int]]:
    port = free_port()
    command = ("prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{port}", "--web.config.file=web.config.yml")
    with process(*command, folder=folder):
        both = {"rounds": int(agent.address.rpartition(":")[2]), "node_exporter": port}
        for one in both.values():
            wait_for(lambda one=one: curl(folder, one, "-o", "/dev/null")[0], 30)  # type: ignore[misc]
        yield both


def curl(folder: Path, port: int, *options: str, path: str = "/metrics") -> tuple[int, str]:
    done = subprocess.run(
        ["curl", "-sS", "-D", "-", "--max-time", "20", "--cacert", "ca.crt", "-w", "\n%{http_code}", *options,
         f"https://localhost:{port}{path}"],
        cwd=folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return int(done.stdout.rpartition("\n")[2] or 0), done.stdout


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ((), 401),
        (("-u", f"prometheus:{PASSWORD}"), 200),
        (("-u", f"prometheus:{PASSWORD}", "--cert", "client.crt", "--key", "client.key"), 200),
        (("-u", "prometheus:wrong"), 401),
        (("-u", f"nobody:{PASSWORD}"), 401),
        (("-H", "Authorization: Basic !!!"), 401),
        (("-u", f"prometheus:{PASSWORD}", "--tls-max", "1.1"), 0),
        (("-u", f"prometheus:{PASSWORD}", "--tls-max", "1.2"), 200),
    ],
)
def test_both_answer_alike(folder: Path, ports: dict[str, int], options: tuple[str, ...], status: int) -> None:
    for port in ports.values():
        found, answer = curl(folder, port, *options)
        assert found == status
        headers = answer.lower().partition("\r\n\r\n")[0]
        assert ("www-authenticate: basic" in headers) is (status == 401)
        assert ("strict-transport-security: max-age=600" in headers) is (status != 0)


def test_prometheus_scrapes_with_password_token_and_certificate(
    folder: Path, ports: dict[str, int], agent: Running
) -> None:
    jobs = {
        "password": f"basic_auth: {{username: prometheus, password: {PASSWORD}}}",
        "token": "authorization: {credentials_file: token}",
        "nothing": "",
        "stranger": "authorization: {credentials: wrong}",
    }
    listed = "".join(
        f"- job_name: {name}\n  scheme: https\n  scrape_interval: 1s\n  scrape_timeout: 1s\n"
        "  tls_config: {ca_file: ca.crt, cert_file: client.crt, key_file: client.key, server_name: localhost}\n"
        f"  static_configs: [{{targets: ['127.0.0.1:{ports['rounds']}']}}]\n" + (f"  {how}\n" if how else "")
        for name, how in jobs.items()
    )
    discovered = (
        "- job_name: node\n  scrape_interval: 1s\n  scrape_timeout: 1s\n"
        "  tls_config: {ca_file: ca.crt, server_name: localhost}\n  authorization: {credentials_file: token}\n"
        f"  http_sd_configs:\n  - url: https://127.0.0.1:{ports['rounds']}/sd\n    refresh_interval: 1s\n"
        "    tls_config: {ca_file: ca.crt, server_name: localhost}\n"
        "    authorization: {type: Bearer, credentials_file: token}\n"  # before 2.47 discovery forgets the default type
    )
    (folder / "prometheus.yml").write_text(f"scrape_configs:\n{listed}{discovered}")
    port = free_port()
    wait_for(lambda: "node_load1" in curl(folder, ports["rounds"], "-u", f"prometheus:{PASSWORD}",
                                          path="/hosts/this-machine/metrics")[1])  # fmt: skip

    def health() -> dict[str, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/targets", timeout=5) as answer:
                targets = json.load(answer)["data"]["activeTargets"]
        except OSError:
            return {}
        found = {one["labels"]["job"]: f"{one['health']} {one['lastError']}".strip() for one in targets}
        return found if len(found) == 5 and not any("unknown" in one for one in found.values()) else {}

    with process(
        "prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb",
        f"--web.listen-address=127.0.0.1:{port}", folder=folder,
    ):  # fmt: skip
        found = wait_for(health, 60)
    assert found == {
        "password": "up", "token": "up", "node": "up",
        "nothing": "down server returned HTTP status 401 Unauthorized",
        "stranger": "down server returned HTTP status 401 Unauthorized",
    }  # fmt: skip


def test_a_token_reloads_and_a_password_does_not(folder: Path, ports: dict[str, int]) -> None:
    def reload(*options: str) -> int:
        return curl(folder, ports["rounds"], "-X", "POST", *options, path="/-/reload")[0]

    assert reload() == 401
    assert reload("-u", f"prometheus:{PASSWORD}") == 403
    assert reload("-H", f"Authorization: Bearer {TOKEN}") == 403
    assert reload("-H", f"Authorization: Bearer {OTHER}") == 200


def test_a_user_and_a_certificate_come_while_it_runs(folder: Path, ports: dict[str, int], agent: Running) -> None:
    path = folder / "web.config.yml"
    before = path.read_text()
    path.write_text(before + f"  {htpasswd('late', PASSWORD).replace(':', ': ')}\n")
    wait_for(lambda: curl(folder, ports["rounds"], "-u", f"late:{PASSWORD}")[0] == 200, 20)
    path.write_text(before + "  late: not a hash\n")
    wait_for(lambda: curl(folder, ports["rounds"], path="/-/healthy") and agent.events("web_config_refused"), 20)
    assert curl(folder, ports["rounds"], "-u", f"late:{PASSWORD}")[0] == 200, "the one before is in force"
    assert "rounds_web_config_last_reload_successful 0" in curl(folder, ports["rounds"], "-u", f"late:{PASSWORD}")[1]
    path.write_text(before)
    wait_for(lambda: curl(folder, ports["rounds"], "-u", f"late:{PASSWORD}")[0] == 401, 20)
    certificate(folder, "ca-next")
    certificate(folder, "server", ca="ca-next")
    wait_for(lambda: curl(folder, ports["rounds"], "--cacert", "ca-next.crt", path="/-/healthy")[0] == 200, 20)
    assert curl(folder, ports["rounds"], path="/-/healthy")[0] == 0
