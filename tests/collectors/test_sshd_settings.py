import os
import shutil
import subprocess
from pathlib import Path

import pytest

from collectors import sshd_settings
from collectors.sshd_settings import parse
from tests.collectors.in_shells import alone, every_shell

needs_root = pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("unshare"), reason="needs namespaces of its own")

CONFIG = """\
# PermitRootLogin no
Include /etc/ssh/more/*.conf
PermitRootLogin = yes   # first one wins
PermitRootLogin no
Banner /etc/issue
Port 2222
Match User "backup"
    PasswordAuthentication yes
"""


@needs_root
@every_shell
def test_files_are_read_as_sshd_reads_them(shell: list[str], tmp_path: Path) -> None:
    """Over this machine's own files, in a mount namespace of its own."""
    ssh = tmp_path / "ssh"
    (ssh / "more").mkdir(parents=True)
    (ssh / "sshd_config").write_text(CONFIG, "ascii")
    (ssh / "more/1.conf").write_text("Port 22\nMatch Group sftp\nX11Forwarding no\n", "ascii")
    (ssh / "more/2.conf").write_text('MaxAuthTries "3"\nInclude ../ssh/more/1.conf\n', "ascii")
    script = alone(sshd_settings.COLLECTOR, sent_at=1.0)
    wrapped = ["unshare", "--mount", "sh", "-c", f'mount --bind {ssh} /etc/ssh && exec "$@"', "sh", *shell, "-s"]
    ended = subprocess.run(wrapped, input=script, capture_output=True, text=True, timeout=20, check=True)
    files = ended.stdout.partition("== files\n")[2]
    assert "Banner" not in ended.stdout
    # A Match ends with its file.
    assert [line for line in files.splitlines() if line.startswith("set")] == [
        "set port 22",
        "set maxauthtries 3",
        "set port 22",
        "set permitrootlogin yes",
        "set port 2222",
    ]
    text = f"== options\n== effective\n== denied /usr/sbin/sshd -T\n== status 77\n== files\n{files}"
    facts = parse(text)
    assert {setting.keyword: setting.value for setting in facts.settings} == {
        "maxauthtries": "3",
        "permitrootlogin": "yes",
        "port": "22 2222",
    }
    assert [(one.criteria, one.keyword) for one in facts.exceptions] == [
        ("Group sftp", "x11forwarding"),
        ("Group sftp", "x11forwarding"),
        ("User backup", "passwordauthentication"),
    ]
