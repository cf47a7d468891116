import base64
import hashlib
import re
import subprocess
from pathlib import Path

import pytest

from collectors import authorized_keys
from collectors.authorized_keys import parse
from collectors.contract import UnreadableOutput
from collectors.key_files.probe import PUBLIC
from collectors.key_files.reduced import Key, files, keys
from tests.collectors.in_shells import every_shell, printed

AWKS = [["mawk"], ["busybox", "awk"]]


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("key") / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path], check=True)
    return path.with_suffix(".pub").read_text("ascii").strip()


@pytest.mark.parametrize("awk", AWKS, ids=" ".join)
def test_as_root_only_public_keys_and_what_stands_outside_quotes_is_told(awk: list[str], public: str) -> None:
    private = "-----BEGIN OPENSSH PRIVATE KEY-----\nPlantedKey+AAAA\n-----END OPENSSH PRIVATE KEY-----\n"
    lines = (
        f"root:$6$PlantedSalt$PlantedHash:1:::::\n# PlantedToken\n{private}"
        f'command="sh -c \\"curl PlantedToken\\"",environment="KEY=PlantedToken" {public} alice\n'
        f'from="192.0.2.0/24 {public}" unended "PlantedToken\n{public} bob'
    )
    told = subprocess.run([*awk, PUBLIC], input=lines, capture_output=True, text=True, check=True).stdout
    assert told.splitlines() == [f"=command=,environment= {public} alice", f"={public} bob"]


@every_shell
def test_this_machine(shell: list[str]) -> None:
    said = printed(authorized_keys.COLLECTOR, shell)
    assert not re.search("AAAA[A-Za-z0-9+/]{20}", said)
    for key in parse(said).keys:
        assert key.fingerprint.startswith("SHA256:")


def test_a_fingerprint_without_ssh_keygen(public: str) -> None:
    blob = base64.b64decode(public.split()[1])
    line = f"key alice 1 ssh-ed25519 {len(public.split()[1])} - -"
    (key,) = keys(line, f"sha256 {hashlib.sha256(blob).hexdigest()} 1")
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    assert key == Key("alice", f"SHA256:{digest}", "ed25519", 256, (), None)


@pytest.mark.parametrize("bits", [1024, 2048, 3072])
def test_how_long_an_rsa_key_is_without_ssh_keygen(bits: int, tmp_path: Path) -> None:
    made = subprocess.run(
        ["openssl", "genrsa", "-out", str(tmp_path / "key"), str(bits)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("no openssl")
    (tmp_path / "key").chmod(0o600)
    public = subprocess.run(
        ["ssh-keygen", "-y", "-f", tmp_path / "key"], capture_output=True, text=True, check=True
    ).stdout
    (key,) = keys(f"key a 1 ssh-rsa {len(public.split()[1].rstrip('='))} - -", f"sha256 {'00' * 32} 1")
    assert key.bits == bits


def test_modes() -> None:
    told = list(files("file a 1 81b6 2 /home/a b/.ssh/authorized_keys\nfile a 1 a1ff 0 /x\nclosed c\n"))
    assert [(one.mode, one.owner, one.uid, one.is_link) for one in told] == [(0o666, 2, 1, False), (0o777, 0, 1, True)]
    assert told[0].path == "/home/a b/.ssh/authorized_keys"


@pytest.mark.parametrize(
    ("text", "digests"), [("key a 1 ssh-rsa", ""), ("", "nonsense"), ("", "sha256 xyz 1"), ("file a 1 xx 1 /", "")]
)
def test_unreadable(text: str, digests: str) -> None:
    with pytest.raises(UnreadableOutput):
        parse(f"{text}\n== digests\n{digests}\n")
