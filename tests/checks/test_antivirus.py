"""What the three checks of antivirus products say of products in every state."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from agent.catalogue import catalogue
from checks import antivirus_definitions, antivirus_running, antivirus_scans
from checks.antivirus_definitions import AntivirusDefinitionsParams
from checks.antivirus_running import AntivirusRunningParams
from checks.antivirus_scans import AntivirusScansParams, arguments
from checks.contract import Result, State
from collectors.antivirus import COLLECTOR, Antivirus, inventory, parse
from collectors.antivirus_products import Database, Detection, Disposition, Infected, Product, Scan
from tests.collectors.in_shells import printed

NOW, HOUR, DAY = 1_795_281_149, 3600, 86400

CLAMAV = Product(
    name="ClamAV",
    version="1.4.3",
    daemon=True,
    answers=True,
    real_time=False,
    updates=True,
    healthy=None,
    complaints=(),
    databases=(
        Database("daily.cld", "27800", NOW - 6 * HOUR, 2_000_000, official=True),
        Database("main.cvd", "62", NOW - 1900 * DAY, 6_000_000, official=True),
        Database("own.hdb", None, NOW - 9, None, official=False),
    ),
    missing=(),
    scans=(Scan("/var/log/clamav/clamscan.log", NOW - DAY, 41210, 0, ()),),
    detections=(),
    closed=(),
)
EICAR = Infected("/srv/up/eicar.com", "Win.Test.EICAR_HDB-1", Disposition.LEFT)


def running(product: Product, **params: object) -> Result:
    (result,) = antivirus_running.evaluate(Antivirus(NOW, (product,)), AntivirusRunningParams.model_validate(params))
    return result


def definitions(product: Product, **params: object) -> Result:
    judged = antivirus_definitions.evaluate(
        Antivirus(NOW, (product,)), AntivirusDefinitionsParams.model_validate(params)
    )
    (result,) = judged
    return result


def scans(product: Product, **params: object) -> Result:
    (result,) = antivirus_scans.evaluate(Antivirus(NOW, (product,)), AntivirusScansParams.model_validate(params))
    return result


def test_all_well() -> None:
    result = running(CLAMAV)
    assert (result.item, result.state) == ("ClamAV", State.OK)
    assert result.summary.en == "1.4.3, running, real-time scanning off"
    assert result.summary.zh == "1.4.3,正在运行,实时防护未开启"
    result = definitions(CLAMAV)
    assert (result.state, result.summary.en) == (State.OK, "daily.cld 27800 is 6 h old, 8000000 signatures")
    assert {m.name: m.value for m in result.measurements} == {
        "age": 6 * HOUR,
        "built": NOW - 6 * HOUR,
        "signatures": 8_000_000,
    }
    result = scans(CLAMAV)
    assert (result.state, result.summary.en) == (State.OK, "last scan 1 d ago, 41210 files, none infected")


def test_none_installed() -> None:
    nothing = Antivirus(NOW, ())
    assert not list(antivirus_running.evaluate(nothing, AntivirusRunningParams()))
    assert not list(antivirus_definitions.evaluate(nothing, AntivirusDefinitionsParams()))
    assert not list(antivirus_scans.evaluate(nothing, AntivirusScansParams()))
    (result,) = antivirus_running.evaluate(nothing, AntivirusRunningParams(required=True))
    assert (result.item, result.state) == ("antivirus", State.CRIT)


@pytest.mark.parametrize(
    ("change", "params", "state"),
    [
        ({"daemon": False}, {}, State.CRIT),
        ({"daemon": False}, {"daemon": False}, State.OK),
        ({"answers": False}, {}, State.CRIT),
        ({"answers": None}, {}, State.OK),
        ({"daemon": None, "answers": None}, {}, State.OK),
        ({}, {"real_time": True}, State.CRIT),
        ({"real_time": True}, {"real_time": True}, State.OK),
        ({"updates": False}, {}, State.WARN),
        ({"updates": False}, {"updates": False}, State.OK),
        ({"healthy": False, "complaints": ("out of date",)}, {}, State.WARN),
        ({"real_time": None}, {"real_time": True}, State.UNKNOWN),
    ],
)
def test_running(change: dict[str, object], params: dict[str, object], state: State) -> None:
    assert running(replace(CLAMAV, **change), **params).state is state  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("age", "state"),
    [(DAY - 1, State.OK), (DAY, State.WARN), (3 * DAY - 1, State.WARN), (3 * DAY, State.CRIT), (-DAY, State.OK)],
)
def test_age_of_definitions(age: int, state: State) -> None:
    product = replace(CLAMAV, databases=(Database("daily.cld", "1", NOW - age, 1, official=True),))
    assert definitions(product).state is state


def test_definitions_that_are_not_there() -> None:
    own = Database("own.hdb", None, NOW - 9, None, official=False)
    result = definitions(replace(CLAMAV, databases=(own,), missing=("main", "daily")))
    assert (result.state, result.summary.en) == (State.CRIT, "no definitions: main, daily")
    assert definitions(replace(CLAMAV, databases=(own,), missing=("main", "daily")), official=False).state is State.OK
    assert definitions(replace(CLAMAV, databases=(), missing=("daily",)), official=False).state is State.CRIT
    closed = replace(CLAMAV, databases=(), missing=("main",), closed=("/var/lib/clamav",))
    assert definitions(closed).state is State.UNKNOWN
    broken = Database("daily.cld", None, None, None, official=True)
    result = definitions(replace(CLAMAV, databases=(broken,)))
    assert (result.state, result.summary.en) == (State.CRIT, "daily.cld cannot be read")


@pytest.mark.parametrize(
    ("age", "state"),
    [(7 * DAY - 1, State.OK), (7 * DAY, State.WARN), (14 * DAY - 1, State.WARN), (14 * DAY, State.CRIT)],
)
def test_age_of_the_last_scan(age: int, state: State) -> None:
    older = Scan("/var/log/clamscan-weekly.log", NOW - 90 * DAY, 1, 0, ())
    product = replace(CLAMAV, scans=(older, Scan("/a.log", NOW - age, 10, 0, ())))
    assert scans(product).state is state


def test_no_scan_is_not_taken_for_a_clean_one() -> None:
    assert scans(replace(CLAMAV, scans=())).state is State.UNKNOWN
    hidden = replace(CLAMAV, closed=("/var/log/clamav/clamscan.log", "/var/log/clamav/clamav.log"))
    result = scans(hidden)
    assert result.state is State.UNKNOWN
    assert "the login may not read /var/log/clamav/clamscan.log (+1)" in result.summary.en


def infected(*found: Infected, count: int | None = None, ended: int = NOW - HOUR) -> Scan:
    return Scan("/a.log", ended, 10, len(found) if count is None else count, found)


def test_a_scan_that_looked_at_nothing_is_no_clean_one() -> None:
    result = scans(replace(CLAMAV, scans=(Scan("/a.log", NOW - 30, 0, 0, ()),)))
    assert result.state is State.WARN
    assert result.summary.en == "last scan 30 s ago, 0 files"


def test_infected_files_are_named() -> None:
    result = scans(replace(CLAMAV, scans=(infected(EICAR),)))
    assert result.state is State.CRIT
    assert result.summary.en == ("1 infected: /srv/up/eicar.com (Win.Test.EICAR_HDB-1); last scan 1 h ago, 10 files")
    assert result.measurements[0].value == 1


def test_many_are_counted_and_long_names_shortened() -> None:
    long = Infected("/srv/" + "x" * 300 + "/end.exe", "A", Disposition.LEFT)
    others = [Infected(f"/srv/{n}", "A", Disposition.LEFT) for n in range(19)]
    result = scans(replace(CLAMAV, scans=(infected(long, *others, count=4000),)))
    assert result.summary.en.startswith("4000 infected: /srv/xxx")
    assert "end.exe (A); /srv/0 (A); /srv/1 (A) …" in result.summary.en
    assert len(result.summary.en) < 200


def test_what_became_of_them() -> None:
    moved = replace(EICAR, disposition=Disposition.MOVED)
    product = replace(CLAMAV, scans=(infected(moved),))
    assert "(Win.Test.EICAR_HDB-1, moved)" in scans(product).summary.en
    assert scans(product).state is State.CRIT
    assert scans(product, out_of_the_way="warn").state is State.WARN
    copied = replace(CLAMAV, scans=(infected(replace(EICAR, disposition=Disposition.COPIED)),))
    assert scans(copied, out_of_the_way="warn").state is State.CRIT


def test_a_log_out_of_use_counts_no_more() -> None:
    clean = CLAMAV.scans[0]
    assert scans(replace(CLAMAV, scans=(clean, infected(EICAR, ended=NOW - 20 * DAY)))).state is State.OK
    assert scans(replace(CLAMAV, scans=(clean, infected(EICAR, ended=NOW - 3 * DAY)))).state is State.CRIT


def test_found_between_scans() -> None:
    product = replace(CLAMAV, detections=(Detection(NOW - HOUR, EICAR), Detection(NOW - HOUR, EICAR)))
    assert scans(product).state is State.CRIT
    assert scans(product).measurements[0].value == 1
    assert scans(replace(CLAMAV, detections=(Detection(NOW - DAY, EICAR),))).state is State.OK
    # The daemon's log tells of the same file that the client's log tells of.
    both = replace(product, scans=(infected(EICAR),))
    assert scans(both).measurements[0].value == 1


def test_what_became_of_what_was_found_between_scans() -> None:
    """clamd's log has the file found, or without a name; clamonacc's has it found and moved."""
    moved, unnamed = replace(EICAR, disposition=Disposition.MOVED), replace(EICAR, path=None)
    found = tuple(Detection(NOW - HOUR, one) for one in (EICAR, unnamed, moved))
    result = scans(replace(CLAMAV, detections=found), out_of_the_way="warn")
    assert (result.state, result.measurements[0].value) == (State.WARN, 1)
    assert result.summary.en.startswith("1 infected: /srv/up/eicar.com (Win.Test.EICAR_HDB-1, moved)")


def test_more_logs_may_be_named() -> None:
    assert arguments(AntivirusScansParams(logs=("/a", "/b", "/a"))) == ("/a", "/b")


def test_inventory() -> None:
    (entry,) = inventory(Antivirus(NOW, (CLAMAV,)))
    assert entry[1:] == ("antivirus ClamAV", "1.4.3, no real-time scanning")


@pytest.mark.skipif(shutil.which("clamscan") is not None, reason="has an antivirus")
def test_this_machine_has_none() -> None:
    assert parse(printed(COLLECTOR, ["dash"])).products == ()


def test_a_log_of_ones_own_is_read_for_real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a program of that name; the rest is the real probe."""
    (tmp_path / "clamscan").write_text("#!/bin/sh\necho 'ClamAV 1.4.3/27800/Sat Nov 21 10:00:00 2026'\n")
    (tmp_path / "clamscan").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    begin = "\n" + "-" * 79 + "\n\n"
    summary = (
        "\n----------- SCAN SUMMARY -----------\nScanned files: 9\nInfected files: {}\nTime: 1.0 sec (0 m 1 s)\n"
        "Start Date: 2026:11:21 10:00:00\nEnd Date:   2026:11:21 10:00:01\n"
    )
    log = tmp_path / "my scan.log"
    found = "/srv/a b: c.exe: Eicar FOUND\n"
    log.write_text(begin + found + summary.format(1) + begin + summary.format(0))
    (product,) = parse(printed(COLLECTOR, ["dash"], f"{tmp_path}/my *.log")).products
    assert product.version == "1.4.3"
    assert [(scan.files, scan.infected, scan.found) for scan in product.scans] == [(9, 0, ())]
    # One that is under way, or was killed, has found something already.
    log.write_text(log.read_text() + begin + found)
    (product,) = parse(printed(COLLECTOR, ["dash"], f"{tmp_path}/my *.log")).products
    assert [one.path for one in product.scans[0].found] == ["/srv/a b: c.exe"]


def test_every_check_of_antivirus_reads_the_one_fact() -> None:
    checks = catalogue().checks
    names = ("antivirus_running", "antivirus_definitions", "antivirus_scans")
    assert {checks[name].collector for name in names} == {"antivirus"}


def test_infected_files_that_are_named_too_far_up_in_the_log_are_not_lost() -> None:
    result = scans(replace(CLAMAV, scans=(Scan("/var/log/clamav/clamscan.log", NOW - DAY, 41210, 3, ()),)))
    assert result.state is State.CRIT
    assert result.summary.en.startswith("3 infected")


def test_a_daemon_that_could_not_be_asked_is_not_said_to_answer() -> None:
    assert "whether it answers is not known" in running(replace(CLAMAV, answers=None)).summary.en
    assert "answers" not in running(CLAMAV).summary.en
