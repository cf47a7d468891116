"""`web.config.yml`: files made the usual way are read, and what cannot be honoured is refused at its line."""

import os
import shutil
import ssl
import subprocess
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from agent.cli.app import app
from agent.config import Config, ConfigError, load
from agent.config.web_file import NO_WEB_FILE
from agent.config.web_loading import doubts, read_web_file
from tests.agent.web.doors import HASH, PASSWORD, certificate, config_file, htpasswd, openssl

TLS = "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("web")
    certificate(made, "ca")
    certificate(made, "server", ca="ca")
    certificate(made, "other")
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-aes256", "-pass", "pass:x",
            "-out", str(made / "locked.key"))  # fmt: skip
    (made / "words.crt").write_text("no certificate")
    return made


def promtool_accepts(path: Path) -> bool | None:
    if shutil.which("promtool") is None:
        return None
    checked = subprocess.run(
        ["promtool", "check", "web-config", str(path)], capture_output=True, timeout=60, check=False
    )
    return checked.returncode == 0


def problems(folder: Path, text: str) -> list[str]:
    path = folder / "web.config.yml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        read_web_file(path)
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


@pytest.mark.parametrize(
    "text",
    [
        TLS,
        "tls_server_config: {cert_file: server.crt, key_file: server.key}\nbasic_auth_users:\n",
        f"{TLS}  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n",
        f"{TLS}  client_auth_type: VerifyClientCertIfGiven\n  client_ca_file: ca.crt\n",
        f"{TLS}  min_version: TLS13\n  max_version: TLS13\n",
        f"{TLS}  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_AES_128_GCM_SHA256]\n",
        f"{TLS}  cipher_suites: [TLS_AES_128_GCM_SHA256]\n",
        f"{TLS}  prefer_server_cipher_suites: false\n  curve_preferences: [CurveP256]\n",
        f"{TLS}http_server_config:\n  http2: false\n  headers:\n    Strict-Transport-Security: max-age=31536000\n"
        "    X-Frame-Options: deny\n    X-Content-Type-Options: nosniff\n    X-XSS-Protection: ''\n",
        f"basic_auth_users: {{anna: {HASH}, 王丽: {HASH}}}\n",
    ],
)
def test_files_that_prometheus_takes_are_taken(folder: Path, text: str) -> None:
    path = folder / "web.config.yml"
    path.write_text(text, "utf-8")
    assert read_web_file(path)
    assert promtool_accepts(path) in (True, None)


def test_what_htpasswd_prints_is_taken(folder: Path) -> None:
    name, _, kept = htpasswd("anna", PASSWORD, cost=5).partition(":")
    path = folder / "web.config.yml"
    path.write_text(f"basic_auth_users:\n  {name}: {kept}\n")
    assert read_web_file(path).basic_auth_users == {"anna": kept}
    assert promtool_accepts(path) in (True, None)


def test_certificates_may_stand_in_the_file(folder: Path) -> None:
    inline = {key: (folder / file).read_text() for key, file in (("cert", "server.crt"), ("key", "server.key"))}
    text = "tls_server_config:\n"
    for key, pem in inline.items():
        text += f"  {key}: |\n" + "".join(f"    {line}\n" for line in pem.splitlines())
    path = folder / "web.config.yml"
    path.write_text(text)
    file = read_web_file(path)
    assert file.tls_server_config is not None
    assert "PRIVATE KEY" not in repr(file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty; it needs at least tls_server_config: or basic_auth_users:"),
        ("tls_server_config:\n  cert_file: server.crt\n", ":1: tls_server_config: key_file is missing"),
        (TLS + "  cert: x\n", ":1: tls_server_config: write cert or cert_file, not both"),
        (TLS.replace("server.key", "other.key"), ":2: tls_server_config.cert_file: certificate and private key do not"),
        (TLS.replace("server.key", "locked.key"), ":3: tls_server_config.key_file: the private key wants a passphrase"),
        (TLS.replace("server.crt", "words.crt"), ":2: tls_server_config.cert_file: no certificate and private key in"),
        (TLS.replace("server.crt", "gone.crt"), ":2: tls_server_config.cert_file: cannot read"),
        (TLS + "  min_version: TLS10\n", ":4: tls_server_config.min_version: TLS10 is broken and not spoken here"),
        (TLS + "  min_version: TLS14\n", ":4: tls_server_config.min_version: expected TLS12 or TLS13"),
        (TLS + "  min_version: TLS13\n  max_version: TLS12\n", ":1: tls_server_config: min_version (TLS13) is above"),
        (TLS + "  client_auth_type: RequireAnyClientCert\n", "would accept any certificate unseen"),
        (TLS + "  client_auth_type: Sometimes\n", "expected NoClientCert, VerifyClientCertIfGiven, RequireAndVerify"),
        (TLS + "  client_auth_type: RequireAndVerifyClientCert\n", "client_ca_file is missing"),
        (TLS + "  client_ca_file: ca.crt\n", "client_auth_type does not ask for certificates"),
        (TLS + "  client_allowed_sans: [a]\n", "client_allowed_sans needs client_auth_type"),
        (
            TLS + "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: words.crt\n",
            ":5: tls_server_config.client_ca_file: no certificate in PEM",
        ),
        (
            TLS + "  cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]\n",
            ":4: tls_server_config.cipher_suites: 'TLS_RSA_WITH_RC4",
        ),
        (
            TLS + "  max_version: TLS12\n  cipher_suites: [TLS_AES_128_GCM_SHA256]\n",
            "these are suites of TLS 1.3, but max_version is TLS12",
        ),
        (TLS + "  curve_preferences: [CurveP256, X25519]\n", ":4: tls_server_config.curve_preferences: Python's ssl"),
        (TLS + "  sertificate: x\n", ":4: tls_server_config.sertificate: unknown key"),
        ("http_server_config: {headers: {Server: x}}", "the header 'Server' cannot be set"),
        ("http_server_config: {headers: {X-Frame-Options: allow}}", "X-Frame-Options may be deny or sameorigin"),
        (
            'http_server_config: {headers: {X-XSS-Protection: "1\\r\\nSet-Cookie: a=b"}}',
            "plain ASCII characters in one",
        ),
        ("basic_auth_users: {anna: hunter2}", ":1: basic_auth_users.anna: expected the bcrypt hash of a password"),
        ("basic_auth_users: {anna: 12345678}", ":1: basic_auth_users.anna: expected the bcrypt hash of a password"),
        ("basic_auth_users: {anna: }", ":1: basic_auth_users.anna: expected the bcrypt hash of a password"),
        (f"basic_auth_users: {{anna: '{HASH.replace('$04', '$20')}'}}", "a cost of 20 would keep a processor busy"),
        (f"basic_auth_users: {{'an:na': '{HASH}'}}", "holds no colon"),
        (f"basic_auth_users: {{anna: '{HASH[:28]}a{HASH[29:]}'}}", "basic_auth_users.anna: expected the bcrypt hash"),
        ("rate_limit: {interval: 1s}", ":1: rate_limit: burst is missing: without it no request at all is let through"),
        (f"rate_limit: {{interval: 1s, burst: {'9' * 400}}}", ":1: rate_limit.burst: must be less than or equal to"),
        (f"rate_limit: {{interval: {'9' * 400}h, burst: 1}}", ":1: rate_limit.interval: expected a duration such as"),
        ("rate_limit: {interval: often}", ":1: rate_limit.interval: expected a duration such as 1s or 500ms"),
        ("web: {}", ":1: web: unknown key; known here: basic_auth_users, http_server_config, rate_limit"),
    ],
)
def test_what_cannot_be_honoured_is_refused(folder: Path, text: str, said: str) -> None:
    found = problems(folder, text)
    assert any(said in problem for problem in found), found
    assert not any("hunter2" in problem or "12345678" in problem for problem in found), "it may be a password"


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 99999999)
    | st.sampled_from([HASH, "deny", "1s", "TLS12", "server.crt", ""]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["anna", "burst", "headers"]), inner),
    max_leaves=4,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["tls_server_config", "http_server_config", "basic_auth_users", "rate_limit", "else"]),
        st.dictionaries(
            st.sampled_from(["cert_file", "key_file", "min_version", "headers", "interval", "anna", "cipher_suites"]),
            _VALUES,
        )
        | _VALUES,
        min_size=1,
    )
)
def test_any_content_is_read_or_refused(folder: Path, content: object) -> None:
    import yaml

    path = folder / "any.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    with suppress(ConfigError):
        read_web_file(path)


def loaded(folder: Path, web: str, file: str = f"basic_auth_users: {{anna: {HASH}}}\n") -> Config:
    (folder / "web.config.yml").write_text(file, "utf-8")
    path = config_file(folder, web)
    path.write_text(path.read_text().replace("127.0.0.1:0", "0.0.0.0:9610"))
    return load(path)


METRICS = f"{{name: p, sha256: {'ab' * 32}, scopes: [metrics]}}"
READ = f"{{name: r, sha256: {'cd' * 32}, scopes: [read, operate]}}"


@pytest.mark.parametrize(
    ("web", "file", "unasked"),
    [
        ("", "", "metrics and read"),
        (f", tokens: [{METRICS}]", "", "for read;"),
        (f", tokens: [{METRICS}, {READ}]", "", ""),
        (", without_authentication: true", "", ""),
        (", config_file: web.config.yml", f"basic_auth_users: {{anna: {HASH}}}", ""),
        (", config_file: web.config.yml", TLS, "metrics and read"),
        (f", tokens: [{METRICS}, {READ}], config_file: web.config.yml", TLS, ""),
        (
            ", config_file: web.config.yml",
            f"{TLS}  client_auth_type: VerifyClientCertIfGiven\n  client_ca_file: ca.crt",
            "metrics and read",
        ),
        (
            ", config_file: web.config.yml",
            f"{TLS}  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt",
            "",
        ),
    ],
)
def test_beyond_loopback_somebody_has_to_be_asked(folder: Path, web: str, file: str, unasked: str) -> None:
    if not unasked:
        assert not loaded(folder, web, file).web.is_at_home
        return
    with pytest.raises(ConfigError) as caught:
        loaded(folder, web, file)
    assert unasked in str(caught.value)
    assert "config.yaml:5: web" in str(caught.value)


def test_what_is_allowed_and_not_wise_is_told(folder: Path) -> None:
    config = loaded(folder, ", config_file: web.config.yml")
    assert config.web.config_file is not None
    assert "without TLS" in doubts(config.web, read_web_file(config.web.config_file))[0]
    config = loaded(folder, ", config_file: web.config.yml", f"{TLS}basic_auth_users: {{anna: {HASH}}}\n")
    assert config.web.config_file is not None
    assert doubts(config.web, read_web_file(config.web.config_file)) == []
    (folder / "server.key").chmod(0o644)
    assert "open to everybody" in doubts(config.web, read_web_file(config.web.config_file))[0]
    (folder / "server.key").chmod(0o600)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=60)):
        assert (
            "the certificate of web.config_file ended on"
            in doubts(config.web, read_web_file(config.web.config_file))[0]
        )
    assert doubts(load(config_file(folder, f", tokens: [{METRICS}]")).web, NO_WEB_FILE) == [], "at home nobody listens"


def test_validate_tells_of_problems_and_doubts(folder: Path) -> None:
    def validate() -> tuple[int, str]:
        done = CliRunner().invoke(app, ["validate", "--config", str(folder / "config.yaml")])
        return done.exit_code, done.output

    loaded(folder, ", config_file: web.config.yml")
    code, said = validate()
    assert (code, "is valid" in said, "warning: web.listen (0.0.0.0:9610)" in said) == (0, True, True)
    (folder / "web.config.yml").write_text("basic_auth_users: {anna: x}\n")
    code, said = validate()
    assert (code, "web.config.yml:1: basic_auth_users.anna: expected the bcrypt hash" in said) == (2, True)


def test_a_problem_in_the_file_is_a_problem_of_the_configuration(folder: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(folder, ", config_file: web.config.yml", "basic_auth_users: {anna: x}\n")
    assert "web.config.yml:1: basic_auth_users.anna" in str(caught.value)
    with pytest.raises(ConfigError) as caught:
        loaded(folder, ", config_file: elsewhere.yml")
    assert "web.config_file: no such file" in str(caught.value)


def test_suites_that_this_machine_forbids_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(context: ssl.SSLContext, names: str) -> None:
        raise ssl.SSLError(f"No cipher can be selected: {names}")

    monkeypatch.setattr(ssl.SSLContext, "set_ciphers", none_left)
    found = problems(folder, f"{TLS}  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA]\n")
    assert "web.config.yml:4: tls_server_config.cipher_suites: the OpenSSL of this machine" in found[0]


@pytest.mark.parametrize("written", ["rounds_0123456789", "ab" * 31, "0x" + "ab" * 31, "12345"])
def test_what_is_no_hash_of_a_token_is_not_repeated(folder: Path, written: str) -> None:
    """It may be the token itself."""
    with pytest.raises(ConfigError) as caught:
        load(config_file(folder, f", tokens: [{{name: a, scopes: [read], sha256: {written}}}]"))
    said = str(caught.value)
    assert "web.tokens[0].sha256: expected 64 hexadecimal digits" in said
    assert written not in said


def test_what_is_no_file_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    assert problems(folder, TLS.replace("server.key", "pipe"))[0].endswith("key_file: pipe is not a file")
    with pytest.raises(ConfigError, match="pipe: it is not a file"):
        read_web_file(folder / "pipe")
