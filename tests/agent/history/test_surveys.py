"""What hosts are made of is compared with what is known; what became different is kept, and can be taken back."""

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.history.upheavals import Upheavals
from agent.problems import Tracker
from checks.contract import State, Text
from collectors.contract import Entry, Kind
from exporters.contract import Change, Incident, net
from tests.agent.history.test_day import BEGIN, DAY, END, plan
from tests.agent.reports import CPU, DISK, found, judged, report

HOUR = 3600.0
NOON = 1_700_000_000.0
HOSTS = count()


def package(name, version):
    return Entry(Kind.PACKAGE, name, version)


def told(history, at, *entries, host="web-01", collector="installed_packages", outcomes=()):
    round_ = report(at, *outcomes, host=host)
    history.record(round_, Tracker().follow(round_, {DISK.name: 1}), {}, {collector: tuple(sorted(entries))})
    assert history.flush(10.0)


def of(changes):
    return [(c.kind, c.name, c.before, c.after, c.since, c.at) for c in changes]


def test_the_first_look_is_no_change(history):
    told(history, NOON, package("nginx", "1.22"))
    assert history.changes(0, NOON + 1) == ()
    (stock,) = history.inventory("web-01", NOON)
    assert (stock.collector, stock.seen_at, stock.entries) == ("installed_packages", NOON, (package("nginx", "1.22"),))


def test_what_came_went_and_became_another(history):
    told(history, NOON, package("nginx", "1.22"), package("perl", "5.36"), package("vim", "9.0"))
    told(history, NOON + HOUR, package("nginx", "1.24"), package("perl", "5.36"), package("curl", "7.88"))
    assert of(history.changes(NOON, NOON + 2 * HOUR)) == [
        (Kind.PACKAGE, "curl", None, "7.88", NOON, NOON + HOUR),
        (Kind.PACKAGE, "nginx", "1.22", "1.24", NOON, NOON + HOUR),
        (Kind.PACKAGE, "vim", "9.0", None, NOON, NOON + HOUR),
    ]
    assert history.changes(NOON + HOUR + 1, NOON + 2 * HOUR) == ()
    assert history.changes(NOON, NOON + 2 * HOUR, "web-02") == ()
    assert history.changes(NOON, NOON + 2 * HOUR, "web-01", [Kind.PORT]) == ()
    assert len(history.changes(NOON, NOON + 2 * HOUR, "web-01", [Kind.PACKAGE])) == 3


def test_a_look_that_finds_the_same_is_remembered_as_a_look(history):
    told(history, NOON, package("nginx", "1.22"))
    told(history, NOON + 5 * HOUR, package("nginx", "1.22"))
    told(history, NOON + 6 * HOUR, package("nginx", "1.24"))
    assert of(history.changes(0, NOON + 9 * HOUR)) == [
        (Kind.PACKAGE, "nginx", "1.22", "1.24", NOON + 5 * HOUR, NOON + 6 * HOUR)
    ]


def test_a_collector_that_was_not_asked_tells_of_nothing_gone(history):
    told(history, NOON, package("nginx", "1.22"))
    told(history, NOON + HOUR, Entry(Kind.PORT, "tcp 80", "nginx"), collector="listening_ports")
    told(history, NOON + 2 * HOUR, package("nginx", "1.22"))
    assert history.changes(0, NOON + 9 * HOUR) == ()
    assert [stock.collector for stock in history.inventory("web-01", NOON + HOUR)] == [
        "installed_packages",
        "listening_ports",
    ]


def test_a_clock_that_went_wrong_and_right_again_hides_nothing(history):
    year = 365 * 24 * HOUR
    told(history, NOON, package("nginx", "1.22"), package("vim", "9.0"))
    told(history, NOON + year, package("nginx", "1.24"), package("vim", "9.0"))
    told(history, NOON + HOUR, package("nginx", "1.24"), package("vim", "9.1"))
    assert of(history.changes(NOON, NOON + 2 * HOUR)) == [
        (Kind.PACKAGE, "nginx", "1.22", "1.24", NOON, NOON + HOUR),
        (Kind.PACKAGE, "vim", "9.0", "9.1", NOON + HOUR, NOON + HOUR),
    ]
    assert history.inventory("web-01", NOON + HOUR)[0].entries == (package("nginx", "1.24"), package("vim", "9.1"))
    assert history.inventory("web-01", NOON + 60)[0].entries == (package("nginx", "1.22"), package("vim", "9.0"))
    told(history, NOON + 2 * HOUR, package("nginx", "1.24"))
    assert of(history.changes(NOON + 2 * HOUR, NOON + 3 * HOUR)) == [
        (Kind.PACKAGE, "vim", "9.1", None, NOON + HOUR, NOON + 2 * HOUR)
    ]


def test_a_first_look_ahead_of_the_time_is_known_since_the_clock_is_right(history):
    told(history, NOON + 9 * HOUR, package("nginx", "1.22"))
    told(history, NOON, package("nginx", "1.22"))
    assert history.known_since(NOON + HOUR) == {"web-01": NOON}
    assert history.inventory("web-01", NOON + 60)[0].entries == (package("nginx", "1.22"),)


def test_what_is_pruned_is_not_known_any_more(history):
    told(history, NOON, package("nginx", "1.22"))
    assert history.known_since(NOON + 10 * 86400) == {"web-01": NOON}
    assert history.known_since(NOON + 500 * 86400) == {"web-01": NOON + 100 * 86400}


def test_text_that_a_database_refuses_is_kept_readably(history):
    told(history, NOON, Entry(Kind.MOUNT, "/a\0b", "\ud800"))
    assert history.inventory("web-01", NOON)[0].entries == (Entry(Kind.MOUNT, "/a\\0b", "\\ud800"),)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    looks=st.lists(st.dictionaries(st.sampled_from("abcde"), st.sampled_from(["1", "2", "3"])), min_size=1, max_size=8),
)
def test_every_day_can_be_had_again(history, looks):
    host = f"host-{next(HOSTS)}"
    for hour, look in enumerate(looks):
        told(history, NOON + hour * HOUR, *(package(name, version) for name, version in look.items()), host=host)
    for hour, look in enumerate(looks):
        (stock,) = history.inventory(host, NOON + hour * HOUR + 60)
        assert {entry.name: entry.value for entry in stock.entries} == look
    assert history.inventory(host, NOON - 1) == ()


def test_old_changes_are_pruned_and_the_present_stays(history):
    told(history, NOON, package("nginx", "1.22"))
    told(history, NOON + HOUR, package("nginx", "1.24"))
    now = NOON + 500 * 24 * HOUR
    told(history, now - HOUR, package("nginx", "1.24"))
    history.prune(now)
    assert history.changes(0, now) == ()
    assert history.inventory("web-01", now)[0].entries == (package("nginx", "1.24"),)


def test_a_host_that_is_long_off_rounds_is_forgotten(history):
    told(history, NOON, package("nginx", "1.22"))
    told(history, NOON + 500 * 24 * HOUR, package("nginx", "1.22"), host="web-02")
    history.prune(NOON + 500 * 24 * HOUR)
    assert history.inventory("web-01", NOON + 500 * 24 * HOUR) == ()
    assert set(history.known_since(NOON + 500 * 24 * HOUR)) == {"web-02"}
    told(history, NOON + 501 * 24 * HOUR, package("nginx", "1.24"))
    assert history.changes(0, NOON + 502 * 24 * HOUR) == ()


def change(name, before, after, at):
    return Change("web-01", Kind.PACKAGE, name, before, after, at - HOUR, at)


def test_net_changes_leave_out_what_is_as_it_was():
    changes = [
        change("a", None, "1", 10.0),
        change("b", "1", "2", 20.0),
        change("a", "1", None, 30.0),
        change("b", "2", "3", 40.0),
        change("c", "1", None, 50.0),
    ]
    assert [(c.name, c.before, c.after, c.at) for c in net(changes)] == [("b", "1", "3", 40.0), ("c", "1", None, 50.0)]


def test_the_record_of_a_day_tells_what_changed_and_what_did_before_each_problem(history):
    tracker = Tracker()

    def look(at, version, state):
        round_ = report(at, judged(found("/", state)))
        inventory = {"installed_packages": (package("nginx", version),)}
        history.record(round_, tracker.follow(round_, {DISK.name: 1}), {}, inventory)

    look(BEGIN - 2 * HOUR, "1.22", State.OK)
    look(BEGIN - HOUR, "1.23", State.OK)
    look(BEGIN + HOUR, "1.24", State.CRIT)
    look(BEGIN + 2 * HOUR, "1.25", State.CRIT)
    assert history.flush(10.0)
    record = history.day(DAY, plan(), END + 60)
    (changes,) = record.changes
    assert (changes.host, changes.total) == ("web-01", 1)
    assert [(c.before, c.after) for c in changes.changes] == [("1.23", "1.25")]
    (incident,) = record.incidents
    # 1.24 was found in the very round that found the problem: it was there before it.
    assert [(c.before, c.after) for c in incident.changes_before] == [("1.22", "1.23"), ("1.23", "1.24")]
    assert incident.changes_before_total == 2
    history.publish_day(record)
    tomorrow = history.day(DAY.replace(day=12), plan(), END + 86400 + 60)
    assert tomorrow.changes == ()
    assert tomorrow.incidents[0].changes_before == incident.changes_before


def test_what_was_wrong_at_the_first_look_has_no_change_before_it(history):
    broken = judged(found("/", State.CRIT))
    told(history, BEGIN + HOUR, package("nginx", "1.22"), outcomes=[broken])
    told(history, BEGIN + HOUR + 120, package("nginx", "1.23"), outcomes=[broken])
    (incident,) = history.day(DAY, plan(), END + 60).incidents
    assert (incident.changes_before, incident.changes_before_total) == ((), 0)


@pytest.mark.parametrize(("check", "names"), [(CPU, ["nginx"]), (DISK, ["/mnt/x", "nginx"])])
def test_a_mount_stands_only_beside_what_it_can_concern(check, names):
    changes = [Change("web-01", kind, name, None, "", BEGIN, BEGIN + 60) for kind, name in
               ((Kind.MOUNT, "/mnt/x"), (Kind.PACKAGE, "nginx"))]  # fmt: skip
    upheavals = Upheavals(changes, (), BEGIN, END, None, {"web-01": BEGIN - 24 * HOUR})
    problem = Incident("web-01", check, "x", State.CRIT, Text("x", "x"), BEGIN + HOUR, None)
    assert [change.name for change in upheavals.told_before(problem).changes_before] == names


def test_a_host_first_looked_at_in_the_day_is_not_unchanged(history):
    told(history, BEGIN + HOUR, package("nginx", "1.22"))
    assert history.day(DAY, plan(), END + 60).changes == ()
    told(history, BEGIN + 2 * HOUR, package("nginx", "1.24"))
    (changes,) = history.day(DAY, plan(), END + 60).changes
    assert [(c.before, c.after) for c in changes.changes] == [("1.22", "1.24")]


def test_a_new_account_is_not_lost_among_600_packages(history):
    account = Entry(Kind.ACCOUNT, "eve", "uid 0")
    told(history, BEGIN - HOUR, package("p", "1"))
    broken = judged(found("/", State.CRIT))
    told(history, BEGIN + HOUR, account, *(package(f"p{n}", "1") for n in range(700)), outcomes=[broken])
    record = history.day(DAY, plan(), END + 60)
    (changes,) = record.changes
    assert (changes.total, len(changes.changes)) == (702, 500)
    assert "eve" in {change.name for change in changes.changes}
    (incident,) = record.incidents
    assert "eve" in {change.name for change in incident.changes_before}
    assert (incident.changes_before_total, len(incident.changes_before)) == (702, 20)


def test_first_looks_at_many_hosts_let_others_write(history):
    many = tuple(sorted(package(f"p{n:04d}", "1") for n in range(3000)))
    for number in range(40):
        history.record(report(NOON, host=f"h{number}"), (), {}, {"installed_packages": many})
    waits = []
    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(history.flush, 60.0)
        while not written.done():
            begin = time.monotonic()
            history.ask_to_relearn("h0", ["c"], "me")  # raises when the database stays locked
            waits.append(time.monotonic() - begin)
            time.sleep(0.02)
        assert written.result()
    assert len(waits) > 2
    assert max(waits) < 4.0
    assert all(len(history.inventory(f"h{number}", NOON)[0].entries) == 3000 for number in (0, 39))
