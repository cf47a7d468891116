"""What is due on a host, and on which beat."""

from agent.agenda import Agenda
from checks.contract import Params
from exporters.contract import Lane
from tests.agent.plugins import catalogue_of, collector, samples

CATALOGUE = catalogue_of(
    hung=collector("df", timeout_seconds=10),
    load=collector("cat /proc/loadavg"),
    packages=collector("apt", every_seconds=3600, timeout_seconds=60),
    backups=collector("stat", every_seconds=900),
)


def test_slow_collectors_have_a_lane_of_their_own() -> None:
    agenda = Agenda.of({name: Params() for name in CATALOGUE.checks}, CATALOGUE, 60)
    assert agenda.collectors(Lane.FAST) == ("load", "hung"), "what may hang comes last"
    assert agenda.collectors(Lane.SLOW) == ("backups", "packages")
    assert (agenda.beat(Lane.FAST), agenda.beat(Lane.SLOW)) == (60, 900)


def test_the_most_impatient_check_decides() -> None:
    params = {"packages": Params(every="5m"), "load": Params(every="2m"), "hung": Params(every="1s")}
    agenda = Agenda.of(params, CATALOGUE, 60)
    assert agenda.every == {"packages": 300, "load": 120, "hung": 60}, "never more often than the rounds"


def test_what_no_check_reads_is_asked_only_for_its_samples() -> None:
    plain = Agenda.of({}, CATALOGUE, 60)
    assert plain.every == {}
    assert plain.beat(Lane.FAST) is None
    counted = catalogue_of(load=collector("cat /proc/loadavg", samples=samples))
    assert Agenda.of({}, counted, 60).every == {"load": 60}


def test_the_fast_lane_is_never_empty() -> None:
    agenda = Agenda.of({"packages": Params(), "backups": Params()}, CATALOGUE, 60)
    assert agenda.collectors(Lane.FAST) == ("backups",)
    assert agenda.collectors(Lane.SLOW) == ("packages",)
    assert agenda.beat(Lane.FAST) == 900


def test_due_is_what_has_waited_its_time() -> None:
    agenda = Agenda.of({name: Params() for name in CATALOGUE.checks}, CATALOGUE, 60)
    assert agenda.due(Lane.SLOW, {}, 0) == ("backups", "packages")
    last = {"backups": 0.0, "packages": 0.0}
    assert agenda.due(Lane.SLOW, last, 899.9) == ("backups",), "a timer that rings a moment early costs no turn"
    assert agenda.due(Lane.SLOW, last, 3600) == ("backups", "packages")
