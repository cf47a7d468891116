"""No password, hash, key or token leaves a host: the real probes run where such were planted, and are searched.

A collector is added to the table `PLANTED`: the files, with secrets in them, that its probe meets. Each secret is a
`secret(...)`; of none of them may twelve characters in a row be in what the probe prints, as root or not.
"""

import base64
import os
import re
import shutil
import subprocess
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from agent.catalogue import catalogue
from agent.deposition import Deposition
from agent.history import History
from agent.history.schema import answers
from collectors.contract import Collector
from exporters.contract import Answer
from tests.collectors.in_shells import SHELLS, alone
from tests.recordings_on_disk import recordings

PIECE = 12  # characters
_SECRETS: list[str] = []


def secret(text: str) -> str:
    """`text`, remembered as what must not be seen again."""
    _SECRETS.append(text)
    return text


PASSWD = f"""root:x:0:0:root:/root:/bin/sh
alice:x:1001:1001:{secret("PlantedInTheFullNameOfAlice")}:/home/alice:/bin/bash
old:{secret("$1$Plantd1$PlantedHashMd5InPasswd")}:1002:1002::/home/old:/bin/sh
open::1003:1003::/home/open:/bin/sh
"""
SHADOW = f"""root:{secret("$6$PlantedSaltRoot$PlantedHashOfRootWithManyMoreCharactersThanTwelve")}:20000:0:99999:7:::
alice:{secret("$y$j9T$PlantedSaltAlice$PlantedYescryptHashOfAlice0123456789abcdef")}:20000:5:30:7:::
old:!{secret("$2b$10$PlantedBcryptSaltAndHashOfOldLocked")}:20000:0:99999:7:::
odd:{secret("$PlantedWithOneDollarOnly")}:20000:0:99999:7:::
two:{secret("$Plant$PlantedWithTwoDollarsOnly")}:20000:0:99999:7:::
wide:{secret("$PlantedBetweenTheFirstTwoDollars$Salt$PlantedHashOfWide")}:20000:0:99999:7:::
des:{secret("PlantedDesHa1")}:20000:0:99999:7:::
typed:{secret("planted-plain-text-password")}:20000:0:99999:7:::
"""
GROUP = "root:x:0:\nalice:x:1001:\nsudo:x:27:alice\n"
GSHADOW = f"root:*::\nsudo:{secret('$6$PlantedGroupSalt$PlantedHashOfTheGroupSudo')}::alice\n"


def public_key(name: str) -> str:
    """One that ssh-keygen takes for sound."""
    parts = (b"ssh-ed25519", f"Planted{name}".encode().ljust(32, b"."))
    blob = base64.b64encode(b"".join(len(part).to_bytes(4) + part for part in parts)).decode()
    secret(blob.removeprefix("AAAAC3NzaC1lZDI1NTE5AAAAI"))  # how every such key begins
    return f"ssh-ed25519 {blob}"


KEYS = f"""# {secret("PlantedTokenInACommentOfKeys")}
command="sh -c \\"curl -H {secret("PlantedTokenInAQuotedCommand")}\\"",from="192.0.2.7" {
    public_key("Alice")
} alice@laptop {secret("PlantedTokenBehindTheFirstWordOfTheComment")}
environment="TOKEN={secret("PlantedTokenInTheEnvironment")}" {public_key("Second")} {
    secret("PlantedGithubTokenAsTheOnlyWordOfTheComment0123456789")
}
-----BEGIN OPENSSH PRIVATE KEY-----
{secret("PlantedPrivateKeyThatSomebodyPutIntoTheWrongFile")}
-----END OPENSSH PRIVATE KEY-----
"""
SUDOERS = f"""# {secret("PlantedTokenInACommentOfSudoers")}
root ALL=(ALL) ALL
alice ALL=(root) NOPASSWD: /usr/bin/mysql -p{secret("PlantedPasswordOfMysql")}, \\
  /usr/bin/psql --password\\={secret("PlantedPasswordOfPsql")}, \\
  /usr/bin/vault --token {secret("PlantedTokenOfVault")}, \\
  /usr/bin/curl https\\://me\\:{secret("PlantedPasswordInAnAddress")}@example.org/
"""
PAM = f"""auth required pam_mysql.so user=pam passwd={secret("PlantedPasswordOfPamMysql")} host=192.0.2.9
auth required pam_faillock.so preauth
auth required pam_unix.so nullok
auth required pam_radius.so {secret("PlantedSecretOfPamRadius")}
"""

_ACCOUNTS = {"etc/passwd": PASSWD, "etc/shadow": SHADOW, "etc/group": GROUP, "etc/gshadow": GSHADOW}
_KEYS = {"home/alice/.ssh/authorized_keys": KEYS, "root/.ssh/authorized_keys2": KEYS}

PLANTED: Mapping[str, Mapping[str, str]] = {
    "accounts": {**_ACCOUNTS, **_KEYS},
    "authorized_keys": {**_ACCOUNTS, **_KEYS},
    "login_policy": {**_ACCOUNTS, "etc/pam.d/sshd": PAM, "etc/login.defs": "ENCRYPT_METHOD SHA512\n"},
    "sudoers": {**_ACCOUNTS, "etc/sudoers": SUDOERS},
}
"""By collector the files, as paths below the root, that hold secrets."""

_MODES = {"etc/shadow": 0o600, "etc/gshadow": 0o600, "etc/sudoers": 0o440}
_KEPT = ("bin", "sbin", "lib", "lib32", "lib64", "libx32", "usr", "dev", "opt", "srv", "var")

# In namespaces of its own: the machine's programs, but /etc, /home and /root as they were planted.
_ENTER = r"""
mount --make-rprivate /
for folder in $kept; do
  if [ -L "/$folder" ]; then ln -s "$(readlink "/$folder")" "$root/$folder"
  elif [ -d "/$folder" ]; then mkdir "$root/$folder"; mount --rbind "/$folder" "$root/$folder"; fi
done
mkdir -p "$root/proc" "$root/tmp"; mount -t proc proc "$root/proc"
[ ! -d /etc/alternatives ] || cp -a /etc/alternatives "$root/etc/"
[ ! -e /etc/ld.so.cache ] || cp -a /etc/ld.so.cache "$root/etc/"
chroot --userspec="$user" "$root" "$@"
:
"""


_COMMANDS = {"sudoers": "cvtsudoers"}
"""What a probe needs to see anything of the planted files."""


def answer(collector: Collector[Any], files: Mapping[str, str], shell: list[str], root: Path, user: str = "0:0") -> str:
    """What the collector's probe prints in a root of planted files, on both its outputs."""
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        file.chmod(_MODES.get(path, 0o644))
    done = subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", _ENTER, "sh", *shell, "-s"],
        input=alone(collector, sent_at=1795280400.0),
        env={**os.environ, "root": str(root), "kept": " ".join(_KEPT), "user": user},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout + done.stderr


def seen(said: str) -> set[str]:
    """The pieces of secrets that are in a text."""
    pieces = {text[at : at + PIECE] for text in _SECRETS for at in range(len(text) - PIECE + 1)}
    return {piece for piece in pieces if piece in said}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    if os.geteuid() != 0 or subprocess.run(["unshare", "--mount", "--pid", "--fork", "true"], check=False).returncode:
        pytest.skip("needs root and namespaces of its own")
    return tmp_path


def chosen(name: str) -> Collector[Any]:
    if not shutil.which(_COMMANDS.get(name, "sh")):
        pytest.skip(f"no {_COMMANDS[name]} here")
    return catalogue().collectors[name].collector


@pytest.mark.parametrize("user", ["0:0", "1001:1001"], ids=["root", "alice"])
@pytest.mark.parametrize("shell", ["dash", "bash", "ash"])
@pytest.mark.parametrize("name", PLANTED)
def test_no_secret_leaves(name: str, shell: str, user: str, root: Path) -> None:
    if not shutil.which(SHELLS[shell][0]):
        pytest.skip(f"no {shell} here")
    said = answer(chosen(name), PLANTED[name], SHELLS[shell], root, user)
    assert not seen(said), said


@pytest.mark.parametrize(
    ("name", "of_planted"),
    [
        ("accounts", '"scheme":"yescrypt"'),
        ("authorized_keys", '"options":["command","from"],"comment":"alice@laptop"'),
        ("login_policy", '"service":"sshd"'),
        ("sudoers", "/usr/bin/mysql -p..."),
    ],
)
def test_what_was_planted_was_read(name: str, of_planted: str, root: Path) -> None:
    """Else nothing would be proved. Neither the facts nor the inventory made of them tell more than was printed."""
    collector, plugin = chosen(name), catalogue().collectors[name]
    facts = collector.parse(answer(collector, PLANTED[name], ["sh"], root))
    told = plugin.facts.dump_json(facts).decode()
    assert of_planted in told
    entries = collector.inventory(facts) if collector.inventory else ()
    assert not seen(told + "".join(f"{entry.name} {entry.value}\n" for entry in entries))


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_kept_as_evidence_holds_none(name: str, root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    said = answer(chosen(name), PLANTED[name], ["sh"], root)
    history = History.open(f"sqlite:///{tmp_path_factory.mktemp('history')}/history.db")
    history.archive.keep([Deposition("web-01", name, 0.0, Answer(chosen(name).probe, (), 0, said))])
    with history._database.read() as connection:
        kept = [zlib.decompress(packed) for packed in connection.execute(select(answers.c.packed)).scalars()]
    history.stop(0)
    assert said.encode() in kept
    assert not any(seen(text.decode()) for text in kept)


def test_a_probe_that_leaks_is_found(root: Path) -> None:
    def leaks(probe: str) -> bool:
        return bool(seen(answer(Collector(probe=probe, parse=str), PLANTED["accounts"], ["sh"], root)))

    assert leaks("cat /etc/shadow")
    assert leaks("grep -v root /etc/gshadow >&2")
    assert leaks("cat /home/alice/.ssh/authorized_keys | cut -c 30-200")
    assert not leaks("cut -d: -f1 /etc/shadow; ls /home/alice/.ssh")


@pytest.mark.parametrize("name", PLANTED)
def test_recordings_hold_neither_hashes_nor_keys(name: str) -> None:
    for recording in recordings():
        if recording.collector == name:
            assert not re.search(r"\$(y|gy|[1-9][a-z]?)\$", recording.output), recording.system
            assert not re.search(r"AAAA[A-Za-z0-9+/]{12}", recording.output), recording.system
