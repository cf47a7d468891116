import shutil
from pathlib import Path

import pytest

from collectors import power_sources
from collectors.power_sources import parse
from tests.collectors.hardware_tree import link, printed_in, scraped, told, write
from tests.collectors.in_shells import every_shell

EXPORTER = shutil.which("prometheus-node-exporter") or shutil.which("node_exporter")


@pytest.fixture
def sys(tmp_path: Path) -> Path:
    sources = {
        "AC": {"type": "Mains", "online": 0},
        "BAT0": {"type": "Battery", "status": "Discharging", "capacity": 81, "health": "Good", "scope": "System"},
        "hidpp_battery_0": {"type": "Battery", "status": "Full", "capacity": 100, "scope": "Device"},
    }
    for name, files in sources.items():
        write(tmp_path / "devices/virtual/power_supply" / name, **files)
        link(tmp_path / "class/power_supply" / name, tmp_path / "devices/virtual/power_supply" / name)
    return tmp_path


@every_shell
def test_probe(sys: Path, shell: list[str]) -> None:
    adapter, battery = parse(printed_in(sys, power_sources.COLLECTOR, shell))
    assert (adapter.name, adapter.kind, adapter.is_online) == ("AC", "Mains", False)
    assert (battery.name, battery.status, battery.charge_ratio, battery.health) == ("BAT0", "Discharging", 0.81, "Good")


@pytest.mark.skipif(EXPORTER is None, reason="no node_exporter here")
def test_samples_are_among_those_of_node_exporter(sys: Path) -> None:
    assert EXPORTER is not None
    found = told(power_sources.COLLECTOR, printed_in(sys, power_sources.COLLECTOR, ["sh"]))
    assert found
    assert found <= scraped(EXPORTER, sys, "powersupplyclass")
