from contextlib import suppress
from dataclasses import replace

import pytest

from collectors.automatic_updates import COLLECTOR, compare, parse
from collectors.contract import NotApplicable, UnreadableOutput
from collectors.update_mechanisms import Mechanism, Reach
from tests.collectors.in_shells import every_shell, printed

UNATTENDED = 'APT::Periodic::Unattended-Upgrade "1";\n'
SECURITY = 'Unattended-Upgrade::Origins-Pattern:: "origin=Debian,codename=${distro_codename}-security,label=x";\n'


@every_shell
def test_the_probe_on_this_machine(shell: list[str]) -> None:
    with suppress(NotApplicable):
        assert parse(printed(COLLECTOR, shell)).now > 1_700_000_000


def answer(apt: str = "", log: str = "", *, now: str = "1795303776 +0800", more: str = "") -> str:
    return (
        f"now {now}\nmanager apt-get\nprogram unattended-upgrade\ndaily /etc/cron.daily/apt-compat\n{more}"
        f"== apt\n{apt}== log\n{log}== settings\n== units\n== cron\n"
    )


def apt(*arguments: str, **others: str) -> Mechanism:
    (found,) = parse(answer(*arguments, **others)).mechanisms
    return found


@pytest.mark.parametrize(
    ("settings", "reach"),
    [
        (UNATTENDED + SECURITY, Reach.SECURITY),
        (UNATTENDED + SECURITY + 'Unattended-Upgrade::Origins-Pattern:: "origin=Debian,label=Debian";\n', Reach.ALL),
        (
            UNATTENDED
            + 'Unattended-Upgrade::Allowed-Origins:: "${distro_id}:${distro_codename}";\n'
            + 'Unattended-Upgrade::Allowed-Origins:: "${distro_id}:${distro_codename}-security";\n'
            + 'Unattended-Upgrade::Allowed-Origins:: "${distro_id}ESMApps:${distro_codename}-apps-security";\n',
            Reach.SECURITY,
        ),
        (UNATTENDED + 'Unattended-Upgrade::Allowed-Origins:: "${distro_id}:${distro_codename}-updates";\n', Reach.ALL),
        (UNATTENDED, Reach.OFF),
        (UNATTENDED.replace("1", "0") + SECURITY + 'APT::Periodic::Update-Package-Lists "1";\n', Reach.LISTS),
        (UNATTENDED + SECURITY + 'APT::Periodic::Enable "0";\n', Reach.OFF),
        ('APT::Periodic "";\n', Reach.OFF),
    ],
)
def test_how_far_apt_goes(settings: str, reach: Reach) -> None:
    assert apt(settings).reach is reach


@pytest.mark.parametrize(
    ("written", "seconds"), [("1", 86400), ("7", 604800), ("always", 86400), ("12h", 43200), ("90m", 5400)]
)
def test_intervals(written: str, seconds: int) -> None:
    assert apt(UNATTENDED.replace("1", written) + SECURITY).every_seconds == seconds


def test_the_log_is_in_local_time() -> None:
    log = "error 2026-11-20 06:00:00,000 of yesterday\nlast 2026-11-21 06:00:00,000\n"
    found = apt(UNATTENDED + SECURITY, log)
    assert (found.last_at, found.failure) == (1_795_212_000.0, "")


def test_the_latest_of_log_and_stamps_is_the_last_run() -> None:
    stamps = (
        "stamp 1795240000 /var/lib/apt/periodic/upgrade-stamp\nstamp 1795290000 /var/lib/apt/periodic/update-stamp\n"
    )
    found = apt(UNATTENDED + SECURITY, "last 2026-11-21 06:00:00,000\n", more=stamps)
    assert found.last_at == 1_795_240_000.0


@pytest.mark.parametrize("damaged", ["now 1\n", "now 1 +08\n", "now x +0000\n", ""])
def test_damaged(damaged: str) -> None:
    with pytest.raises(UnreadableOutput):
        parse(damaged + answer().partition("\n")[2])


def test_since_when_it_is_on_is_carried_on() -> None:
    first = parse(answer(UNATTENDED + SECURITY))
    later = parse(answer(UNATTENDED + SECURITY, now="1795400000 +0800"))
    assert [one.on_since for one in compare(first, later).mechanisms] == [1_795_303_776.0]
    off = replace(later, mechanisms=(replace(later.mechanisms[0], started=False, on_since=None),))
    assert [one.on_since for one in compare(first, off).mechanisms] == [None]
    assert [one.on_since for one in compare(off, later).mechanisms] == [1_795_400_000.0]
