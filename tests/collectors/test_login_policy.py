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


LOCKED = "root:0:1:1::20778:0:99999:7::"
HASHED = "root:0:0:106:6:20778:0:99999:7::"
PASSWD = "root:0:0:1::0:0:/root:/bin/bash"


def with_password(shadow: str, elsewhere: str = "") -> int | None:
    passwd = f"{PASSWD}\n== shadow\n{shadow}\n== elsewhere\n{elsewhere}"
    return answer(f"sshd auth pam_unix\n== passwd\n{passwd}").with_password


def test_accounts_that_a_password_opens() -> None:
    assert with_password(LOCKED) == 0
    assert with_password(HASHED) == 1
    assert with_password("root:0:0:0::20778:0:99999:7::") == 1, "an empty one opens it too"
    assert with_password(LOCKED, "ldap") is None
    assert with_password(f"{LOCKED}\n== closed") is None
    assert answer("sshd auth pam_unix").with_password is None


NO = "set passwordauthentication no\nset kbdinteractiveauthentication no"


def by_ssh(effective: str, options: str = "", files: str = "", status: int = 0) -> bool | None:
    told = f"== options\n{options}\n== effective\n{effective}\n== status {status}\n== files\n{files}"
    return answer(f"sshd auth pam_unix\n{told}").by_ssh


def test_whether_sshd_takes_passwords() -> None:
    assert by_ssh(NO) is False
    assert by_ssh(NO.replace("kbdinteractive", "challengeresponse")) is False
    assert by_ssh("set passwordauthentication no") is True, "PAM asks for the same password otherwise"
    assert by_ssh(NO, files="block 1 User backup\nin 1 passwordauthentication no") is False
    assert by_ssh(NO, files="block 1 User guest\nin 1 PasswordAuthentication yes") is True
    assert by_ssh(NO, options="set passwordauthentication yes") is True
    assert by_ssh(NO, options="config /srv/sshd_config") is None
    assert by_ssh(NO, files="closed") is None
    assert by_ssh("error Missing privilege separation directory: /run/sshd", status=255) is None
    assert by_ssh("", files=NO, status=77) is None, "what files say is not all that holds"
    assert answer("sshd auth pam_unix").by_ssh is None


def test_passwords_that_are_kept_elsewhere() -> None:
    local = "sshd auth pam_faildelay\nsshd auth pam_unix\nsshd auth pam_deny"
    assert not lockout(local).asks_elsewhere
    assert lockout(f"{local}\nsshd auth pam_sss").asks_elsewhere
    assert lockout(f"{local}\nsshd auth odd").asks_elsewhere
    assert lockout(f"{BOTH}\nsshd auth pam_ldap").asks_elsewhere
    assert lockout("login auth pam_tally2 deny=5\nlogin auth pam_krb5").asks_elsewhere
    assert not lockout(f"{local}\nsshd password pam_sss").asks_elsewhere


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
