"""Secrets in text that somebody else wrote are masked before they leave the host, and other words stay."""

import subprocess

import pytest

from collectors.transport.script import ScriptSection, assemble
from collectors.transport.without_secrets import WITHOUT_SECRETS
from tests.collectors.in_shells import SHELLS

SECRETS = [
    ("login failed password=hunter2secret for anna", "hunter2secret"),
    ("DB_PASSWORD: 'two words here'", "two words here"),
    ('{"api_token": "tok-123456789", "user": "anna"}', "tok-123456789"),
    ("Authorization: Basic dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNzd29yZA"),
    ("authorization: bearer abcdef.ghijkl-mnop", "abcdef.ghijkl-mnop"),
    ("curl -u x https://anna:s3cr3t@example.org/x", "s3cr3t"),
    ("mysqldump --password hunter2secret db", "hunter2secret"),
    ("root:$6$PlantedSalt$PlantedHashPlantedHash/PlantedHash.:19000:0", "PlantedHash"),
    ("hash $y$j9T$PlantedSalt$PlantedHash seen", "PlantedHash"),
    ("key ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPlantedPlantedPlantedPlantedPlantedPl anna@x", "PlantedPlanted"),
    ("-----BEGIN OPENSSH PRIVATE KEY-----b3BlbnNzaC1rZXktdjE", "b3BlbnNzaC1rZXktdjE"),
    ("jwt eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.SflKxwRJSMeKKF2QT4", "SflKxwRJSMeKKF2QT4"),
    ("aws AKIAIOSFODNN7EXAMPLE used", "AKIAIOSFODNN7EXAMPLE"),
    ("push by ghp_0123456789abcdefghijABCDEFGHIJ", "ghp_0123456789"),
    ("pass=opensesame; next", "opensesame"),
]

HARMLESS = """\
1795291400.497119 web-01 sshd[81]: Failed password for root from 192.0.2.7 port 4022 ssh2
sudo: anna : TTY=pts/0 ; PWD=/home/anna ; USER=root ; COMMAND=/usr/bin/id
pam_unix(sshd:auth): authentication failure; logname= uid=0
Expecting device dev-disk-by-uuid-0c1d2e3f-1111-2222-3333-444455556666.device
compass=north bypass: no token-bucket filter; basic configuration
ext4: error at https://example.org/a:b path /tmp/x@y
"""


def masked(shell: list[str], text: str) -> str:
    sed = 'sed() { busybox sed "$@"; }' if shell[0] == "busybox" else ":"
    script = f"LC_ALL=C; export LC_ALL\n{sed}\n{WITHOUT_SECRETS}without_secrets"
    done = subprocess.run([*shell, "-c", script], input=text, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("shell", SHELLS.values(), ids=SHELLS)
def test_secrets_are_masked_and_the_rest_stays(shell: list[str]) -> None:
    said = masked(shell, "".join(f"{line}\n" for line, _ in SECRETS)).splitlines()
    for (line, secret), shown in zip(SECRETS, said, strict=True):
        assert secret not in shown, line
        assert "***" in shown, line
    assert masked(shell, HARMLESS) == HARMLESS


def test_the_head_has_it_where_a_probe_calls_it() -> None:
    assert WITHOUT_SECRETS in assemble([ScriptSection("a", "cat x | without_secrets")], "m", 0.0)
    assert "without_secrets" not in assemble([ScriptSection("a", "cat x")], "m", 0.0)
