import shutil
from pathlib import Path

import pytest

from collectors import cpu_frequency, nvme_devices, thermal
from collectors.contract import Collector
from tests.collectors.hardware_tree import link, printed_in, scraped, told, write
from tests.collectors.in_shells import every_shell

EXPORTER = shutil.which("prometheus-node-exporter") or shutil.which("node_exporter")


@pytest.fixture
def sys(tmp_path: Path) -> Path:
    """A small server: two zones and a fan, two processors of one core and one of another package, an NVMe disk."""
    for name, files in {
        "thermal_zone0": {"type": "acpitz", "temp": 27800, "policy": "step_wise"},
        "thermal_zone1": {"type": "x86_pkg_temp", "temp": 45000, "policy": "step_wise"},
        "cooling_device0": {"type": "Processor", "cur_state": 0, "max_state": 10},
        "cooling_device7": {"type": "Fan", "cur_state": 1, "max_state": 1},
    }.items():
        write(tmp_path / "devices/virtual/thermal" / name, **files)
        link(tmp_path / "class/thermal" / name, tmp_path / "devices/virtual/thermal" / name)
    for number, (core, package, throttled) in enumerate(((0, 0, 3), (0, 0, 3), (4, 1, 0))):
        cpu = tmp_path / f"devices/system/cpu/cpu{number}"
        write(cpu / "topology", core_id=core, physical_package_id=package)
        write(cpu / "thermal_throttle", core_throttle_count=throttled, package_throttle_count=throttled * 2)
        frequency = {"cpuinfo_min_freq": 1200000, "cpuinfo_max_freq": 3600000, "scaling_cur_freq": 1200117 + number}
        frequency |= {"scaling_min_freq": 1200000, "scaling_max_freq": 3400000}
        words = {"related_cpus": number, "scaling_available_governors": "powersave", "scaling_driver": "x"}
        words |= {"scaling_governor": "powersave", "scaling_setspeed": "<unsupported>"}
        write(cpu / "cpufreq", cpuinfo_transition_latency=0, **frequency, **words)
    nvme = {"firmware_rev": "GDC5302Q ", "model": "SAMSUNG MZQL21T9   ", "serial": "S64GNE0R000001  ", "state": "live"}
    write(tmp_path / "devices/pci/nvme/nvme0", **nvme)
    link(tmp_path / "class/nvme/nvme0", tmp_path / "devices/pci/nvme/nvme0")
    return tmp_path


@every_shell
def test_probes(sys: Path, shell: list[str]) -> None:
    found = thermal.parse(printed_in(sys, thermal.COLLECTOR, shell))
    assert [(zone.number, zone.kind, zone.celsius) for zone in found.zones] == [
        ("0", "acpitz", 27.8),
        ("1", "x86_pkg_temp", 45.0),
    ]
    assert [(device.number, device.state, device.most) for device in found.devices] == [("0", 0, 10), ("7", 1, 1)]
    clocked = cpu_frequency.parse(printed_in(sys, cpu_frequency.COLLECTOR, shell))
    assert [one.hertz for one in clocked.frequencies if one.file == "scaling_cur_freq"] == [
        *(1_200_117_000, 1_200_118_000, 1_200_119_000)
    ]
    assert [(one.package, one.core, one.of_core) for one in clocked.throttled] == [("0", "0", 3), ("1", "4", 0)]


@pytest.mark.skipif(EXPORTER is None, reason="no node_exporter here")
@pytest.mark.parametrize(
    ("collector", "name"),
    [(thermal.COLLECTOR, "thermal_zone"), (cpu_frequency.COLLECTOR, "cpufreq"), (cpu_frequency.COLLECTOR, "cpu")],
    ids=("thermal_zone", "cpufreq", "cpu"),
)
def test_samples_are_those_of_node_exporter(sys: Path, collector: Collector[object], name: str) -> None:
    assert EXPORTER is not None
    ours = told(collector, printed_in(sys, collector, ["sh"]))
    theirs = {seen for seen in scraped(EXPORTER, sys, name) if "seconds_total" not in seen[0]}
    assert theirs
    assert theirs <= ours
    assert name != "thermal_zone" or theirs == ours


@pytest.mark.skipif(EXPORTER is None, reason="no node_exporter here")
def test_nvme_is_told_as_node_exporter_does(sys: Path) -> None:
    assert EXPORTER is not None
    files = "".join(
        f"== /sys/class/nvme/nvme0/{name}\n{(sys / 'class/nvme/nvme0' / name).read_text('utf-8')}"
        for name in ("firmware_rev", "model", "serial", "state")
    )
    assert told(nvme_devices.COLLECTOR, files) == scraped(EXPORTER, sys, "nvme")
