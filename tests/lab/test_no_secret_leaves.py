"""Secrets are planted wherever a server has them, and looked for wherever what is known of it goes."""

import re
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.lab import Lab, LabHost
from tests.lab.agent import Agent, allow_what_needs_root, rounds, running_agent, wait_for

HOST = "debian-12"

SECRETS: Mapping[str, str] = {
    "sha512": "$6$Pl4ntedSalt6$kQ7vSha512PlantedHashXqf0bnPlantedHashXqf0bnPlantedHashXqf0bnPlantedHashXqf0bnPlanted01",
    "yescrypt": "$y$j9T$Pl4ntedYescSalt$ZyescryptPlantedHashZyescryptPlantedHash02",
    "group": "$6$Pl4ntedGroup$GgroupPlantedHashGgroupPlantedHashGgroupPlantedHash03",
    "process": "Xprocess-Planted-Token-04",
    "cron": "Xcron-Planted-Token-05",
    "unit": "Xunit-Planted-Token-06",
    "log": "Xlog-Planted-Password-07",
    "bearer": "XbearerPlantedTokenXbearer08",
    "typed": "XtypedPlantedPassword09",
    "sudoers": "Xsudoers-Planted-Token-10",
    "sshd": "Xsshd-Planted-Token-11",
    "restic": "Xrestic-Planted-Password-12",
    "mount": "Xmount-Planted-Password-13",
    "timer": "Xtimer-Planted-Token-14",
    "gecos": "Xgecos-Planted-Password-15",
    "stable_secret": "2001:db8:dead:beef:feed:face:cafe:f00d",
}

PLANT = r"""
set -e
useradd -m -s /bin/bash -p '@sha512@' planted-a
useradd -m -s /bin/bash -p '@yescrypt@' planted-b
sed -i 's|^planted-a:!*:|planted-a:@group@:|' /etc/gshadow
ssh-keygen -q -t ed25519 -N '' -C 'anna@example.org' -f /root/planted_key
install -d -m 700 /root/.ssh /home/planted-a/.ssh
cat /root/planted_key.pub >>/root/.ssh/authorized_keys
cat /root/planted_key.pub >/home/planted-a/.ssh/authorized_keys
chown -R planted-a: /home/planted-a/.ssh
printf '# token=@sudoers@\nplanted-a ALL=(root) /usr/bin/id\n' >/etc/sudoers.d/planted
printf '\n# password: @sshd@\n' >>/etc/ssh/sshd_config
printf '@restic@\n' >/root/planted-restic
printf '*/5 * * * * root curl -H "Authorization: Bearer @bearer@" --token @cron@ http://127.0.0.1/\n' \
  >/etc/cron.d/planted
cat >/etc/systemd/system/planted.service <<END
[Unit]
Description=Sends reports
[Service]
Environment=API_TOKEN=@unit@
ExecStart=/bin/sh -c 'echo "<3>not sent: password=@log@ refused, authorization: bearer @bearer@"; exit 1' -t @unit@
END
cat >/etc/systemd/system/planted.timer <<END
[Timer]
OnCalendar=*:0/5
[Install]
WantedBy=timers.target
END
systemctl daemon-reload
systemctl enable --now planted.timer
systemctl start planted.service || :
logger -p daemon.err -t planted 'backup failed: mysqldump --password @log@ db at mysql://root:@mount@@127.0.0.1/'
logger -p cron.info -t CRON '(root) CMD (send --token @timer@)'
usermod -c 'Anna, password @gecos@' planted-b
sysctl -qw net.ipv6.conf.all.stable_secret=@stable_secret@ || :
"""

UPROOT = r"""
systemctl disable --now planted.timer
rm -f /etc/systemd/system/planted.* /etc/cron.d/planted /root/planted* /root/.ssh/authorized_keys
rm -f /etc/sudoers.d/planted /etc/sudoers.d/rounds
sed -i '/@sshd@/d' /etc/ssh/sshd_config
systemctl daemon-reload; systemctl reset-failed
userdel -rf planted-a; userdel -rf planted-b
pkill -f 'db --pass[w]ord='
:
"""

SETTINGS: dict[str, Any] = {
    "timezone": "UTC",
    "rounds": {"every": "3s", "deadline": "2900ms", "slow_deadline": "60s"},
    "ssh": {"connect_timeout": "2s", "login_again_after": "1s", "sudo": True},
    "checks": {
        "error_log": {"patterns": [{"pattern": "backup failed", "name": "backup"}]},
        "backup_freshness": {"sets": [{"name": "db", "files": "/root/planted-*"}]},
    },
}


def filled(text: str) -> str:
    return re.sub("@([a-z0-9_]+)@", lambda match: SECRETS.get(match[1], match[0]), text)


@pytest.fixture(scope="module")
def host(lab: Lab) -> Iterator[LabHost]:
    found = lab.hosts[HOST]
    found.sh(filled(PLANT))
    sleeping = f"exec -a 'db --password={SECRETS['process']}' sleep 3600"
    found.sh(f'setsid bash -c "{sleeping}" >/dev/null 2>&1 </dev/null & sleep 0.2')
    subprocess.run(  # a password typed where the name belongs
        lab.in_monitor([*(word.replace("rounds@", f"{SECRETS['typed']}@") for word in lab.ssh_to(found)), "true"]),
        capture_output=True,
        timeout=30,
        check=False,
    )
    yield found
    found.sh(filled(UPROOT))


@pytest.fixture(scope="module")
def secrets(host: LabHost) -> Mapping[str, str]:
    """All that must not be seen, with the planted keys; of hashes each part alone too."""
    found = dict(SECRETS)
    found["public key"] = host.sh("cut -d' ' -f2 /root/planted_key.pub").strip()
    found["private key"] = host.sh("sed -n 2p /root/planted_key").strip()
    for name, secret in SECRETS.items():
        for part in secret.split("$")[3:]:
            found[f"{name} (part)"] = part[:12] if len(part) > 12 else part
    return found


@pytest.fixture(scope="module")
def config(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lab.write_config(tmp_path_factory.mktemp("secrets") / "config.yaml", SETTINGS)


@pytest.fixture(scope="module")
def agent(lab: Lab, host: LabHost, config: Path) -> Iterator[Agent]:
    allow_what_needs_root(lab, [HOST], config)
    with running_agent(lab, config.parent, SETTINGS) as running:
        wait_for(lambda: running.state(HOST, "backup_freshness", "db"), 180)
        wait_for(lambda: running.state(HOST, "error_log", "errors"), 180)
        yield running


def nowhere_in(text: str | bytes, secrets: Mapping[str, str]) -> None:
    raw = text.encode() if isinstance(text, str) else text
    seen = [name for name, secret in secrets.items() if secret.encode() in raw]
    assert not seen, f"these left the host: {seen}"


def packed_in(database: Path) -> list[bytes]:
    """What is compressed in a history, so that no search of its file would find anything: answers and records."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        rows = [*connection.execute("SELECT packed FROM answers"), *connection.execute("SELECT body FROM ledger")]
    return [zlib.decompress(packed) for (packed,) in rows]


@pytest.mark.parametrize("lane", ["fast", "slow"])
def test_what_a_host_answers_holds_no_secret(
    lab: Lab, host: LabHost, secrets: Mapping[str, str], config: Path, agent: Agent, lane: str
) -> None:
    script = rounds("script", HOST, "--lane", lane, config=config)
    done = lab.ssh(host, "sh", input=script, timeout=240)
    assert "@rounds-0000000000000000 done" in done.stdout
    assert len(done.stdout) > 5_000
    assert lane == "fast" or "password=***" in done.stdout, "the planted lines of the log are among what is told"
    nowhere_in(done.stdout + done.stderr, secrets)


def test_the_same_as_root(host: LabHost, secrets: Mapping[str, str], config: Path, agent: Agent) -> None:
    for lane in ("fast", "slow"):
        said = host.sh("sh", stdin=rounds("script", HOST, "--lane", lane, config=config), timeout=240)
        nowhere_in(said, secrets)


def test_nothing_that_is_told_or_kept_holds_a_secret(
    lab: Lab, secrets: Mapping[str, str], config: Path, agent: Agent
) -> None:
    wait_for(lambda: agent.get(f"/hosts/{HOST}/metrics"))
    pages = ("/metrics", f"/hosts/{HOST}/metrics", f"/api/v1/hosts/{HOST}", "/")
    for page in pages:
        text = agent.get(page)
        assert text
        nowhere_in(text, secrets)
    for words in (
        ["report", "--now", "--format", "json"],
        ["report", "--now", "--format", "html"],
        ["inventory", HOST, "--json"],
        ["inventory", HOST],
        ["changes", HOST, "--since", "2d", "--json"],
    ):
        nowhere_in(rounds(*words, config=config), secrets)
    kept = [path for path in config.parent.rglob("*") if path.is_file() and path.name != "config.yaml"]
    assert any(path.suffix == ".db" for path in kept)
    for path in kept:
        nowhere_in(path.read_bytes(), secrets)
    answers = [text for path in kept if path.suffix == ".db" for text in packed_in(path)]
    assert any(b"password=***" in text for text in answers), "the planted lines of the log are among what is kept"
    for text in answers:
        nowhere_in(text, secrets)


def test_a_recording_holds_no_secret(
    lab: Lab, secrets: Mapping[str, str], config: Path, agent: Agent, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "agent", "record", HOST, "--output", str(tmp_path), "--config", str(config)]
    done = lab.run_in_monitor(command, timeout=240, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 20
    for path in files:
        nowhere_in(path.read_bytes(), secrets)
