from pathlib import Path

from collectors import network_links
from collectors.growth import grown_within
from collectors.network_links import NetworkLinks, compare, parse
from tests.collectors.hardware_tree import link, printed_in, write
from tests.collectors.in_shells import every_shell


@every_shell
def test_probe_asks_only_cards_on_a_bus(tmp_path: Path, shell: list[str]) -> None:
    card = tmp_path / "devices/pci0000:00/0000:3b:00.0/net/eno1"
    write(card, operstate="up", speed=10000, duplex="full", carrier_changes=3)
    link(card / "device", tmp_path / "devices/pci0000:00/0000:3b:00.0")
    link(tmp_path / "class/net/eno1", card)
    bond = tmp_path / "devices/virtual/net/bond0"
    write(bond, operstate="up", speed=20000, duplex="full", carrier_changes=3)
    link(tmp_path / "class/net/bond0", bond)
    (found,) = parse(printed_in(tmp_path, network_links.COLLECTOR, shell)).links
    assert (found.name, found.is_up, found.megabits_per_second, found.duplex) == ("eno1", True, 10000, "full")
    assert (found.carrier_changes, found.fastest) == (3, 10000)


def look(at: int, speed: int, changes: int = 2, state: str = "up") -> NetworkLinks:
    return parse(
        f"clock {at}\neno1/operstate:{state}\neno1/speed:{speed}\neno1/duplex:full\neno1/carrier_changes:{changes}\n"
    )


def test_the_best_speed_is_kept() -> None:
    first = look(1000, 1000)
    faster = compare(first, look(1300, 10000))
    slower = compare(faster, look(1600, 1000))
    without = compare(slower, look(1900, -1, state="down"))
    assert [x.links[0].fastest for x in (first, faster, slower, without)] == [1000, 10000, 10000, 10000]
    assert without.links[0].megabits_per_second is None


def test_the_best_speed_is_kept_through_looks_that_tell_none() -> None:
    unknown = NetworkLinks(2.0, ())
    facts = compare(compare(compare(look(1, 10000), unknown), unknown), look(3, 100))
    assert [(link.megabits_per_second, link.fastest) for link in facts.links] == [(100, 10000)]
    assert facts.silent == ()


def test_changes_of_the_link_are_remembered_for_a_day() -> None:
    first = look(1000, 1000, changes=40)
    second = compare(first, look(1300, 1000, changes=44))
    third = compare(second, look(1600, 1000, changes=2))  # the host was restarted
    later = compare(third, look(1300 + 86400, 1000, changes=2))
    assert [grown_within(x.links[0].flaps, x.clock_seconds, 86400) for x in (first, second, third, later)] == [
        0,
        4,
        4,
        0,
    ]


def test_a_new_card_is_a_first_look() -> None:
    assert compare(NetworkLinks(1.0, ()), look(1000, 1000)) == look(1000, 1000)
