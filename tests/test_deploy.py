"""What is shipped for running rounds as a service is accepted by the programs it is for."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.documents import ROOT

PROMETHEUS = ROOT / "deploy" / "prometheus"
UNIT = ROOT / "deploy" / "rounds.service"

needs_promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")


def run(*command: str, folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@needs_promtool
def test_scrape_configuration() -> None:
    assert "valid prometheus config" in run("promtool", "check", "config", "scrape.yml", folder=PROMETHEUS)


@pytest.fixture
def installed_unit(tmp_path: Path) -> Path:
    """The unit with a program that is there: systemd looks for it."""
    path = tmp_path / "rounds.service"
    path.write_text(UNIT.read_text("utf-8").replace("/opt/rounds/bin/rounds", "/bin/true"), "utf-8")
    return path


@needs_systemd
def test_unit_is_valid(installed_unit: Path) -> None:
    assert run("systemd-analyze", "verify", str(installed_unit), folder=installed_unit.parent) == ""


@needs_systemd
def test_unit_is_confined(installed_unit: Path) -> None:
    said = run("systemd-analyze", "security", "--offline=true", str(installed_unit), folder=installed_unit.parent)
    level = re.search(r"exposure level for rounds.service: ([\d.]+)", said)
    assert level is not None
    assert float(level[1]) <= 2.0
