"""A day's record holds what its forms ask for, as it was at the end of the day, and no more than there is room for."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.history import stock_of_day
from agent.history.stock_of_day import LONGEST_FACTS, SLACK_SECONDS
from collectors.contract import Entry, Kind
from exporters.contract import HostEntries, HostFacts, Needs
from tests.agent.history.test_day import BEGIN, DAY, END, HOUR, plan
from tests.agent.history.test_surveys import package, told
from tests.agent.reports import report


def wants(*kinds: Kind, **others: object) -> Needs:
    return Needs(kinds=frozenset(kinds), **{name: frozenset(wanted) for name, wanted in others.items()})


def day_of(history, needs, hosts=("web-01",), made_at=END + 5):
    return history.day(DAY, plan(hosts=hosts, needs=needs), made_at=made_at)


def knows(history, at, collector, text, host="web-01"):
    history.record(report(at, host=host), (), {collector: text}, {})
    assert history.flush(10.0)


def test_nothing_is_in_it_that_nobody_needs(history):
    told(history, BEGIN, package("nginx", "1.22"))
    knows(history, BEGIN, "accounts", "[]")
    day = day_of(history, Needs())
    assert (day.entries, day.facts) == ((), ())


def test_entries_of_the_kinds_that_are_needed(history):
    told(history, BEGIN, package("nginx", "1.22"))
    told(history, BEGIN, Entry(Kind.PORT, "tcp 80", "nginx"), collector="listening_ports")
    told(history, BEGIN, package("vim", "9.0"), host="db-01")
    day = day_of(history, wants(Kind.PORT), hosts=("web-01", "db-01", "never-seen"))
    seen_at = ((Kind.PORT, BEGIN),)
    assert day.entries == (
        HostEntries("web-01", (Entry(Kind.PORT, "tcp 80", "nginx"),), seen_at=seen_at),
        HostEntries("db-01", (), seen_at=seen_at),
    )


def test_when_each_kind_was_last_looked_at(history):
    told(history, BEGIN - HOUR, package("nginx", "1.22"))
    told(history, BEGIN + HOUR, Entry(Kind.PORT, "tcp 80", "nginx"), collector="listening_ports")
    told(history, BEGIN - HOUR, package("vim", "9.0"), host="db-01")
    told(history, END + HOUR, package("vim", "9.0"), host="db-01")
    day = day_of(history, wants(Kind.PORT, counted=[Kind.PACKAGE]), hosts=("web-01", "db-01"), made_at=END + 2 * HOUR)
    assert [one.seen_at for one in day.entries] == [
        ((Kind.PACKAGE, BEGIN - HOUR), (Kind.PORT, BEGIN + HOUR)),
        ((Kind.PACKAGE, END), (Kind.PORT, END)),
    ]


def test_what_became_different_after_the_day_is_taken_back(history):
    told(history, BEGIN, package("gone", "1"), package("nginx", "1.22"))
    told(history, END + HOUR, package("new", "1"), package("nginx", "1.24"))
    told(history, END + 2 * HOUR, package("nginx", "1.26"))
    day = day_of(history, wants(Kind.PACKAGE), made_at=END + 3 * HOUR)
    assert [one.entries for one in day.entries] == [(package("gone", "1"), package("nginx", "1.22"))]
    under_way = history.day(DAY, plan(needs=wants(Kind.PACKAGE)), made_at=BEGIN + HOUR)
    assert [one.entries for one in under_way.entries] == [one.entries for one in day.entries]


def test_a_host_first_looked_at_after_the_day_was_not_known_then(history):
    told(history, END + HOUR, package("nginx", "1.22"))
    assert day_of(history, wants(Kind.PACKAGE), made_at=END + 2 * HOUR).entries == ()


def test_of_a_kind_only_what_fits_a_pattern(history):
    names = ("nginx", "nginx-light", "libnginx", "50%_a", "50x_a", "[x]", "postgresql-15", "postgresql-1a")
    told(history, BEGIN, *(package(name, "1") for name in names))
    patterns = ["nginx*", "50%?a", "postgresql-1[0-9]", "[[]x]"]
    day = day_of(history, wants(named=[(Kind.PACKAGE, pattern) for pattern in patterns]))
    (found,) = day.entries
    assert [e.name for e in found.entries] == ["50%_a", "[x]", "nginx", "nginx-light", "postgresql-15"]


@given(name=st.text("ab%_\\[]*?", max_size=6), pattern=st.text("ab%_\\[]!*?", min_size=1, max_size=6))
def test_what_the_database_looks_for_is_at_least_what_fits(name, pattern):
    import re
    from fnmatch import fnmatchcase

    if fnmatchcase(name, pattern):
        like = re.sub(
            r"\\(.)|(%)|(_)|(.)",
            lambda m: re.escape(m[1] or m[4]) if m[1] or m[4] else ".*" if m[2] else ".",
            stock_of_day._like(pattern),
        )
        assert re.fullmatch(like, name)


def test_of_very_many_entries_some_are_counted(history, monkeypatch):
    monkeypatch.setattr(stock_of_day, "MOST_ENTRIES", 3)
    told(history, BEGIN, *(package(f"p{n}", "1") for n in range(5)))
    (found,) = day_of(history, wants(Kind.PACKAGE)).entries
    assert ([e.name for e in found.entries], found.left_out) == (["p0", "p1", "p2"], ((Kind.PACKAGE, 2),))


def test_kinds_of_which_only_the_number_is_wanted(history):
    told(history, BEGIN, package("a", "1"), package("b", "1"), Entry(Kind.SERVICE, "x", "on"))
    told(history, END + HOUR, package("b", "2"), package("c", "1"), package("d", "1"))
    day = day_of(history, wants(counted=[Kind.PACKAGE]), made_at=END + 2 * HOUR)
    assert [(one.entries, one.left_out) for one in day.entries] == [((), ((Kind.PACKAGE, 2),))]
    both = day_of(history, wants(Kind.PACKAGE, counted=[Kind.PACKAGE]), made_at=END + 2 * HOUR)
    assert [(one.entries, one.left_out) for one in both.entries] == [((package("a", "1"), package("b", "1")), ())]
    later = history.day(DAY + timedelta(days=1), plan(needs=wants(counted=[Kind.PACKAGE])), made_at=END + 2 * HOUR)
    assert later.entries[0].left_out == ((Kind.PACKAGE, 3),)


def test_facts_as_json_types(history):
    knows(history, END - 60, "packages", json.dumps({"pending": [{"name": "nginx"}]}))
    knows(history, END - 60, "accounts", "[]")
    day = day_of(history, wants(collectors=["packages"]))
    assert day.facts == (HostFacts("web-01", "packages", END - 60, {"pending": [{"name": "nginx"}]}),)


def test_of_facts_only_what_a_path_finds(history):
    whole = {"manager": "apt", "pending": [{"name": "nginx", "size": 1}], "installed": ["much"] * 99}
    knows(history, END - 60, "packages", json.dumps(whole))
    paths = [("packages", "pending[].name"), ("packages", "sum(pending)"), ("packages", "no"), ("accounts", "@")]
    (found,) = day_of(history, wants(paths=paths)).facts
    assert found == HostFacts(
        "web-01", "packages", END - 60, None, {"pending[].name": ["nginx"], "sum(pending)": None, "no": None}
    )
    (kept,) = day_of(history, wants(paths=paths, collectors=["packages"])).facts
    assert (kept.facts, kept.found) == (whole, None), "somebody wants all of it"


def test_what_is_looked_at_once_a_day_is_there(history):
    knows(history, BEGIN + 1, "packages", '{"manager": "apt"}')
    (found,) = day_of(history, wants(paths=[("packages", "manager")]), made_at=END + 300).facts
    assert (found.at, found.found) == (BEGIN + 1, {"manager": "apt"})
    knows(history, END + 1, "packages", '{"manager": "dnf"}')
    assert day_of(history, wants(paths=[("packages", "manager")]), made_at=END + 5).facts, "and a moment ago again"


@pytest.mark.parametrize(("late", "there"), [(SLACK_SECONDS - 1, True), (SLACK_SECONDS + 1, False)])
def test_facts_of_a_later_day_say_nothing_of_this_one(history, late, there):
    knows(history, END + late, "packages", "[]")
    assert bool(day_of(history, wants(collectors=["packages"]), made_at=END + 2 * HOUR).facts) is there


def test_facts_that_are_too_long_are_named_and_left_out(history):
    knows(history, BEGIN, "packages", json.dumps("x" * LONGEST_FACTS))
    assert day_of(history, wants(collectors=["packages"])).facts == (HostFacts("web-01", "packages", BEGIN, None),)


def test_the_record_is_kept_with_them(history):
    told(history, BEGIN, package("nginx", "1.22"))
    knows(history, BEGIN, "packages", '{"pending": [{"name": "x"}]}')
    wanted = wants(Kind.PACKAGE, paths=[("packages", "pending"), ("packages", "pending[0].name")])
    day = history.publish_day(day_of(history, wanted))
    kept = history.published(DAY)
    assert (kept.entries, kept.facts) == (day.entries, day.facts)
