"""What awk counts in lines as sshd, dropbear, su and sudo write them."""

import os
import pwd
import shutil
import subprocess
import time

import pytest

from collectors.failed_attempts import COUNT
from collectors.failed_logins import FailedLogins, Failures, Success, parse

NOW = 1795291440
AWKS = [["mawk"], ["gawk"], ["original-awk"], ["busybox", "awk"]]
every_awk = pytest.mark.parametrize("awk", AWKS, ids="-".join)


def counted(awk: list[str], text: str, *, source: str = "journal") -> FailedLogins:
    if not shutil.which(awk[0]):
        pytest.skip(f"no {awk[0]} here")
    times: list[object] = [NOW, NOW - 3600, NOW - 86400]
    if source != "journal":
        times = [time.strftime("%m-%d %H:%M:%S", time.gmtime(at)) for at in (NOW, NOW - 3600, NOW - 86400)]
    values = (f"{name}={value}" for name, value in zip(("now", "hour", "day"), times, strict=True))
    settings = [word for value in (f"source={source}", *values) for word in ("-v", value)]
    ended = subprocess.run([*awk, *settings, COUNT], input=text, capture_output=True, text=True, timeout=20, check=True)
    assert ended.stderr == ""
    assert "Planted" not in ended.stdout
    return parse(f"now {NOW}\nsource {source}\n{ended.stdout}")


def journal(*messages: str, age: float = 60, program: str = "sshd") -> str:
    """The oldest of `messages` first, as people read; the journal is read the other way round."""
    lines = [f"{NOW - age - n:.6f} web-01 {program}[{100 + n}]: {said}\n" for n, said in enumerate(reversed(messages))]
    return "".join(lines)


def failed(name: str = "root", source: str = "192.0.2.7") -> str:
    return f"Failed password for {name} from {source} port 4711 ssh2"


ACCEPTED = "Accepted password for root from 192.0.2.7 port 4711 ssh2"


@every_awk
def test_failures_are_counted_by_source_and_by_account(awk: list[str]) -> None:
    text = journal(failed(), failed(), failed(source="2001:db8::7")) + journal(failed(), age=4000)
    facts = counted(awk, text + journal(failed(), age=90000))
    assert (facts.all.hour, facts.all.day, facts.sources) == (3, 4, 2)
    assert facts.by_source == (Failures("192.0.2.7", 2, 3), Failures("2001:db8::7", 1, 1))
    assert facts.by_account == (Failures("root", 3, 4),)


@every_awk
@pytest.mark.parametrize(
    "name", ["Planted-word", "Planted from 198.51.100.1 port 1 ssh2", "Planted\twith blanks", "", "root "]
)
def test_a_name_that_is_no_account_is_never_told(awk: list[str], name: str) -> None:
    facts = counted(awk, journal(failed(f"invalid user {name}")))
    assert facts.by_source == (Failures("192.0.2.7", 1, 1),)
    assert (facts.by_account, facts.unknown.day) == ((), 1)


@every_awk
def test_an_account_that_may_not_log_in_is_known_all_the_same(awk: list[str]) -> None:
    assert counted(awk, journal(failed("invalid user root"))).by_account == (Failures("root", 1, 1),)


@every_awk
def test_all_that_one_process_says_of_one_failure_counts_once(awk: list[str]) -> None:
    said = [
        "Connection closed by invalid user Planted 192.0.2.7 port 5 [preauth]",
        "Failed password for invalid user Planted from 192.0.2.7 port 5 ssh2",
        "pam_unix(sshd:auth): authentication failure; rhost=192.0.2.7",
        "Invalid user Planted from 192.0.2.7 port 5",
    ]
    text = "".join(f"{NOW - 5}.000000 web-01 sshd-session[7]: {line}\n" for line in said)
    assert counted(awk, text).all.day == 1


@every_awk
@pytest.mark.parametrize(
    "said",
    [
        "Invalid user Planted from 192.0.2.7 port 5",
        "Connection closed by authenticating user root 192.0.2.7 port 5 [preauth]",
        "Disconnected from authenticating user root 192.0.2.7 port 5 [preauth]",
        "Disconnecting authenticating user root 192.0.2.7 port 5: Too many authentication failures [preauth]",
        "Connection reset by invalid user Planted x 192.0.2.7 port 5 [preauth]",
    ],
)
def test_where_no_passwords_are_taken_who_leaves_has_failed(awk: list[str], said: str) -> None:
    assert counted(awk, journal(said)).by_source == (Failures("192.0.2.7", 1, 1),)


@every_awk
def test_success_after_failures_in_a_row(awk: list[str]) -> None:
    facts = counted(awk, journal(*[failed()] * 4, ACCEPTED))
    assert facts.successes == (Success("192.0.2.7", "root", 4),)
    assert counted(awk, journal(ACCEPTED, *[failed()] * 4)).successes == ()
    assert counted(awk, journal(failed(), failed(), ACCEPTED, failed(), failed(), ACCEPTED)).successes == ()
    key = ACCEPTED.replace("password", "publickey") + ": ED25519 SHA256:abc"
    assert counted(awk, journal(*[failed()] * 4, key)).successes == ()


@every_awk
def test_su_sudo_and_the_console_are_the_host_itself(awk: list[str]) -> None:
    pam = "pam_unix(su:auth): authentication failure; logname=anna uid=1000 euid=0 tty=pts/0 ruser=anna rhost="
    text = (
        journal(f"{pam}  user=root", program="su")
        + journal(f"{pam}  user=Planted", program="login")
        + journal("   root : user NOT in sudoers ; PWD=/ ; USER=root ; COMMAND=/usr/bin/Planted", program="sudo")
        + journal("pam_unix(vsftpd:auth): authentication failure; rhost=192.0.2.9  user=root", program="vsftpd")
        + journal("pam_sss(su:auth): authentication failure; rhost= user=root", program="su")
    )
    facts = counted(awk, text)
    assert facts.by_source == (Failures("local", 3, 3), Failures("192.0.2.9", 1, 1))
    assert facts.by_account == (Failures("root", 3, 3),)


@every_awk
@pytest.mark.parametrize("form", ["traditional", "busybox", "iso"])
def test_files_are_read_oldest_first(awk: list[str], form: str) -> None:
    def line(age: float, said: str) -> str:
        moment = time.gmtime(NOW - age)
        stamp = time.strftime("%b %e %H:%M:%S" if form != "iso" else "%Y-%m-%dT%H:%M:%S.000000+00:00", moment)
        return f"{stamp} web-01 {'authpriv.warn ' if form == 'busybox' else ''}sshd[{age:.0f}]: {said}\n"

    repeated = f"message repeated 3 times: [ {failed()}]"
    text = line(90000, failed()) + line(5000, failed()) + line(60, repeated) + line(50, ACCEPTED)
    facts = counted(awk, text, source="/var/log/auth.log")
    assert (facts.all.hour, facts.all.day) == (3, 4)
    assert facts.successes == (Success("192.0.2.7", "root", 4),)


@every_awk
def test_dropbear(awk: list[str]) -> None:
    text = journal(
        *["Bad password attempt for 'root' from 192.0.2.7:4711"] * 3,
        "Login attempt for nonexistent user from 192.0.2.7:4711",
        "Password auth succeeded for 'root' from 192.0.2.7:4711",
        program="dropbear",
    )
    facts = counted(awk, text)
    assert facts.by_source == (Failures("192.0.2.7", 4, 4),)
    assert (facts.unknown.day, facts.successes) == (1, (Success("192.0.2.7", "root", 4),))


@every_awk
def test_lines_of_last_year_are_older_than_those_of_this_one(awk: list[str]) -> None:
    if not shutil.which(awk[0]):
        pytest.skip(f"no {awk[0]} here")
    lines = "Dec 31 23:30:00 h sshd[1]: " + failed() + "\nJan  1 00:10:00 h sshd[2]: " + failed() + "\n"
    lines = "Dec 30 23:30:00 h sshd[3]: " + failed() + "\n" + lines
    settings = ["-v", "source=x", "-v", "now=01-01 00:20:00", "-v", "hour=12-31 23:20:00", "-v", "day=12-31 00:20:00"]
    ended = subprocess.run(
        [*awk, *settings, COUNT], input=lines, capture_output=True, text=True, timeout=20, check=True
    )
    assert "failed 2 2\n" in ended.stdout


def test_a_flood_costs_little_and_sends_little() -> None:
    text = "".join(
        f"{NOW - n / 100:.6f} web-01 sshd[{n}]: {failed('invalid user x', f'203.0.{n % 200}.{n % 251}')}\n"
        for n in range(100_000)
    )
    begun = os.times().children_user
    facts = counted(["mawk"], text)
    assert facts.all.day == 100_000
    assert (facts.sources, len(facts.by_source)) == (50_200, 10)
    assert os.times().children_user - begun < 5


def test_the_names_of_accounts_are_those_of_this_machine() -> None:
    """Else the tests above would prove nothing."""
    assert pwd.getpwnam("root").pw_uid == 0
