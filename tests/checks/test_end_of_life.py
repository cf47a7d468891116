from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from checks.contract import Result, State
from checks.end_of_life import EndOfLifeParams, evaluate
from checks.end_of_life_dates import shipped
from collectors.operating_system import OperatingSystem
from collectors.os_release import Release, parse_release

WEB = OperatingSystem("web-01", "", "Linux", "6.1.0", "#1", "x86_64", None, None, None, 0.0)


def seconds(day: str, hour: int = 12) -> float:
    return datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00").timestamp()


def system(os_id: str, version: str, **fields: str) -> Release:
    text = "\n".join(f'{key}="{value}"' for key, value in {"ID": os_id, "VERSION_ID": version, **fields}.items())
    release = parse_release(text)
    assert release is not None
    return release


def judged(release: Release | None, day: str = "2026-11-21", **params: object) -> dict[str, Result]:
    facts = replace(WEB, release=release, asked_at=seconds(day))
    return {result.item: result for result in evaluate(facts, EndOfLifeParams.model_validate(params))}


BOOKWORM = system("debian", "12", PRETTY_NAME="Debian GNU/Linux 12 (bookworm)")
FOCAL = system("ubuntu", "20.04", PRETTY_NAME="Ubuntu 20.04.6 LTS")


@pytest.mark.parametrize(
    ("release", "counts", "state", "words"),
    [
        (BOOKWORM, "free", State.OK, "LTS until 2028-06-30, 587 d left; security support to 2026-07-11"),
        (BOOKWORM, "regular", State.CRIT, "security support ended on 2026-07-11, 132 d ago; LTS to 2028-06-30"),
        (FOCAL, "free", State.CRIT, "standard support ended on 2025-05-29, 540 d ago; ESM by contract to 2030-04-23"),
        (FOCAL, "extended", State.OK, "ESM until 2030-04-23, 1249 d left; standard support to 2025-05-29"),
    ],
)
def test_which_support_counts(release: Release, counts: str, state: State, words: str) -> None:
    found = judged(release, counts=counts)["distribution"]
    assert (found.state, found.summary.en) == (state, f"{release.pretty_name}: {words} (table of 2026-11-21)")


def test_in_chinese() -> None:
    assert judged(BOOKWORM)["distribution"].summary.zh == (
        "Debian GNU/Linux 12 (bookworm):LTS 支持至 2028-06-30,剩余 587 天;安全支持至 2026-07-11(2026-11-21 版日期表)"
    )


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2028-01-01", State.OK),
        ("2028-01-04", State.WARN),
        ("2028-06-30", State.WARN),
        ("2028-07-01", State.CRIT),
    ],
)
def test_the_last_day_counts(day: str, state: State) -> None:
    result = judged(BOOKWORM, day)["distribution"]
    assert result.state is state
    (left,) = result.measurements
    assert left.lower
    assert (left.value, left.warn, left.crit) == (seconds("2028-07-01", 0) - seconds(day), 180 * 86400, 0)


def test_the_level_is_told() -> None:
    assert (
        "181 d left (warn at 200 d)"
        in judged(BOOKWORM, "2028-01-01", remaining={"warn": "200d"})["distribution"].summary.en
    )


@pytest.mark.parametrize(
    ("release", "end"),
    [
        (system("alpine", "3.20.3"), "2026-04-01"),
        (system("rocky", "9.4"), "2032-05-31"),
        (system("rhel", "8.10"), "2029-05-31"),
        (system("centos", "8", NAME="CentOS Linux"), "2021-12-31"),
        (system("centos", "8", NAME="CentOS Stream"), "2024-05-31"),
        (system("centos", "9", NAME="CentOS Stream"), "2027-05-31"),
        (system("openEuler", "24.03", VERSION="24.03 (LTS-SP3)"), "2027-12-31"),
        (system("openEuler", "24.03", VERSION="24.03 (LTS)"), "2026-05-31"),
        (system("anolis", "8.8"), "2031-03-31"),
        (system("amzn", "2"), "2026-06-30"),
        (system("amzn", "2023"), "2029-06-30"),
        (system("sles", "15.7"), "2031-07-31"),
        (system("sles_sap", "15.6"), "2025-12-31"),
        (system("sles", "16.0"), "2027-11-30"),
        (system("ol", "10.1"), "2035-06-30"),
        (system("opensuse-leap", "15.6"), "2026-04-30"),
    ],
)
def test_releases_are_found(release: Release, end: str) -> None:
    assert f" {end}" in judged(release)["distribution"].summary.en


@pytest.mark.parametrize(
    "release",
    [
        system("kylin", "V10", PRETTY_NAME="Kylin Linux Advanced Server V10 (Sword)"),
        system("alpine", "3.2"),
        system("alpine", "3.23_alpha20250612"),
        system("debian", "", PRETTY_NAME="Debian GNU/Linux forky/sid"),
        system("openEuler", "24.03", VERSION="24.03 (LTS-SP9)"),
        system("rhel", ""),
    ],
)
def test_what_is_not_in_the_table_is_unknown(release: Release) -> None:
    result = judged(release)["distribution"]
    assert result.state is State.UNKNOWN
    assert "is not in the table of 2026-11-21" in result.summary.en


def test_no_os_release() -> None:
    assert judged(None)["distribution"].state is State.UNKNOWN


def test_rolling() -> None:
    result = judged(system("arch", "", PRETTY_NAME="Arch Linux"))["distribution"]
    assert (result.state, result.summary.en) == (State.OK, "Arch Linux: rolling, does not end")


def test_what_the_host_itself_says_fills_the_table() -> None:
    result = judged(system("fedora", "45", PRETTY_NAME="Fedora Linux 45", SUPPORT_END="2027-11-24"))["distribution"]
    assert result.summary.en == "Fedora Linux 45: support until 2027-11-24, 368 d left (os-release of the host)"
    assert judged(system("fedora", "45", SUPPORT_END="soon"))["distribution"].state is State.UNKNOWN


def test_dates_of_ones_own_come_first() -> None:
    dates = {
        "kylin V10": {"regular": "2030-12-31"},
        "debian 12": {"regular": "2026-12-01"},
        "arch": {"extended": "2027-12-31"},
    }
    assert judged(system("kylin", "V10"), dates=dates)["distribution"].state is State.OK
    found = judged(BOOKWORM, dates=dates)["distribution"]
    assert (found.state, found.summary.en) == (
        State.WARN,
        f"{BOOKWORM.pretty_name}: security support until 2026-12-01, 10 d left (warn at 180 d) (own date)",
    )
    assert "extended support until 2027-12-31" in judged(system("arch", ""), dates=dates)["distribution"].summary.en
    with pytest.raises(ValueError, match="expected the last day"):
        EndOfLifeParams.model_validate({"dates": {"debian 12": {}}})


def test_an_old_table() -> None:
    as_of = shipped().as_of
    fresh = judged(BOOKWORM, str(as_of + timedelta(days=399)))["table"]
    assert (fresh.state, fresh.summary.en) == (State.OK, f"of {as_of}, 399 d old")
    old = judged(BOOKWORM, str(as_of + timedelta(days=400)))["table"]
    assert (old.state, old.summary.en) == (State.WARN, f"of {as_of}, 400 d old (warn at 400 d)")


def test_the_table_is_sound() -> None:
    table = shipped()
    assert table.as_of <= datetime.now(UTC).date()
    assert len(table.products) >= 18
    for name, product in table.products.items():
        assert product.source, name
        assert product.rolling is not bool(product.releases), name
        for version, ends in product.releases.items():
            assert ends.regular is not None
            assert date(2012, 1, 1) < ends.regular < table.as_of.replace(year=table.as_of.year + 10), (name, version)
            assert ends.extended is None or ends.regular < ends.extended, (name, version)
