import contextlib
from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from collectors import raid_controllers
from collectors.contract import NotApplicable, UnreadableOutput
from collectors.raid_controllers import Raid, compare, parse
from collectors.raid_tools import PhysicalDrive
from tests.collectors.in_shells import every_shell, printed
from tests.recordings_on_disk import recordings

RECORDED = {r.system: r.output for r in recordings() if r.collector == "raid_controllers"}


def first_disk(facts: Raid) -> PhysicalDrive:
    return facts.controllers[0].physical_drives[0]


def with_first_disk(facts: Raid, **changes: object) -> Raid:
    controller = facts.controllers[0]
    disk = replace(controller.physical_drives[0], **changes)  # type: ignore[arg-type]
    return Raid((replace(controller, physical_drives=(disk, *controller.physical_drives[1:])),))


@every_shell
def test_the_probe_here(shell: list[str]) -> None:
    # Most machines have no controller, and those that do no tool.
    with contextlib.suppress(NotApplicable):
        parse(printed(raid_controllers.COLLECTOR, shell))


def test_media_errors_have_a_baseline() -> None:
    well = parse(RECORDED["storcli-well"])
    worse = compare(well, with_first_disk(well, media_errors=5, first_media_errors=5))
    assert (first_disk(worse).media_errors, first_disk(worse).first_media_errors) == (5, 0)
    unread = compare(worse, with_first_disk(well, media_errors=None, first_media_errors=None))
    assert first_disk(unread).first_media_errors == 0
    replaced = compare(worse, with_first_disk(well, serial="NEW", media_errors=5, first_media_errors=5))
    assert first_disk(replaced).first_media_errors == 5


def test_spares_are_held_against_the_first_look() -> None:
    with_spare = parse(RECORDED["perccli-well"])
    assert (with_spare.controllers[0].first_spares, with_spare.controllers[0].spares) == (1, 1)
    without = Raid((replace(with_spare.controllers[0], first_spares=0),))
    assert compare(with_spare, without).controllers[0].first_spares == 1


def test_a_controller_that_is_gone_is_missed_unless_another_took_its_place() -> None:
    assert raid_controllers.COLLECTOR.absent == Raid(())
    well = parse(RECORDED["perccli-well"])
    gone = compare(well, Raid(()))
    assert [c.name for c in compare(gone, Raid(())).gone] == ["c0"]
    assert compare(gone, well).gone == ()
    assert compare(gone, Raid((replace(well.controllers[0], serial="NEW"),))).gone == ()


def test_facts_are_kept() -> None:
    kept = TypeAdapter(Raid)
    facts = parse(RECORDED["storcli-degraded"])
    assert kept.validate_json(kept.dump_json(facts)) == facts
    assert raid_controllers.COLLECTOR.keep_facts


def test_a_controller_that_two_tools_know_is_one() -> None:
    both = RECORDED["perccli-well"] + RECORDED["perccli-well"].replace("perccli", "storcli").partition("== driver")[0]
    assert [c.name for c in parse(both).controllers] == ["c0"]


def test_two_controllers_of_one_name_are_two() -> None:
    both = RECORDED["perccli-well"] + RECORDED["storcli-well"].partition("== driver")[0]
    assert [c.name for c in parse(both).controllers] == ["c0", "perccli c0"]


def test_a_controller_without_its_tool_is_named() -> None:
    with pytest.raises(NotApplicable, match=r"a controller \(hpsa\), and no storcli, perccli or ssacli"):
        parse("== driver hpsa\n")


def test_why_a_tool_did_not_start() -> None:
    with pytest.raises(UnreadableOutput, match="error while loading shared libraries: libncurses"):
        parse(RECORDED["storcli-cannot-start"])


def test_warnings_before_the_answer_do_no_harm() -> None:
    warned = RECORDED["storcli-well"].replace("controllers\n", "controllers\nterminals database is inaccessible\n", 1)
    assert parse(warned) == parse(RECORDED["storcli-well"])


def test_without_the_drives_details_there_are_no_counts() -> None:
    alone = RECORDED["storcli-well"].partition("== storcli drives")[0]
    assert first_disk(parse(alone)).media_errors is None


def test_a_spare_of_two_arrays_is_one() -> None:
    text = RECORDED["hpssacli-failing"]
    spare = text[text.index("      physicaldrive 2I:1:5") : text.index("   SEP ")]
    again = text.replace("   Array: B\n", f"{spare}\n   Array: B\n")
    assert again != text
    assert parse(again).controllers[0].spares == parse(text).controllers[0].spares == 1


@pytest.mark.parametrize(
    "output",
    [
        "noise\n== driver hpsa",
        "== storcli controllers\n{}",
        '== storcli controllers\n{"Controllers":[{"Command Status":{"Status":"Failure","Description":"syntax"}}]}',
        '== storcli controllers\n{"Controllers":[{"Command Status":{"Status":"Success"},"Response Data":"none"}]}',
        "== ssacli\nAnother instance of SSACLI is running! Stop it first.",
        "== ssacli\nSmart Array P410i in Slot 0 (Embedded)\n   Bus Interface: PCI",
        "== ssacli\n   Logical Drive: 1\n      Status: OK",
        RECORDED["storcli-well"].replace('"252:1"', '"252:0"'),
    ],
)
def test_what_is_no_answer_is_refused(output: str) -> None:
    with pytest.raises(UnreadableOutput):
        parse(output)


@pytest.mark.parametrize(("state", "condition"), [("Learning", "charging"), ("Failed", "failed"), ("Ready", "well")])
def test_batteries(state: str, condition: str) -> None:
    text = RECORDED["storcli-well"].replace('"CVPM02",\n\t\t\t\t\t\t"State" : "Optimal"', f'"X","State" : "{state}"')
    battery = parse(text).controllers[0].battery
    assert battery
    assert (battery.state, battery.condition) == (state, condition)
