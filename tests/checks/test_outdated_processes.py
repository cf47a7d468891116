from checks.contract import Result, State
from checks.outdated_processes import OutdatedProcessesParams, evaluate
from collectors.deleted_files import DeletedFiles
from collectors.deletions import OutdatedProcess

SSL = "/usr/lib/x86_64-linux-gnu/libssl.so.3"
SSH = OutdatedProcess("sshd", "ssh.service", 1, (SSL,))
LOGIN = OutdatedProcess("sshd", "session-7.scope", 2, (SSL,))
MANAGER = OutdatedProcess("systemd", "user@1000.service", 1, (SSL,))
INIT = OutdatedProcess("systemd", "init.scope", 1, ("/usr/lib/systemd/systemd",))
JAVA = OutdatedProcess("java", None, 3, ("/opt/jre/bin/java",))


def judged(*outdated: OutdatedProcess, **params: object) -> Result:
    (result,) = evaluate(DeletedFiles(0, 0, (), outdated), OutdatedProcessesParams.model_validate(params))
    return result


def test_none() -> None:
    found = judged()
    assert (found.item, found.state, found.summary.en) == ("outdated processes", State.OK, "none")


def test_units_are_named() -> None:
    found = judged(SSH, OutdatedProcess("sftp", "ssh.service", 1, (SSL,)), INIT, JAVA)
    assert (found.state, found.measurements[0].value) == (State.WARN, 3)
    assert (
        found.summary.en == "3 to restart: ssh.service, systemd, java; replaced: libssl.so.3, systemd, ... (warn at 1)"
    )
    assert found.summary.zh == "3 项需重启:ssh.service, systemd, java;已被替换:libssl.so.3, systemd, ...(警告阈值 1)"


def test_what_ends_with_a_login_counts_when_asked() -> None:
    assert judged(LOGIN, MANAGER).state is State.OK
    assert judged(LOGIN, MANAGER, logins=True).measurements[0].value == 2


def test_ignored() -> None:
    assert judged(SSH, JAVA, ignore=["java", "ssh*"]).state is State.OK


def test_levels() -> None:
    assert judged(SSH, INIT, JAVA, outdated={"warn": 2, "crit": 3}).state is State.CRIT
    assert judged(SSH, outdated=None).state is State.OK


def test_many_are_not_all_named() -> None:
    many = [OutdatedProcess("x", f"s{n}.service", 1, (SSL,)) for n in range(9)]
    shown = "s0.service, s1.service, s2.service, s3.service, s4.service, ..."
    assert judged(*many).summary.en == f"9 to restart: {shown}; replaced: libssl.so.3 (warn at 1)"
