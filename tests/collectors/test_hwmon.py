import shutil
from pathlib import Path

import pytest

from collectors import hwmon
from collectors.hwmon import compare, parse
from tests.collectors.hardware_tree import chip, link, printed_in, scraped, told, write
from tests.collectors.in_shells import every_shell

EXPORTER = shutil.which("prometheus-node-exporter") or shutil.which("node_exporter")


@pytest.fixture
def sys(tmp_path: Path) -> Path:
    cores = {"temp1_input": 45000, "temp1_max": 80000, "temp1_crit": 90000, "temp1_crit_alarm": 0}
    chip(tmp_path, "hwmon0", "platform/coretemp.0", "coretemp", **cores, temp1_label="Package id 0")
    fans = {"fan1_input": 1180, "fan1_min": 300, "fan1_alarm": 0, "fan1_beep": 0, "fan1_pulses": 2, "fan1_target": 0}
    volts = {"in0_input": 1024, "in0_min": 0, "in0_max": 1744, "in0_alarm": 0, "pwm1": 128, "pwm1_enable": 5}
    chip(tmp_path, "hwmon1", "platform/nct6775.656", "nct6779", **fans, **volts, temp1_input=-60000, temp1_type=4)
    composite = {"temp1_input": 38850, "temp1_max": 81850, "temp1_crit": 84850, "temp1_alarm": 0}
    chip(tmp_path, "hwmon2", "pci0000:00/0000:01:00.0/nvme/nvme0", "nvme", **composite, temp1_label="Composite")
    power = {"power1_average": 182000000, "power1_average_interval": 1000, "power1_model_number": "Power Meter"}
    others = {"energy1_input": 12345678, "curr1_input": 1500, "humidity1_input": 45000, "curr1_label": "PSU In"}
    chip(tmp_path, "hwmon3", "LNXSYBUS:00/ACPI000D:00", "power_meter", **power, **others, power1_accuracy="95.0%")
    write(tmp_path / "class/hwmon/hwmon4", name="acpitz", temp1_input=27800)
    return tmp_path


@every_shell
def test_probe(sys: Path, shell: list[str]) -> None:
    found = {sensor.item: sensor for sensor in parse(printed_in(sys, hwmon.COLLECTOR, shell)).sensors}
    assert found["coretemp Package id 0"].celsius() == 45.0
    assert found["coretemp Package id 0"].chip == "platform_coretemp_0"
    assert found["nct6779 fan1"].element("input") == 1180
    assert found["acpitz temp1"].celsius() == 27.8
    assert not found["nct6779 temp1"].is_read
    assert found["nct6779 temp1"].label is None


@pytest.mark.skipif(EXPORTER is None, reason="no node_exporter here")
def test_samples_are_those_of_node_exporter(sys: Path) -> None:
    assert EXPORTER is not None
    assert told(hwmon.COLLECTOR, printed_in(sys, hwmon.COLLECTOR, ["sh"])) == scraped(EXPORTER, sys, "hwmon")


@every_shell
def test_no_chips(tmp_path: Path, shell: list[str]) -> None:
    assert printed_in(tmp_path, hwmon.COLLECTOR, shell).strip() in ("", "== virtual")


def test_disks_are_not_asked(tmp_path: Path) -> None:
    chip(tmp_path, "hwmon0", "platform/coretemp.0", "coretemp", temp1_input=45000)
    chip(tmp_path, "hwmon1", "pci0000:00/ata1/0:0:0:0", "drivetemp", temp1_input=30000)
    assert [s.chip_name for s in parse(printed_in(tmp_path, hwmon.COLLECTOR, ["sh"])).sensors] == ["coretemp"]


def test_old_kernels_keep_the_files_with_the_device(tmp_path: Path) -> None:
    device = tmp_path / "devices/platform/coretemp.0"
    write(device, name="coretemp", temp1_input=45000, temp1_label="Core 0")
    link(tmp_path / "class/hwmon/hwmon0/device", device)
    (sensor,) = parse(printed_in(tmp_path, hwmon.COLLECTOR, ["sh"])).sensors
    assert (sensor.item, sensor.celsius()) == ("coretemp Core 0", 45.0)


def test_two_of_a_kind_are_told_apart(tmp_path: Path) -> None:
    for number in (0, 1):
        chip(tmp_path, f"hwmon{number}", f"nvme/nvme{number}", "nvme", temp1_input=40000, temp1_label="Composite")
    found = parse(printed_in(tmp_path, hwmon.COLLECTOR, ["sh"])).sensors
    assert [sensor.item for sensor in found] == ["nvme_nvme0 Composite", "nvme_nvme1 Composite"]


def test_what_was_there_at_first_is_remembered() -> None:
    turning = parse("== hwmon0 /sys/devices/platform/it87.656\nhwmon0/name:it87\nhwmon0/fan1_input:900\n")
    stopped = parse("== hwmon0 /sys/devices/platform/it87.656\nhwmon0/name:it87\nhwmon0/fan1_input:0\n")
    assert (turning.first_turning, stopped.first_turning) == (("it87 fan1",), ())
    assert compare(turning, stopped).first_turning == ("it87 fan1",)
