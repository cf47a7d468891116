import pytest

from collectors import login_policy
from collectors.contract import NotApplicable, UnreadableOutput
from collectors.login_policy import LoginPolicy, inventory, parse
from collectors.pam_stack import Lockout
from tests.collectors.in_shells import every_shell, printed


def answer(pam: str, defs: str = "", faillock: str = "", quality: str = "") -> LoginPolicy:
    return parse(f"== login.defs\n{defs}\n== faillock\n{faillock}\n== pwquality\n{quality}\n== pam\n{pam}\n")


def lockout(pam: str, faillock: str = "") -> Lockout:
    return answer(pam, faillock=faillock).lockouts[0]


BOTH = "sshd auth pam_faillock preauth\nsshd auth pam_faillock authfail"


def test_faillock_needs_who_counts_and_who_refuses() -> None:
    assert lockout(BOTH).module == "pam_faillock"
    assert lockout("sshd auth pam_faillock authfail\nsshd account pam_faillock").module == "pam_faillock"
    assert lockout("sshd auth pam_faillock authfail").module is None
    assert lockout("sshd auth pam_faillock preauth\nsshd account pam_faillock").module is None
    assert lockout("sshd auth pam_unix").module is None


def test_arguments_go_before_the_file_and_that_before_the_defaults() -> None:
    assert (lockout(BOTH).deny, lockout(BOTH).unlock_seconds) == (3, 600)
    assert lockout(BOTH, "deny 5\nunlock_time never\neven_deny_root ") == Lockout("sshd", "pam_faillock", 5, 0, True)
    assert lockout(f"{BOTH} deny=4 unlock_time=60", "deny 5").deny == 4
    assert lockout(BOTH, "deny 0").deny is None


def test_tally2() -> None:
    assert lockout("login auth pam_tally2 deny=5") == Lockout("login", "pam_tally2", 5, 0, False)
    assert lockout("login auth pam_tally2").deny is None


def test_included_files_count_for_their_kind() -> None:
    assert lockout(f"sshd include all a\n{BOTH.replace('sshd', 'a')}").module == "pam_faillock"
    assert lockout(f"sshd include auth a\n{BOTH.replace('sshd', 'a')}").module == "pam_faillock"
    assert lockout(f"sshd include account a\n{BOTH.replace('sshd', 'a')}").module is None
    assert lockout("sshd include all sshd\nsshd include auth b\nb include all sshd").module is None
    assert lockout("sshd include auth missing").module is None


def test_lengths_and_hashes() -> None:
    assert answer("passwd password pam_pwquality", quality="minlen 12").min_length == 12
    assert answer("passwd password pam_pwquality minlen=14", quality="minlen 12").min_length == 14
    assert answer("passwd password pam_pwquality").min_length == 8
    assert answer("passwd password pam_unix sha512", "ENCRYPT_METHOD DES").encrypt_method == "sha512"
    assert answer("passwd password pam_unix", "ENCRYPT_METHOD DES").encrypt_method == "des"
    assert answer("passwd password pam_unix").encrypt_method is None
    assert answer("passwd", "PASS_MAX_DAYS -1").max_days is None


@pytest.mark.parametrize("pam", ["", "sshd include auth", "sshd auth"])
def test_unreadable(pam: str) -> None:
    with pytest.raises(UnreadableOutput):
        answer(pam)


@every_shell
def test_this_machine(shell: list[str]) -> None:
    try:
        found = parse(printed(login_policy.COLLECTOR, shell))
    except NotApplicable:
        pytest.skip("no PAM here")
    assert any(entry.name == "new passwords" for entry in inventory(found))
