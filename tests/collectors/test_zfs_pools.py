import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from collectors.contract import UnreadableOutput
from collectors.zfs_pools import ZfsPools, compare, parse
from collectors.zpool_status import Scan, last_scan, statuses
from tests.collectors.in_shells import SHELLS, alone
from tests.recordings_on_disk import recordings

RECORDED = {one.system: one.output for one in recordings() if one.collector == "zfs_pools"}
NOW = datetime(2026, 11, 21, 20, 15)


@pytest.mark.parametrize("name", sorted(SHELLS))
def test_probe_prints_what_zpool_says(name: str, tmp_path: Path) -> None:
    """A zpool that knows no -p for its status, as that of ZFS 0.7."""
    from collectors import zfs_pools

    space, _, status = RECORDED["data-errors-old-transcribed"].partition("== space\n")[2].partition("== status\n")
    zpool = tmp_path / "zpool"
    zpool.write_text(
        f"#!/bin/sh\ncase \"$*\" in list*) printf '%s' '{space}' ;; 'status -p') echo usage: >&2; exit 2 ;;\n"
        f"*) cat <<'END'\n{status}END\nesac\n",
        "utf-8",
    )
    zpool.chmod(0o755)
    script = f"PATH={tmp_path}:$PATH\n" + alone(zfs_pools.COLLECTOR, sent_at=0)
    try:
        ended = subprocess.run(
            [*SHELLS[name], "-s"], input=script, capture_output=True, text=True, timeout=20, check=True
        )
    except FileNotFoundError:
        pytest.skip(f"no {name} here")
    (pool,) = parse(ended.stdout).pools
    assert (pool.name, pool.status.data_errors, ended.stderr) == ("store", 412, "")


@pytest.mark.parametrize(
    ("text", "scan"),
    [
        ("none requested", None),
        (
            "scrub repaired 0B in 1 days 12:59:37 with 7 errors on Sat Nov 21 20:14:00 2026",
            Scan("scrub", "finished", 60, 7),
        ),
        (
            "resilvered (mirror-0) 64M in 00:00:01 with 0 errors on Sat Nov 21 20:14:59 2026",
            Scan("resilver", "finished", 1, 0),
        ),
        ("resilver in progress since Sat Nov 21 19:15:00 2026", Scan("resilver", "running", 3600, 0)),
        ("scrub paused since Fri Nov 20 20:15:00 2026", Scan("scrub", "paused", 86400, 0)),
        ("scrub canceled on Sat Nov 21 20:15:30 2026", Scan("scrub", "canceled", 0, 0)),
    ],
)
def test_scans(text: str, scan: Scan | None) -> None:
    assert last_scan(text, NOW) == scan


def test_a_scan_of_another_kind() -> None:
    with pytest.raises(UnreadableOutput):
        last_scan("trim in progress since Sat Nov 21 19:15:00 2026", NOW)


def test_a_scrub_says_more_than_a_resilver_beside_it() -> None:
    text = (
        "  pool: tank\n state: ONLINE\n"
        "  scan: resilvered (draid1-0) 64M in 00:00:01 with 0 errors on Sat Nov 21 20:14:59 2026\n"
        "  scan: scrub repaired 0B in 00:00:01 with 0 errors on Sat Nov 21 20:14:00 2026\n"
    )
    (pool,) = statuses(text, NOW)
    assert pool.scan == Scan("scrub", "finished", 60, 0)


def test_pools_are_remembered() -> None:
    both = parse(RECORDED["two-pools-transcribed"])
    gone = compare(both, ZfsPools(()))
    assert (both.seen, gone.seen, gone.pools) == (("rpool", "tank"), ("rpool", "tank"), ())
