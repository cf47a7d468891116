"""The rules and the unit that the how-to gives for a file of single rounds do what it says."""

import os
import re
import shlex
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import yaml

from tests.deploy.mixin import PROMETHEUS
from tests.documents import ROOT

HOW_TO = ROOT / "docs" / "how-to" / "textfile.md"
CASES = Path(__file__).with_name("textfile.test.yml")


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_its_rules_do_what_the_cases_say(tmp_path: Path) -> None:
    blocks = re.findall(r"^```yaml\n(.*?)^```", HOW_TO.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    rules = [rule for block in blocks for rule in yaml.safe_load(block)]
    assert {rule["alert"] for rule in rules} == {"RoundsCheckCritical", "RoundsTextfileOld"}
    written = yaml.safe_dump({"groups": [{"name": "textfile", "rules": rules}]}, allow_unicode=True)
    (tmp_path / "textfile.yml").write_text(written, "utf-8")
    for path in (PROMETHEUS / "rules" / "rounds-hosts.yml", PROMETHEUS / "rules" / "rounds-checks.yml", CASES):
        shutil.copy(path, tmp_path)
    command = ("promtool", "test", "rules", CASES.name)
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_unit_fails_where_no_file_was_written(tmp_path: Path) -> None:
    """The exit code of a round that is critical is that of a file that cannot be written."""
    _, command = re.findall(r"^ExecStart(Post)?=(.+)$", HOW_TO.read_text("utf-8"), re.MULTILINE)[-1]
    page = tmp_path / "rounds.prom"
    words = shlex.split(command.replace("/var/lib/prometheus/node-exporter/rounds.prom", str(page)))

    def ends() -> int:
        return subprocess.run(words, capture_output=True, timeout=10, check=False).returncode

    assert ends() == 1, "there is none"
    page.write_text("rounds_host_up 1\n")
    assert ends() == 0
    before = time.time() - 270  # written by the round of before
    os.utime(page, (before, before))
    assert ends() == 1
