import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from checks.contract import State
from checks.pending_updates import PendingUpdatesParams, evaluate
from collectors.contract import NotApplicable, UnreadableOutput
from collectors.package_managers import as_textfile_scripts, repositories, zypper
from collectors.packages import COLLECTOR, Advisory, Manager, Obstacle, Packages, Update, compare, parse
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


def test_a_list_that_is_away_for_a_while_starts_nothing_anew() -> None:
    facts = compare(look(0, update("curl", security=True)), replace(look(DAY), listed_at=None))
    assert next(iter(evaluate(facts, PendingUpdatesParams()))).state is State.UNKNOWN
    assert compare(facts, look(2 * DAY, update("curl", security=True))).updates[0].first_seen == 0


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


def counted(facts: Packages) -> dict[tuple[str, ...], float]:
    return {(one.name, *(value for _, value in one.labels)): one.value for one in as_textfile_scripts(facts)}


def waiting(package: str, origin: str, architecture: str, obstacle: Obstacle = Obstacle.NONE) -> Update:
    return Update(package, "1", "2", origin, False, obstacle, 0, architecture)


def test_samples_of_apt() -> None:
    security, main = "Debian-Security:12/stable-security", "Ubuntu:22.04/jammy-updates, Ubuntu:22.04/jammy-security"
    facts = Packages(
        9,
        7,
        8,
        (
            waiting("curl", security, "amd64", Obstacle.HELD),
            waiting("openssl", security, "amd64"),
            waiting("tzdata", main, "all"),
            waiting("nano", main, "amd64", Obstacle.PHASED),
        ),
        refreshed_at=5,
    )
    assert counted(facts) == {
        ("apt_package_cache_timestamp_seconds",): 5,
        ("apt_upgrades_pending", security, "amd64"): 2,
        ("apt_upgrades_pending", main.replace(" ", ""), "all"): 1,
        ("apt_upgrades_held", security, "amd64"): 1,
    }
    labels = {one.name: [name for name, _ in one.labels] for one in as_textfile_scripts(facts)}
    assert labels["apt_upgrades_pending"] == ["origin", "arch"]


def test_samples_of_dnf_and_yum() -> None:
    held = waiting("bash", "baseos", "x86_64", Obstacle.HELD)
    for manager in (Manager.DNF, Manager.DNF5, Manager.YUM):
        facts = Packages(9, 7, None, (waiting("curl", "updates", "x86_64"), held), manager)
        assert counted(facts) == {("yum_upgrades_pending", "updates"): 1}


def test_zero_is_told_as_zero_and_what_is_not_known_not_at_all() -> None:
    assert counted(Packages(9, 7, 8, ())) == {
        ("apt_package_cache_timestamp_seconds",): 8,
        ("apt_upgrades_pending", "", ""): 0,
        ("apt_upgrades_held", "", ""): 0,
    }
    assert counted(Packages(9, 7, None, (), Manager.DNF)) == {("yum_upgrades_pending", ""): 0}
    assert counted(Packages(9, None, None, (), Manager.DNF)) == {}
    assert counted(Packages(9, 7, None, (), Manager.ZYPPER)) == {}


DNF = """manager dnf
now 9
fetched 7 /var/cache/dnf/a/repodata/repomd.xml
== all
{all}
== all ended
100
== free
{free}
== free ended
100
== advisories
{advisories}
== advisories ended
0
== installed
"""


def test_two_architectures_of_one_package() -> None:
    lines = "glibc.i686 2.34-2 baseos\nglibc.x86_64 2.34-2 baseos\nbash.x86_64 5.1-2 baseos"
    facts = parse(DNF.format(all=lines, free=lines, advisories=""))
    assert [one.package for one in facts.updates] == ["bash", "glibc.i686", "glibc.x86_64"]


def test_what_only_a_plugin_knows_of_waits_too() -> None:
    facts = parse(DNF.format(all="", free="bash.x86_64 5.1-2 spacewalk-base", advisories=""))
    assert [(one.package, one.obstacle) for one in facts.updates] == [("bash", Obstacle.NONE)]


def test_what_dnf_says_of_kernels_and_obsolete_packages_is_no_update() -> None:
    said = (
        "kernel.x86_64 4.18.0-99 baseos\nSecurity: kernel-core-4.18.0-99.x86_64 is an installed security update\n"
        "Obsoleting Packages\nnew.noarch 2-1 baseos\n    old.noarch 1-1 @baseos"
    )
    facts = parse(DNF.format(all=said, free=said, advisories="RHSA-2026:1 Important/Sec. kernel-4.18.0-99.x86_64"))
    assert [one.package for one in facts.updates] == ["kernel"]
    assert facts.updates[0].advisories == (Advisory("RHSA-2026:1", "Important"),)


@pytest.mark.parametrize(
    "line", ["Loading mirror speeds from cached hostfile of all", "bash.x86_64 5.1-2", "bash 5.1-2 baseos"]
)
def test_what_is_no_list_of_updates_is_refused(line: str) -> None:
    with pytest.raises(UnreadableOutput):
        parse(DNF.format(all=line, free="", advisories=""))


def test_other_package_managers_are_not_read() -> None:
    with pytest.raises(NotApplicable, match="pacman"):
        parse("manager pacman\n")


def test_no_address_of_a_repository_leaves_the_host(tmp_path: Path) -> None:
    """zypper prints them, and some bear passwords."""
    told = (
        '<update-list><update kind="package" name="a" edition="2" arch="noarch" edition-old="1"><summary>s</summary>'
        '<source url="https://user:Planted-Secret@repo.example.org/?token=Planted-Secret" alias="oss"/></update>'
        '<message type="error">[oss|https://user:Planted-Secret@repo.example.org/] Valid metadata not found</message>'
    )
    (tmp_path / "zypper").write_text(f"#!/bin/sh\ncat <<'END'\n{told}\nEND\n")
    (tmp_path / "zypper").chmod(0o755)
    script = f"PATH={tmp_path}:$PATH\n{zypper.SHELL}\nzypper_says list-updates"
    printed = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True, timeout=20).stdout
    assert "Planted" not in printed
    assert 'name="a"' in printed
    assert 'alias="oss"' in printed


def test_no_address_stands_in_what_dnf_says_when_it_fails() -> None:
    failing = "sh -c 'echo Error: cannot get https://user:Planted-Secret@repo.example.org/x >&2; exit 1'"
    script = f"{repositories.SHELL}\nanswer all {failing}"
    printed = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True, timeout=20).stdout
    assert printed == "== all\n== all ended\n1\nError: cannot get ...\n"
