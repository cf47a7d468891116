"""What recordings do not hold of ClamAV's logs."""

import pytest

from collectors.antivirus import parse
from collectors.antivirus_products import Disposition

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
