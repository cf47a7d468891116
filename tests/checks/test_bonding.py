from checks.bonding import BondingParams, evaluate
from checks.contract import State
from collectors.bonding import COLLECTOR, Bond, compare, parse
from tests.recordings_on_disk import recordings

SEEN = {r.system: r.output for r in recordings() if r.collector == "bonding"}


def told(facts: tuple[Bond, ...], **params: object) -> dict[str, tuple[State, str]]:
    return {r.item: (r.state, r.summary.en) for r in evaluate(facts, BondingParams(**params))}


def test_all_is_well() -> None:
    assert told(parse(SEEN["active-backup"])) == {
        "bond0": (State.OK, "2 of 2 up, eno1 active"),
        "bond1": (State.OK, "2 of 2 up, eno3 active"),
    }
    assert told(parse(SEEN["lacp"])) == {"bond0": (State.OK, "2 of 2 up")}


def test_a_card_is_down() -> None:
    found = told(parse(SEEN["active-backup-failed-over"]))
    assert found["bond0"] == (State.WARN, "1 of 2 up, eno2 active; down: eno1")
    assert found["bond1"] == (State.CRIT, "0 of 2 up; down: eno3, eno4")
    (result, _) = evaluate(parse(SEEN["active-backup-failed-over"]), BondingParams())
    assert result.summary.zh == "2 个网口中 1 个正常,活动网口 eno2;中断:eno1"
    assert [(m.name, m.value, m.warn, m.crit, m.lower) for m in result.measurements] == [
        ("slaves_up", 1, 2, 1, True),
        ("link_failures", 1, None, None, False),
    ]


def test_a_bond_that_is_gone_is_missed() -> None:
    assert COLLECTOR.absent == ()
    gone = compare(parse(SEEN["lacp"]), ())
    assert told(gone) == {"bond0": (State.CRIT, "0 of 2 up; no longer in it: eno1, eno2")}
    assert told(compare(gone, ())) == told(gone)
    assert told(compare(gone, parse(SEEN["lacp"]))) == {"bond0": (State.OK, "2 of 2 up")}


def test_the_primary_is_back_but_not_active() -> None:
    words = "2 of 2 up, eno2 active; its primary eno1 is up, but not active"
    assert told(parse(SEEN["active-backup-not-back"])) == {"bond0": (State.WARN, words)}


def test_lacp() -> None:
    churned = "2 of 2 up; not in one group: eno1; cannot agree with the switch: eno1"
    assert told(parse(SEEN["lacp-churned"])) == {"bond0": (State.WARN, churned)}
    state, words = told(parse(SEEN["lacp-no-partner"]))["bond0"]
    assert state is State.WARN
    assert "the switch does not answer LACP" in words
    assert told(parse(SEEN["lacp-no-aggregator"]))["bond0"][1].endswith("the switch does not answer LACP")


def test_an_ordinary_user_is_not_told_of_the_partner_but_of_the_groups() -> None:
    (bond,) = parse(SEEN["lacp-not-root"])
    assert bond.has_partner is None
    assert told((bond,)) == {"bond0": (State.WARN, "2 of 2 up; not in one group: eno1, eno2")}


def test_a_card_that_was_taken_out() -> None:
    first = parse(SEEN["active-backup"])
    without = parse(
        "\n".join(SEEN["active-backup"].split("\n/proc/net/bonding/bond0:Slave Interface: eno2")[0].splitlines())
    )
    after = compare(first, without)
    assert told(after)["bond0"] == (State.WARN, "1 of 2 up, eno1 active; no longer in it: eno2")
    assert told(compare(after, first))["bond0"][0] is State.OK


def test_another_mode() -> None:
    other = compare(parse(SEEN["active-backup"]), parse(SEEN["lacp"]))
    assert (
        "mode is IEEE 802.3ad Dynamic link aggregation, was fault-tolerance (active-backup)" in told(other)["bond0"][1]
    )


def test_the_empty_bond_that_the_driver_makes_is_no_problem() -> None:
    assert told(parse(SEEN["round-robin"])) == {}


def test_ignored() -> None:
    assert set(told(parse(SEEN["active-backup"]), ignore=("bond1",))) == {"bond0"}


def test_samples_bear_the_names_of_node_exporter() -> None:
    assert COLLECTOR.samples is not None
    found = [(s.name, s.labels, s.value, s.help) for s in COLLECTOR.samples(parse(SEEN["active-backup-failed-over"]))]
    assert found[:2] == [
        ("node_bonding_slaves", (("master", "bond0"),), 2, "Number of configured slaves per bonding interface."),
        ("node_bonding_active", (("master", "bond0"),), 1, "Number of active slaves per bonding interface."),
    ]
