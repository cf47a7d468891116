"""The way of the how-to to a time stamp: an authority signs the head of the ledger, and openssl verifies it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from agent.history import History
from agent.history.inspection import Outside
from agent.signing import KeyFile

AUTHORITY = """\
[tsa]
default_tsa = here
[here]
serial = serial
signer_cert = tsa.crt
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
"""


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_the_head_is_stamped_and_the_stamp_verified(tmp_path: Path) -> None:
    def openssl(words: str) -> str:
        done = subprocess.run(
            ["openssl", *words.split()], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
        )
        return done.stdout + done.stderr

    keys = KeyFile(tmp_path / "signing-key.pem")
    with History.open(f"sqlite:///{tmp_path}/history.db", key_file=keys) as history:
        history.begin_signing(1.0)
        found = history.inspect(Outside(key=keys.public(), head=keys.head()))
        assert (found.entries, found.findings) == (1, [])
        head = found.head
        assert history.inspect(Outside(key=keys.public(), anchors=(head,))).findings == []
    (tmp_path / "tsa.cnf").write_text(AUTHORITY)
    (tmp_path / "serial").write_text("01\n")
    openssl(
        "req -x509 -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.crt -days 2 -subj /CN=authority"
        " -addext extendedKeyUsage=critical,timeStamping"
    )
    openssl(f"ts -query -digest {head} -sha256 -cert -out head.tsq")
    openssl("ts -reply -config tsa.cnf -queryfile head.tsq -out head.tsr")
    assert "Verification: OK" in openssl(f"ts -verify -digest {head} -in head.tsr -CAfile tsa.crt")
    another = "0" * 64
    assert "Verification: FAILED" in openssl(f"ts -verify -digest {another} -in head.tsr -CAfile tsa.crt")
