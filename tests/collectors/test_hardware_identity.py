import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from collectors import hardware_identity
from collectors.hardware_identity import parse
from collectors.machine import REMEMBERED, HardwareChange, HardwareIdentity, with_changes
from tests.collectors.hardware_tree import link, printed_in, scraped, told, write
from tests.collectors.in_shells import every_shell
from tests.recordings_on_disk import recordings

EXPORTER = shutil.which("prometheus-node-exporter") or shutil.which("node_exporter")
SEEN = {
    r.system: r.output for r in recordings() if r.collector == "hardware_identity" and r.system != "debian-12-no-dmi"
}


@pytest.fixture
def sys(tmp_path: Path) -> Path:
    home = tmp_path / "devices/virtual/dmi/id"
    words = {"sys_vendor": "Dell Inc.", "product_name": "PowerEdge R740", "chassis_type": 23, "product_sku": "SKU=1"}
    write(home, bios_vendor="Dell Inc.", bios_version="2.19.1", bios_date="06/13/2024", board_asset_tag="", **words)
    write(home, modalias="dmi:bvnDellInc", uevent="MODALIAS=dmi")
    link(tmp_path / "class/dmi/id", home)
    return tmp_path


@every_shell
def test_probe(sys: Path, shell: list[str]) -> None:
    write(sys / "devices/virtual/dmi/id", product_serial="ABC1234", board_serial="")
    facts = parse(printed_in(sys, hardware_identity.COLLECTOR, shell))
    assert (facts.vendor, facts.model, facts.serial) == ("Dell Inc.", "PowerEdge R740", "ABC1234")
    assert (facts.firmware, facts.firmware_date) == ("Dell Inc. 2.19.1", "06/13/2024")
    assert (facts.board_serial, facts.chassis_serial, facts.serials_denied) == (None, None, False)


@pytest.mark.skipif(EXPORTER is None, reason="no node_exporter here")
def test_samples_are_those_of_node_exporter(sys: Path) -> None:
    assert EXPORTER is not None
    (theirs,) = scraped(EXPORTER, sys, "dmi")
    # To Prometheus a label without a value is none.
    with_values = (*theirs[:3], tuple(label for label in theirs[3] if label[1]), theirs[4])
    assert told(hardware_identity.COLLECTOR, printed_in(sys, hardware_identity.COLLECTOR, ["sh"])) == {with_values}


def test_serials_are_no_labels() -> None:
    ((_, _, _, labels, _),) = told(hardware_identity.COLLECTOR, SEEN["debian-12"])
    assert not [name for name, _ in labels if "serial" in name or "uuid" in name]


def test_what_makers_leave_in_is_no_serial_number() -> None:
    facts = parse(SEEN["no-serials"])
    assert (facts.serial, facts.board_serial, facts.chassis_serial) == (None, None, None)


def look(at: float, **parts: object) -> HardwareIdentity:
    return replace(parse(SEEN["debian-12"]), clock_seconds=at, **parts)


def test_changes_are_remembered() -> None:
    first = look(1000.0)
    assert with_changes(first, look(2000.0)).changes == ()
    swapped = with_changes(first, look(2000.0, board_serial=".NEW."))
    assert swapped.changes == (HardwareChange("board", ".ABC1234.CNIVC0012345.", ".NEW.", 2000.0),)
    updated = with_changes(swapped, look(3000.0, board_serial=".NEW.", firmware="Dell Inc. 2.20.0"))
    assert [change.part for change in updated.changes] == ["board", "firmware"]
    assert updated.changes[1].before == "Dell Inc. 2.19.1 06/13/2024"


def test_what_may_not_be_read_did_not_change() -> None:
    first = look(1000.0)
    denied = with_changes(first, look(2000.0, serial=None, board_serial=None, chassis_serial=None, serials_denied=True))
    assert (denied.changes, denied.serial) == ((), "ABC1234")
    assert with_changes(denied, look(3000.0, serial="XYZ")).changes[0].before == "ABC1234"


def test_only_the_latest_changes_are_kept() -> None:
    facts = look(0.0)
    for number in range(REMEMBERED + 5):
        facts = with_changes(facts, look(float(number), serial=f"S{number}"))
    assert len(facts.changes) == REMEMBERED
    assert facts.changes[-1].after == f"S{REMEMBERED + 4}"
