"""Many sources in one look: none stops the others."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from checks.backup_freshness import BackupFreshnessParams
from collectors.backup_sources import Obstacle
from collectors.backups import COLLECTOR, parse
from tests.collectors.backup_sources.repositories import source
from tests.collectors.in_shells import alone


def test_one_that_does_not_answer_leaves_the_others_their_time(tmp_path: Path) -> None:
    for name in ("password", "restic", "copy.gz"):
        (tmp_path / name).write_text("#!/bin/sh\nexec sleep 30\n")
        (tmp_path / name).chmod(0o755)
    hanging = source("restic", "sftp:backup@192.0.2.9:/srv/x", password_file=tmp_path / "password")
    files = source("files", tmp_path / "*.gz")
    script = alone(COLLECTOR, hanging, files, sent_at=0.0).replace("clock + 50", "clock + 4")
    begun = time.monotonic()
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["dash", "-s"], input=script, capture_output=True, text=True, timeout=20, check=True, env=environment
    )
    assert time.monotonic() - begun < 15
    late, well = parse(done.stdout).sources
    ((why, said),) = ((one.why, one.said) for one in late.obstructions)
    assert (why, said) == (Obstacle.FAILED, "no answer in time")
    assert (well.count, well.obstructions) == (1, ())


@pytest.mark.parametrize("location", ["rest:https://web:planted@192.0.2.9/x", "s3:http://key:planted@192.0.2.9/x"])
def test_a_password_in_a_location_is_refused(location: str) -> None:
    with pytest.raises(ValueError, match="a location without a password"):
        BackupFreshnessParams.model_validate({"sets": [{"name": "home", "restic": location}]})
