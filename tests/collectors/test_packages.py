import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from collectors.packages import COLLECTOR, Obstacle, Packages, Update, compare, parse
from tests.collectors.in_shells import printed

DAY = 86400


def update(package: str, *, security: bool = False, first_seen: int = 0) -> Update:
    return Update(package, "1", "2", "Debian", security, Obstacle.NONE, first_seen)


def look(now: int, *updates: Update) -> Packages:
    return Packages(now, now, now, tuple(replace(one, first_seen=now) for one in updates))


def test_first_seen_is_carried_from_look_to_look() -> None:
    facts = look(0, update("curl", security=True))
    for day in range(1, 20):
        facts = compare(facts, look(day * DAY, update("curl", security=True), update("nano")))
    assert [(one.package, one.first_seen) for one in facts.updates] == [("curl", 0), ("nano", DAY)]


def test_first_seen_outlives_a_restart_of_the_agent() -> None:
    assert COLLECTOR.keep_facts
    kept = TypeAdapter(Packages).validate_json(TypeAdapter(Packages).dump_json(look(0, update("curl", security=True))))
    assert compare(kept, look(14 * DAY, update("curl", security=True))).updates[0].first_seen == 0


def test_a_newer_version_does_not_start_anew() -> None:
    newer = replace(update("curl", security=True), available="3")
    assert compare(look(0, update("curl", security=True)), look(DAY, newer)).updates[0].first_seen == 0


def test_what_becomes_a_security_update_counts_from_then() -> None:
    facts = compare(look(0, update("curl")), look(DAY, update("curl", security=True)))
    assert facts.updates[0].first_seen == DAY


def test_installed_and_pending_again_counts_anew() -> None:
    facts = compare(compare(look(0, update("curl")), look(DAY)), look(2 * DAY, update("curl")))
    assert facts.updates[0].first_seen == 2 * DAY


def test_a_clock_set_back_makes_nothing_younger() -> None:
    assert compare(look(10 * DAY, update("curl")), look(DAY, update("curl"))).updates[0].first_seen == DAY


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("apt-get"), reason="no apt here")
def test_the_probe_on_this_machine_writes_nothing() -> None:
    watched = [Path(path) for path in ("/var/cache/apt", "/var/log/apt", "/var/lib/apt", "/var/lib/dpkg")]

    def times() -> dict[str, int]:
        found = {}
        for folder in watched:
            for path, _, names in os.walk(folder):
                for name in (path, *(f"{path}/{name}" for name in names)):
                    found[name] = os.lstat(name).st_mtime_ns
        return found

    before = times()
    output = printed(COLLECTOR, ["dash"])
    assert times() == before
    assert parse(output).now > 0
