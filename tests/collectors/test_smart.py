import contextlib
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from psutil import process_iter
from pydantic import TypeAdapter

from collectors import smart
from collectors.contract import Collector, NoPermission, NotApplicable, UnreadableOutput
from collectors.smart import Smart, compare, parse
from collectors.smartctl import LIMIT_SECONDS, Access, Counters, Disk, DiskHealth, DiskIdentity
from tests.collectors.commands import Commands
from tests.collectors.in_shells import every_shell, printed
from tests.recordings_on_disk import recordings

RECORDED = {recording.system: recording.output for recording in recordings() if recording.collector == "smart"}


def disk(serial: str, place: str = "/dev/sda", pending: int = 0, wwid: str | None = None) -> Disk:
    counters = Counters(pending=pending)
    identity = DiskIdentity("WDC WD40EFRX", serial, None, "82.00A82", 4_000_787_030_016)
    return Disk(place, "sat", wwid, Access.READ, None, identity, DiskHealth(True, counters), 1000.0, counters)


def silent(place: str, access: Access, wwid: str | None = None) -> Disk:
    return Disk(place, "sat", wwid, access, "INQUIRY failed" if access is Access.FAILED else None)


@every_shell
@pytest.mark.skipif(not shutil.which("smartctl"), reason="no smartctl here")
def test_the_probe_here(shell: list[str]) -> None:
    output = printed(smart.COLLECTOR, shell)
    assert output.startswith("== clock 1")
    with contextlib.suppress(NotApplicable, NoPermission):
        parse(output)


@pytest.fixture
def two_disks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector[Smart]]:
    """Disks sda, which answers, and sdb, which does not while the file `dead` is there."""
    dead = tmp_path / "dead"
    dead.touch()
    for name in ("sda", "sdb"):
        (tmp_path / "block" / name / "queue").mkdir(parents=True)
        (tmp_path / "block" / name / "queue" / "rotational").write_text("1\n")
    commands = Commands(tmp_path / "bin", monkeypatch)
    report = RECORDED["sata-failing"].split("\n")[2]
    (tmp_path / "report").write_text(report + "\n")
    commands.add(
        "smartctl",
        f'echo asked >>"{tmp_path}/asked"; [ "$1" = --scan ] && exit\n'
        f'case "$*" in *sdb) while [ -e "{dead}" ]; do sleep 0.05; done ;; esac; cat "{tmp_path}/report"',
    )
    here = commands.in_place(smart.COLLECTOR, sys_block=tmp_path / "block", sys_class_nvme=tmp_path / "none")
    yield replace(here, probe=here.probe.replace(f"timeout {LIMIT_SECONDS}", "timeout 1"))
    dead.unlink(missing_ok=True)
    while any(str(tmp_path) in " ".join(process.info["cmdline"] or ()) for process in process_iter(["cmdline"])):
        time.sleep(0.02)  # the next test would take it for one that hangs


@every_shell
def test_a_disk_that_hangs_costs_only_itself(shell: list[str], two_disks: Collector[Smart]) -> None:
    facts = parse(printed(two_disks, shell))
    assert [(d.place, d.access) for d in facts.disks] == [("/dev/sda", Access.READ), ("/dev/sdb", Access.SILENT)]


@every_shell
def test_one_that_hangs_since_an_earlier_look_is_not_asked_again(
    shell: list[str], two_disks: Collector[Smart], tmp_path: Path
) -> None:
    after_a_moment = replace(two_disks, probe=two_disks.probe.replace("-lt 60", "-lt 0"))
    parse(printed(after_a_moment, shell))
    (tmp_path / "asked").unlink()
    facts = parse(printed(after_a_moment, shell))
    assert [d.access for d in facts.disks] == [Access.READ, Access.SILENT]
    assert (tmp_path / "asked").read_text() == "asked\n"  # sda alone
    # One that was asked a moment ago, by somebody else perhaps, is.
    (tmp_path / "asked").unlink()
    parse(printed(two_disks, shell))
    assert (tmp_path / "asked").read_text() == "asked\n" * 2


@every_shell
def test_without_timeout_all_share_the_sections_limit(
    shell: list[str], two_disks: Collector[Smart], tmp_path: Path
) -> None:
    (tmp_path / "dead").unlink()
    (tmp_path / "bin" / "timeout").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "bin" / "timeout").chmod(0o755)
    assert [d.access for d in parse(printed(two_disks, shell)).disks] == [Access.READ]  # one disk on two paths


def test_a_baseline_is_carried_on_and_falls_with_the_count() -> None:
    facts = compare(Smart(1000, (disk("A", pending=8),)), Smart(2000, (disk("A", pending=9),)))
    assert [d.baseline for d in facts.disks] == [Counters(pending=8)]
    healed = compare(facts, Smart(3000, (disk("A", pending=0),)))
    assert compare(healed, Smart(4000, (disk("A", pending=1),))).disks[0].baseline == Counters(pending=0)


def test_a_replaced_disk_begins_anew() -> None:
    facts = compare(Smart(1000, (disk("A", pending=8),)), Smart(2000, (disk("B", pending=3),)))
    assert (facts.disks[0].baseline, facts.gone) == (Counters(pending=3), ())


def test_a_disk_is_known_under_another_name() -> None:
    facts = compare(Smart(1000, (disk("A"), disk("B", "/dev/sdb"))), Smart(2000, (disk("A", "/dev/sdb", pending=2),)))
    assert (facts.disks[0].baseline, [d.place for d in facts.gone]) == (Counters(pending=0), ["/dev/sdb"])


def test_what_is_gone_stays_so_until_it_or_another_comes() -> None:
    both = Smart(1000, (disk("A"), disk("B", "/dev/sdb")))
    one = compare(both, Smart(2000, (disk("A"),)))
    assert [d.identity.serial for d in one.gone if d.identity] == ["B"]
    assert compare(one, Smart(3000, (disk("A"),))).gone == one.gone
    assert compare(one, Smart(3000, (disk("A"), disk("C", "/dev/sdc")))).gone == ()
    back = compare(one, Smart(3000, (disk("A"), disk("B", "/dev/sdb", pending=5))))
    assert (back.gone, back.disks[1].baseline) == ((), Counters(pending=0))


def test_of_two_gone_the_one_in_its_place_is_replaced() -> None:
    three = Smart(1000, (disk("A"), disk("B", "/dev/sdb"), disk("C", "/dev/sdc")))
    facts = compare(three, Smart(2000, (disk("A"), disk("D", "/dev/sdc"))))
    assert [d.identity.serial for d in facts.gone if d.identity] == ["B"]


@pytest.mark.parametrize("access", [Access.ASLEEP, Access.FAILED, Access.SILENT])
def test_a_silent_disk_keeps_what_was_read_before(access: Access) -> None:
    before = Smart(1000, (disk("A", pending=8, wwid="naa.1"), disk("B", "/dev/sdb", wwid="naa.2")))
    # After a restart of the host the letters may have changed places.
    facts = compare(before, Smart(2000, (silent("/dev/sdb", access, "naa.1"), silent("/dev/sda", access, "naa.2"))))
    assert [(d.access, d.identity and d.identity.serial, d.read_at) for d in facts.disks] == [
        (access, "A", 1000.0),
        (access, "B", 1000.0),
    ]
    assert (facts.disks[0].baseline, facts.gone) == (Counters(pending=8), ())
    again = compare(facts, Smart(3000, (disk("A", pending=9, wwid="naa.1"), disk("B", "/dev/sdb", wwid="naa.2"))))
    assert again.disks[0].baseline == Counters(pending=8)


def test_without_a_wwid_the_place_tells() -> None:
    facts = compare(Smart(1000, (disk("A"),)), Smart(2000, (silent("/dev/sda", Access.ASLEEP),)))
    assert facts.disks[0].health == disk("A").health
    other = compare(Smart(1000, (disk("A", wwid="naa.1"),)), Smart(2000, (silent("/dev/sda", Access.ASLEEP, "naa.9"),)))
    assert (other.disks[0].health, [d.place for d in other.gone]) == (None, ["/dev/sda"])


def test_facts_are_kept() -> None:
    facts = compare(parse(RECORDED["sata-failing"]), parse(RECORDED["sata-failing"]))
    kept = TypeAdapter(Smart)
    assert smart.COLLECTOR.keep_facts
    assert kept.validate_json(kept.dump_json(facts)) == facts


def test_a_disk_on_two_paths_is_one() -> None:
    report = RECORDED["sata-failing"].split("\n")[2]
    twice = f"== clock 1\n== disk /dev/sda auto\n{report}\n== disk /dev/sdq auto\n{report}"
    assert [d.place for d in parse(twice).disks] == ["/dev/sda"]


@pytest.mark.parametrize(
    ("raw", "count"),
    [
        ('{"value":8590065666,"string":"2 2 5"}', 5),
        ('{"value":131072008,"string":"8 (2000 0)"}', 8),
        ('{"value":12,"string":""}', 12),
        ('{"value":7,"string":"unknown"}', 7),
    ],
)
def test_raw_values_that_hold_several_counts(raw: str, count: int) -> None:
    report = (
        '{"smartctl":{"exit_status":0},"model_name":"X","smart_status":{"passed":true},'
        f'"ata_smart_attributes":{{"table":[{{"id":188,"name":"Command_Timeout","raw":{raw}}}]}}}}'
    )
    (found,) = parse(f"== clock 1\n== disk /dev/sda auto\n{report}").disks
    assert found.health
    assert found.health.counters == Counters(command_timeouts=count)


@pytest.mark.parametrize(
    "output",
    [
        "",
        "== clock soon\n== disk /dev/sda auto\n{}",
        "== disk /dev/sda auto\n",
        "== clock 1\n== disk /dev/sda auto\nSegmentation fault",
        '== clock 1\n== disk /dev/sda auto\n{"smartctl":{},"model_name":"X","temperature":{"current":1e99}}',
        '== clock 1\n== disk /dev/sda auto\n{"smartctl":{},"model_name":' + "[" * 5000,
    ],
)
def test_what_is_no_report_is_refused(output: str) -> None:
    with pytest.raises(UnreadableOutput):
        parse(output)


def test_samples() -> None:
    assert smart.COLLECTOR.samples
    samples = list(smart.COLLECTOR.samples(parse(RECORDED["sata-pending-and-asleep"])))
    found = {(s.name, dict(s.labels)["disk"]): s.value for s in samples}
    assert found["smartmon_current_pending_sector_raw_value", "/dev/sdb"] == 8
    assert found["smartmon_device_active", "/dev/sdc"] == 0
    assert {name for name, place in found if place == "/dev/sdc"} == {"smartmon_device_active"}
    assert dict(samples[0].labels) == {"disk": "/dev/sda", "type": "sat"}
