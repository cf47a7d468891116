"""What recordings do not hold of ClamAV's logs."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from collectors.antivirus import COLLECTOR, parse
from collectors.antivirus_products import Disposition
from tests.collectors.in_shells import alone

NOW = 1_795_303_318
HEAD = f"now {NOW} +0000\n== clamav\nversion ClamAV 1.4.3\ninstalled clamd\n== clamav databases\n"
MOVED = "/srv/a: Eicar FOUND\n/srv/a: moved to '/q/a'\n"
LOG = "== clamav daemon /var/log/clamav/clamav.log\n"
DENIED = "== denied /usr/bin/tail -c 4194304 /var/log/clamav/clamav.log\n"
ACCESS = f"== clamav access\nwritten {NOW - 5}\n{MOVED}"


@pytest.mark.parametrize(
    ("daemon", "at"),
    [
        (f"{LOG}Sat Nov 21 10:00:00 2026 -> /srv/a: Eicar(44d88612fea8a8f36de82e1278abb02f:68) FOUND\n", 1_795_255_200),
        (f"{LOG}Sat Nov 21 10:00:00 2026 -> fd[12]: Eicar FOUND\n", 1_795_255_200),
        (LOG, None),  # long ago: the log that has times has turned over since
        (f"{LOG}{DENIED}", NOW - 5),
        ("", NOW - 5),
    ],
)
def test_what_clamonacc_did_is_as_old_as_clamd_says(daemon: str, at: int | None) -> None:
    (product,) = parse(HEAD + daemon + ACCESS).products
    moved = [one for one in product.detections if one.infected.disposition is Disposition.MOVED]
    assert [one.at for one in moved] == ([] if at is None else [at])


def test_local_times_are_read_in_the_hosts_own_zone() -> None:
    scan = "== clamav scan /a.log\nwritten 5\nended 2026:11:21 10:00:00\nfiles 1\ninfected 0\n"
    (product,) = parse(HEAD.replace("+0000", "+0800") + scan).products
    assert product.scans[0].ended_at == 1_795_255_200 - 8 * 3600


@pytest.fixture
def clamd() -> Iterator[Path]:
    """A folder that others may enter, with a socket's place, and a clamdscan that gets no answer."""
    folder = Path(tempfile.mkdtemp(prefix="rounds-clamd-"))
    try:
        folder.chmod(0o755)
        (folder / "run").mkdir()
        (folder / "run/clamd.sock").touch(mode=0o666)
        (folder / "run/clamd.sock").chmod(0o666)
        (folder / "clamd.conf").write_text(f"LocalSocket {folder}/run/clamd.sock\n")
        for name, body in (("clamscan", "echo ClamAV 1.4.3"), ("clamdscan", "exit 2")):
            (folder / name).write_text(f"#!/bin/sh\n{body}\n")
            (folder / name).chmod(0o755)
        yield folder
    finally:
        shutil.rmtree(folder)


def answers_of(folder: Path) -> bool | None:
    """Whether a clamd that runs answers, as a login sees it that is not root."""
    probe = COLLECTOR.probe.replace("/etc/clamav/clamd.conf", f"{folder}/clamd.conf")
    probe = probe.replace("cat /proc/[0-9]*/comm", "echo clamd")
    told = subprocess.run(
        ["sh"],
        input=alone(replace(COLLECTOR, probe=probe), sent_at=0.0),
        env={"PATH": f"{folder}:{os.environ['PATH']}"},
        cwd=folder,
        user="nobody" if os.geteuid() == 0 else None,
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    (product,) = parse(told.stdout).products
    return product.answers


def test_a_clamd_whose_socket_is_closed_to_the_login_is_not_said_to_hang(clamd: Path) -> None:
    assert answers_of(clamd) is False
    (clamd / "run/clamd.sock").unlink()
    assert answers_of(clamd) is False
    (clamd / "run/clamd.sock").touch(mode=0o600)
    (clamd / "run/clamd.sock").chmod(0o400)
    assert answers_of(clamd) is None
    (clamd / "run").chmod(0o000)
    assert answers_of(clamd) is None
    (clamd / "run").chmod(0o755)
    (clamd / "clamd.conf").unlink()
    assert answers_of(clamd) is None
