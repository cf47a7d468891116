from pathlib import Path

import pytest

from collectors import ups
from collectors.contract import NotApplicable
from collectors.ups import parse
from collectors.ups_status import of_apcupsd, of_nut
from tests.collectors.commands import Commands
from tests.collectors.in_shells import every_shell, printed


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    here = Commands(tmp_path / "bin", monkeypatch)
    here.add("upsd", "exit 1")
    here.add(
        "upsc",
        'echo "Init SSL without certificate database" >&2\n'
        'case $1 in -l) echo rack1 ;; *nas) echo "Error: Unknown UPS" >&2; exit 1 ;;'
        ' *) printf "ups.status: OL\\nbattery.charge: 100\\n" ;; esac',
    )
    return here


@every_shell
def test_probe(shell: list[str], commands: Commands) -> None:
    found = parse(printed(ups.COLLECTOR, shell, "rack1", "rack2@nas", "rack1"))
    assert [(supply.name, supply.flags, supply.silence) for supply in found.supplies] == [
        ("rack1", ("OL",), ""),
        ("rack2@nas", (), "Unknown UPS"),
    ]


@every_shell
def test_server_that_does_not_answer(shell: list[str], commands: Commands) -> None:
    commands.add("upsc", 'echo "Error: Connection failure: Connection refused" >&2; exit 1')
    found = parse(printed(ups.COLLECTOR, shell))
    assert (found.supplies, found.server_silence) == ((), "Connection failure: Connection refused")


@every_shell
def test_apcupsd(shell: list[str], commands: Commands, tmp_path: Path) -> None:
    (tmp_path / "bin/upsc").unlink()
    commands.add("apcaccess", 'printf "UPSNAME  : rack1\\nSTATUS   : ONLINE \\nBCHARGE  : 100.0 Percent\\n"')
    (supply,) = parse(printed(ups.COLLECTOR, shell)).supplies
    assert (supply.name, supply.flags, supply.charge_ratio) == ("rack1", ("OL",), 1.0)


def test_a_client_without_server_knows_no_ups() -> None:
    with pytest.raises(NotApplicable, match=r"ups\.ask"):
        parse("== list\nError: Connection failure: Connection refused\n")
    with pytest.raises(NotApplicable, match="knows no UPS"):
        parse("== server\n== list\n")


def test_one_name_in_both() -> None:
    both = parse(
        "== server\n== list\nrack1\n== ups rack1\nups.status: OL\n== apcaccess\nUPSNAME : rack1\nSTATUS : ONLINE\n"
    )
    assert [supply.name for supply in both.supplies] == ["rack1", "rack1 (apcupsd)"]


def test_what_is_no_number_is_not_told() -> None:
    supply = of_nut("u", "ups.status: OL\nbattery.charge: n/a\nbattery.runtime: 1e3\nups.load: 21.4\n")
    assert (supply.charge_ratio, supply.runtime_seconds) == (None, None)
    assert supply.load_ratio == pytest.approx(0.214)
    assert of_nut("u", "").silence == "it tells no status"
    assert of_nut("u", "Error: Data stale\n").silence == "Data stale"


def test_words_of_apcupsd() -> None:
    supply = of_apcupsd(
        "STATUS : ONBATT LOWBATT REPLACEBATT\nTIMELEFT : 4.5 Minutes\nLOADPCT : 17.0 Percent Load Capacity\n"
    )
    assert (supply.name, supply.flags, supply.runtime_seconds) == ("apcupsd", ("OB", "LB", "RB"), 270.0)
    assert supply.load_ratio == pytest.approx(0.17)
    assert of_apcupsd("STATUS : COMMLOST\n").silence == "apcupsd has lost it (COMMLOST)"
    assert of_apcupsd("").silence == "apcaccess printed nothing"
